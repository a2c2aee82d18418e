"""What people of this organisation saved beside a study: which instances of the vault they are, by whom, and when.

The instance itself lies under the origin of the study that it is about, and its row here goes with it: when an
exchange is withdrawn, expires or is emptied, what was saved about it goes as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from beeldbrug.node.ports.pictures import Pictures


class SavedKind(StrEnum):
    """Key Object Selection Document (PS3.3 A.35.4), Softcopy Presentation State (A.33)."""

    KEY_OBJECTS = "key-objects"
    PRESENTATION = "presentation"

    @property
    def modality(self) -> str:
        """Modality of its series (PS3.3 C.7.3.1.1.1)."""
        return "KO" if self is SavedKind.KEY_OBJECTS else "PR"


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One object. ``id`` was chosen by who asked for it, so that a repeat is known; ``instance`` is its row.
    ``created`` is POSIX seconds."""

    id: str
    organisation: str
    instance: int
    series_uid: str
    account: str
    kind: SavedKind
    created: float


class Saved(Pictures, Protocol):
    """Saved objects of one vault, and the pictures that were made of its studies."""

    def add(self, row: SavedRow) -> None:
        """Keep a new one. Raises Conflict ``saved-already`` when the id is taken."""

    def get(self, organisation: str, id: str) -> SavedRow | None:
        """One by its id."""

    def of_study(self, organisation: str, origin: str, study_uid: str) -> list[SavedRow]:
        """All about a study under one origin, oldest first."""
