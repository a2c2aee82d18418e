"""Seal a stream with a passphrase as an age file (C2SP age v1, scrypt), for what leaves on a disc or in a ZIP.

Any ``age`` opens it. Written here because the library takes the whole in memory. Seals only; chooses no passphrases.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from beeldbrug.model.errors import Malformed

PASSPHRASE_LENGTH: Final = 12
WORK_FACTOR: Final = 17
"""Binary logarithm of scrypt's N: 128 MiB and about half a second, for us once and for a guesser each time."""

CHUNK_BYTES: Final = 64 * 1024
_MEMORY: Final = 300 * 1024 * 1024
_ONE_AT_A_TIME: Final = threading.Lock()
"""Each takes 128 MiB while it lasts."""

_LABEL: Final = b"age-encryption.org/v1/scrypt"


def sealed_with(passphrase: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The age file in chunks. Raises Malformed ``passphrase-short`` at once."""
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise Malformed(
            "passphrase-short",
            f"The passphrase has fewer than {PASSPHRASE_LENGTH} characters.",
            "Take a longer one, and give it to the reader by another way than the file.",
        )
    return _sealed(passphrase, chunks)


def _sealed(passphrase: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    file_key, nonce = os.urandom(16), os.urandom(16)
    yield _header(passphrase, file_key) + nonce
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    number, held = 0, b""
    for block in _even(chunks):
        if held:
            yield payload.encrypt(_nonce(number, last=False), held, None)
            number += 1
        held = block
    yield payload.encrypt(_nonce(number, last=True), held, None)


def _header(passphrase: str, file_key: bytes) -> bytes:
    salt = os.urandom(16)
    with _ONE_AT_A_TIME:
        wrapping = hashlib.scrypt(
            passphrase.encode(), salt=_LABEL + salt, n=1 << WORK_FACTOR, r=8, p=1, maxmem=_MEMORY, dklen=32
        )
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    lines = (b"age-encryption.org/v1", b"-> scrypt %s %d" % (_base64(salt), WORK_FACTOR), _base64(wrapped), b"---")
    header = b"\n".join(lines)
    tag = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    return header + b" " + _base64(tag) + b"\n"


def _derived(file_key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(file_key)


def _base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of CHUNK_BYTES; the last is shorter, and none is empty."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        whole = len(held) - len(held) % CHUNK_BYTES
        for start in range(0, whole, CHUNK_BYTES):
            yield bytes(held[start : start + CHUNK_BYTES])
        del held[:whole]
    if held:
        yield bytes(held)
