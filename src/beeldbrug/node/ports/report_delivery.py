"""Giving reports on to the hospital's own systems: to whom, in which form, and how far each is. Implemented in SQL.

What is sent is made once and kept sealed until it was taken, so that a repeat is the same, with the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.identity import Patient
from beeldbrug.model.report import Report


class Outlet(StrEnum):
    """A way on: HL7 v2 ORU^R01, a PDF in a folder, or an object in the PACS."""

    HL7 = "hl7"
    PDF_FOLDER = "pdf-folder"
    DICOM_PDF = "dicom-pdf"
    DICOM_SR = "dicom-sr"


class DeliveryState(StrEnum):
    """WAITING: to be sent; DELIVERED: taken; REFUSED: not taken, a human looks; DROPPED: no longer to be sent."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Under what the hospital has the study of a report: its own patient (``number`` with issuer), the BSN where known,
    the numbers of the import. ``studied`` is the day and time of the study (YYYYMMDDHHMMSS or less). ``order``: the
    accession number is that of an own order. ``sender`` is the name of who wrote it."""

    patient: Patient
    bsn: str
    study_uid: str
    accession: str = ""
    accession_issuer: str = ""
    order: bool = False
    studied: str = ""
    description: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One version of a report on one way. ``control`` is the number that a peer knows it by, from before the first
    sending. ``report`` is the id of the report here, ``number`` its version; ``mark`` tells imports of one exchange
    apart. ``retracts``: it takes back what went out before. ``reason`` is a code. Times are POSIX seconds."""

    organisation: str
    id: str
    exchange: str
    report: str
    number: int
    outlet: Outlet
    mark: str
    state: DeliveryState
    control: str
    created: float
    changed: float
    reason: str = ""
    retracts: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What is sealed of a delivery: the report without its document, and under what it is filed."""

    report: Report
    addressed: Addressed


class ReportDeliveries(Protocol):
    """What was, or is to be, given on."""

    def add(self, row: DeliveryRow, said: Said, content: bytes) -> bool:
        """Keep one, with the bytes that are sent; False for one that is there (exchange, report, number, outlet, mark,
        retracts)."""

    def get(self, organisation: str, id: str) -> DeliveryRow | None:
        """One."""

    def of_exchange(self, organisation: str, exchange: str) -> list[DeliveryRow]:
        """All of an exchange, oldest first."""

    def opened(self, organisation: str, id: str) -> tuple[Said, bytes] | None:
        """What it says and the bytes to be sent; these are empty once it was taken or dropped."""

    def settle(self, organisation: str, ids: Sequence[str], state: DeliveryState, reason: str, at: float) -> None:
        """How it stands; the bytes are destroyed once it was taken or dropped."""

    def remove(self, organisation: str, id: str) -> None:
        """Forget one that was refused, so that it is made and sent anew."""

    def forget(self, organisation: str, exchange: str) -> None:
        """Destroy all of an exchange that is not waiting."""


@dataclass(frozen=True, slots=True)
class Message:
    """What an ORU is made of. ``filler`` is the number that this and all later versions are known by; ``control`` the
    message's own; ``changed``: an earlier version has gone out. ``at`` is POSIX seconds."""

    report: Report
    addressed: Addressed
    filler: str
    control: str
    changed: bool
    at: float


class HospitalSystem(Protocol):
    """The RIS or EPD that takes reports as HL7 v2."""

    def write(self, message: Message) -> bytes:
        """The message. Raises Unsupported ``hl7-character-missing``."""

    def send(self, content: bytes) -> str:
        """Send it and wait for the acknowledgement; the code of why it was not taken, empty when it was. Raises
        Unavailable where it is to be sent again."""


class Folder(Protocol):
    """A folder that another system watches."""

    def ready(self, name: str, content: bytes) -> None:
        """Lay a file there whole and durable, under a name that nobody looks at; nothing to do where the file is there
        under its own name. Raises Unavailable ``report-folder-unusable``."""

    def give(self, name: str) -> None:
        """Give what lies ready its name, durably; nothing to do where it no longer lies ready: it was given, and
        perhaps taken away since. Raises Unavailable ``report-folder-unusable``."""
