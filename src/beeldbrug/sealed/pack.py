"""Packs: sealed messages laid end to end in numbered segments, one writer and one random key a pack (DESIGN section 4).

The writer decides what goes where and keeps the running hashes; files, clocks, uploads and tables are the caller's.
A segment is closed by one padding message, so that its size is a Padme size; no segment is longer than SEGMENT_BYTES.
A message may go on in the next segment, always at the border of a record. Messages are RFC 8188 section 2.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from blake3 import blake3

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.pack import SEGMENT_BYTES, Extent, SealedPlace, Segment
from beeldbrug.sealed import forms
from beeldbrug.sealed.message import (
    HEADER_BYTES,
    KEY_BYTES,
    OVERHEAD_BYTES,
    RECORD_BYTES_LEAST,
    SALT_BYTES,
    MessageSealer,
    seal_message,
)
from beeldbrug.sealed.padme import padme

PADDING_LEAST: Final = HEADER_BYTES + OVERHEAD_BYTES
"""Bytes of the shortest message, one over nothing."""

CONTENT_BYTES: Final = SEGMENT_BYTES - PADDING_LEAST
"""Most content of a segment: with its padding it is SEGMENT_BYTES, itself a Padme size."""

_BATCH_BYTES: Final = 512 * 1024
"""Plain bytes hashed and sealed at a time: BLAKE3 and file writes are fastest on long runs."""

_GATHER_BYTES: Final = 128 * 1024
"""Short writes are gathered up to this many bytes first; one that is longer than half of it is sealed by itself."""


class SegmentFile(Protocol):
    """Where the writer puts the bytes of one segment."""

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Add all of ``data`` or, when that fails, none of it (cut the file back) and raise. The buffer is the
        file's to keep: the writer never changes it again."""

    def close(self, segment: Segment) -> None:
        """The segment is complete, padding included."""


def new_pack_key() -> bytes:
    """A fresh content key (RFC 8188 input keying material)."""
    return secrets.token_bytes(KEY_BYTES)


def padded_length(length: int) -> int:
    """Padme size of a segment with ``length`` content bytes, the shortest that leaves room for a padding message."""
    return padme(length + PADDING_LEAST)


def padding(key: bytes, length: int) -> bytes:
    """The padding message for a segment with ``length`` content bytes: zeros in one record, under a fresh salt."""
    room = padded_length(length) - length
    record_size = max(room - HEADER_BYTES, RECORD_BYTES_LEAST)
    return seal_message(key, secrets.token_bytes(SALT_BYTES), record_size, bytes(room - PADDING_LEAST))


def recovered_segment(key: bytes, pack: str, number: int, content: Iterable[bytes]) -> tuple[bytes, Segment]:
    """Padding message and closed segment for content read back after a crash (already cut at the last known place).

    The caller appends the padding message to the file before it stores the segment.
    """
    digest, length = blake3(), 0
    for part in content:
        digest.update(part)
        length += len(part)
    tail = padding(key, length)
    digest.update(tail)
    return tail, Segment(pack, number, length, length + len(tail), digest.digest())


def hash_segment(content: Iterable[bytes | bytearray | memoryview]) -> bytes:
    """BLAKE3-256 over the bytes of a segment file, as ``Segment.hash``."""
    digest = blake3()
    for part in content:
        digest.update(part)
    return digest.digest()


class PackWriter:
    """Appends sealed messages to the segments of one pack; one message at a time, from one thread at a time.

    ``open_segment`` is called with a segment number (from 1) when its first byte is due. ``opened_at`` is the clock's
    reading at the first byte of the current segment, None when there is none; ``pending`` is its content in bytes.
    ``gathering`` is room for short writes, which packs may share that never have a message open at the same time.
    """

    def __init__(
        self,
        key: bytes,
        pack_id: str,
        open_segment: Callable[[int], SegmentFile],
        clock: Callable[[], float] = time.monotonic,
        first_segment: int = 1,
        gathering: memoryview | None = None,
    ) -> None:
        self.pack = forms.check(pack_id, forms.ID, "pack-id-malformed")
        self.opened_at: float | None = None
        self.pending = 0
        self._key = key
        self._open_segment = open_segment
        self._clock = clock
        self._number = first_segment
        self._file: SegmentFile | None = None
        self._digest = blake3()
        self._message: MessageWriter | None = None
        self._gathering = memoryview(bytearray(_GATHER_BYTES)) if gathering is None else gathering

    def begin(self, record_size: int) -> MessageWriter:
        """Start a message under a fresh salt. The one before must have been ended or aborted."""
        if self._message is not None:
            raise Conflict("message-open", "A pack takes one message at a time.", "End or abort the open message.")
        self._message = MessageWriter(self, self._key, record_size, self._gathering)
        return self._message

    def close_segment(self) -> Segment | None:
        """Pad and close the current segment; None when it holds nothing. An open message goes on in the next one.

        Complete records of an open message are written first, so that a reader can have all that is there.
        """
        if self._message is not None:
            self._message.flush()
        return self._close() if self.pending else None

    def append(self, sealed: memoryview) -> Extent:
        """Add sealed bytes to the current segment, which must have room; for ``MessageWriter``."""
        number, offset = self._number, self.pending
        if self._file is None:
            self._file = self._open_segment(number)
            self._digest = blake3()
        self._file.append(sealed)
        self._digest.update(sealed)
        if not self.pending:
            self.opened_at = self._clock()
        self.pending += len(sealed)
        return Extent(number, offset, len(sealed))

    def make_room(self, wanted: int) -> int:
        """Bytes that fit in the current segment, after closing one that has no room for ``wanted``."""
        if self.pending and CONTENT_BYTES - self.pending < wanted:
            self._close()
        return CONTENT_BYTES - self.pending

    def release(self, message: MessageWriter) -> None:
        """``message`` has ended or was aborted."""
        if self._message is message:
            self._message = None

    def _close(self) -> Segment:
        file = self._file
        if file is None:
            raise Conflict("segment-not-open", "There is no open segment to close.")
        tail = padding(self._key, self.pending)
        file.append(tail)
        self._digest.update(tail)
        segment = Segment(self.pack, self._number, self.pending, self.pending + len(tail), self._digest.digest())
        self._file, self.opened_at, self.pending = None, None, 0
        self._number += 1
        file.close(segment)
        return segment


class MessageWriter:
    """One message being written: ``write`` any number of times, then ``end`` or ``abort``."""

    def __init__(self, pack: PackWriter, key: bytes, record_size: int, gathering: memoryview) -> None:
        if not RECORD_BYTES_LEAST <= record_size <= CONTENT_BYTES - HEADER_BYTES:
            raise Malformed("message-parameters", "The record size does not fit in a segment.")
        self._pack = pack
        self._salt = secrets.token_bytes(SALT_BYTES)
        self._record_size = record_size
        self._sealer = MessageSealer(key, self._salt, record_size)
        self._digest = blake3()
        self._gathering = gathering
        self._gathered = 0
        self._extents: list[Extent] = []
        self._first = HEADER_BYTES
        self._ended = False

    @property
    def length(self) -> int:
        """Plain bytes taken so far."""
        return self._sealer.length + self._gathered

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take plain bytes; they may be changed by the caller afterwards. An error of the segment file ends the
        message as ``abort`` does."""
        self._check_open()
        view = memoryview(data).cast("B")
        if self._gathered + len(view) > len(self._gathering):
            self._drain()
        if self._gathered or 2 * len(view) <= len(self._gathering):
            self._gathering[self._gathered : self._gathered + len(view)] = view
            self._gathered += len(view)
        else:
            self._seal(view)

    def flush(self) -> None:
        """Write every record that is complete; at most one record of plain bytes stays in memory."""
        self._check_open()
        self._drain()

    def end(self) -> SealedPlace:
        """Seal the last record and say where the message lies and what it must be."""
        self._check_open()
        self._drain()
        self._guarded(self._sealer.seal_last())
        self._finish()
        return SealedPlace(
            pack=self._pack.pack,
            extents=tuple(self._extents),
            salt=self._salt,
            record_size=self._record_size,
            length=self._sealer.length,
            hash=self._digest.digest(),
        )

    def abort(self) -> None:
        """Give the message up: what was written stays behind without any reference."""
        self._finish()

    def _drain(self) -> None:
        if self._gathered:
            count, self._gathered = self._gathered, 0
            self._seal(self._gathering[:count])

    def _seal(self, view: memoryview) -> None:
        for start in range(0, len(view), _BATCH_BYTES):
            batch = view[start : start + _BATCH_BYTES]
            self._digest.update(batch)
            self._guarded(self._sealer.seal(batch))

    def _guarded(self, sealed: bytearray) -> None:
        done = False
        try:
            self._put(memoryview(sealed))
            done = True
        finally:
            if not done:
                self._finish()

    def _put(self, sealed: memoryview) -> None:
        while sealed:
            border = min(self._first + self._record_size, len(sealed))
            room = self._pack.make_room(border)
            fits = border + (room - border) // self._record_size * self._record_size
            self._add(self._pack.append(sealed[:fits]))
            sealed, self._first = sealed[fits:], 0

    def _add(self, extent: Extent) -> None:
        last = self._extents[-1] if self._extents else None
        if last and last.segment == extent.segment and last.offset + last.length == extent.offset:
            self._extents[-1] = Extent(last.segment, last.offset, last.length + extent.length)
        else:
            self._extents.append(extent)

    def _finish(self) -> None:
        self._ended = True
        self._gathered = 0
        self._pack.release(self)

    def _check_open(self) -> None:
        if self._ended:
            raise Conflict("message-ended", "A sealed message was ended before and takes no more bytes.")
