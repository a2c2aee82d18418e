"""Join: the pieces of a dataset back to the original, byte for byte (DESIGN section 3). The inverse of ``dicom.cut``.

Reads no DICOM; the caller checks the hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Malformed


def join(
    pieces: Sequence[Piece], header: bytes, read_piece: Callable[[int], Iterable[bytes | memoryview]]
) -> Iterator[bytes | memoryview]:
    """Yield the original in chunks. ``read_piece(n)`` yields the bytes of the n-th piece (from 0) that is not HEADER.

    That is the order of BulkRecord.bulks. Raises Malformed when header or pieces are not as long as they must be.
    """
    position = 0
    ordinal = 0
    for piece in pieces:
        if piece.kind is PieceKind.HEADER:
            chunk = header[position : position + piece.length]
            position += piece.length
            if len(chunk) != piece.length:
                raise _wrong_length()
            yield chunk
            continue
        left = piece.length
        for part in read_piece(ordinal):
            left -= len(part)
            if left < 0:
                raise _wrong_length()
            yield part
        if left:
            raise _wrong_length()
        ordinal += 1
    if position != len(header):
        raise _wrong_length()


def _wrong_length() -> Malformed:
    return Malformed(
        "pieces-wrong", "Header and pieces do not have the lengths that were declared.", "Fetch the instance again."
    )
