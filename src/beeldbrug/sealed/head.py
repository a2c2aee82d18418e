"""Signed audit heads: the newest link of an organisation's audit chain, deposited outside the node (DESIGN 7.5).

A head that was given out cannot be taken back, so that an audit trail whose end was cut off is found. Keeps no chain
itself. JWS (RFC 7515) with EdDSA.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Malformed
from beeldbrug.sealed import forms, jws

TYPE: Final = "beeldbrug-head"


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Sequence number and hash (64 hexadecimal digits) of the chain's last event; ``time`` is POSIX seconds."""

    organisation: str
    sequence: int
    hash: str
    time: float


def sign_head(head: AuditHead, key: Ed25519PrivateKey) -> str:
    """Compact JWS of the head.

    Raises:
        Malformed: ``head-malformed``.
    """
    return jws.sign(TYPE, _checked(head), key)


def read_head(token: str, public_key: Ed25519PublicKey) -> AuditHead:
    """The head, signature and form checked.

    Raises:
        Malformed: not a head.
        Denied: ``signature-invalid``.
    """
    return _checked(jws.read(token, TYPE, AuditHead, public_key))


def peek_head(token: str) -> AuditHead:
    """The head without any check of the signature: only to find out whose key to check it with."""
    return _checked(jws.peek(token, TYPE, AuditHead))


def _checked(head: AuditHead) -> AuditHead:
    forms.check(head.organisation, forms.URA, "head-malformed")
    forms.check(head.hash, forms.HASH, "head-malformed")
    forms.check_time(head.time, "head-malformed")
    if not 0 <= head.sequence < 2**63:
        raise Malformed("head-malformed", "The sequence number of an audit head is outside its range.")
    return head
