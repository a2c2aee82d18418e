"""How an instance lies, as msgpack: header place, pieces and bulks in one blob of nested arrays.

Arrays rather than maps keep it short (about 150 bytes for a CT slice). The reader checks the types, so a damaged blob
is an error and never a wrong place. No identity is in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line, Piece, PieceKind
from beeldbrug.model.errors import Malformed
from beeldbrug.model.pack import Extent, SealedPlace

_Extent = tuple[int, int, int]
_Place = tuple[str, tuple[_Extent, ...], bytes, int, int, bytes, str]
_Piece = tuple[PieceKind, int, int]
_Bulk = tuple[int, Line, _Place, _Place | None, bytes]
_Layout = tuple[_Place | None, tuple[_Piece, ...], tuple[_Bulk, ...]]

_ENCODER = msgspec.msgpack.Encoder()
_LAYOUT = msgspec.msgpack.Decoder(_Layout)
_PIECES = msgspec.msgpack.Decoder(tuple[_Piece, ...])
_STRINGS = msgspec.msgpack.Decoder(tuple[str, ...])


class TokenScope(msgspec.Struct, array_like=True, frozen=True):
    """What a token is for; those made before tokens could store, or read the trail, lack the last ones."""

    exchanges: tuple[str, ...]
    studies: tuple[str, ...]
    sends: str = ""
    brings: str = ""
    audits: bool = False


_SCOPE = msgspec.msgpack.Decoder(TokenScope)


def pack_layout(place: SealedPlace | None, pieces: Sequence[Piece], bulks: Sequence[Bulk]) -> bytes:
    """The blob of an instance."""
    return _ENCODER.encode(
        (
            place and _from_place(place),
            [(piece.kind, piece.length, piece.tag) for piece in pieces],
            [
                (bulk.tag, bulk.line, _from_place(bulk.place), bulk.frames and _from_place(bulk.frames), bulk.index)
                for bulk in bulks
            ],
        )
    )


def unpack_layout(data: bytes) -> tuple[SealedPlace | None, tuple[Piece, ...], tuple[Bulk, ...]]:
    """Header place, pieces and bulks. Raises Malformed ``row-damaged``."""
    try:
        place, pieces, bulks = _LAYOUT.decode(data)
    except msgspec.MsgspecError:
        raise _damaged() from None
    return (
        place and _to_place(place),
        tuple(Piece(*piece) for piece in pieces),
        tuple(_to_bulk(*bulk) for bulk in bulks),
    )


def _to_bulk(tag: int, line: Line, where: _Place, frames: _Place | None, index: bytes) -> Bulk:
    return Bulk(tag, line, _to_place(where), frames and _to_place(frames), index)


def pack_pieces(pieces: Sequence[Piece]) -> bytes:
    """The blob of a coerced dataset's pieces."""
    return _ENCODER.encode([(piece.kind, piece.length, piece.tag) for piece in pieces])


def unpack_pieces(data: bytes) -> tuple[Piece, ...]:
    """Pieces. Raises Malformed ``row-damaged``."""
    try:
        return tuple(Piece(*piece) for piece in _PIECES.decode(data))
    except msgspec.MsgspecError:
        raise _damaged() from None


def pack_strings(values: Sequence[str]) -> bytes:
    """A short list of strings."""
    return _ENCODER.encode(values)


def unpack_strings(data: bytes) -> tuple[str, ...]:
    """Strings. Raises Malformed ``row-damaged``."""
    try:
        return _STRINGS.decode(data)
    except msgspec.MsgspecError:
        raise _damaged() from None


def pack_scope(scope: TokenScope) -> bytes:
    """A token's scope."""
    return _ENCODER.encode(scope)


def unpack_scope(data: bytes) -> TokenScope:
    """A token's scope. Raises Malformed ``row-damaged``."""
    try:
        return _SCOPE.decode(data)
    except msgspec.MsgspecError:
        raise _damaged() from None


def _from_place(place: SealedPlace) -> _Place:
    extents = tuple((extent.segment, extent.offset, extent.length) for extent in place.extents)
    return (place.pack, extents, place.salt, place.record_size, place.length, place.hash, place.coding)


def _to_place(place: _Place) -> SealedPlace:
    pack, extents, salt, record_size, length, hash_, coding = place
    return SealedPlace(pack, tuple(Extent(*extent) for extent in extents), salt, record_size, length, hash_, coding)


def _damaged() -> Malformed:
    return Malformed("row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup.")
