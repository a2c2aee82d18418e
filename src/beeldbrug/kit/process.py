"""Child processes that are kept alive: restarted with back-off, stopped with their parent.

A child is a function by its importable name, called with plain arguments in a fork of the supervisor, which has
imported it: what all of them import is in memory once, and a restart takes milliseconds. The supervisor therefore has
one thread and does no work of its own; ``apart`` is for what must be done before. A child says that it is ready through
``Ready``; when all have, the supervisor prints one JSON line on standard output. Children die with the supervisor, also
when that is killed (prctl(2) PR_SET_PDEATHSIG). It does not scale processes up or down.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TextIO

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError

Ready = Callable[[Mapping[str, Any]], None]
"""What a child's function gets as its first argument; call it once with what others need to know, such as the port."""

EXIT_SETTINGS = 78
"""Exit code (EX_CONFIG of sysexits.h) of a child for which a restart is no help; the supervisor then stops."""

COMMAND_NAME = "bb-"
"""Before the child's name, what ``ps`` and ``top`` show as its command (15 bytes at most)."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_LARGE_BYTES = 4 * 1024 * 1024
_MALLOC = (("MALLOC_TRIM_THRESHOLD_", -1), ("MALLOC_MMAP_THRESHOLD_", -3))
"""Environment variable and mallopt(3) parameter. glibc then gives large buffers back at once, else each thread's heap
keeps what its largest ones took; and keeps the room of smaller ones, else every buffer of half a megabyte costs its
page faults anew."""
_log = get("beeldbrug.process")


@dataclass(frozen=True, slots=True)
class Child:
    """``target`` is ``package.module:function``; ``arguments`` are passed by keyword.

    ``descriptors`` are files of the supervisor's that the child keeps; those of other children it closes.
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
    pid: int = 0
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
        self._wake = (-1, -1)

    def run(self) -> int:
        """Start all and keep them; returns the exit code: 0 after a signal, EXIT_SETTINGS when a child gave that."""
        if threading.active_count() > 1:
            raise AssertionError("a process with threads cannot be forked safely")
        for running in self._running:
            _function(running.child.target)  # imported once, for all
        wake_read, wake_write = self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        previous_fd = signal.set_wakeup_fd(wake_write)
        previous = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
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
            if not running.pid and running.due <= now:
                self._start(running)

    def _wait(self) -> None:
        pauses = [running.due - time.monotonic() for running in self._running if not running.pid]
        timeout = max(0.0, min(pauses)) if pauses else None
        for key, _ in self._selector.select(timeout):
            key.data()

    def _start(self, running: _Running) -> None:
        ready_read, ready_write = os.pipe2(os.O_CLOEXEC)
        gc.collect()
        gc.freeze()  # a collection in a child would write to, and so copy, the pages that it shares
        running.pid = _fork(lambda: self._become(running.child, ready_read, ready_write))
        os.close(ready_write)
        running.started, running.told, running.ready_fd = time.monotonic(), b"", ready_read
        running.pidfd = os.pidfd_open(running.pid)
        self._selector.register(running.pidfd, selectors.EVENT_READ, lambda: self._on_exit(running))
        self._selector.register(ready_read, selectors.EVENT_READ, lambda: self._on_ready(running))

    def _become(self, child: Child, ready_read: int, ready_write: int) -> None:
        """The life of a child, from the fork on."""
        os.setsid()  # a Ctrl-C at the terminal reaches the supervisor only, which passes it on
        self._let_go(child, ready_read)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        _name(child.name)
        _set_malloc()

        def ready(information: Mapping[str, Any]) -> None:
            os.write(ready_write, json.dumps(dict(information)).encode() + b"\n")
            os.close(ready_write)

        _function(child.target)(ready, **child.arguments)

    def _let_go(self, child: Child, ready_read: int) -> None:
        """Close what is the supervisor's own, or another child's."""
        others = {descriptor for other in self._running for descriptor in other.child.descriptors}
        others -= set(child.descriptors)
        own = {fd for other in self._running for fd in (other.pidfd, other.ready_fd) if fd >= 0}
        for descriptor in others | own | {*self._wake, ready_read}:
            os.close(descriptor)
        self._selector.close()

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
        code = os.waitstatus_to_exitcode(os.waitpid(running.pid, 0)[1])
        self._selector.unregister(running.pidfd)
        os.close(running.pidfd)
        self._forget_ready(running)
        running.pid, running.pidfd = 0, -1
        return code

    def _forget_ready(self, running: _Running) -> None:
        if running.ready_fd >= 0:
            self._selector.unregister(running.ready_fd)
            os.close(running.ready_fd)
            running.ready_fd = -1

    def _stop_all(self) -> None:
        living = [running for running in self._running if running.pid]
        for running in living:
            signal.pidfd_send_signal(running.pidfd, signal.SIGTERM)
        deadline = time.monotonic() + self._patience.stop
        for running in living:
            if not _ends(running.pidfd, deadline - time.monotonic()):
                _log.error("process did not stop in time, killed", process=running.child.name)
                signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)
            self._reap(running)


def apart(work: Callable[[], object]) -> None:
    """Run it in a fork and wait for its end, so that this process stays as it was: without threads, connections, and
    the memory that the work took. Raises what it raised of the error tree; else RuntimeError, its trace told."""
    told_read, told_write = os.pipe2(os.O_CLOEXEC)

    def tell() -> None:
        try:
            work()
        except BeeldbrugError as error:
            os.write(told_write, json.dumps([error.kind, error.code, error.text, error.remedy]).encode())

    pid = _fork(tell)
    os.close(told_write)
    with os.fdopen(told_read, "rb") as file:
        told = file.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if told:
        kind, *rest = json.loads(told)
        raise next(one for one in BeeldbrugError.__subclasses__() if one.kind == kind)(*rest)
    if code:
        raise RuntimeError(f"a process that was to do something apart ended with {code}")


def _fork(life: Callable[[], None]) -> int:
    """Fork; the child lives and dies with its parent and never returns. Its id."""
    parent = os.getpid()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # until the child has its own answer to them, signals wait: none may find it with its parent's
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        pid = os.fork()
        if not pid:
            _live(life, parent)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(life: Callable[[], None], parent: int) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        life()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _function(target: str) -> Callable[..., None]:
    module, _, name = target.partition(":")
    function: Callable[..., None] = getattr(importlib.import_module(module), name)
    return function


def _ends(pidfd: int, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(pidfd, selectors.EVENT_READ)
        return bool(selector.select(max(0.0, seconds)))


def _name(name: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, (COMMAND_NAME + name).encode()[:15])


def _set_malloc() -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for variable, parameter in _MALLOC:
            if variable not in os.environ:
                mallopt(parameter, _LARGE_BYTES)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; ``parent`` is the pid it must have."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # it may have died before the call above
    if os.getppid() != parent:
        os._exit(1)
