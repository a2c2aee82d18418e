"""What the node asks of the own PACS as an archive: which studies of a patient, which series, and send them here.

Implemented over DIMSE (PS3.4 annex C, Study Root). Empty text and None mean that the PACS did not say.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.identity import Patient


@dataclass(frozen=True, slots=True)
class StudyKey:
    """Whose studies, one question to the PACS: fields that are set must all agree. ``name`` may have wild cards."""

    number: str = ""
    name: str = ""
    birth_date: str = ""
    study_uid: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedStudy:
    """A study as the PACS lists it."""

    patient: Patient
    study_uid: str
    date: str = ""
    time: str = ""
    description: str = ""
    accession_number: str = ""
    modalities: tuple[str, ...] = ()
    series: int | None = None
    instances: int | None = None


@dataclass(frozen=True, slots=True)
class ArchivedSeries:
    """A series as the PACS lists it."""

    series_uid: str
    modality: str = ""
    number: int | None = None
    description: str = ""
    body_part: str = ""
    instances: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a retrieval is: what the PACS says of its own sending. ``over`` with the last word."""

    remaining: int
    completed: int
    failed: int
    over: bool


class Archive(Protocol):
    """The own PACS. Every call raises Unavailable with a code that says why; what came before is kept."""

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        """Studies that agree, as they come; ``limit`` of them at most."""

    def find_series(self, study_uid: str) -> list[ArchivedSeries]:
        """Series of a study."""

    def find_instances(self, study_uid: str, series_uid: str) -> list[str]:
        """SOP Instance UIDs of a series."""

    def move(
        self, study_uid: str, series: Sequence[str], destination: str, still_coming: Callable[[], bool]
    ) -> Generator[Moved]:
        """Have a study, or these series of it, sent to an AE title; leaving it early cancels. ``still_coming`` says,
        when the PACS has long been silent, whether instances come in all the same."""
