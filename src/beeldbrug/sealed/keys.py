"""An organisation's two kinds of keys: an Ed25519 signing key and rotating X25519 transport keys (DESIGN section 4).

Makes, writes and reads them; where they are kept and when they rotate is the node's matter. RFC 8032, RFC 8037 section
2 (JWK), RFC 7638 (thumbprint), RFC 8410 (PEM); age v1 for transport keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
import pyrage  # type: ignore[import-untyped]  # the package ships no types
from blake3 import blake3
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Malformed
from beeldbrug.sealed import forms

ROTATION_SECONDS: Final = 30 * 86400
"""A transport key is used for sealing this long (DESIGN section 4)."""


@dataclass(frozen=True, slots=True)
class TransportKey:
    """An X25519 key in age form. ``secret`` is never shown by ``repr``."""

    key_id: str
    recipient: str
    secret: str = field(repr=False)


def new_signing_key() -> Ed25519PrivateKey:
    """A fresh signing key."""
    return Ed25519PrivateKey.generate()


def new_transport_key() -> TransportKey:
    """A fresh transport key."""
    return read_transport_key(str(pyrage.x25519.Identity.generate()))


def read_transport_key(secret: str) -> TransportKey:
    """The transport key of an ``AGE-SECRET-KEY-1...`` text.

    Raises:
        Malformed: ``transport-key-malformed``.
    """
    try:
        recipient = str(pyrage.x25519.Identity.from_str(secret.strip()).to_public())
    except pyrage.IdentityError:
        raise Malformed("transport-key-malformed", "A stored transport key is not an age identity.") from None
    return TransportKey(transport_key_id(recipient), recipient, secret.strip())


def transport_key_id(recipient: str) -> str:
    """Id of a transport key: the first 16 bytes of BLAKE3 over its ``age1...`` text, in hexadecimal."""
    forms.check(recipient, forms.RECIPIENT, "recipient-malformed")
    return blake3(recipient.encode("ascii")).hexdigest()[:32]


def signing_key_pem(key: Ed25519PrivateKey) -> bytes:
    """PKCS #8 PEM, not encrypted: it lies in the vault or in a file that only the node may read."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read_signing_key(pem: bytes) -> Ed25519PrivateKey:
    """Signing key from PKCS #8 PEM.

    Raises:
        Malformed: ``signing-key-malformed``.
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _malformed() from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _malformed()
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """SubjectPublicKeyInfo PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def read_public_pem(pem: bytes) -> Ed25519PublicKey:
    """Public signing key from PEM.

    Raises:
        Malformed: ``signing-key-malformed``.
    """
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise _malformed() from None
    if not isinstance(key, Ed25519PublicKey):
        raise _malformed()
    return key


def public_jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Public signing key as a JWK (RFC 8037 section 2)."""
    x = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode("ascii")
    return {"crv": "Ed25519", "kty": "OKP", "x": x}


def read_public_jwk(jwk: Mapping[str, object]) -> Ed25519PublicKey:
    """Public signing key from a JWK.

    Raises:
        Malformed: ``signing-key-malformed``.
    """
    x = jwk.get("x")
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or not isinstance(x, str):
        raise _malformed()
    try:
        raw = base64.b64decode(x.encode("ascii", "replace") + b"=" * (-len(x) % 4), altchars=b"-_", validate=True)
        return Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError):
        raise _malformed() from None


def thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638 SHA-256 thumbprint of a public signing key, in hexadecimal: people compare it by telephone."""
    return hashlib.sha256(msgspec.json.encode(public_jwk(key), order="deterministic")).hexdigest()


def _malformed() -> Malformed:
    return Malformed("signing-key-malformed", "A signing key is not an Ed25519 key in the expected form.")
