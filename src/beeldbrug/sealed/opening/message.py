"""RFC 8188 ``aes128gcm`` messages, the opening side: whole, streaming, or only the records that a range needs.

Two readers. ``MessageOpener`` opens any message by its own header (vectors, foreign messages). The readers of a
``SealedPlace`` believe the place alone - salt, record size, length, hash - and refuse bytes that differ from it in
anything, the message's header included (DESIGN section 4, "Against swapping"). RFC 8188 sections 2 and 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from blake3 import blake3
from cryptography.exceptions import InvalidTag

from beeldbrug.model.errors import Denied, Malformed, TooLarge, Unsupported
from beeldbrug.model.pack import CODING_AS_IS, Extent, SealedPlace
from beeldbrug.sealed import forms
from beeldbrug.sealed.message import (
    HEADER_BYTES,
    KEY_BYTES,
    LAST,
    MORE,
    OVERHEAD_BYTES,
    RECORD_BYTES_LEAST,
    RECORD_BYTES_MOST,
    SALT_BYTES,
    TAG_BYTES,
    content_keys,
    message_header,
    sealed_length,
)

RECORD_LIMIT: Final = 16 * 1024 * 1024
"""``MessageOpener`` holds one record in memory and refuses a message with larger ones."""

_WINDOW_BYTES: Final = 1024 * 1024
"""Sealed bytes that ``open_place`` asks for at a time, as whole records."""

Read = Callable[[Extent], bytes]
"""Gives the sealed bytes of an extent; all of them, or the message is refused."""


class MessageOpener:
    """Opens one message as its bytes come in; ``finish`` refuses one that was cut off.

    What ``update`` returned before an error or before ``finish`` is authentic but perhaps not all.
    """

    def __init__(self, key: bytes, record_limit: int = RECORD_LIMIT) -> None:
        self.key_id = b""
        self._key = key
        self._limit = record_limit
        self._buffer = bytearray()
        self._record_size = 0
        self._sequence = 0
        self._ended = False

    def update(self, data: bytes | bytearray | memoryview) -> list[bytes]:
        """Take sealed bytes; give the plain bytes of each record that is complete now."""
        self._buffer += data
        if not self._record_size and not self._read_header():
            return []
        opened = []
        start = 0
        while len(self._buffer) - start >= self._record_size:
            opened.append(self._open(self._buffer[start : start + self._record_size]))
            start += self._record_size
        del self._buffer[:start]
        return opened

    def finish(self) -> list[bytes]:
        """Open the last, shorter record if there is one.

        Raises:
            Malformed: ``message-truncated``.
        """
        opened = [self._open(self._buffer)] if self._buffer and self._record_size else []
        if not self._ended:
            raise _truncated()
        self._buffer = bytearray()
        return opened

    def _read_header(self) -> bool:
        if len(self._buffer) < HEADER_BYTES or len(self._buffer) < HEADER_BYTES + self._buffer[20]:
            return False
        record_size = int.from_bytes(self._buffer[16:20], "big")
        if record_size < RECORD_BYTES_LEAST:
            raise Malformed("message-record-size", "A sealed message names a record size that RFC 8188 forbids.")
        if record_size > self._limit:
            raise TooLarge("message-record-too-large", "A sealed message has larger records than are opened here.")
        end = HEADER_BYTES + self._buffer[20]
        self.key_id = bytes(self._buffer[HEADER_BYTES:end])
        self._cipher, self._nonce = content_keys(self._key, bytes(self._buffer[:16]))
        self._record_size = record_size
        del self._buffer[:end]
        return True

    def _open(self, record: bytes | bytearray) -> bytes:
        if self._ended:
            raise Malformed("message-goes-on", "A sealed message goes on after its last record.")
        if len(record) < OVERHEAD_BYTES:
            raise _truncated()
        try:
            plain = self._cipher.decrypt((self._nonce ^ self._sequence).to_bytes(12, "big"), record, None)
        except InvalidTag:
            raise _refused() from None
        content = plain.rstrip(b"\x00")
        delimiter = content[-1] if content else 0
        full = len(record) == self._record_size
        if delimiter not in (MORE, LAST) or (delimiter == MORE and not full):
            raise _truncated() if delimiter == MORE else _border()
        self._ended = delimiter == LAST
        self._sequence += 1
        return content[:-1]


def open_message(key: bytes, data: bytes | bytearray | memoryview) -> bytes:
    """Plain bytes of a whole message.

    Raises:
        Denied: wrong key or altered bytes.
        Malformed: not a whole message.
        TooLarge: records over ``RECORD_LIMIT``.
    """
    opener = MessageOpener(key)
    return b"".join([*opener.update(data), *opener.finish()])


def check_place(place: SealedPlace) -> None:
    """Refuse a place that contradicts itself.

    Raises:
        Malformed: ``place-malformed``.
    """
    forms.check(place.pack, forms.ID, "place-malformed")
    sizes = len(place.salt) == SALT_BYTES and len(place.hash) == forms.HASH_BYTES and place.length >= 0
    extents = all(extent.segment >= 0 and extent.offset >= 0 and extent.length > 0 for extent in place.extents)
    if not (sizes and extents and RECORD_BYTES_LEAST <= place.record_size <= RECORD_BYTES_MOST):
        raise _place_malformed()
    if place.sealed_length != sealed_length(place.length, place.record_size):
        raise _place_malformed()


def sealed_range(place: SealedPlace, start: int, length: int) -> list[Extent]:
    """Extents of the records that hold plain bytes ``start`` up to ``start + length``; none for an empty range.

    With the first record comes the message's header, so that it can be compared.

    Raises:
        Malformed: ``place-malformed``, or ``range-outside`` the message.
    """
    check_place(place)
    if start < 0 or length < 0 or start + length > place.length:
        raise Malformed("range-outside", "The range lies outside the value.")
    if not length:
        return []
    payload = place.record_size - OVERHEAD_BYTES
    return _records(place, start // payload, (start + length - 1) // payload + 1)


def open_range(key: bytes, place: SealedPlace, start: int, length: int, read: Read) -> bytes:
    """Plain bytes ``start`` up to ``start + length``, reading only the records that hold them.

    The hash of the place is over the whole and is not checked here; every byte is authenticated by its record.

    Raises:
        Denied: wrong key, altered or exchanged bytes.
        Malformed: short reads, or as ``sealed_range``.
    """
    extents = sealed_range(place, start, length)
    if not extents:
        return b""
    payload = place.record_size - OVERHEAD_BYTES
    first = start // payload
    plain = _PlaceOpener(key, place).open(first, _gather(extents, read))
    return bytes(plain[start - first * payload :][:length])


def open_place(key: bytes, place: SealedPlace, read: Read) -> Iterator[bytes]:
    """The whole message, about a megabyte at a time; its BLAKE3 is checked at the end.

    Only when the iterator has ended without error is the whole known to be what the capsule says; until then nothing
    that was given out may be called verified.

    Raises:
        Denied: wrong key, altered or exchanged bytes, ``bulk-hash-differs``.
        Malformed: short reads or a place that contradicts itself.
        Unsupported: a coding other than as-is.
    """
    check_place(place)
    if place.coding != CODING_AS_IS:
        raise Unsupported("coding-unknown", "The value travels in a coding that this version does not restore.")
    opener, digest = _PlaceOpener(key, place), blake3()
    records = _record_count(place)
    step = max(1, _WINDOW_BYTES // place.record_size)
    for first in range(0, records, step):
        extents = _records(place, first, min(first + step, records))
        plain = bytes(opener.open(first, _gather(extents, read)))
        digest.update(plain)
        yield plain
    if digest.digest() != place.hash:
        raise Denied(
            "bulk-hash-differs",
            "A value does not have the hash that the sender stated.",
            "Ask the sender to send the study again.",
        )


class _PlaceOpener:
    """Opens runs of whole records of one message by its place."""

    def __init__(self, key: bytes, place: SealedPlace) -> None:
        if len(key) != KEY_BYTES:
            raise Malformed("pack-key-malformed", "A pack key does not have 16 bytes.")
        self._place = place
        self._cipher, self._nonce = content_keys(key, place.salt)
        self._last = _record_count(place) - 1

    def open(self, first: int, sealed: bytes | bytearray) -> memoryview:
        """Plain bytes of the records from number ``first`` on; each is opened over the delimiter of the one before."""
        view = memoryview(sealed)
        if first == 0:
            view = self._after_header(view)
        size = self._place.record_size
        count = -(-len(view) // size)
        plain = bytearray(len(view) - count * OVERHEAD_BYTES + 1)
        target, at = memoryview(plain), 0
        for index in range(count):
            record = view[index * size : (index + 1) * size]
            at = self._open_record(first + index, record, target, at)
        return target[:at]

    def _open_record(self, number: int, record: memoryview, target: memoryview, at: int) -> int:
        end = at + len(record) - TAG_BYTES
        nonce = (self._nonce ^ number).to_bytes(12, "big")
        try:
            self._cipher.decrypt_into(nonce, record, None, target[at:end])
        except InvalidTag:
            raise _refused() from None
        if target[end - 1] != (LAST if number == self._last else MORE):
            raise _border()
        return end - 1

    def _after_header(self, view: memoryview) -> memoryview:
        if view[:HEADER_BYTES] != message_header(self._place.salt, self._place.record_size):
            raise Denied(
                "message-header-differs",
                "A sealed value does not begin as the capsule says that it does.",
                "Ask the sender to send the study again.",
            )
        return view[HEADER_BYTES:]


def _record_count(place: SealedPlace) -> int:
    return max(1, -(-place.length // (place.record_size - OVERHEAD_BYTES)))


def _records(place: SealedPlace, first: int, end: int) -> list[Extent]:
    """Extents of records ``first`` up to ``end``, the message's header with record 0."""
    start = HEADER_BYTES + first * place.record_size if first else 0
    return _cut(place.extents, start, min(HEADER_BYTES + end * place.record_size, place.sealed_length))


def _cut(extents: tuple[Extent, ...], start: int, end: int) -> list[Extent]:
    """The part of a run of extents from byte ``start`` up to byte ``end`` of the message."""
    found, passed = [], 0
    for extent in extents:
        low, high = max(start - passed, 0), min(end - passed, extent.length)
        if low < high:
            found.append(Extent(extent.segment, extent.offset + low, high - low))
        passed += extent.length
    return found


def _gather(extents: list[Extent], read: Read) -> bytes | bytearray:
    if len(extents) == 1:
        return _read_all(extents[0], read)
    sealed = bytearray()
    for extent in extents:
        sealed += _read_all(extent, read)
    return sealed


def _read_all(extent: Extent, read: Read) -> bytes:
    data = read(extent)
    if len(data) != extent.length:
        raise _truncated()
    return data


def _refused() -> Denied:
    return Denied(
        "seal-broken",
        "Sealed bytes do not open: they were altered or exchanged, or the key is another.",
        "Ask the sender to send the study again.",
    )


def _border() -> Malformed:
    return Malformed("message-delimiter", "A record of a sealed message does not end as its place demands.")


def _truncated() -> Malformed:
    return Malformed("message-truncated", "A sealed message is shorter than it must be.", "Fetch it again.")


def _place_malformed() -> Malformed:
    return Malformed("place-malformed", "A capsule describes a place that cannot hold what it says.")
