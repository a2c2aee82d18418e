"""The coerced dataset of one instance: the hospital's own number, originals kept (IHE IRWF.b, FIELD 5.6 rule 3).

Touches the attributes of ``imports.writing`` only; pixels and everything else stay byte for byte. A deflated dataset is
inflated first and imported as Explicit VR Little Endian. What is written is deterministic for the same input, the time
included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from struct import pack

from beeldbrug.dicom.charset import character_set
from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.deflated import inflate_dataset
from beeldbrug.dicom.edit import Provenance, edit
from beeldbrug.dicom.elements import parse_header
from beeldbrug.dicom.encode import Value
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.join import join
from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.dicom.syntax import EXPLICIT_LE_UID, transfer_syntax
from beeldbrug.model.capsule import HeaderRecord
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Unsupported
from beeldbrug.model.identity import InstanceIndex, Patient, PatientNumber
from beeldbrug.model.importing import CoercionTable, Order
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.ports.records import ImportRow, InstanceRow
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.imports.writing import (
    STUDY_DESCRIPTION,
    Values,
    of_description,
    of_order,
    of_patient,
    writes_description,
)

SYSTEM = "BEELDBRUG"
CHARACTER_SET = 0x00080005
INFLATED_BYTES = 512 * 1024 * 1024
"""A deflated dataset that inflates to more is not imported by itself; it stays readable."""


@dataclass(frozen=True, slots=True)
class Coercion:
    """What the hospital wants written. ``local`` None: of the patient only the number is changed (emergency)."""

    number: PatientNumber
    local: Patient | None
    order: Order | None
    source: str
    when: float
    table: CoercionTable = field(default_factory=CoercionTable)
    chosen: bool = False
    """A human has said whose it is."""


def coerce(
    exchange: str, row: InstanceRow, header: bytes, arrived: Patient, coercion: Coercion, original: Iterator[bytes]
) -> ImportRow:
    """The coerced header and pieces. ``original`` (all bytes) is read for deflated datasets only.

    Raises Unsupported when the dataset cannot be edited safely.
    """
    syntax, pieces, start = row.transfer_syntax, row.pieces, 0
    if row.part10:
        prologue = read_prologue(header, True)
        start = prologue.start if prologue else 0
    when = datetime.fromtimestamp(coercion.when, UTC).strftime("%Y%m%d%H%M%S.%f+0000")
    provenance = Provenance(when, SYSTEM, coercion.source)
    if transfer_syntax(syntax).deflated:
        whole = _coerced_whole(
            row, inflate_dataset(_after(original, start), INFLATED_BYTES), arrived, coercion, provenance
        )
        return ImportRow(exchange, row.id, whole, (Piece(PieceKind.HEADER, len(whole)),), EXPLICIT_LE_UID)
    if start:
        header, pieces = _without_meta(header, pieces, start)
    values = {**_values(arrived, coercion, header, syntax), **_identifiers(row, header)}
    spliced = edit(header, syntax, False, pieces, values, provenance)
    if spliced.kept != tuple(range(len(spliced.kept))):
        raise Unsupported("coercion-of-large-value", "A value to be coerced is too large.", "Import it by hand.")
    return ImportRow(exchange, row.id, spliced.header, spliced.pieces, syntax)


class _Held:
    """A cut sink that holds the values that are cut out."""

    def __init__(self) -> None:
        self.values: list[bytearray] = []

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """Not needed."""

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A value begins."""
        self.values.append(bytearray())

    def write_piece(self, data: memoryview) -> None:
        """Bytes of it."""
        self.values[-1] += data

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Not needed."""


def _coerced_whole(
    row: InstanceRow, dataset: Iterator[bytes], arrived: Patient, coercion: Coercion, provenance: Provenance
) -> bytes:
    """An inflated dataset, whose values lie in no pack, coerced as one run of bytes."""
    held = _Held()
    cutter = Cutter(held, EXPLICIT_LE_UID, strict=False)
    for chunk in dataset:
        cutter.feed(chunk)
    cut = cutter.finish()
    values = {**_values(arrived, coercion, cut.header, EXPLICIT_LE_UID), **_identifiers(row, cut.header)}
    spliced = edit(cut.header, EXPLICIT_LE_UID, False, cut.pieces, values, provenance)
    return b"".join(join(spliced.pieces, spliced.header, lambda number: [bytes(held.values[spliced.kept[number]])]))


def syntax_of_import(row: InstanceRow) -> str:
    """Transfer syntax that an instance goes into the PACS with."""
    return EXPLICIT_LE_UID if transfer_syntax(row.transfer_syntax).deflated else row.transfer_syntax


def check_coerced(row: InstanceRow, coerced: ImportRow) -> None:
    """What is sent to the PACS names the identifiers that were checked, and no others. Raises Malformed."""
    uids = (row.study_uid, row.series_uid, row.instance_uid, row.sop_class)
    index_of(HeaderRecord(1, *uids, coerced.transfer_syntax, False, coerced.header), coerced.pieces)


def _values(arrived: Patient, coercion: Coercion, header: bytes, syntax: str) -> Values:
    wanted = writes_description(coercion.order, coercion.table)
    return {
        0x00100020: coercion.number.value,
        0x00100021: coercion.number.issuer,
        0x00101002: [*_other_numbers(arrived, coercion.number)],
        **of_patient(coercion.local, coercion.table),
        **of_order(coercion.order, coercion.table, coercion.source),
        **(of_description(coercion.order, coercion.table, _description(header, syntax)) if wanted else {}),
    }


def _description(header: bytes, syntax: str) -> str | None:
    """Study Description as it was sent; None where its text cannot be read for certain."""
    parsed = parse_header(header, syntax, False)
    text, certain = character_set(parsed.raw(CHARACTER_SET)).decode(parsed.raw(STUDY_DESCRIPTION))
    return text.strip(" \0") if certain else None


def _identifiers(row: InstanceRow, header: bytes) -> dict[int, Value | None]:
    """SOP class and instance UID where they are written with VR UN (PS3.5 section 6.2.2): archives that look for a UI
    refuse such a dataset. Their values stay."""
    written = {0x00080016: row.sop_class, 0x00080018: row.instance_uid}
    return {tag: value for tag, value in written.items() if any(mark in header for mark in _unknown(tag))}


def _unknown(tag: int) -> tuple[bytes, bytes]:
    """How an explicit VR element of VR UN begins, in both byte orders."""
    group, element = tag >> 16, tag & 0xFFFF
    return pack("<HH2s", group, element, b"UN"), pack(">HH2s", group, element, b"UN")


def _other_numbers(arrived: Patient, number: PatientNumber) -> Iterator[dict[int, Value]]:
    """Items of Other Patient IDs Sequence: the sender's numbers and the BSN, each once, the own one left out."""
    bsn = bsn_of(arrived)
    seen = {(number.value, number.issuer)}
    numbers = [arrived.number, *arrived.others]
    if bsn is not None:
        numbers.append(PatientNumber(bsn[0], "NLMINBIZA"))
    for other in numbers:
        key = (other.value, other.issuer)
        if other.value and key not in seen:
            seen.add(key)
            yield {0x00100020: other.value, 0x00100021: other.issuer, 0x00100022: "TEXT"}


def _without_meta(header: bytes, pieces: tuple[Piece, ...], start: int) -> tuple[bytes, tuple[Piece, ...]]:
    first = pieces[0]
    if first.kind is not PieceKind.HEADER or first.length < start:
        raise Unsupported("meta-not-in-header", "A file's meta information cannot be separated.", "Import it by hand.")
    return header[start:], (Piece(PieceKind.HEADER, first.length - start), *pieces[1:])


def _after(chunks: Iterator[bytes], start: int) -> Iterator[bytes]:
    for chunk in chunks:
        if start >= len(chunk):
            start -= len(chunk)
            continue
        yield chunk[start:]
        start = 0
