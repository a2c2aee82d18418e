"""The coerced dataset of one instance: the hospital's own number, originals kept (IHE IRWF.b, FIELD 5.6 rule 3).

Touches the attributes of ``coercion`` only; pixels and everything else stay byte for byte. A deflated dataset is
inflated first and imported as Explicit VR Little Endian. What is written is deterministic for the same input, the time
included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import pack

from beeldbrug.dicom.deflated import inflate_dataset
from beeldbrug.dicom.edit import Provenance, edit
from beeldbrug.dicom.encode import Value
from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.dicom.syntax import EXPLICIT_LE_UID, transfer_syntax
from beeldbrug.model.capsule import HeaderRecord
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Unsupported
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.ports.records import ImportRow, InstanceRow
from beeldbrug.node.usecases.arrive.headers import index_of

SYSTEM = "BEELDBRUG"
INFLATED_BYTES = 512 * 1024 * 1024
"""A deflated dataset that inflates to more is not imported by itself; it stays readable."""


@dataclass(frozen=True, slots=True)
class Coercion:
    """What the hospital wants written. ``local`` None: only the number is changed (emergency)."""

    number: PatientNumber
    local: Patient | None
    accession_number: str
    source: str
    when: float
    chosen: bool = False
    """A human has said whose it is."""


def coerce(
    exchange: str, row: InstanceRow, header: bytes, arrived: Patient, coercion: Coercion, original: Iterator[bytes]
) -> ImportRow:
    """The coerced header and pieces. ``original`` (all bytes) is read for deflated datasets only.

    Raises Unsupported when the dataset cannot be edited safely.
    """
    syntax, pieces = row.transfer_syntax, row.pieces
    if transfer_syntax(syntax).deflated:
        start = len(header) if row.part10 else 0
        header = b"".join(inflate_dataset(_after(original, start), INFLATED_BYTES))
        syntax, pieces = EXPLICIT_LE_UID, (Piece(PieceKind.HEADER, len(header)),)
    elif row.part10:
        prologue = read_prologue(header, True)
        header, pieces = _without_meta(header, pieces, prologue.start if prologue else 0)
    when = datetime.fromtimestamp(coercion.when, UTC).strftime("%Y%m%d%H%M%S.%f+0000")
    provenance = Provenance(when, SYSTEM, coercion.source)
    values = {**_values(arrived, coercion), **_identifiers(row, header)}
    spliced = edit(header, syntax, False, pieces, values, provenance)
    if spliced.kept != tuple(range(len(spliced.kept))):
        raise Unsupported("coercion-of-large-value", "A value to be coerced is too large.", "Import it by hand.")
    return ImportRow(exchange, row.id, spliced.header, spliced.pieces, syntax)


def syntax_of_import(row: InstanceRow) -> str:
    """Transfer syntax that an instance goes into the PACS with."""
    return EXPLICIT_LE_UID if transfer_syntax(row.transfer_syntax).deflated else row.transfer_syntax


def check_coerced(row: InstanceRow, coerced: ImportRow) -> None:
    """What is sent to the PACS names the identifiers that were checked, and no others. Raises Malformed."""
    uids = (row.study_uid, row.series_uid, row.instance_uid, row.sop_class)
    index_of(HeaderRecord(1, *uids, coerced.transfer_syntax, False, coerced.header), coerced.pieces)


def _values(arrived: Patient, coercion: Coercion) -> dict[int, Value | None]:
    local = coercion.local
    values: dict[int, Value | None] = {
        0x00100020: coercion.number.value,
        0x00100021: coercion.number.issuer,
        0x00080050: coercion.accession_number,
        0x00080051: None,
        0x00101002: [*_other_numbers(arrived, coercion.number)],
    }
    if local is not None:
        values[0x00100010] = local.name
        values[0x00100030] = local.birth_date
        if local.sex:
            values[0x00100040] = local.sex
    return values


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
