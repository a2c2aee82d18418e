"""age v1 files for one recipient: the seal of a capsule part (DESIGN section 4).

Seals only; opening is in ``sealed.opening.age``. The file is what the ``age`` command reads (C2SP age v1, X25519).
"""

from __future__ import annotations

from typing import Final

import pyrage  # type: ignore[import-untyped]  # the package ships no types

from beeldbrug.model.errors import Malformed
from beeldbrug.sealed import forms

OVERHEAD_BYTES: Final = 1024
"""More than a file adds: header, stanza, the random extra stanza that the library writes, file nonce and first tag."""

CHUNK_BYTES: Final = 64 * 1024
"""An age file adds a tag of 16 bytes for each chunk of this size."""


def seal(data: bytes, recipient: str) -> bytes:
    """age file over ``data`` for an ``age1...`` recipient.

    Raises:
        Malformed: ``recipient-malformed``.
    """
    forms.check(recipient, forms.RECIPIENT, "recipient-malformed")
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise Malformed("recipient-malformed", "A transport key is not an age X25519 recipient.") from None
    return bytes(pyrage.encrypt(data, [key]))
