"""Opens age v1 files with the node's transport keys (DESIGN section 4). C2SP age v1, X25519 recipients only."""

from __future__ import annotations

from collections.abc import Sequence

import pyrage  # type: ignore[import-untyped]  # the package ships no types

from beeldbrug.model.errors import Denied, Malformed


def open_age(sealed: bytes, identities: Sequence[str]) -> bytes:
    """Plain bytes of an age file that is sealed to one of the ``AGE-SECRET-KEY-1...`` identities.

    Raises:
        Denied: ``capsule-not-opened``: another key, or altered.
        Malformed: an identity that is none.
    """
    try:
        keys = [pyrage.x25519.Identity.from_str(identity) for identity in identities]
    except pyrage.IdentityError:
        raise Malformed("transport-key-malformed", "A stored transport key is not an age identity.") from None
    try:
        return bytes(pyrage.decrypt(sealed, keys))
    except pyrage.DecryptError:
        raise Denied(
            "capsule-not-opened",
            "A capsule part does not open: it was altered, or is sealed to a key that is not here.",
            "Check that the sender has the newest key statement, and ask to send again.",
        ) from None
