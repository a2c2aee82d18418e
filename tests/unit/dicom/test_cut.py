"""Cutting and joining gives every dataset back byte for byte, and refuses what is none."""

from __future__ import annotations

import random
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beeldbrug.dicom.cut import Cut, CutLimits, Cutter, cut_file
from beeldbrug.dicom.elements import Element, every, parse_header
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge, Unsupported
from beeldbrug.model.identity import InstanceIndex
from tests.unit.dicom import samples
from tests.unit.dicom.samples import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    JPEG,
    PRIVATE,
    Collected,
    cut_bytes,
    dataset,
    element,
    identifiers,
    image,
    item,
    joined,
    open_element,
    text,
)

LONG = b"a long value" * 6000
REFUSED = {"not-dicom", "identifiers-missing", "dicomdir"}


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_real_file_comes_back_byte_for_byte_or_is_refused_with_a_reason(path: Path) -> None:
    data = path.read_bytes()
    try:
        sink, cut = cut_bytes(data, None, seed=len(data))
    except BeeldbrugError as error:
        assert error.code in REFUSED
        assert error.remedy
        return
    assert joined(sink, cut) == data
    assert (cut.size, cut.hash) == (len(data), blake3(data).digest())
    assert cut.header[: cut.first_header_length] == sink.header
    assert sum(piece.length for piece in cut.pieces) == len(data)
    assert all(
        a.kind != b.kind or a.kind is not PieceKind.HEADER for a, b in zip(cut.pieces, cut.pieces[1:], strict=False)
    )


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_gaps_are_found_again_in_the_header_alone(path: Path) -> None:
    try:
        sink, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    if cut.transfer_syntax == DEFLATED:
        return
    parsed = parse_header(cut.header, cut.transfer_syntax, cut.part10)
    found = [(each.tag, each.ordinal) for each in every(parsed.elements) if each.gap]
    cut_out = [(tag, number) for number, (_, tag, _) in enumerate(sink.opened) if tag]
    assert found == cut_out
    assert parsed.complete


@pytest.mark.parametrize("path", samples.shared_dicom(), ids=samples.name_of)
def test_chunk_borders_make_no_difference(path: Path) -> None:
    data = path.read_bytes()
    try:
        whole, once = cut_bytes(data, None)
    except BeeldbrugError:
        return
    for seed in (1, 2):
        sink, cut = cut_bytes(data, None, seed=seed)
        assert cut == once
        assert sink.opened == whole.opened
        assert sink.frames == whole.frames


def test_single_bytes_make_no_difference() -> None:
    data = dataset({**image(4, 4, 16, 2, bytes(64)), 0x00420011: element(0x00420011, "OB", LONG)})
    sink, cut = Collected(), None
    cutter = Cutter(sink, EXPLICIT)
    for position in range(len(data)):
        cutter.feed(data[position : position + 1])
    cut = cutter.finish()
    assert joined(sink, cut) == data
    assert cut == cut_bytes(data, EXPLICIT, strict=True)[1]


def test_empty_feeds_make_no_difference() -> None:
    data = dataset()
    cutter = Cutter(Collected(), EXPLICIT)
    for part in (b"", data[:5], b"", data[5:], b""):
        cutter.feed(part)
    assert cutter.finish().size == len(data)


def test_pixel_data_is_the_only_pixel_piece() -> None:
    sink, cut = cut_bytes(dataset(image(4, 4, 16, 1, bytes(range(32)))), EXPLICIT, strict=True)
    assert [(piece.kind, piece.tag, piece.length) for piece in cut.pieces[1:]] == [(PieceKind.PIXEL, 0x7FE00010, 32)]
    assert bytes(sink.pieces[0]) == bytes(range(32))
    assert sink.index is not None
    assert sink.index.patient.number.value == "999990019"


@pytest.mark.parametrize("tag", [0x7FE00008, 0x7FE00009])
def test_float_pixel_data_is_bulk(tag: int) -> None:
    pixels = {tag: element(tag, "OF" if tag == 0x7FE00008 else "OD", bytes(128))}
    elements = {**image(4, 4, 32, 1, b""), **pixels}
    del elements[0x7FE00010]
    sink, cut = cut_bytes(dataset(elements), EXPLICIT, strict=True)
    assert sink.opened == [(PieceKind.PIXEL, tag, 128)]
    frames = sink.frames[0]
    assert frames is not None
    assert frames.span(1).fragments == ((0, 64 if tag == 0x7FE00008 else 128),)
    assert cut.pieces[-1].kind is PieceKind.PIXEL


def test_empty_pixel_data_is_no_piece() -> None:
    _, cut = cut_bytes(dataset(image(4, 4, 16, 1, b"")), EXPLICIT, strict=True)
    assert [piece.kind for piece in cut.pieces] == [PieceKind.HEADER]


def test_instance_without_pixels_hands_its_header_over_at_the_end() -> None:
    sink, cut = cut_bytes(dataset(), EXPLICIT, strict=True)
    assert sink.header == cut.header == dataset()
    assert not sink.opened


def test_data_behind_pixel_data_is_header() -> None:
    tail = element(0xFFFCFFFC, "OB", bytes(10))
    data = dataset(image(4, 4, 16, 1, bytes(32))) + tail
    sink, cut = cut_bytes(data, EXPLICIT, strict=True)
    assert cut.header.endswith(tail)
    assert cut.first_header_length == len(cut.header) - len(tail)
    assert joined(sink, cut) == data


@pytest.mark.parametrize("defined", [True, False])
@pytest.mark.parametrize("vr", ["SQ", "UN"])
def test_long_value_at_any_depth_is_an_identity_piece(defined: bool, vr: str) -> None:
    inner: bytes = element(0x00420011, "OB", LONG)
    for _ in range(3):
        inner = (element if defined and vr == "SQ" else open_element)(0x00091010, vr, item(inner, defined))
    data = dataset({0x00091010: inner, **image(2, 2, 8, 1, bytes(4))})
    sink, cut = cut_bytes(data, EXPLICIT, strict=True, seed=5)
    assert sink.opened[0] == (PieceKind.IDENTITY, 0x00420011, len(LONG))
    assert bytes(sink.pieces[0]) == LONG
    assert joined(sink, cut) == data
    assert LONG[:1000] not in cut.header


def test_value_of_the_inline_limit_stays_in_the_header() -> None:
    inline = element(0x00420011, "OB", bytes(64 * 1024))
    longer = element(0x00420011, "OB", bytes(64 * 1024 + 2))
    assert not cut_bytes(dataset({0x00420011: inline}), EXPLICIT)[0].opened
    assert len(cut_bytes(dataset({0x00420011: longer}), EXPLICIT)[0].opened) == 1


def test_pixel_data_of_an_icon_is_never_on_the_pixel_line() -> None:
    fragments = item(b"") + item(b"\xff\xd8" + bytes(70_000)) + item(bytes(10))
    icons = open_element(0x00880200, "SQ", item(open_element(0x7FE00010, "OB", fragments), False))
    small = open_element(0x00880200, "SQ", item(element(0x7FE00010, "OW", bytes(100)), False))
    for icon in (icons, small):
        data = dataset({0x00880200: icon, **image(2, 2, 8, 1, bytes(4))})
        sink, cut = cut_bytes(data, EXPLICIT, strict=True, seed=9)
        assert joined(sink, cut) == data
        assert [kind for kind, _, _ in sink.opened if kind is PieceKind.PIXEL] == [PieceKind.PIXEL]
        assert bytes(sink.pieces[-1]) == bytes(4)
    assert [opened[:2] for opened in cut_bytes(dataset({0x00880200: icons}), EXPLICIT)[0].opened] == [
        (PieceKind.IDENTITY, 0x7FE00010)
    ]


def test_sequence_of_unknown_vr_is_read_as_implicit() -> None:
    implicit = struct.pack("<HHI", 0x0009, 0x1001, 4) + b"abcd"
    nested = struct.pack("<HHI", 0x0009, 0x1002, 0xFFFFFFFF) + item(implicit, False)
    content = item(implicit + nested + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0), False)
    data = dataset({0x00091010: open_element(0x00091010, "UN", content), **image(2, 2, 8, 1, bytes(4))})
    sink, cut = cut_bytes(data, EXPLICIT, strict=True, seed=3)
    assert joined(sink, cut) == data
    assert not cut.faults
    assert sink.opened == [(PieceKind.PIXEL, 0x7FE00010, 4)]


@pytest.mark.parametrize("vr", ["??", "ZZ", "  "])
def test_junk_vr_is_passed_over(vr: str) -> None:
    body = struct.pack("<HH", 0x0009, 0x1010) + vr.encode()
    body += b"\0\0\4\0\0\0abcd" if vr == "ZZ" else b"\4\0abcd"
    data = dataset({0x00091010: body, **image(2, 2, 8, 1, bytes(4))})
    sink, cut = cut_bytes(data, EXPLICIT, strict=True)
    assert joined(sink, cut) == data
    assert sink.opened[0][0] is PieceKind.PIXEL


def test_deflated_dataset_is_one_identity_piece_with_its_index() -> None:
    rnd = random.Random(1)
    plain = dataset(image(200, 200, 16, 2, rnd.randbytes(160_000)))
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(plain) + packer.flush()
    for data, syntax in ((body, DEFLATED), (file_meta(samples.SOP_CLASS, samples.INSTANCE, DEFLATED) + body, None)):
        sink, cut = cut_bytes(data, syntax, strict=True, seed=2)
        assert joined(sink, cut) == data
        assert [opened[:2] for opened in sink.opened] == [(PieceKind.IDENTITY, 0)]
        assert cut.index.study_uid == samples.STUDY
        assert cut.index.transfer_syntax == DEFLATED
        frames = sink.frames[0]
        assert frames is not None
        [(offset, length)] = frames.span(2).fragments
        assert plain[offset : offset + length] == plain[-80_000:]


def test_small_deflated_dataset_stays_in_the_header() -> None:
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(dataset()) + packer.flush()
    sink, cut = cut_bytes(body, DEFLATED, strict=True)
    assert not sink.opened
    assert cut.header == body
    assert parse_header(cut.header, DEFLATED, False).raw(0x0020000D).rstrip(b"\0") == samples.STUDY.encode()


def test_deflate_bomb_is_not_inflated_to_its_end() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    body = packer.compress(dataset(image(1, 1, 8, 1, b"")) + element(0x7FE10010, "OB", b""))
    body += b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    limits = CutLimits(inflated_bytes=1 << 20)
    with pytest.raises(BeeldbrugError):
        cut_bytes(body, DEFLATED, strict=True, limits=limits)
    big = zlib.compressobj(9, wbits=-15)
    pixels = big.compress(dataset() + struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 200 << 20))
    pixels += b"".join(big.compress(bytes(1 << 20)) for _ in range(200)) + big.flush()
    _, cut = cut_bytes(pixels, DEFLATED, strict=True, limits=limits)
    assert "inflates-too-large" in cut.faults


def test_broken_deflate_is_refused() -> None:
    with pytest.raises(Malformed):
        cut_bytes(b"\x07" * 1000, DEFLATED, strict=True)


def test_private_syntax_passes_even_when_it_cannot_be_read() -> None:
    data = dataset() + b"\x07" * 100_000
    sink, cut = cut_bytes(data, PRIVATE, strict=True, seed=4)
    assert joined(sink, cut) == data
    assert sink.opened[-1][:2] == (PieceKind.IDENTITY, 0)
    assert cut.faults
    with pytest.raises(BeeldbrugError):
        cut_bytes(data, EXPLICIT, strict=True)


def test_private_syntax_may_be_native_or_encapsulated() -> None:
    native = dataset(image(2, 2, 8, 1, bytes(4)))
    fragments = open_element(0x7FE00010, "OB", item(b"") + item(b"private!"))
    for data in (native, dataset({0x7FE00010: fragments})):
        sink, cut = cut_bytes(data, PRIVATE, strict=True)
        assert joined(sink, cut) == data
        assert sink.opened[0][0] is PieceKind.PIXEL
        assert sink.frames[0] is not None


def test_structural_error_in_a_file_goes_on_as_one_identity_piece() -> None:
    good = dataset({0x00081030: text(0x00081030, "LO", "CT")})
    bad = open_element(0x00400275, "SQ", b"this is no item at all, but text")
    data = file_meta(samples.SOP_CLASS, samples.INSTANCE, EXPLICIT) + good + bad + bytes(range(256)) * 1000
    sink, cut = cut_bytes(data, None, seed=8)
    assert joined(sink, cut) == data
    assert cut.header == data[: len(data) - len(bad) - 256_000]
    assert cut.faults == ("dataset-broken",)


def test_wrong_declared_syntax_is_refused_in_dimse_and_noted_in_files() -> None:
    data = dataset(image(2, 2, 8, 1, bytes(4)))
    for syntax in (IMPLICIT, BIG):
        with pytest.raises(Malformed) as caught:
            cut_bytes(data, syntax, strict=True)
        assert caught.value.code == "transfer-syntax-wrong"
        sink, cut = cut_bytes(file_meta(samples.SOP_CLASS, samples.INSTANCE, syntax) + data, None)
        assert cut.transfer_syntax == syntax
        assert cut.faults == ("the transfer syntax is not the declared one",)
        assert sink.opened == [(PieceKind.PIXEL, 0x7FE00010, 4)]


@pytest.mark.parametrize("length", range(0, 334, 7))
def test_truncated_dataset_is_refused_in_dimse_and_kept_in_files(length: int) -> None:
    sequence = open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "CT"), False))
    data = dataset({0x00400275: sequence, **image(4, 4, 16, 1, bytes(100))})
    whole = {len(dataset()) - len(text(0x0020000E, "UI", samples.SERIES))}
    cut_here = data[:length]
    borders = _borders(data)
    if length not in borders | whole:
        with pytest.raises(Malformed):
            cut_bytes(cut_here, EXPLICIT, strict=True)
    if length > 120:
        sink, cut = cut_bytes(cut_here, EXPLICIT)
        assert joined(sink, cut) == cut_here


def _borders(data: bytes) -> set[int]:
    elements: tuple[Element, ...] = parse_header(data, EXPLICIT, False).elements
    return {each.end for each in elements}


def test_truncated_encapsulated_data_is_refused_in_dimse_and_kept_in_files() -> None:
    fragments = open_element(0x7FE00010, "OB", item(b"") + item(b"\xff\xd8" + bytes(50)) + item(bytes(30)))
    data = dataset({0x7FE00010: fragments})
    for length in range(len(data) - 100, len(data)):
        with pytest.raises(Malformed):
            cut_bytes(data[:length], JPEG, strict=True)
        sink, cut = cut_bytes(data[:length], JPEG, seed=length)
        assert joined(sink, cut) == data[:length]


def test_what_follows_broken_fragments_is_not_on_the_pixel_line() -> None:
    secret = text(0x00100010, "PN", "Geheim^Naam")
    value = item(b"") + item(b"\xff\xd8" + bytes(50)) + secret * 20
    data = dataset({0x7FE00010: open_element(0x7FE00010, "OB", value)})
    for seed in range(20):
        sink, cut = cut_bytes(data, JPEG, seed=seed)
        assert joined(sink, cut) == data
        assert [opened[0] for opened in sink.opened] == [PieceKind.PIXEL, PieceKind.IDENTITY]
        assert b"Geheim" not in sink.pieces[0]


def test_trailing_zeros_are_padding_not_an_error() -> None:
    data = dataset(image(2, 2, 8, 1, bytes(4))) + bytes(1000)
    sink, cut = cut_bytes(data, EXPLICIT, strict=True)
    assert joined(sink, cut) == data
    assert "trailing padding" in cut.faults


def test_limits_hold() -> None:
    nested = b""
    for _ in range(40):
        nested = open_element(0x00400275, "SQ", item(nested, False))
    with pytest.raises(TooLarge) as caught:
        cut_bytes(dataset({0x00400275: nested}), EXPLICIT, strict=True)
    assert caught.value.code == "nested-too-deep"
    endless = struct.pack("<HH2sHI", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF) + item(b"") * 100_000
    with pytest.raises(TooLarge):
        cut_bytes(dataset() + endless, EXPLICIT, strict=True, limits=CutLimits(header_bytes=300_000))
    with pytest.raises(TooLarge):
        cut_bytes(dataset() + endless, EXPLICIT, strict=True, limits=CutLimits(elements=1000))
    many = dataset() + struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF) + item(b"") * 1000
    with pytest.raises(TooLarge):
        cut_bytes(many, JPEG, strict=True, limits=CutLimits(fragments=100))


@pytest.mark.parametrize("data", [b"", b"x", b"hello, world\n" * 100, bytes(5000), b"%PDF-1.7" + bytes(999)])
@pytest.mark.parametrize("syntax", [None, EXPLICIT, IMPLICIT, DEFLATED, PRIVATE])
def test_what_is_not_dicom_is_refused(data: bytes, syntax: str | None) -> None:
    for strict in (True, False):
        with pytest.raises(Malformed):
            cut_bytes(data, syntax, strict=strict)


def test_missing_identifiers_are_refused() -> None:
    for missing in (0x00080018, 0x0020000D, 0x0020000E):
        elements = identifiers()
        del elements[missing]
        data = b"".join(elements.values())
        with pytest.raises(Malformed) as caught:
            cut_bytes(data, EXPLICIT, strict=True)
        assert caught.value.code == "identifiers-missing"
    bad = {**identifiers(), 0x0020000D: text(0x0020000D, "UI", "../../etc/passwd")}
    with pytest.raises(Malformed):
        cut_bytes(dataset(bad), EXPLICIT, strict=True)


def test_dicomdir_is_refused() -> None:
    with pytest.raises(Unsupported):
        cut_bytes(file_meta("1.2.840.10008.1.3.10", "1.2.3", EXPLICIT) + bytes(100), None)


def test_file_is_read_in_chunks(tmp_path: Path) -> None:
    data = file_meta(samples.SOP_CLASS, samples.INSTANCE, EXPLICIT) + dataset(image(2, 2, 8, 1, bytes(4)))
    path = tmp_path / "instance"
    path.write_bytes(data)
    sink = Collected()
    cut = cut_file(path, sink)
    assert cut.part10
    assert joined(sink, cut) == data


class _Forgetful(Collected):
    def write_piece(self, data: memoryview) -> None:
        pass


def test_memory_does_not_grow_with_the_bulk() -> None:
    pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, 256 << 20)
    chunk = bytes(1 << 20)
    cutter = Cutter(_Forgetful(), EXPLICIT)
    tracemalloc.start()
    try:
        cutter.feed(dataset() + pixels)
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(256):
            cutter.feed(chunk)
        assert tracemalloc.get_traced_memory()[1] - before < 300_000
    finally:
        tracemalloc.stop()
    assert cutter.finish().pieces[-1].length == 256 << 20


class _Strict(Collected):
    """Checks that the sink's calls come in their order."""

    state = "closed"

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        assert self.state == "closed"
        self.state = "open"
        super().open_piece(kind, tag, declared)

    def close_piece(self, frames: FrameIndex | None) -> None:
        assert self.state == "open"
        self.state = "closed"
        super().close_piece(frames)

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        assert self.state == "closed"
        super().header_ready(header, index, transfer_syntax)


_SEEDS = [
    dataset({**image(4, 4, 16, 2, bytes(64)), 0x00400275: open_element(0x00400275, "SQ", item(dataset(), False))}),
    dataset({0x7FE00010: open_element(0x7FE00010, "OB", item(b"\0\0\0\0") + item(b"\xff\xd8abcd") + item(b"efgh"))}),
    dataset({0x00420011: element(0x00420011, "OB", LONG)}),
]


@settings(max_examples=400, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.sampled_from(_SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 1000), st.binary(min_size=1, max_size=8)), max_size=6),
    end=st.integers(0, 1200),
    syntax=st.sampled_from([None, EXPLICIT, IMPLICIT, BIG, DEFLATED, JPEG, PRIVATE]),
    strict=st.booleans(),
    chunks=st.integers(0, 99),
)
def test_hostile_bytes_come_back_or_are_refused(
    seed: bytes, changes: list[tuple[int, bytes]], end: int, syntax: str | None, strict: bool, chunks: int
) -> None:
    data = bytearray(seed)
    for place, what in changes:
        data[place : place + len(what)] = what
    if end < 1000:
        del data[end:]
    raw = bytes(data)
    sink = _Strict()
    cutter = Cutter(sink, syntax, strict=strict)
    rnd = random.Random(chunks)
    try:
        position = 0
        while position < len(raw):
            step = rnd.randint(1, rnd.choice([3, 50, 100_000]))
            cutter.feed(raw[position : position + step])
            position += step
        cut: Cut = cutter.finish()
    except BeeldbrugError as error:
        assert error.remedy
        return
    assert joined(sink, cut) == raw
    parse_header(cut.header, cut.transfer_syntax, cut.part10)


@settings(max_examples=300, deadline=2000)
@given(
    st.binary(max_size=3000), st.sampled_from([None, EXPLICIT, IMPLICIT, BIG, DEFLATED, JPEG, PRIVATE]), st.booleans()
)
def test_random_bytes_behind_identifiers_come_back_or_are_refused(
    data: bytes, syntax: str | None, strict: bool
) -> None:
    raw = dataset() + data
    try:
        sink, cut = cut_bytes(raw, syntax, strict=strict, seed=len(data))
    except BeeldbrugError:
        return
    assert joined(sink, cut) == raw
