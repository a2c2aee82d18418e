"""A DICOM port of the demo's own: what a PACS sends to it lies in a folder, one file an instance, until it is cleared.

Implements ``ports.reception`` for reading back: it keeps every copy that comes, judges nothing, and holds no dataset in
memory. File names are numbers.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.errors import Denied, NotFound, Unavailable
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.reception import Arrival, Peer, ReceptionSession, StoreRequest
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener

TITLE = "TERUGLEZEN"
"""Its AE title, which the PACS must know with its port."""


@dataclass(frozen=True, slots=True)
class Came:
    """One instance as it came; the file has meta information before the untouched dataset."""

    instance_uid: str
    transfer_syntax: str
    path: Path


class Inbox:
    """The reception, and what it has. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._came: list[Came] = []
        self._moved = 0.0
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def admit(self, peer: Peer) -> ReceptionSession:
        """See ``ports.reception``."""
        if peer.called_ae != TITLE:
            raise Denied("called-ae-unknown", "No such AE title here.", f"Call {TITLE}.")
        return _Session(self)

    def quiet(self, seconds: float) -> bool:
        """Whether nothing has come for so long."""
        return time.monotonic() - self._moved > seconds

    def came(self) -> list[Came]:
        """What was committed since the last ``clear``; whoever sent it has not been answered before."""
        with self._lock:
            return list(self._came)

    def clear(self) -> None:
        """Forget and delete what has come."""
        with self._lock:
            came, self._came = self._came, []
        for one in came:
            one.path.unlink()

    def _next_path(self) -> Path:
        return self._folder / f"{next(self._numbers)}.dcm"

    def _add(self, came: Came) -> None:
        with self._lock:
            self._came.append(came)

    def _moves(self) -> None:
        self._moved = time.monotonic()


class _Session:
    """One association."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def begin(self, request: StoreRequest) -> Arrival:
        """See the port."""
        return _Arrival(self._inbox, request)

    def echo(self) -> None:
        """See the port."""

    def committed(self, report: CommitReport) -> None:
        """Nobody was asked to keep anything."""
        raise NotFound("commitment-unknown", "Nothing was asked under this transaction UID.")

    def end(self, clean: bool) -> None:
        """See the port."""


class _Arrival:
    """One instance on its way into its file."""

    def __init__(self, inbox: Inbox, request: StoreRequest) -> None:
        self._inbox = inbox
        self._came = Came(request.instance_uid, request.transfer_syntax, inbox._next_path())
        self._file = self._came.path.open("wb")
        self._file.write(file_meta(request.sop_class, request.instance_uid, request.transfer_syntax))

    def write(self, data: memoryview) -> None:
        """See the port."""
        self._inbox._moves()
        try:
            self._file.write(data)
        except OSError:
            raise Unavailable("disk-full", "The disk is full.", "Free some space.") from None

    def commit(self) -> None:
        """See the port."""
        self._inbox._moves()
        self._file.close()
        self._inbox._add(self._came)

    def abort(self) -> None:
        """See the port."""
        self._file.close()
        self._came.path.unlink(missing_ok=True)


@contextmanager
def listening(inbox: Inbox) -> Iterator[int]:
    """The inbox's port, for as long as the block lasts."""
    listener = Listener("127.0.0.1", 0, None, inbox, Limits())
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop(drain=0.0)
