"""RFC 8188 ``aes128gcm`` messages, the sealing side, streaming: one message per bulk (DESIGN section 4).

A message is a header (salt, record size, key id) and records of ``record_size`` bytes that each hold
``record_size - 17`` plain bytes, a delimiter and an authentication tag; the last may be shorter. Records carry no other
padding. Opening is in ``sealed.opening.message``; where a message lies is the pack's matter. RFC 8188 sections 2 and 3.
"""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from beeldbrug.model.errors import Conflict, Malformed

KEY_BYTES: Final = 16
SALT_BYTES: Final = 16
TAG_BYTES: Final = 16
HEADER_BYTES: Final = SALT_BYTES + 4 + 1
OVERHEAD_BYTES: Final = TAG_BYTES + 1
"""Tag and delimiter of one record."""

RECORD_BYTES_LEAST: Final = 18
RECORD_BYTES_MOST: Final = 2**32 - 1
MORE: Final = 1
"""Delimiter of a record that another follows (RFC 8188 section 2)."""

LAST: Final = 2
"""Delimiter of the last record."""

_KEY_INFO: Final = b"Content-Encoding: aes128gcm\x00\x01"
_NONCE_INFO: Final = b"Content-Encoding: nonce\x00\x01"


def sealed_length(length: int, record_size: int, key_id_length: int = 0) -> int:
    """Bytes of a message over ``length`` plain bytes, header included."""
    records = max(1, -(-length // (record_size - OVERHEAD_BYTES)))
    return HEADER_BYTES + key_id_length + length + records * OVERHEAD_BYTES


def content_keys(key: bytes, salt: bytes) -> tuple[AESGCM, int]:
    """Cipher and first nonce (as a big-endian number) of a message."""
    content_key, nonce = derived_keys(key, salt)
    return AESGCM(content_key), int.from_bytes(nonce, "big")


def derived_keys(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """Content-encryption key (16 bytes) and base nonce (12) of one message by HKDF-SHA-256 (RFC 8188 section 2.2, 2.3).

    They open this message and no other of its pack. One block of HKDF-Expand is enough for both, so each is one HMAC.
    """
    seed = hmac.digest(salt, key, "sha256")
    return hmac.digest(seed, _KEY_INFO, "sha256")[:16], hmac.digest(seed, _NONCE_INFO, "sha256")[:12]


def message_header(salt: bytes, record_size: int, key_id: bytes = b"") -> bytes:
    """The header as RFC 8188 section 2.1 lays it out."""
    return salt + record_size.to_bytes(4, "big") + bytes([len(key_id)]) + key_id


class MessageSealer:
    """Seals one message. ``update`` and ``finish`` return sealed bytes in order, the header first.

    The last record must be marked as such, so a full record is held back until more bytes or the end comes; memory is
    one record and what one ``update`` brings. A salt is used for one message only.
    """

    def __init__(self, key: bytes, salt: bytes, record_size: int, key_id: bytes = b"") -> None:
        _check(key, salt, record_size, key_id)
        self.length = 0
        self.sealed_length = 0
        self._cipher, self._nonce = content_keys(key, salt)
        self._payload = record_size - OVERHEAD_BYTES
        self._record_size = record_size
        self._header = message_header(salt, record_size, key_id)
        self._work = bytearray(self._payload + 1)
        self._view = memoryview(self._work)
        self._held = 0
        self._sequence = 0
        self._ended = False

    def update(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """Take plain bytes; give the sealed bytes that are complete now, possibly none."""
        sealed = self.seal(data)
        return [bytes(sealed)] if sealed else []

    def finish(self) -> list[bytes]:
        """Seal the last record; nothing can be added after it."""
        return [bytes(self.seal_last())]

    def seal(self, data: bytes | bytearray | memoryview) -> bytearray:
        """As ``update``, in one fresh buffer and without the copy that ``bytes`` costs."""
        self._check_open()
        source = memoryview(data).cast("B")
        self.length += len(source)
        records = max(0, (self._held + len(source) - 1) // self._payload)
        sealed, at = self._buffer(records * self._record_size)
        taken = 0
        if records:
            target = memoryview(sealed)
            for _ in range(records):
                taken += self._fill(source, taken)
                at += self._seal_record(target[at : at + self._record_size], MORE)
        self._fill(source, taken)
        self.sealed_length += len(sealed)
        return sealed

    def seal_last(self) -> bytearray:
        """As ``finish``, in one fresh buffer."""
        self._check_open()
        self._ended = True
        sealed, at = self._buffer(self._held + OVERHEAD_BYTES)
        self._seal_record(memoryview(sealed)[at:], LAST)
        self.sealed_length += len(sealed)
        return sealed

    def _buffer(self, size: int) -> tuple[bytearray, int]:
        if not size:
            return bytearray(), 0
        header, self._header = self._header, b""
        sealed = bytearray(len(header) + size)
        sealed[: len(header)] = header
        return sealed, len(header)

    def _fill(self, source: memoryview, start: int) -> int:
        count = min(self._payload - self._held, len(source) - start)
        if count:
            self._view[self._held : self._held + count] = source[start : start + count]
            self._held += count
        return count

    def _seal_record(self, target: memoryview, delimiter: int) -> int:
        self._work[self._held] = delimiter
        nonce = (self._nonce ^ self._sequence).to_bytes(12, "big")
        written = self._cipher.encrypt_into(nonce, self._view[: self._held + 1], None, target)
        self._sequence += 1
        self._held = 0
        return written

    def _check_open(self) -> None:
        if self._ended:
            raise Conflict("message-ended", "A sealed message was ended before and takes no more bytes.")


def seal_message(key: bytes, salt: bytes, record_size: int, data: bytes, key_id: bytes = b"") -> bytes:
    """A whole message at once."""
    sealer = MessageSealer(key, salt, record_size, key_id)
    return b"".join([*sealer.update(data), *sealer.finish()])


def _check(key: bytes, salt: bytes, record_size: int, key_id: bytes) -> None:
    sizes = len(key) == KEY_BYTES and len(salt) == SALT_BYTES and len(key_id) <= 255
    if not sizes or not RECORD_BYTES_LEAST <= record_size <= RECORD_BYTES_MOST:
        raise Malformed("message-parameters", "Key, salt, key id or record size is not one that RFC 8188 allows.")
