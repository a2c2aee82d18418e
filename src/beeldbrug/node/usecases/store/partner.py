"""What a partner without a node of his own stores with his token: whole DICOM files into his place, study by study.

Each file is read through as it streams (``dicom.cut``), so that what is no instance is refused at once, and lies on the
disk, synced, before it is answered for. A file's name is the hash of its content: the same instance once more is the
same file. From there ``intake.drops`` takes it in. Nothing is read back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.kit.log import get
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.storing import PartnerPlace
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.receive.session import check_study

log = get("stow")


@dataclass
class PartnerSession:
    """``ports.storing.StoringSession``: one request of one partner."""

    database: Database
    organisation: str
    account: str
    address: str
    place: PartnerPlace
    clock: Callable[[], float]
    study: str = ""
    refusals: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0

    def begin_file(self) -> PartnerArrival:
        """Start one instance."""
        return PartnerArrival(self)

    def end(self, clean: bool) -> None:
        """One audit event for the request, of counts."""
        counts: dict[str, str | int | float | bool] = {
            "address": self.address,
            "files": self.files,
            "bytes": self.bytes,
            "refused": sum(self.refusals.values()),
        }
        outcome = "success" if clean else "aborted"
        event = AuditEvent(
            self.organisation, "stow-stored", "C", outcome, actor=self.account, details=counts, at=self.clock()
        )
        self.database.submit(lambda tx: tx.audit.append(event))

    def refused(self, error: BeeldbrugError) -> None:
        """Count a refusal."""
        self.refusals[error.code] += 1
        log.warning("instance refused", code=error.code, partner=self.account)


class PartnerArrival:
    """``ports.storing.FileArrival`` and ``dicom.cut.CutSink``: bytes go to the disk as they come."""

    def __init__(self, session: PartnerSession) -> None:
        self._session = session
        self._cutter = Cutter(self, None)
        self._file = session.place.begin()
        self._index: InstanceIndex | None = None
        self._ended = False

    @property
    def index(self) -> InstanceIndex | None:
        """What the instance says of itself, once its header was read."""
        return self._index

    def write(self, data: memoryview) -> None:
        """Take the next bytes."""
        try:
            self._cutter.feed(data)
            self._file.write(data)
        except BeeldbrugError as error:
            self._refuse(error)
            raise

    def commit(self) -> None:
        """Whole: on the disk under its name, then the sender may forget it."""
        try:
            cut = self._cutter.finish()
            self._index = cut.index
            check_study(cut.index, self._session.study)
        except BeeldbrugError as error:
            self._refuse(error)
            raise
        self._ended = True
        self._file.keep((folder_of(self._session.account, cut.index.study_uid), cut.hash.hex() + ".dcm"))
        self._session.files += 1
        self._session.bytes += cut.size

    def abort(self) -> None:
        """Forget it."""
        if not self._ended:
            self._ended = True
            self._file.discard()

    def _refuse(self, error: BeeldbrugError) -> None:
        if not self._ended:
            self.abort()
            self._session.refused(error)

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """The header up to the pixels is known."""
        self._index = index
        check_study(index, self._session.study)

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """Nothing is cut here."""

    def write_piece(self, data: memoryview) -> None:
        """Nothing is cut here."""

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Nothing is cut here."""


def folder_of(account: str, study_uid: str) -> str:
    """Name of the folder that a study's files lie in, which does not tell the study."""
    return hashlib.sha256(f"{account}\n{study_uid}".encode()).hexdigest()[:32]
