"""How a dataset lies in pieces: ``original = header bytes + bulk bytes`` (DESIGN section 3), order kept.

A dataset is the concatenation of its pieces. A HEADER piece takes its bytes, in order, from the header; a PIXEL or
IDENTITY piece is one value field that lies elsewhere, in a pack of that line. DICOM PS3.5 sections 7 and A.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Line(StrEnum):
    """Which of the two lines a pack or a piece belongs to."""

    PIXEL = "pixel"
    IDENTITY = "identity"


class PieceKind(StrEnum):
    """Where the bytes of a piece come from."""

    HEADER = "header"
    PIXEL = "pixel"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes of the original dataset, ``length`` bytes long.

    ``tag`` is group << 16 | element of the value that a PIXEL or IDENTITY piece holds; 0 for HEADER pieces and for an
    IDENTITY piece that is not one value (a dataset, or the rest of one, that cannot be cut safely).
    """

    kind: PieceKind
    length: int
    tag: int = 0


@dataclass(frozen=True, slots=True)
class FrameSpan:
    """One frame inside a bulk: its fragments as (offset, length) in bytes from the start of the value field.

    Offsets point at the fragment's value, past its item header. ``bit_offset`` is 0-7 for native frames whose bits do
    not start on a byte (Bits Allocated 1), else 0.
    """

    fragments: tuple[tuple[int, int], ...]
    bit_offset: int = 0
