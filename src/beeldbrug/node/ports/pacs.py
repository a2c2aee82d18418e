"""What the node asks of a hospital's own PACS: does it answer, whom does it know, take these instances.

Implemented over DIMSE (PS3.4 annexes A, B, C and K); DICOMweb may follow. Statuses are PS3.4/PS3.7 status codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.identity import Patient
from beeldbrug.model.importing import Order


@dataclass(frozen=True, slots=True)
class Application:
    """A DICOM application entity to call, and the AE title we call it with. ``tls`` names certificate files."""

    ae_title: str
    host: str
    port: int
    calling_ae: str
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """The PACS's answer to one C-STORE. ``accepted`` covers success and warnings (B000, B006, B007)."""

    status: int
    comment: str = ""
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """True when the PACS has taken the instance."""
        return self.status == 0 or self.status & 0xF000 == 0xB000


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient as a source knows it; ``source`` is ``pacs``, ``worklist``, ``hl7`` or ``list``."""

    patient: Patient
    source: str
    accession_number: str = ""


class StoreAssociation(Protocol):
    """An open association that takes instances one after the other; use it from one thread."""

    def store(
        self, sop_class: str, instance_uid: str, transfer_syntax: str, dataset: Iterable[bytes | memoryview]
    ) -> StoreOutcome:
        """C-STORE one dataset (no file meta). Raises Unavailable when the association is lost."""


class Pacs(Protocol):
    """A hospital's PACS (and worklist) behind one or two application entities."""

    def echo(self) -> float:
        """C-ECHO; seconds it took. Raises Unavailable."""

    def associate(self, contexts: Sequence[tuple[str, str]]) -> AbstractContextManager[StoreAssociation]:
        """Open an association for these (SOP class, transfer syntax) pairs. Raises Unavailable."""

    def find_patients(self, patient: Patient) -> Iterator[PatientRecord]:
        """Who may this be: C-FIND by number (any issuer), by birth date and by name. Raises Unavailable."""

    def find_orders(self, number: str) -> list[Order]:
        """What is scheduled for who has this number, by the worklist; none where there is no worklist. Raises
        Unavailable."""
