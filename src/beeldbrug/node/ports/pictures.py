"""Pictures without a name that people made in the viewer and took along: what is on record of each.

The exchange of the same id says who, when, to whom, for what and on what ground. The picture itself is nowhere kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class TextFound(StrEnum):
    """What the check for burned-in text said of the picture as it was handed out."""

    NONE = "none"
    FOUND = "found"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One picture: of which instance and frame (from 1), and what the file is. ``hash`` is the SHA-256 and ``size`` the
    bytes of the file, as the browser that made it says; ``spots`` where text was suspected in the end, ``covered`` how
    many boxes were laid over it. ``instance_uid`` is sealed at rest. ``created`` is POSIX seconds."""

    exchange: str
    organisation: str
    account: str
    instance_uid: str
    frame: int
    hash: bytes
    size: int
    media_type: str
    text: TextFound
    spots: int
    covered: int
    created: float


class Pictures(Protocol):
    """Pictures of one vault."""

    def add_picture(self, row: PictureRow) -> None:
        """Keep a new one. Raises Conflict ``picture-already`` when its exchange has one."""

    def picture(self, organisation: str, exchange: str) -> PictureRow | None:
        """That of an exchange."""
