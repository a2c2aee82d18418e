"""Capsule parts, the opening side: an age file in, a checked preface and typed records out (DESIGN section 4).

Nothing inside is believed before the sealed bytes have the hash that the signed envelope states and the preface repeats
the envelope. Sizes are bounded before memory is. Keeps and re-wraps no keys. Formats as in ``sealed.capsule``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import zstandard

from beeldbrug.model.capsule import (
    PART_BYTES,
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
from beeldbrug.model.errors import Denied, Malformed, TooLarge, Unsupported
from beeldbrug.sealed.capsule import (
    FRAME_MARK,
    OPEN_BYTES,
    PADDING_HEADER_BYTES,
    PADDING_MAGIC,
    PREFACE_TAG,
    TAGS,
    Content,
)
from beeldbrug.sealed.envelope import Envelope, EnvelopeKind, part_hash
from beeldbrug.sealed.opening.age import open_age
from beeldbrug.sealed.opening.records import check_record

_PARCEL: Final = (OfferRecord, GrantRecord, HeaderRecord, BulkRecord, SegmentRecord, Closing)
ALLOWED: Final[dict[str, tuple[type[Content], ...]]] = {
    EnvelopeKind.PARCEL: _PARCEL,
    EnvelopeKind.SUPPLEMENT: _PARCEL,
    EnvelopeKind.RECEIPT: (Receipt,),
    EnvelopeKind.WITHDRAW: (Withdrawal,),
    EnvelopeKind.ANSWER: (AnswerRecord,),
    EnvelopeKind.REPORT: (ReportRecord, ReportPiece),
    EnvelopeKind.REQUEST: (ImageRequestRecord,),
    EnvelopeKind.NOTICE: (ImageReplyRecord,),
}
"""What a part of each kind may hold; a part of another kind may hold anything that is known."""

RECORDS_LIMIT: Final = 100_000
_WINDOW_BYTES: Final = 8 * 1024 * 1024
_FEED_BYTES: Final = 512
"""Compressed bytes fed at a time: zstd makes at most 128 KiB of four bytes, so memory between two checks is bounded."""

_TAGGED: Final = msgspec.msgpack.Decoder(tuple[str, msgspec.Raw])
_PREFACE: Final = msgspec.msgpack.Decoder(Preface)
_DECODERS: Final = {tag: msgspec.msgpack.Decoder(content) for tag, content in TAGS.items()}


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """An opened part: the preface, equal to its envelope, and the records in order."""

    preface: Preface
    records: tuple[Content, ...]


def open_part(sealed: bytes, identities: Sequence[str], envelope: Envelope) -> OpenedPart:
    """Open a part with one of the ``AGE-SECRET-KEY-1...`` identities; ``envelope`` was read and verified before.

    Raises:
        Denied: ``part-hash-differs``, ``capsule-not-opened``, ``preface-differs``, ``terms-differ``.
        Malformed: ``capsule-malformed`` and what the checks of records raise.
        TooLarge: over PART_BYTES sealed or OPEN_BYTES opened.
        Unsupported: ``record-unknown``: made by a newer version.
    """
    if len(sealed) > PART_BYTES:
        raise TooLarge("part-too-large", "A capsule part is larger than any may be.")
    if part_hash(sealed) != envelope.part_hash:
        raise Denied(
            "part-hash-differs",
            "A capsule part is not the one that its envelope was signed for.",
            "Fetch it again; if it stays so, ask the sender to send again.",
        )
    frames = _frames(_decompressed(open_age(sealed, identities)))
    preface = _preface(next(frames, b""), envelope)
    records: list[Content] = []
    for frame in frames:
        if len(records) == RECORDS_LIMIT:
            raise TooLarge("part-too-many-records", "A capsule part holds more records than are allowed.")
        records.append(_record(frame, envelope))
    return OpenedPart(preface, tuple(records))


def _preface(frame: bytes | memoryview, envelope: Envelope) -> Preface:
    tag, raw = _tagged(frame)
    if tag != PREFACE_TAG:
        raise _malformed()
    try:
        preface = _PREFACE.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _malformed() from None
    outside = Preface(
        envelope.version, envelope.sender, envelope.receiver, envelope.parcel, envelope.part, envelope.kind
    )
    if preface != outside:
        raise Denied(
            "preface-differs",
            "A capsule part says inside that it is another than its envelope says.",
            "It was replayed or signed again by somebody else: tell the sender and your security officer.",
        )
    return preface


def _record(frame: memoryview, envelope: Envelope) -> Content:
    tag, raw = _tagged(frame)
    decoder = _DECODERS.get(tag)
    if decoder is None:
        raise Unsupported("record-unknown", "A capsule holds a record that is not known here.", "Upgrade this program.")
    try:
        record: Content = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _malformed() from None
    if not isinstance(record, ALLOWED.get(envelope.kind, tuple(TAGS.values()))):
        raise Malformed("record-misplaced", "A capsule part holds a record that its kind does not allow.")
    check_record(record)
    if isinstance(record, OfferRecord):
        _check_terms(record, envelope)
    return record


def _check_terms(offer: OfferRecord, envelope: Envelope) -> None:
    named = (offer.terms.sender.organisation, offer.terms.receiver.organisation)
    if named != (envelope.sender, envelope.receiver):
        raise Denied("terms-differ", "The terms of a sending name other organisations than its envelope.")


def _tagged(frame: bytes | memoryview) -> tuple[str, msgspec.Raw]:
    try:
        return _TAGGED.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _malformed() from None


def _frames(plain: bytes) -> Iterator[memoryview]:
    view, at = memoryview(plain), 0
    while at < len(view):
        length = int.from_bytes(view[at + 1 : at + 5], "big")
        start, end = at + 5, at + 5 + length
        if view[at] != FRAME_MARK[0] or end > len(view):
            raise _malformed()
        yield view[start:end]
        at = end


def _decompressed(inside: bytes) -> bytes:
    """Content of the one zstd frame; after it only padding."""
    stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj()
    plain, size, at = [], 0, 0
    try:
        while not stream.eof and at < len(inside):
            plain.append(stream.decompress(inside[at : at + _FEED_BYTES]))
            size += len(plain[-1])
            at += _FEED_BYTES
            if size > OPEN_BYTES:
                raise TooLarge("capsule-too-large", "A capsule part becomes larger than any may be when it is opened.")
    except zstandard.ZstdError:
        raise _malformed() from None
    if not stream.eof:
        raise _malformed()
    _check_padding(stream.unused_data + inside[at:])
    return b"".join(plain)


def _check_padding(rest: bytes) -> None:
    zeros = len(rest) - PADDING_HEADER_BYTES
    if zeros < 0 or rest != PADDING_MAGIC + zeros.to_bytes(4, "little") + bytes(zeros):
        raise _malformed()


def _malformed() -> Malformed:
    return Malformed(
        "capsule-malformed",
        "A capsule part opens but does not hold what a part must hold.",
        "Check that both ends run versions that understand each other.",
    )
