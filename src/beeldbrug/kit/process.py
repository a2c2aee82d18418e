"""Child processes that are kept alive: started fresh, restarted with back-off, stopped with their parent.

A child is a function by its importable name, called with plain arguments in a new interpreter. It says that it is ready
through ``Ready``; when all have, the supervisor prints one JSON line on standard output. Children die with the
supervisor, also when that is killed (prctl(2) PR_SET_PDEATHSIG). It does not scale processes up or down.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from beeldbrug.kit.log import get

Ready = Callable[[Mapping[str, Any]], None]
"""What a child's function gets as its first argument; call it once with what others need to know, such as the port."""

EXIT_SETTINGS = 78
"""Exit code (EX_CONFIG of sysexits.h) of a child for which a restart is no help; the supervisor then stops."""

_ENTRY = "from beeldbrug.kit.process import become_child; become_child()"
_PR_SET_PDEATHSIG = 1
_LARGE_BYTES = 4 * 1024 * 1024
_log = get("beeldbrug.process")


@dataclass(frozen=True, slots=True)
class Child:
    """``target`` is ``package.module:function``; ``arguments`` are JSON values passed by keyword, unseen by ``ps``.

    ``descriptors`` are files of the supervisor's that the child gets too, under the same numbers.
    """

    name: str
    target: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: first and longest pause before a restart, the life that resets the pause, and the time to stop."""

    first: float = 0.2
    longest: float = 30.0
    steady: float = 60.0
    stop: float = 20.0


@dataclass(slots=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    pidfd: int = -1
    ready_fd: int = -1
    told: bytes = b""
    information: Mapping[str, Any] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0


class Supervisor:
    """Runs children from the main thread until SIGTERM or SIGINT."""

    def __init__(
        self, children: Sequence[Child], patience: Patience | None = None, output: TextIO | None = None
    ) -> None:
        self._running = [_Running(child) for child in children]
        self._patience = patience or Patience()
        self._output = output or sys.stdout
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._announced = False
        self._exit_code = 0

    def run(self) -> int:
        """Start all and keep them; returns the exit code: 0 after a signal, EXIT_SETTINGS when a child gave that."""
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        previous_fd = signal.set_wakeup_fd(wake_write)
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        self._selector.register(wake_read, selectors.EVENT_READ, lambda: os.read(wake_read, 64))
        try:
            while not self._stopping:
                self._start_due()
                self._wait()
        finally:
            self._stop_all()
            signal.set_wakeup_fd(previous_fd)
            for number, handler in previous.items():
                signal.signal(number, handler)
            self._selector.close()
            os.close(wake_read)
            os.close(wake_write)
        return self._exit_code

    def _on_signal(self, number: int, _: object) -> None:
        self._stopping = True

    def _start_due(self) -> None:
        now = time.monotonic()
        for running in self._running:
            if running.process is None and running.due <= now:
                self._start(running)

    def _wait(self) -> None:
        pauses = [running.due - time.monotonic() for running in self._running if running.process is None]
        timeout = max(0.0, min(pauses)) if pauses else None
        for key, _ in self._selector.select(timeout):
            key.data()

    def _start(self, running: _Running) -> None:
        ready_read, ready_write = os.pipe2(os.O_CLOEXEC)
        order = {"target": running.child.target, "arguments": dict(running.child.arguments), "ready": ready_write}
        running.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [
                sys.executable,
                "-c",
                "from beeldbrug.kit.process import become_child; become_child()",
                running.child.name,
            ],
            stdin=subprocess.PIPE,
            stdout=sys.stderr.fileno(),
            pass_fds=(ready_write, *running.child.descriptors),
            # glibc then gives large buffers back at once, else each thread's heap keeps what its largest ones took; and
            # keeps the room of smaller ones, else every buffer of half a megabyte costs its page faults anew
            env={
                "MALLOC_MMAP_THRESHOLD_": str(_LARGE_BYTES),
                "MALLOC_TRIM_THRESHOLD_": str(_LARGE_BYTES),
                **os.environ,
            },
            start_new_session=True,  # a Ctrl-C at the terminal reaches the supervisor only, which passes it on
        )
        os.close(ready_write)
        if running.process.stdin is not None:
            running.process.stdin.write(json.dumps({**order, "parent": os.getpid()}).encode())
            running.process.stdin.close()
        running.started, running.told, running.ready_fd = time.monotonic(), b"", ready_read
        running.pidfd = os.pidfd_open(running.process.pid)
        self._selector.register(running.pidfd, selectors.EVENT_READ, lambda: self._on_exit(running))
        self._selector.register(ready_read, selectors.EVENT_READ, lambda: self._on_ready(running))

    def _on_ready(self, running: _Running) -> None:
        piece = os.read(running.ready_fd, 65536)
        running.told += piece
        if piece and not running.told.endswith(b"\n"):
            return
        self._forget_ready(running)
        if not running.told.endswith(b"\n"):
            return
        running.information = json.loads(running.told)
        _log.info("process ready", process=running.child.name)
        if not self._announced and all(other.information is not None for other in self._running):
            self._announced = True
            processes = {other.child.name: other.information for other in self._running}
            print(json.dumps({"ready": True, "processes": processes}), file=self._output, flush=True)

    def _on_exit(self, running: _Running) -> None:
        code = self._reap(running)
        if code == EXIT_SETTINGS:
            self._stopping, self._exit_code = True, code
            return
        lived = time.monotonic() - running.started
        longer = min(max(running.pause * 2, self._patience.first), self._patience.longest)
        running.pause = self._patience.first if lived >= self._patience.steady else longer
        running.due = time.monotonic() + running.pause
        _log.error("process ended, will restart", process=running.child.name, exit_code=code, seconds=running.pause)

    def _reap(self, running: _Running) -> int:
        code = running.process.wait() if running.process is not None else 0
        self._selector.unregister(running.pidfd)
        os.close(running.pidfd)
        self._forget_ready(running)
        running.process = None
        return code

    def _forget_ready(self, running: _Running) -> None:
        if running.ready_fd >= 0:
            self._selector.unregister(running.ready_fd)
            os.close(running.ready_fd)
            running.ready_fd = -1

    def _stop_all(self) -> None:
        living = [running for running in self._running if running.process is not None]
        for running in living:
            if running.process is not None:
                running.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._patience.stop
        for running in living:
            if running.process is None:
                continue
            try:
                running.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("process did not stop in time, killed", process=running.child.name)
                running.process.kill()
            self._reap(running)


def become_child() -> None:
    """Entry of a child process: reads its order from standard input and runs it; not for other callers."""
    order = json.load(sys.stdin)
    die_with_parent(order["parent"])
    module, _, function = order["target"].partition(":")
    ready_fd = int(order["ready"])

    def ready(information: Mapping[str, Any]) -> None:
        os.write(ready_fd, json.dumps(dict(information)).encode() + b"\n")
        os.close(ready_fd)

    getattr(importlib.import_module(module), function)(ready, **order["arguments"])


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; ``parent`` is the pid it must have."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # it may have died before the call above
    if os.getppid() != parent:
        os._exit(1)
