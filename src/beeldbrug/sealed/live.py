"""Messages of the live channel between the two ends of a parcel, the sealing side: small, of one size, never kept.

Both ends derive keys from a secret that only the capsule held. Every sending process has a random stream id; the key of
a stream is made from the secret, the id, the parcel and the direction, and its messages are counted, so that no nonce
comes twice and none is taken twice. Knows nothing of what is inside. HKDF-SHA-256 (RFC 5869), AES-256-GCM (NIST SP
800-38D).

A message: version (1 byte), stream id (16), counter (8), ciphertext with tag. Inside: length (2 bytes), payload, zeros.
"""

from __future__ import annotations

import secrets
import threading
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from beeldbrug.model.errors import Malformed, TooLarge

LIVE_BYTES: Final = 2048
"""Every message has this size."""

SECRET_BYTES: Final = 32
STREAM_BYTES: Final = 16
VERSION: Final = b"\x01"
COUNTER_BYTES: Final = 8
HEAD_BYTES: Final = len(VERSION) + STREAM_BYTES + COUNTER_BYTES
LENGTH_BYTES: Final = 2
INSIDE_BYTES: Final = LIVE_BYTES - HEAD_BYTES - 16
PAYLOAD_BYTES: Final = INSIDE_BYTES - LENGTH_BYTES
"""Most bytes that one message carries."""

_LABEL: Final = b"beeldbrug live 1"


def new_secret() -> bytes:
    """A fresh secret for one parcel."""
    return secrets.token_bytes(SECRET_BYTES)


def cipher_of(secret: bytes, stream: bytes, parcel: str, sender: str, receiver: str) -> AESGCM:
    """The cipher of one stream in one direction. Raises Malformed ``live-secret-malformed``."""
    if len(secret) != SECRET_BYTES:
        raise Malformed("live-secret-malformed", "The secret of a live channel has 32 bytes.")
    info = b"\x00".join((_LABEL, parcel.encode(), sender.encode(), receiver.encode()))
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=stream, info=info).derive(secret))


def nonce_of(counter: int) -> bytes:
    """The nonce of a message; a key has one counter."""
    return counter.to_bytes(12, "big")


class LiveSealer:
    """One stream of this process to the other end of a parcel. Thread-safe."""

    def __init__(self, secret: bytes, parcel: str, sender: str, receiver: str) -> None:
        self.stream = secrets.token_bytes(STREAM_BYTES)
        self._cipher = cipher_of(secret, self.stream, parcel, sender, receiver)
        self._counter = 0
        self._lock = threading.Lock()

    def seal(self, payload: bytes) -> bytes:
        """A message of LIVE_BYTES. Raises TooLarge ``live-too-large``."""
        if len(payload) > PAYLOAD_BYTES:
            raise TooLarge("live-too-large", "A live message is larger than it may be.", "Share less at once.")
        with self._lock:
            self._counter += 1
            counter = self._counter
        head = VERSION + self.stream + counter.to_bytes(COUNTER_BYTES, "big")
        inside = len(payload).to_bytes(LENGTH_BYTES, "big") + payload
        return head + self._cipher.encrypt(nonce_of(counter), inside.ljust(INSIDE_BYTES, b"\x00"), head)
