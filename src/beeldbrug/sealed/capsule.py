"""Capsule parts, the sealing side: records in, one age file of at most PART_BYTES out (DESIGN sections 1 and 4).

Inside the age file is a zstd frame and a zstd skippable frame of zeros that brings the inside to a Padme size, so that
``age --decrypt | zstd -d`` reads a part. The zstd frame holds a stream of MessagePack ``bin 32`` objects; each of them
holds the MessagePack of ``[tag, content]``: the preface first, then the records of ``model.capsule``. Signs nothing and
opens nothing. The hub never imports this module. MessagePack specification; RFC 8878 (zstd), section 3.1.2 (skippable
frames); C2SP age v1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import zstandard

from beeldbrug.model.capsule import (
    AnswerRecord,
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    ImageReplyRecord,
    ImageRequestRecord,
    OfferRecord,
    Preface,
    Receipt,
    ReportPiece,
    ReportRecord,
    SegmentRecord,
    Withdrawal,
)
from beeldbrug.model.errors import TooLarge
from beeldbrug.sealed import age
from beeldbrug.sealed.padme import padme

Content = (
    OfferRecord
    | GrantRecord
    | HeaderRecord
    | BulkRecord
    | SegmentRecord
    | Closing
    | Receipt
    | Withdrawal
    | AnswerRecord
    | ReportRecord
    | ReportPiece
    | ImageRequestRecord
    | ImageReplyRecord
)
"""Everything that a capsule part can hold after its preface."""

PREFACE_TAG: Final = "preface"
TAGS: Final[dict[str, type[Content]]] = {
    "offer": OfferRecord,
    "grant": GrantRecord,
    "header": HeaderRecord,
    "bulk": BulkRecord,
    "segment": SegmentRecord,
    "closing": Closing,
    "receipt": Receipt,
    "withdrawal": Withdrawal,
    "answer": AnswerRecord,
    "report": ReportRecord,
    "report-piece": ReportPiece,
    "image-request": ImageRequestRecord,
    "image-reply": ImageReplyRecord,
}
"""Name of each content on the wire."""

INSIDE_BYTES: Final = 63 * 16 * 1024
"""Most bytes inside the age file: the largest Padme size that stays under PART_BYTES once it is sealed."""

OPEN_BYTES: Final = 16 * 1024 * 1024
"""Most MessagePack bytes of a part; a reader refuses more, so that a small part cannot fill its memory."""

FRAME_MARK: Final = b"\xc6"
"""MessagePack ``bin 32``: four bytes of length follow."""

PADDING_MAGIC: Final = (0x184D2A50).to_bytes(4, "little")
PADDING_HEADER_BYTES: Final = 8

_LEVEL: Final = 3
_TAG_OF: Final = {content: tag for tag, content in TAGS.items()}
_ENCODER: Final = msgspec.msgpack.Encoder()


class PartBuilder:
    """Fills one part: ``add`` until it says that the next record does not fit, then ``seal``.

    Compression runs along only when it must, to learn what still fits; the sealed part is never over PART_BYTES,
    whatever the records compress to. Memory is at most OPEN_BYTES.
    """

    def __init__(self, preface: Preface) -> None:
        self.preface = preface
        self.records = 0
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._compressed: list[bytes] = []
        self._size = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._plain_bytes = 0
        self._take(_frame(PREFACE_TAG, preface))

    def add(self, record: Content) -> bool:
        """Take a record when it fits; False leaves the part as it was.

        Raises:
            TooLarge: ``record-too-large``: it does not fit in any part.
        """
        frame = _frame(_TAG_OF[type(record)], record)
        if not self._fits(len(frame)):
            if not self.records:
                raise TooLarge(
                    "record-too-large",
                    "A record does not fit in a capsule part.",
                    "Such values travel in an identity pack.",
                )
            return False
        self._take(frame)
        self.records += 1
        return True

    def seal(self, recipient: str) -> bytes:
        """The part as an age file for ``recipient`` (``age1...``). The builder is used up by it."""
        self._compress()
        inside = b"".join([*self._compressed, self._compressor.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)])
        return age.seal(_padded(inside), recipient)

    def _fits(self, length: int) -> bool:
        if self._plain_bytes + length > OPEN_BYTES:
            return False
        if self._size + _bound(self._waiting_bytes + length) <= INSIDE_BYTES:
            return True
        self._compress()
        return self._size + _bound(length) <= INSIDE_BYTES

    def _take(self, frame: bytes) -> None:
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._plain_bytes += len(frame)

    def _compress(self) -> None:
        if not self._waiting:
            return
        self._compressed.append(self._compressor.compress(b"".join(self._waiting)))
        self._compressed.append(self._compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
        self._size += len(self._compressed[-2]) + len(self._compressed[-1])
        self._waiting, self._waiting_bytes = [], 0


def seal_part(preface: Preface, records: Sequence[Content], recipient: str) -> bytes:
    """One sealed part of all ``records``, of whatever kind.

    Raises:
        TooLarge: ``part-too-large`` or ``record-too-large``.
        Malformed: a recipient that is none.
    """
    builder = PartBuilder(preface)
    for record in records:
        if not builder.add(record):
            raise TooLarge("part-too-large", "The records do not fit in one capsule part.", "Use more parts.")
    return builder.seal(recipient)


def _frame(tag: str, content: Preface | Content) -> bytes:
    encoded = _ENCODER.encode((tag, content))
    return FRAME_MARK + len(encoded).to_bytes(4, "big") + encoded


def _bound(length: int) -> int:
    """Most bytes that zstd and the padding's header make of ``length`` more bytes: incompressible blocks are stored."""
    return length + (length >> 8) + 64


def _padded(inside: bytes) -> bytes:
    zeros = padme(len(inside) + PADDING_HEADER_BYTES) - len(inside) - PADDING_HEADER_BYTES
    return b"".join((inside, PADDING_MAGIC, zeros.to_bytes(4, "little"), bytes(zeros)))
