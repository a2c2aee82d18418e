"""What the types of ``model.capsule`` cannot say: ranges, lengths and agreement inside a record that came in.

A table from record type to check; pure. Compares nothing with other records: counts and totals are the receiver's
matter when the closing manifest has come (DESIGN sections 3 and 4).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Final

from beeldbrug.model.answer import NAME_CHARACTERS, PHONE_CHARACTERS, TEXT_CHARACTERS
from beeldbrug.model.capsule import (
    INDEX_INLINE_BYTES,
    REPORT_PIECE_BYTES,
    AnswerRecord,
    Bulk,
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    ImageReplyRecord,
    ImageRequestRecord,
    OfferRecord,
    Receipt,
    ReportPiece,
    ReportRecord,
    SegmentRecord,
    Withdrawal,
)
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Malformed
from beeldbrug.model.image_request import PARCELS_MOST, SERIES_MOST, UID_CHARACTERS
from beeldbrug.model.pack import CODING_AS_IS
from beeldbrug.model.report import DOCUMENT_BYTES
from beeldbrug.model.report import TEXT_CHARACTERS as REPORT_CHARACTERS
from beeldbrug.sealed import forms
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.live import SECRET_BYTES
from beeldbrug.sealed.message import KEY_BYTES
from beeldbrug.sealed.opening.message import check_place
from beeldbrug.sealed.pack import PADDING_LEAST

_CODE: Final = "record-malformed"
_UID_CHARACTERS: Final = 1024
"""Far more than PS3.5 section 9.1 allows: what the sender's PACS accepted comes through."""


_TEXT_CHARACTERS: Final = 16 * 1024
_MODALITIES: Final = 256
_KINDS: Final = 16
_LARGEST: Final = 2**62
_WORD: Final = re.compile(r"[a-z0-9-]{0,64}")
"""A state or the code of a reason; never free text, which could hold identity and lands in lists and logs."""

SEGMENT_LIMIT: Final = 64 * 1024 * 1024
"""No segment that comes in is larger; ours are SEGMENT_BYTES at most."""


def check_record(record: Content) -> None:
    """Refuse a record that contradicts itself.

    Raises:
        Malformed: ``record-malformed`` or ``place-malformed``.
    """
    _CHECKS[type(record)](record)


def _offer(record: OfferRecord) -> None:
    _demand(len(record.study_uid) <= _UID_CHARACTERS)
    terms = record.terms
    parties = [getattr(party, one.name) for party in (terms.sender, terms.receiver) for one in fields(party)]
    texts = [*parties, terms.responsible, terms.question, terms.consent, record.description, *record.modalities]
    _demand(len(record.modalities) <= _MODALITIES and all(len(text) <= _TEXT_CHARACTERS for text in texts))
    _demand(len(record.live) in (0, SECRET_BYTES))
    forms.check_time(record.started, _CODE)
    forms.check_time(record.expires, _CODE)


def _grant(record: GrantRecord) -> None:
    forms.check(record.pack, forms.ID, _CODE)
    _demand(len(record.key) == KEY_BYTES)


def _header(record: HeaderRecord) -> None:
    _demand(1 <= record.instance < 2**31)
    uids = (record.study_uid, record.series_uid, record.instance_uid, record.sop_class, record.transfer_syntax)
    _demand(all(len(uid) <= _UID_CHARACTERS for uid in uids))
    _demand((record.header is None) != (record.header_place is None))
    if record.header_place is not None:
        check_place(record.header_place)


def _bulk(record: BulkRecord) -> None:
    _demand(1 <= record.instance < 2**31)
    _demand(len(record.hash) == forms.HASH_BYTES)
    _demand(all(piece.length >= 0 for piece in record.pieces))
    _demand(sum(piece.length for piece in record.pieces) == record.size <= _LARGEST)
    elsewhere = [piece for piece in record.pieces if piece.kind is not PieceKind.HEADER]
    _demand(len(elsewhere) == len(record.bulks))
    for piece, bulk in zip(elsewhere, record.bulks, strict=True):
        _bulk_place(piece, bulk)
    if record.header_place is not None:
        check_place(record.header_place)


def _bulk_place(piece: Piece, bulk: Bulk) -> None:
    check_place(bulk.place)
    _demand(piece.kind.value == bulk.line.value and piece.tag == bulk.tag)
    _demand(bulk.place.coding != CODING_AS_IS or bulk.place.length == piece.length)
    if bulk.frames is not None:
        check_place(bulk.frames)
    _demand(len(bulk.index) <= INDEX_INLINE_BYTES and not (bulk.index and bulk.frames))


def _segment(record: SegmentRecord) -> None:
    segment = record.segment
    forms.check(segment.pack, forms.ID, _CODE)
    _demand(0 <= segment.number < 2**31 and len(segment.hash) == forms.HASH_BYTES)
    _demand(0 < segment.length <= segment.padded - PADDING_LEAST and segment.padded <= SEGMENT_LIMIT)


def _closing(record: Closing) -> None:
    counts = (record.parts, record.instances, record.instance_bytes, record.segments, record.segment_bytes)
    _demand(min(counts) >= 0 and max(counts) <= _LARGEST and len(record.hash) == forms.HASH_BYTES)


def _receipt(record: Receipt) -> None:
    _demand(0 <= record.received <= _LARGEST and 0 <= record.total <= _LARGEST)
    _demand(len(record.hash) in (0, forms.HASH_BYTES) and _WORD.fullmatch(record.state) is not None)
    _demand(_WORD.fullmatch(record.reason) is not None)
    forms.check_time(record.at, _CODE)


def _withdrawal(record: Withdrawal) -> None:
    forms.check_time(record.at, _CODE)


def _answer(record: AnswerRecord) -> None:
    _words(record.answer, record.outcome)
    _said(record)


def _image_request(record: ImageRequestRecord) -> None:
    _words(record.urgency, *record.kinds)
    _demand(len(record.kinds) <= _KINDS and len(record.series) <= SERIES_MOST)
    _demand(all(0 < len(uid) <= UID_CHARACTERS for uid in record.series))
    _said(record)


def _image_reply(record: ImageReplyRecord) -> None:
    _words(record.outcome, record.reason)
    _demand(len(record.parcels) <= PARCELS_MOST and 0 <= record.had <= _LARGEST)
    for parcel in record.parcels:
        forms.check(parcel, forms.ID, _CODE)
    _said(record)


def _said(record: AnswerRecord | ImageRequestRecord | ImageReplyRecord) -> None:
    """Who says what, and when."""
    _demand(1 <= record.number < 2**31)
    _demand(len(record.text) <= TEXT_CHARACTERS and len(record.phone) <= PHONE_CHARACTERS)
    _demand(all(len(getattr(record.who, one.name)) <= NAME_CHARACTERS for one in fields(record.who)))
    forms.check_time(record.at, _CODE)


def _report(record: ReportRecord) -> None:
    report = record.report
    forms.check(record.id, forms.ID, _CODE)
    _demand(0 <= record.text_bytes <= record.size <= DOCUMENT_BYTES + 4 * REPORT_CHARACTERS)
    _demand(record.pieces == -(-record.size // REPORT_PIECE_BYTES) and len(record.hash) == forms.HASH_BYTES)
    _demand(not report.text and not report.document)
    forms.check_time(record.at, _CODE)
    forms.check_time(report.written, _CODE)


def _report_piece(record: ReportPiece) -> None:
    forms.check(record.id, forms.ID, _CODE)
    _demand(1 <= record.number < 2**31 and 0 < len(record.data) <= REPORT_PIECE_BYTES)


def _words(*words: str) -> None:
    _demand(all(_WORD.fullmatch(word) is not None for word in words))


def _demand(holds: bool) -> None:
    if not holds:
        raise Malformed(_CODE, "A record of a capsule contradicts itself.", "Ask the sender to upgrade and send again.")


_CHECKS: Final[dict[type[Content], Callable[..., None]]] = {
    OfferRecord: _offer,
    GrantRecord: _grant,
    HeaderRecord: _header,
    BulkRecord: _bulk,
    SegmentRecord: _segment,
    Closing: _closing,
    Receipt: _receipt,
    Withdrawal: _withdrawal,
    AnswerRecord: _answer,
    ReportRecord: _report,
    ReportPiece: _report_piece,
    ImageRequestRecord: _image_request,
    ImageReplyRecord: _image_reply,
}
