"""The processes of the demo: started in parallel, output in files, stopped together, none left behind.

Children get a session of their own, so that a Ctrl-C reaches the demo alone, which then stops them in order; the kernel
ends them when the demo is killed (prctl(2) PR_SET_PDEATHSIG). Start them from the main thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.model.errors import Unavailable

POLL_SECONDS = 0.03
STOP_SECONDS = 30.0

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_ROLE = (
    "import sys; from pathlib import Path; from beeldbrug.kit import log; from beeldbrug.{module} import {function}; "
    "log.configure(); sys.exit({function}(Path(sys.argv[1])))"
)
MODULES = {"node": ("cli.node", "serve"), "hub": ("hub.app.process", "run")}


@dataclass(slots=True)
class Running:
    """A process with the files that its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path
    log: Path

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Return when the condition holds. Raises Unavailable when the process ends or time is up."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None:
                raise Unavailable(
                    "demo-process-ended", f"{self.name} ended by itself.", f"Look at the end of {self.log}."
                )
            if time.monotonic() > deadline:
                raise Unavailable(
                    "demo-process-slow", f"{self.name} was not ready within {seconds:.0f} s.", f"Look in {self.log}."
                )
            time.sleep(POLL_SECONDS)

    def wait_until_announced(self, seconds: float) -> None:
        """Return when a line stands in its standard output, which hub and node write when they serve."""
        self.wait_until(lambda: b"\n" in self.output.read_bytes(), seconds)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when that does not help."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(STOP_SECONDS)


class Processes:
    """All processes of one demo; a context manager that stops what still runs."""

    def __init__(self) -> None:
        self._running: list[Running] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for running in self._running:
            if running.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):  # it ended meanwhile
                    running.process.send_signal(signal.SIGTERM)
        for running in reversed(self._running):
            running.stop()

    def start_role(self, role: str, name: str, settings: Path, folder: Path) -> Running:
        """Start a ``node`` or ``hub`` with its settings; its log goes to ``folder``."""
        module, function = MODULES[role]
        program = _ROLE.format(module=module, function=function)
        return self.start(name, [sys.executable, "-c", program, str(settings)], folder)

    def start(self, name: str, command: Sequence[str], folder: Path) -> Running:
        """Start a program; its output goes to ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        output, log = folder / f"{name}.out", folder / f"{name}.log"
        with output.open("wb") as standard, log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, or Orthanc where it was found
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=standard,
                stderr=errors,
                env=_environment(),
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        running = Running(name, process, output, log)
        self._running.append(running)
        return running


def _environment() -> dict[str, str]:
    """Ours, without what would change a node's settings; compiled modules are kept, for the next start."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEELDBRUG_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "TCP_NODELAY": "1"}


def _end_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
