"""Texts sealed with a passphrase, for backups of keys: age v1 with scrypt, armoured, as the ``age`` command reads it.

Both directions are here, because only who holds secrets needs either. Chooses no passphrases.
"""

from __future__ import annotations

from typing import Final

import pyrage  # type: ignore[import-untyped]  # the package ships no types

from beeldbrug.model.errors import Denied, Malformed

PASSPHRASE_LENGTH: Final = 12
"""Characters that a passphrase has at least."""


def seal_text(data: bytes, passphrase: str) -> str:
    """Armoured age file over ``data``.

    Raises:
        Malformed: ``passphrase-short``.
    """
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise Malformed(
            "passphrase-short",
            f"The passphrase has fewer than {PASSPHRASE_LENGTH} characters.",
            "Take a longer one and keep it apart from the backup.",
        )
    return bytes(pyrage.passphrase.encrypt(data, passphrase, armored=True)).decode("ascii")


def open_text(text: str, passphrase: str) -> bytes:
    """What was sealed.

    Raises:
        Denied: ``backup-not-opened``.
    """
    try:
        return bytes(pyrage.passphrase.decrypt(text.strip().encode("utf-8") + b"\n", passphrase))
    except pyrage.DecryptError:
        raise Denied(
            "backup-not-opened",
            "The backup does not open: another passphrase, or not all of the text.",
            "Check both and try again.",
        ) from None
