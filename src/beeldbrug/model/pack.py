"""Packs, segments and where a bulk lies in them (DESIGN sections 3 and 4): names and sizes, never values.

Nothing here is identity; the hub may know these types. All lengths and offsets are bytes and may pass 2**32.
"""

from __future__ import annotations

from dataclasses import dataclass

SEGMENT_BYTES = 8 * 1024 * 1024
"""A segment closes when its content reaches about this size."""

SEGMENT_SECONDS = 0.3
"""A segment that holds anything closes at the latest this long after its first byte."""

RECORD_BYTES_FRAMES = 16 * 1024
"""RFC 8188 record size for multi-frame and tiled bulk."""

RECORD_BYTES_SINGLE = 64 * 1024
"""RFC 8188 record size for all other bulk."""

CODING_AS_IS = "identity"
"""The sealed bytes are the original bytes (the word is HTTP's 'identity' coding, nothing to do with patients)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A run of sealed bytes in one segment of a pack."""

    segment: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where one RFC 8188 message lies and what it must be; readers believe this and never the segment itself.

    ``extents`` in order make up the whole message (21-byte header included). ``length`` is of the plain bytes.
    ``hash`` is BLAKE3-256 over the original bytes, before ``coding``.
    """

    pack: str
    extents: tuple[Extent, ...]
    salt: bytes
    record_size: int
    length: int
    hash: bytes
    coding: str = CODING_AS_IS

    @property
    def sealed_length(self) -> int:
        """Length of the sealed message in bytes."""
        return sum(extent.length for extent in self.extents)


@dataclass(frozen=True, slots=True)
class Segment:
    """A closed segment: ``length`` content bytes, then one padding message up to ``padded`` bytes (Padme).

    ``hash`` is BLAKE3-256 over all ``padded`` bytes.
    """

    pack: str
    number: int
    length: int
    padded: int
    hash: bytes
