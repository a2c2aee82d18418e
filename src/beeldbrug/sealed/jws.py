"""Compact JSON Web Signatures, EdDSA over Ed25519 only: the one signed form of envelopes, statements, tokens and heads.

``typ`` separates the uses, so that a signature made for one is never accepted for another; no other header is
accepted, and base64url only in its one canonical spelling, so that a signed text has one form and can be hashed. Does
no encryption and fetches no keys. RFC 7515 sections 3.1 and 7.1, RFC 8037 section 3.1, RFC 8725 section 3.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Denied, Malformed, TooLarge

TOKEN_LIMIT: Final = 64 * 1024
"""No signed text is longer."""

Claims = TypeVar("Claims")


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    typ: str


def sign(typ: str, claims: object, key: Ed25519PrivateKey) -> str:
    """Compact JWS of ``claims`` (a dataclass or mapping, written as JSON) with header ``typ``."""
    header = msgspec.json.encode(_Header("EdDSA", typ))
    signed = _encode(header) + b"." + _encode(msgspec.json.encode(claims))
    return (signed + b"." + _encode(key.sign(signed))).decode("ascii")


def read(token: str, typ: str, claims: type[Claims], key: Ed25519PublicKey) -> Claims:
    """Claims of a token whose signature holds.

    Raises:
        Malformed: not a JWS of this ``typ`` with these claims.
        Denied: ``signature-invalid``.
        TooLarge: over ``TOKEN_LIMIT``.
    """
    signed, payload, signature = _split(token, typ)
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        raise Denied(
            "signature-invalid",
            "The signature does not hold under the certified key of the organisation.",
            "Check that the sender's current certificate chain is known here.",
        ) from None
    return _claims(payload, claims)


def peek(token: str, typ: str, claims: type[Claims]) -> Claims:
    """Claims without any check of the signature: only to find out whose key to check it with."""
    return _claims(_split(token, typ)[1], claims)


def _split(token: str, typ: str) -> tuple[bytes, bytes, bytes]:
    if len(token) > TOKEN_LIMIT:
        raise TooLarge("jws-too-large", "A signed text is longer than any that is in use.")
    parts = token.encode("ascii", "replace").split(b".")
    if len(parts) != 3:
        raise _malformed()
    header, payload, signature = (_decode(part) for part in parts)
    try:
        read_header = msgspec.json.decode(header, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _malformed() from None
    if read_header != _Header("EdDSA", typ):
        raise _malformed()
    return parts[0] + b"." + parts[1], payload, signature


def _claims(payload: bytes, claims: type[Claims]) -> Claims:
    try:
        return msgspec.json.decode(payload, type=claims)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _malformed() from None


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed() from None
    if _encode(data) != text:
        raise _malformed()
    return data


def _malformed() -> Malformed:
    return Malformed(
        "jws-malformed",
        "A signed text is not a compact EdDSA JWS of the expected type.",
        "Check that both ends run versions that understand each other.",
    )
