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


def test_children_share_what_their_supervisor_has_loaded(start: Start) -> None:
    process = start(["sleeper", "web"])
    told = announced(process)
    own = memory(told["sleeper"]["pid"])
    assert own["Pss"] < own["Rss"] / 2


def test_a_child_holds_no_file_of_its_supervisor(start: Start) -> None:
    process = start(["sleeper", "web"])
    pid = announced(process)["sleeper"]["pid"]
    names = [os.readlink(f"/proc/{pid}/fd/{one}") for one in os.listdir(f"/proc/{pid}/fd")]
    assert not [name for name in names if "pidfd" in name or "eventpoll" in name]
    assert len([name for name in names if name.startswith("pipe:")]) <= 1, names  # standard error, perhaps a pipe


def memory(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize(
    ("told", "raised"),
    [
        ("fine", ""),
        ("refuses", "Denied: root-key-wrong: The root key is another. Remedy: Look."),
        ("breaks", "RuntimeError: a process that was to do something apart ended with 1"),
    ],
)
def test_what_is_done_apart_is_told_and_leaves_nothing_here(told: str, raised: str) -> None:
    code = f"from tests.contract.kit.served import do_apart; do_apart({told!r})"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.splitlines() == [f"threads 1 {raised}".strip()]
    assert ("ZeroDivisionError" in done.stderr) == (told == "breaks")
