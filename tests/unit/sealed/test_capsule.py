"""Promises of sealing capsule parts: every content comes back, parts fill up, none is over its limit."""

from __future__ import annotations

import os
import random

import pytest
import zstandard

from beeldbrug.model.capsule import (
    PART_BYTES,
    Bulk,
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    OfferRecord,
    Receipt,
    SegmentRecord,
    Withdrawal,
)
from beeldbrug.model.dataset import Line, Piece, PieceKind
from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.model.exchange import Ground, Party, Purpose, Terms, Urgency
from beeldbrug.model.pack import Extent, SealedPlace, Segment
from beeldbrug.sealed.age import CHUNK_BYTES, OVERHEAD_BYTES
from beeldbrug.sealed.capsule import INSIDE_BYTES, OPEN_BYTES, Content, PartBuilder, seal_part
from beeldbrug.sealed.message import sealed_length
from beeldbrug.sealed.opening.age import open_age
from beeldbrug.sealed.opening.capsule import open_part
from beeldbrug.sealed.padme import padme
from tests.unit.sealed.makers import (
    RECEIVER,
    RECEIVER_KEY,
    SENDER,
    a_part,
    a_preface,
    an_envelope,
)

PACK = "a" * 32


def a_place(length: int) -> SealedPlace:
    extents = (Extent(1, 2**33, sealed_length(length, 65536)),)
    return SealedPlace(PACK, extents, os.urandom(16), 65536, length, os.urandom(32))


def an_offer() -> OfferRecord:
    terms = Terms(
        Party(SENDER, "Ziekenhuis Één"),
        Party(RECEIVER, "Ziekenhuis Twee", department="Radiologie"),
        Purpose.TREATMENT,
        Ground.REFERRAL,
        Urgency.STAT,
        question="Bloeding?",
    )
    return OfferRecord(terms, "1.2.3", "CT hoofd", ("CT", "SR"), 1.5, 2.5)


def a_header(header: bytes, instance: int = 1) -> HeaderRecord:
    return HeaderRecord(instance, "1.2", "1.2.3", f"1.2.3.{instance}", "1.2.840.1", "1.2.840.2", False, header)


def a_bulk_record() -> BulkRecord:
    pieces = (Piece(PieceKind.HEADER, 1000), Piece(PieceKind.PIXEL, 2**34, 0x7FE00010), Piece(PieceKind.HEADER, 8))
    bulk = Bulk(0x7FE00010, Line.PIXEL, a_place(2**34), a_place(12))
    return BulkRecord(1, b"tail", pieces, (bulk,), 2**34 + 1008, os.urandom(32))


PARCEL: tuple[Content, ...] = (
    an_offer(),
    GrantRecord(PACK, Line.PIXEL, os.urandom(16)),
    a_header(b"header" * 100),
    HeaderRecord(2, "1.2", "1.2.3", "1.2.4", "1.2", "1.2", True, None, a_place(300_000)),
    a_bulk_record(),
    SegmentRecord(Segment(PACK, 1, 5000, 5120, os.urandom(32))),
    Closing(1, 2, 2**40, 1, 5120, os.urandom(32)),
)
RECEIPT = Receipt("verified", 540, 540, os.urandom(32), at=3.0)
WITHDRAWAL = Withdrawal("sent-in-error", 4.0)


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        ("parcel", PARCEL),
        ("supplement", PARCEL),
        ("receipt", (RECEIPT,)),
        ("withdraw", (WITHDRAWAL,)),
        ("a-new-kind", (*PARCEL, RECEIPT, WITHDRAWAL)),
        ("notice", ()),
    ],
)
def test_every_content_comes_back_equal(kind: str, records: tuple[Content, ...]) -> None:
    sealed = a_part(records, kind=kind)
    opened = open_part(sealed, [RECEIVER_KEY.secret], an_envelope(sealed, kind=kind))
    assert opened.records == records
    assert opened.preface == a_preface(kind=kind)


def test_a_part_is_one_zstd_frame_and_padding_up_to_a_padme_size() -> None:
    for count in (1, 10, 100):
        sealed = a_part([a_header(os.urandom(777), number + 1) for number in range(count)])
        inside = open_age(sealed, [RECEIVER_KEY.secret])
        assert len(inside) == padme(len(inside))
        assert zstandard.ZstdDecompressor().stream_reader(inside, read_across_frames=True).read()


def test_the_largest_inside_fits_in_a_part_once_it_is_sealed() -> None:
    assert padme(INSIDE_BYTES) == INSIDE_BYTES
    sealed = INSIDE_BYTES + OVERHEAD_BYTES + 16 * (INSIDE_BYTES // CHUNK_BYTES + 1)
    assert sealed <= PART_BYTES < sealed + 2 * 16384


def filled(builder: PartBuilder, records: list[HeaderRecord]) -> int:
    for count, record in enumerate(records):
        if not builder.add(record):
            return count
    return len(records)


def test_parts_of_incompressible_records_fill_up_and_never_pass_the_limit() -> None:
    for size in (200, 5_000, 60_000, 250_000):
        records = [a_header(os.urandom(size), number + 1) for number in range(1_400_000 // size)]
        builder = PartBuilder(a_preface())
        count = filled(builder, records)
        assert 0 < count < len(records)
        sealed = builder.seal(RECEIVER_KEY.recipient)
        assert PART_BYTES - 2 * size - 40_000 < len(sealed) <= PART_BYTES
        opened = open_part(sealed, [RECEIVER_KEY.secret], an_envelope(sealed))
        assert list(opened.records) == records[:count]


def test_compressible_records_fill_a_part_beyond_their_plain_size() -> None:
    words = [os.urandom(12) for _ in range(300)]
    picker = random.Random(1)
    records = [a_header(b"".join(picker.choices(words, k=400)), number + 1) for number in range(4000)]
    builder = PartBuilder(a_preface())
    count = filled(builder, records)
    sealed = builder.seal(RECEIVER_KEY.recipient)
    assert count * 4800 > 2 * PART_BYTES
    assert PART_BYTES * 0.95 < len(sealed) <= PART_BYTES
    assert len(open_part(sealed, [RECEIVER_KEY.secret], an_envelope(sealed)).records) == count


def test_a_part_never_opens_to_more_than_a_reader_accepts() -> None:
    builder = PartBuilder(a_preface())
    count = filled(builder, [a_header(bytes(250_000), number + 1) for number in range(200)])
    assert OPEN_BYTES - 300_000 < count * 250_000 <= OPEN_BYTES
    sealed = builder.seal(RECEIVER_KEY.recipient)
    assert len(open_part(sealed, [RECEIVER_KEY.secret], an_envelope(sealed)).records) == count


def test_a_refused_record_leaves_the_part_as_it_was() -> None:
    builder = PartBuilder(a_preface())
    assert builder.add(a_header(os.urandom(600_000)))
    assert not builder.add(a_header(os.urandom(600_000), 2))
    assert builder.add(a_header(b"small", 2))
    sealed = builder.seal(RECEIVER_KEY.recipient)
    opened = open_part(sealed, [RECEIVER_KEY.secret], an_envelope(sealed))
    assert [record.instance for record in opened.records if isinstance(record, HeaderRecord)] == [1, 2]


def test_what_fits_in_no_part_is_refused() -> None:
    with pytest.raises(TooLarge, match="record-too-large"):
        PartBuilder(a_preface()).add(a_header(bytes(2_000_000)))
    with pytest.raises(TooLarge, match="part-too-large"):
        a_part([a_header(os.urandom(600_000)), a_header(os.urandom(600_000), 2)])


def test_a_recipient_that_is_none_is_refused() -> None:
    for recipient in ("age1", RECEIVER_KEY.secret, RECEIVER_KEY.recipient[:-1] + "q", "ssh-ed25519 AAAA"):
        with pytest.raises(Malformed, match="recipient-malformed"):
            seal_part(a_preface(), [], recipient)
