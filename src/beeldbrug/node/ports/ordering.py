"""Orders that the node makes for its imports: what is kept of each, and how one becomes a message.

The message is fixed with all its numbers before it is sent, so that a repeat is the same message (guarantee 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Code, Order, OrderForm
from beeldbrug.node.ports.messages import Peer


class OrderState(StrEnum):
    """ASKED: fixed, perhaps sent, not acknowledged. REFUSED: the other system does not take it. PLACED: it stands.
    CANCELLING: it is to be cancelled there. CANCELLED: it is. KEPT: the other system did not cancel it."""

    ASKED = "asked"
    REFUSED = "refused"
    PLACED = "placed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order says. ``placer`` is our number of it, ``issuer`` that of the accession number, ``when`` POSIX
    seconds, ``urgent`` asks for priority S. The patient is as the RIS should know him: DICOM PN, YYYYMMDD, M, F, O or
    empty."""

    form: OrderForm
    control: str
    status: str
    control_id: str
    placer: str
    when: float
    number: str
    authority: str
    bsn: str
    name: str
    birth_date: str
    sex: str
    code: Code
    modality: str
    study_uid: str
    urgent: bool
    sender: str
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class MadeOrder:
    """One order. ``order`` is what the study is imported for, ``number`` whose it is, ``chosen`` by a human.
    ``content`` and ``cancel`` are messages as fixed, empty where there is none (yet). ``reason``: why it is so. Times
    POSIX."""

    exchange: str
    peer: str
    state: OrderState
    asked: Asked
    order: Order
    number: PatientNumber
    chosen: bool
    content: bytes
    at: float
    changed: float
    cancel: bytes = b""
    reason: str = ""


class MadeOrders(Protocol):
    """Orders of one vault."""

    def next_number(self, organisation: str) -> int:
        """Counts up, from 1; no number twice."""

    def put(self, organisation: str, made: MadeOrder) -> None:
        """Keep it, in place of what has its control id."""

    def current(self, organisation: str, exchange: str) -> MadeOrder | None:
        """The newest of an exchange that is asked, refused or placed."""

    def last(self, organisation: str, exchange: str) -> MadeOrder | None:
        """The newest of an exchange, whatever became of it."""

    def cancelling(self, organisation: str, exchange: str) -> list[MadeOrder]:
        """Those that are to be cancelled, oldest first."""


class OrderMessages(Protocol):
    """Writes orders and reads what is answered."""

    def write(self, peer: Peer, asked: Asked) -> bytes:
        """The message that asks for it. Raises Unsupported ``hl7-character-missing``."""

    def cancel(self, peer: Peer, asked: Asked, control_id: str, when: float) -> bytes:
        """The message that cancels it. Raises as ``write``."""

    def accession_in(self, content: bytes) -> str:
        """The accession number that an answer gives, empty where it gives none that a dataset can hold."""
