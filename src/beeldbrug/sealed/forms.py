"""Written forms of everything that stands on the outside of a seal: ids, hashes, organisation numbers, keys.

A form is checked before a value is believed or stored, so that nothing but these forms can reach a hub. This module
does not know what a value means. URA: eight digits (FIELD, identifiers); ids: 128 random bits as 32 hexadecimal digits.
"""

from __future__ import annotations

import math
import re
import secrets
from typing import Final

from beeldbrug.model.errors import Malformed

ID: Final = re.compile(r"[0-9a-f]{32}")
"""Pack, parcel and key ids."""

HASH: Final = re.compile(r"[0-9a-f]{64}")
"""BLAKE3-256 in hexadecimal."""

URA: Final = re.compile(r"[0-9]{8}")
"""Number of an organisation in the UZI register."""

KIND: Final = re.compile(r"[a-z][a-z-]{0,31}")
"""Kind of an envelope, known or not."""

RECIPIENT: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")
"""An X25519 recipient of age v1 (Bech32)."""

HASH_BYTES: Final = 32


def new_id() -> str:
    """128 random bits as 32 hexadecimal digits, for a pack, a parcel or a token."""
    return secrets.token_hex(16)


def check(value: str, form: re.Pattern[str], code: str) -> str:
    """Give the value back when all of it has the form.

    Raises:
        Malformed: with ``code``; the value itself is never repeated.
    """
    if form.fullmatch(value) is None:
        raise Malformed(code, "A field does not have the form that it must have.", "Ask the sender to send it again.")
    return value


def check_time(value: float, code: str) -> float:
    """Give POSIX seconds back when finite, not negative and before the year 10000."""
    if not math.isfinite(value) or not 0 <= value < 253402300800:
        raise Malformed(code, "A time is outside the range of the calendar.", "Set the sender's clock.")
    return value
