"""Starts peers' processes for tests and stops them by their id; all waits are bounded, all die with the test run.

It knows no peer. ``tool`` finds a program or skips the test with the reason.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PEERS = Path(__file__).resolve().parents[2] / ".peers"
"""Git-ignored folder for peers that were built here."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Finished:
    """A command that ran to its end; ``output`` is standard output and error together."""

    code: int
    output: str


def tool(program: str, package: str, folders: Sequence[str] = ()) -> str:
    """Path of the program; skips the test when it is not installed. ``folders`` are searched before PATH."""
    search = os.pathsep.join([*folders, os.environ.get("PATH", ""), "/usr/sbin"])
    # a virtual environment has storescu and the like of pynetdicom, which are not the peers meant here
    parts = [part for part in search.split(os.pathsep) if part and not (Path(part).parent / "pyvenv.cfg").exists()]
    path = shutil.which(program, path=os.pathsep.join(parts))
    if path is None:
        pytest.skip(f"{program} is not installed: apt-get install {package}")
    return path


def run(
    command: Sequence[str],
    *,
    seconds: float = 60.0,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Finished:
    """Run a command to its end; fails the test when it takes longer. ``TCP_NODELAY=1`` is set for DCMTK."""
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            env={**os.environ, "TCP_NODELAY": "1", **(environment or {})},
            preexec_fn=die_with_tests,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"{Path(command[0]).name} did not end within {seconds} s")
    return Finished(done.returncode, done.stdout.decode("utf-8", "replace"))


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    folder: Path | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
    seconds: float = 20.0,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts, its output in ``log``; killed when it does not stop in ``seconds``."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TCP_NODELAY": "1", **(environment or {})},
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            preexec_fn=die_with_tests,
        )
    try:
        yield process
    finally:
        stop(process, stop_with, seconds)


def stop(process: subprocess.Popen[bytes], stop_with: signal.Signals = signal.SIGTERM, seconds: float = 20.0) -> None:
    """Stop the process; kill it when it does not within ``seconds``."""
    if process.poll() is None:
        process.send_signal(stop_with)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(seconds)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0, pause: float = 0.05) -> None:
    """Return as soon as the condition holds; fails the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds} s")
        time.sleep(pause)


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 30.0) -> None:
    """Return when somebody listens on the port; fails with the end of the log when the process ends instead."""

    def listens() -> bool:
        if process.poll() is not None:
            pytest.fail(f"a peer ended with {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens, f"nobody listens; the log ends with: {log.read_text(errors='replace')[-2000:]}", seconds)


def die_with_tests() -> None:
    """For ``preexec_fn``: the kernel kills the process when the thread that started it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
