"""Promises of opening capsule parts: replayed, signed again, altered, hostile or contradictory parts are refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pyrage  # type: ignore[import-untyped]  # the package ships no types
import pytest
import zstandard

from beeldbrug.model.capsule import CAPSULE_VERSION, PART_BYTES, BulkRecord, Closing, GrantRecord, HeaderRecord, Receipt
from beeldbrug.model.dataset import Line, Piece, PieceKind
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, TooLarge, Unsupported
from beeldbrug.model.exchange import Party
from beeldbrug.sealed import age
from beeldbrug.sealed.capsule import Content, seal_part
from beeldbrug.sealed.envelope import VERSION, Envelope, read_envelope, sign_envelope
from beeldbrug.sealed.keys import new_transport_key
from beeldbrug.sealed.opening.capsule import open_part
from tests.unit.sealed.makers import (
    OTHER,
    OTHER_SIGNS,
    RECEIVER_KEY,
    SENDER_SIGNS,
    a_part,
    a_preface,
    an_envelope,
)
from tests.unit.sealed.test_capsule import PACK, PARCEL, RECEIPT, a_bulk_record, a_header, a_place, an_offer

IDENTITIES = [RECEIVER_KEY.secret]
PREFACE = msgspec.msgpack.encode(("preface", a_preface()))
PADDING = b"\x50\x2a\x4d\x18" + bytes(4)


def framed(*payloads: bytes) -> bytes:
    return b"".join(b"\xc6" + len(payload).to_bytes(4, "big") + payload for payload in payloads)


def handmade(plain: bytes, padding: bytes = PADDING) -> tuple[bytes, Envelope]:
    return from_inside(zstandard.ZstdCompressor().compress(plain) + padding)


def from_inside(inside: bytes) -> tuple[bytes, Envelope]:
    sealed = age.seal(inside, RECEIVER_KEY.recipient)
    return sealed, an_envelope(sealed)


def test_the_inside_repeats_the_version_of_the_envelope() -> None:
    assert VERSION == CAPSULE_VERSION


def test_a_part_opens_with_any_of_several_keys() -> None:
    sealed = a_part(PARCEL)
    keys = [new_transport_key().secret, RECEIVER_KEY.secret]
    assert open_part(sealed, keys, an_envelope(sealed)).records == PARCEL


def test_the_wrong_key_is_refused() -> None:
    sealed = a_part(PARCEL)
    with pytest.raises(Denied, match="capsule-not-opened"):
        open_part(sealed, [new_transport_key().secret], an_envelope(sealed))
    with pytest.raises(Denied, match="capsule-not-opened"):
        open_part(sealed, [], an_envelope(sealed))
    with pytest.raises(Malformed, match="transport-key-malformed"):
        open_part(sealed, ["AGE-SECRET-KEY-1X"], an_envelope(sealed))


def test_a_part_signed_again_by_another_sender_is_refused() -> None:
    sealed = a_part(PARCEL)
    stolen = sign_envelope(an_envelope(sealed, sender=OTHER), OTHER_SIGNS)
    envelope = read_envelope(stolen, OTHER_SIGNS.public_key())
    with pytest.raises(Denied, match="preface-differs"):
        open_part(sealed, IDENTITIES, envelope)


@pytest.mark.parametrize(
    "outside",
    [{"parcel": "f" * 32}, {"part": 2}, {"kind": "supplement"}, {"receiver": OTHER}, {"sender": OTHER}],
)
def test_a_part_replayed_under_another_envelope_of_its_own_sender_is_refused(outside: dict[str, object]) -> None:
    sealed = a_part(PARCEL)
    changed: Envelope = replace(an_envelope(sealed), **outside)  # type: ignore[arg-type]  # one field at a time
    envelope = read_envelope(sign_envelope(changed, SENDER_SIGNS), SENDER_SIGNS.public_key())
    with pytest.raises(Denied, match="preface-differs"):
        open_part(sealed, IDENTITIES, envelope)


def test_two_exchanged_parts_are_refused() -> None:
    one, two = a_part(PARCEL, part=1), a_part(PARCEL, part=2)
    for sealed, envelope in ((two, an_envelope(one, 1)), (one, an_envelope(two, 2))):
        with pytest.raises(Denied, match="part-hash-differs"):
            open_part(sealed, IDENTITIES, envelope)


def test_any_altered_byte_of_a_part_is_refused() -> None:
    sealed = bytearray(a_part([RECEIPT], kind="receipt"))
    envelope = an_envelope(bytes(sealed), kind="receipt")
    for at in range(len(sealed)):
        sealed[at] ^= 1
        with pytest.raises(Denied, match="part-hash-differs"):
            open_part(bytes(sealed), IDENTITIES, envelope)
        sealed[at] ^= 1


def test_a_part_sealed_with_a_passphrase_is_refused() -> None:
    sealed = pyrage.passphrase.encrypt(b"x", "a passphrase")
    with pytest.raises(Denied, match="capsule-not-opened"):
        open_part(sealed, IDENTITIES, an_envelope(sealed))


def test_an_altered_or_cut_part_is_refused_by_its_seal_as_well() -> None:
    sealed = a_part([RECEIPT], kind="receipt")
    altered = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(0, len(sealed), 7)]
    for hostile in [*altered, *(sealed[:at] for at in range(0, len(sealed), 7))]:
        with pytest.raises(Denied, match="capsule-not-opened"):
            open_part(hostile, IDENTITIES, an_envelope(hostile, kind="receipt"))


def test_terms_that_name_other_organisations_than_the_envelope_are_refused() -> None:
    offer = an_offer()
    false = replace(offer, terms=replace(offer.terms, sender=Party(OTHER)))
    sealed = a_part([false])
    with pytest.raises(Denied, match="terms-differ"):
        open_part(sealed, IDENTITIES, an_envelope(sealed))


def test_a_part_over_the_limit_is_refused_before_it_is_opened() -> None:
    sealed = bytes(PART_BYTES + 1)
    with pytest.raises(TooLarge, match="part-too-large"):
        open_part(sealed, IDENTITIES, an_envelope(sealed))


def test_a_decompression_bomb_is_refused() -> None:
    sealed, envelope = handmade(framed(PREFACE, bytes(500_000_000)))
    assert len(sealed) < 100_000
    with pytest.raises(TooLarge, match="capsule-too-large"):
        open_part(sealed, IDENTITIES, envelope)


def test_too_many_records_are_refused() -> None:
    tiny = msgspec.msgpack.encode(("receipt", Receipt("seen", 0, 0)))
    sealed = age.seal(
        zstandard.compress(framed(msgspec.msgpack.encode(("preface", a_preface(kind="receipt"))), *[tiny] * 100_001))
        + PADDING,
        RECEIVER_KEY.recipient,
    )
    with pytest.raises(TooLarge, match="part-too-many-records"):
        open_part(sealed, IDENTITIES, an_envelope(sealed, kind="receipt"))


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\xc6",
        framed(PREFACE)[:-1],
        framed(PREFACE) + b"\xc6\xff\xff\xff\xff",
        framed(PREFACE) + b"\x00\x00\x00\x00\x00",
        framed(msgspec.msgpack.encode(("closing", Closing(1, 1, 1, 1, 1, bytes(32))))),
        framed(b"\x92\xa7preface\xc0"),
        framed(b"\xc1"),
        framed(PREFACE, b"\x93\x01\x02\x03"),
        framed(PREFACE, msgspec.msgpack.encode(("grant", {"pack": 1, "line": "pixel", "key": b"x"}))),
        framed(PREFACE, msgspec.msgpack.encode(("grant", {"pack": PACK, "line": "neither", "key": bytes(16)}))),
        framed(PREFACE, msgspec.msgpack.encode(("grant", {"pack": PACK, "line": "pixel"}))),
        framed(PREFACE, b"\x92\xa5grant" + b"\x91" * 5000 + b"\xc0"),
    ],
)
def test_an_inside_out_of_form_is_refused(plain: bytes) -> None:
    sealed, envelope = handmade(plain)
    with pytest.raises(Malformed, match="capsule-malformed"):
        open_part(sealed, IDENTITIES, envelope)


def test_a_cut_compression_or_hidden_bytes_in_the_padding_are_refused() -> None:
    whole = zstandard.compress(framed(PREFACE))
    for inside in (
        b"",
        b"not zstd at all",
        whole[:-1],
        whole,
        whole + b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd",
        whole + PADDING + b"x",
        whole + zstandard.compress(framed(PREFACE)) + PADDING,
    ):
        sealed, envelope = from_inside(inside)
        with pytest.raises(Malformed, match="capsule-malformed"):
            open_part(sealed, IDENTITIES, envelope)


def test_a_record_of_a_newer_version_is_not_dropped_silently() -> None:
    sealed, envelope = handmade(framed(PREFACE, msgspec.msgpack.encode(("hologram", {}))))
    with pytest.raises(Unsupported, match="record-unknown"):
        open_part(sealed, IDENTITIES, envelope)


@pytest.mark.parametrize(("kind", "record"), [("parcel", RECEIPT), ("receipt", PARCEL[0]), ("withdraw", RECEIPT)])
def test_a_record_that_its_kind_does_not_allow_is_refused(kind: str, record: Content) -> None:
    sealed = a_part([record], kind=kind)
    with pytest.raises(Malformed, match="record-misplaced"):
        open_part(sealed, IDENTITIES, an_envelope(sealed, kind=kind))


BULK = a_bulk_record()
CONTRADICTIONS: list[Callable[[], Content]] = [
    lambda: GrantRecord(PACK, Line.PIXEL, bytes(15)),
    lambda: GrantRecord("../../etc", Line.PIXEL, bytes(16)),
    lambda: replace(a_header(b"x"), instance=0),
    lambda: replace(a_header(b"x"), header=None),
    lambda: replace(a_header(b"x"), header_place=a_place(5)),
    lambda: HeaderRecord(1, "1" * 2000, "1", "1", "1", "1", False, b""),
    lambda: replace(BULK, hash=b"short"),
    lambda: replace(BULK, size=BULK.size + 1),
    lambda: replace(BULK, bulks=()),
    lambda: replace(BULK, bulks=(replace(BULK.bulks[0], tag=0x7FE00008),)),
    lambda: replace(BULK, bulks=(replace(BULK.bulks[0], line=Line.IDENTITY),)),
    lambda: replace(BULK, bulks=(replace(BULK.bulks[0], place=a_place(5)),)),
    lambda: replace(BULK, bulks=(replace(BULK.bulks[0], frames=replace(a_place(5), salt=b"")),)),
    lambda: BulkRecord(1, b"", (Piece(PieceKind.HEADER, -1), Piece(PieceKind.HEADER, 1)), (), 0, bytes(32)),
    lambda: Closing(-1, 0, 0, 0, 0, bytes(32)),
    lambda: Closing(0, 0, 0, 0, 0, b""),
    lambda: replace(an_offer(), expires=float("nan")),
    lambda: replace(an_offer(), started=float("inf")),
]


@pytest.mark.parametrize("make", CONTRADICTIONS)
def test_a_record_that_contradicts_itself_is_refused(make: Callable[[], Content]) -> None:
    sealed = seal_part(a_preface(), [make()], RECEIVER_KEY.recipient)
    with pytest.raises(Malformed):
        open_part(sealed, IDENTITIES, an_envelope(sealed))


def test_noise_inside_the_seal_is_refused_with_one_of_our_errors() -> None:
    for size in range(0, 2000, 13):
        for sealed, envelope in (from_inside(os.urandom(size)), handmade(framed(PREFACE) + os.urandom(size + 1))):
            with pytest.raises(BeeldbrugError):
                open_part(sealed, IDENTITIES, envelope)


def test_a_refusal_repeats_nothing_of_the_inside() -> None:
    record = msgspec.msgpack.encode(("grant", {"pack": "Jansen", "line": "pixel", "key": bytes(16)}))
    sealed, envelope = handmade(framed(PREFACE, record))
    with pytest.raises(Malformed) as caught:
        open_part(sealed, IDENTITIES, envelope)
    assert "Jansen" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
