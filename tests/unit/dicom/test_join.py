"""Joining checks that header and pieces have the lengths that were declared."""

from __future__ import annotations

import pytest

from beeldbrug.dicom.join import join
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Malformed

PIECES = (
    Piece(PieceKind.HEADER, 3),
    Piece(PieceKind.IDENTITY, 2, 1),
    Piece(PieceKind.HEADER, 1),
    Piece(PieceKind.PIXEL, 4, 2),
)


def test_pieces_are_joined_in_order() -> None:
    held = [[b"I", b"D"], [b"PIX", b"", b"L"]]
    assert b"".join(bytes(part) for part in join(PIECES, b"abcd", held.__getitem__)) == b"abcIDdPIXL"


@pytest.mark.parametrize(
    ("header", "held"),
    [
        (b"abc", [[b"ID"], [b"PIXL"]]),
        (b"abcde", [[b"ID"], [b"PIXL"]]),
        (b"abcd", [[b"I"], [b"PIXL"]]),
        (b"abcd", [[b"ID"], [b"PIXL", b"!"]]),
    ],
)
def test_wrong_lengths_are_refused(header: bytes, held: list[list[bytes]]) -> None:
    with pytest.raises(Malformed):
        list(join(PIECES, header, held.__getitem__))
