"""An exchange's terms as sealed bytes: JSON of the model's values, compressed and sealed by the caller.

JSON rather than msgpack: it names its fields, and a later version with one field more reads older rows. Identity.
"""

from __future__ import annotations

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Terms

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Terms)


def pack_terms(terms: Terms) -> bytes:
    """The bytes to seal."""
    return _ENCODER.encode(terms)


def unpack_terms(data: bytes) -> Terms:
    """Terms again. Raises Malformed ``row-damaged``."""
    try:
        return _DECODER.decode(data)
    except msgspec.MsgspecError:
        raise Malformed(
            "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
        ) from None
