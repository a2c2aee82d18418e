"""What a browser gets to open one sealed value by itself: where it lies, what it must be, and the keys of it alone.

The key of the pack stays here: from it and the salt come a content-encryption key and a base nonce that open this one
message (RFC 8188 sections 2.2 and 2.3), so that who may see a study gets nothing that opens another. Reads no pixels.
"""

from __future__ import annotations

from base64 import b64encode

import msgspec

from beeldbrug.model.pack import SealedPlace
from beeldbrug.sealed.message import derived_keys


class Opening(msgspec.Struct, frozen=True):
    """One RFC 8188 message. ``extents`` are (segment, offset, length) and make up the whole of it, its header included;
    ``length`` and ``hash`` (BLAKE3-256, hexadecimal) are of the plain bytes; ``key``, ``nonce`` and ``salt`` base64."""

    pack: str
    extents: tuple[tuple[int, int, int], ...]
    key: str
    nonce: str
    salt: str
    record_size: int
    length: int
    hash: str


def opening(pack_key: bytes, place: SealedPlace) -> Opening:
    """The opening of one message of a pack."""
    key, nonce = derived_keys(pack_key, place.salt)
    return Opening(
        pack=place.pack,
        extents=tuple((extent.segment, extent.offset, extent.length) for extent in place.extents),
        key=_text(key),
        nonce=_text(nonce),
        salt=_text(place.salt),
        record_size=place.record_size,
        length=place.length,
        hash=place.hash.hex(),
    )


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
