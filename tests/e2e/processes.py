"""Our own program as processes for journeys: a node or a hub under its supervisor, killed and restarted by process
id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from beeldbrug.kit.process import COMMAND_NAME
from tests.peers.processes import die_with_tests, wait_until

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0

START = (
    "import sys; from pathlib import Path; from beeldbrug.kit import log; from beeldbrug.{module} import {function}; "
    "log.configure(); sys.exit({function}(Path(sys.argv[1])))"
)
"""What ``beeldbrug node`` and ``beeldbrug hub`` do, without the command line's own imports."""

MODULES = {"node": ("cli.node", "serve"), "hub": ("hub.app.process", "run")}


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """For our processes: this tree's code, compiled code kept, no proxy in between."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEELDBRUG_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "TCP_NODELAY": "1", **(more or {})}


class Program:
    """``beeldbrug node`` or ``beeldbrug hub`` with a settings file; standard error goes to ``log``."""

    def __init__(self, role: str, settings: Path, log: Path, more: Mapping[str, str] | None = None) -> None:
        self.role, self.settings, self.log = role, settings, log
        self.more: dict[str, str] = dict(more or {})
        self._out = log.with_suffix(".out")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The supervisor's id; 0 when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def start(self, wait: bool = True) -> None:
        """Start; with ``wait`` until all its processes are ready."""
        self._out.write_bytes(b"")
        module, function = MODULES[self.role]
        program = START.format(module=module, function=function)
        command = [sys.executable, "-c", program, str(self.settings)]
        with self._out.open("ab") as out, self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=environment(self.more),
                preexec_fn=die_with_tests, cwd=self.settings.parent,
            )  # fmt: skip
        if wait:
            self.wait_ready()

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when it said that it is ready; fails the test with the end of its log when it ends instead."""

        def ready() -> bool:
            if not self.pid:
                pytest.fail(f"{self.role} ended: {self.log.read_text(errors='replace')[-2000:]}")
            return self.is_ready()

        wait_until(ready, f"{self.role} is not ready", seconds)

    def is_ready(self) -> bool:
        """Whether it said so since it was started."""
        lines = self._out.read_bytes().split(b"\n")[:-1]
        return any(json.loads(line).get("ready") for line in lines)

    def child(self, name: str) -> int:
        """Process id of a child (dimse, worker, web, web-1), or 0 when there is none now."""
        return children(self.pid).get(name, 0)

    def kill(self, name: str = "") -> int:
        """SIGKILL to a child, or without a name to the supervisor, with which all its children die; 0: nobody there."""
        pid = self.child(name) if name else self.pid
        if pid:
            os.kill(pid, signal.SIGKILL)
        if pid and not name and self._process is not None:
            self._process.wait(20)
        return pid

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        if self.pid and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, seconds: float = 40.0) -> None:
        """SIGTERM, and wait; SIGKILL when it does not stop in time."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
        self._process = None

    def restart(self, more: Mapping[str, str] | None = None) -> None:
        """Stop and start, with further environment."""
        self.stop()
        self.more |= dict(more or {})
        self.start()


def children(parent: int) -> dict[str, int]:
    """Children of a supervisor by name, which is in the command that ``ps`` shows."""
    found: dict[str, int] = {}
    if not parent:
        return found
    try:
        pids = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return found
    for pid in pids:
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        if name.startswith(COMMAND_NAME):
            found[name.removeprefix(COMMAND_NAME)] = int(pid)
    return found


def await_death(pids: list[int], seconds: float = 20.0) -> None:
    """Return when none of them is a living process any more."""
    deadline = time.monotonic() + seconds
    while any(_lives(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.005)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")
