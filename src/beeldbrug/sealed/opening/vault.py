"""Wrapping under a vault's root key: content keys, transport keys, headers and reports at rest (DESIGN section 4).

The root key lies outside the database; everything in the vault is sealed under keys derived from it, one fresh key per
value, and bound to where it belongs (organisation, purpose, row), so that values cannot change places. Where the root
key comes from is the node's matter. AES-256-GCM (NIST SP 800-38D), HKDF-SHA-256 (RFC 5869), zstd (RFC 8878).

A wrapped value: version (1 byte), key id (8), derivation salt (12), nonce (12), ciphertext with tag. The salt makes the
key, so that random nonces never come near their limit however many values one root key seals.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import Final

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from beeldbrug.model.errors import Denied, Malformed, TooLarge

ROOT_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
BLOB_LIMIT: Final = 256 * 1024 * 1024
"""``open_blob`` makes no more of a value than this."""

_VERSION: Final = b"\x01"
_SALT_BYTES: Final = 12
_NONCE_BYTES: Final = 12
_PREFIX_BYTES: Final = 1 + KEY_ID_BYTES + _SALT_BYTES + _NONCE_BYTES
_LEVEL: Final = 3


class _Coders(threading.local):
    """zstd objects are costly to make and belong to one thread."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_CODERS: Final = _Coders()


class VaultRoot:
    """A root key of 32 bytes, ready for use; ``key_id`` names it without telling it. Never pickled or shown."""

    __slots__ = ("_secret", "_wrapping", "key_id", "prefix")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != ROOT_BYTES:
            raise Malformed("root-key-malformed", "A vault's root key has 32 bytes.", "Restore it from its backup.")
        self._secret = bytes(secret)
        self._wrapping = self.derive("wrap")
        self.key_id = self.derive("id")[:KEY_ID_BYTES].hex()
        self.prefix = _VERSION + bytes.fromhex(self.key_id)

    def derive(self, purpose: str) -> bytes:
        """32 bytes of key for one purpose (HKDF-SHA-256, the purpose in its info)."""
        info = b"beeldbrug vault " + purpose.encode("utf-8")
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._secret)

    def cipher(self, salt: bytes) -> AESGCM:
        """Cipher of one value."""
        return AESGCM(hmac.digest(self._wrapping, salt, "sha256"))

    def __repr__(self) -> str:
        return f"VaultRoot(key_id={self.key_id!r})"

    def __reduce__(self) -> str:
        raise Malformed("root-key-malformed", "A vault's root key is not written anywhere.")


def new_root() -> bytes:
    """A fresh root key."""
    return secrets.token_bytes(ROOT_BYTES)


def binding(organisation: str, purpose: str, row: str = "") -> bytes:
    """Associated data that binds a value to its organisation, its purpose (table and column) and its row."""
    fields = [field.encode("utf-8") for field in (organisation, purpose, row)]
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def wrap(root: VaultRoot, aad: bytes, plaintext: bytes) -> bytes:
    """Seal a value; ``aad`` as ``binding`` makes it. Adds 49 bytes."""
    fresh = secrets.token_bytes(_SALT_BYTES + _NONCE_BYTES)
    sealed = root.cipher(fresh[:_SALT_BYTES]).encrypt(fresh[_SALT_BYTES:], plaintext, aad)
    return b"".join((root.prefix, fresh, sealed))


def unwrap(root: VaultRoot, aad: bytes, wrapped: bytes) -> bytes:
    """Open a value that ``wrap`` sealed under the same root and ``aad``.

    Raises:
        Denied: ``vault-seal-broken``: altered, or moved from another place.
        Malformed: ``vault-value-malformed``; ``root-key-other`` when it was sealed under another root key.
    """
    if len(wrapped) < _PREFIX_BYTES or wrapped[:1] != _VERSION:
        raise Malformed("vault-value-malformed", "A value in the vault is not in the vault's form.")
    if wrapped[: len(root.prefix)] != root.prefix:
        raise Malformed(
            "root-key-other",
            "A value in the vault was sealed under another root key.",
            "Restore the vault's root key from its backup: keys restore.",
        )
    salt = wrapped[len(root.prefix) : len(root.prefix) + _SALT_BYTES]
    nonce = wrapped[len(root.prefix) + _SALT_BYTES : _PREFIX_BYTES]
    try:
        return root.cipher(salt).decrypt(nonce, memoryview(wrapped)[_PREFIX_BYTES:], aad)
    except InvalidTag:
        raise Denied(
            "vault-seal-broken",
            "A value in the vault was altered or belongs elsewhere.",
            "Restore the database from its backup and run audit verify.",
        ) from None


def wrapped_key_id(wrapped: bytes) -> str:
    """Id of the root key that a value was sealed under."""
    return wrapped[1 : 1 + KEY_ID_BYTES].hex()


def seal_blob(root: VaultRoot, aad: bytes, data: bytes) -> bytes:
    """Compress and seal a header or a report."""
    return wrap(root, aad, _CODERS.compressor.compress(data))


def open_blob(root: VaultRoot, aad: bytes, sealed: bytes) -> bytes:
    """Open and decompress what ``seal_blob`` made.

    Raises:
        Denied, Malformed: as ``unwrap``.
        TooLarge: over ``BLOB_LIMIT``.
    """
    compressed = unwrap(root, aad, sealed)
    try:
        size = zstandard.frame_content_size(compressed)
        if size > BLOB_LIMIT:
            raise TooLarge("vault-value-too-large", "A value in the vault becomes larger than any may be.")
        return _CODERS.decompressor.decompress(compressed)
    except zstandard.ZstdError:
        raise Malformed("vault-value-malformed", "A value in the vault is not in the vault's form.") from None
