"""Promises of kit.process, with real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    processes: list[subprocess.Popen[bytes]] = []

    def run(names: list[str], **arguments: Any) -> subprocess.Popen[bytes]:
        code = f"from tests.contract.kit.served import supervise; supervise({names!r}, **{arguments!r})"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])}
        processes.append(subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment))
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.communicate(timeout=30)


def announced(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    assert line["ready"] is True
    processes: dict[str, Any] = line["processes"]
    return processes


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def test_children_are_announced_once_and_stop_with_the_signal(start: Start) -> None:
    process = start(["web", "sleeper"])
    told = announced(process)
    assert told["web"]["port"] > 0
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0 and gone(told["sleeper"]["pid"])


def test_a_killed_child_is_started_again(start: Start, tmp_path: Path) -> None:
    process = start(["dies"], dies={"folder": str(tmp_path)})
    announced(process)
    until(lambda: len(list(tmp_path.iterdir())) >= 3)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_children_die_with_a_killed_supervisor(start: Start) -> None:
    process = start(["sleeper"])
    pid = announced(process)["sleeper"]["pid"]
    process.kill()
    until(lambda: gone(pid))


def test_a_deaf_child_is_killed_after_its_time(start: Start) -> None:
    process = start(["sleeper"], sleeper={"deaf": True})
    pid = announced(process)["sleeper"]["pid"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0 and gone(pid)


def test_wrong_settings_stop_everything_instead_of_restarting(start: Start) -> None:
    assert start(["sleeper", "misconfigured"]).wait(20) == 78
