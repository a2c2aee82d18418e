"""Fingerprints of SSH host keys as OpenSSH shows them (`ssh-keygen -lf`), so that two people can compare them. Pure."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode

_KINDS = ("ssh-", "ecdsa-", "sk-")


def fingerprints(host_key: str) -> list[str]:
    """One for each key of a text as ``ssh-keyscan`` prints it: its kind, and SHA256 in base64 without padding."""
    return [found for line in host_key.splitlines() if (found := _fingerprint(line))]


def _fingerprint(line: str) -> str:
    words = line.split()
    at = next((at for at, word in enumerate(words) if word.startswith(_KINDS)), None)
    if at is None or line.lstrip().startswith("#") or len(words) < at + 2:
        return ""
    try:
        digest = hashlib.sha256(b64decode(words[at + 1], validate=True)).digest()
    except (binascii.Error, ValueError):
        return ""
    return f"{words[at]} SHA256:{b64encode(digest).decode().rstrip('=')}"
