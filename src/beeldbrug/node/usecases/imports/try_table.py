"""Try a table of coercion out: what an import would write, by the very code that writes it; nothing is kept or sent.

Of an instance that came, or of one made of typed values. Each line has the value as it was sent, as the table in force
would write it, and as the table at hand would (PS3.3 C.12.1.1.9.2 keeps the sender's beside it; IHE RAD IRWF.b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from beeldbrug.dicom.charset import character_set
from beeldbrug.dicom.encode import Value, encode_element
from beeldbrug.dicom.json_model import to_json
from beeldbrug.dicom.syntax import EXPLICIT_LE, EXPLICIT_LE_UID, transfer_syntax
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.identity import Patient
from beeldbrug.model.importing import Code
from beeldbrug.node.ports.records import OWN, InstanceRow, InstanceState
from beeldbrug.node.usecases.imports.coerce import Coercion, coerce
from beeldbrug.node.usecases.imports.writing import (
    ACCESSION_NUMBER,
    BIRTH_DATE,
    INSTITUTION_NAME,
    ISSUER_OF_ACCESSION_NUMBER,
    PATIENT_NAME,
    PROCEDURE_CODE,
    REQUEST_ATTRIBUTES,
    SEX,
    STUDY_DESCRIPTION,
)

PATIENT_ID: Final = 0x00100020
ISSUER_OF_PATIENT_ID: Final = 0x00100021
OTHER_PATIENT_IDS: Final = 0x00101002

LINES: Final[dict[str, int]] = {
    "patient-id": PATIENT_ID,
    "patient-id-issuer": ISSUER_OF_PATIENT_ID,
    "other-patient-ids": OTHER_PATIENT_IDS,
    "name": PATIENT_NAME,
    "birth-date": BIRTH_DATE,
    "sex": SEX,
    "accession-number": ACCESSION_NUMBER,
    "accession-issuer": ISSUER_OF_ACCESSION_NUMBER,
    "study-description": STUDY_DESCRIPTION,
    "procedure-code": PROCEDURE_CODE,
    "request": REQUEST_ATTRIBUTES,
    "institution": INSTITUTION_NAME,
}
"""What an import may write, in the order in which people read it."""

_WITHIN: Final[dict[int, tuple[str, ...]]] = {
    OTHER_PATIENT_IDS: ("00100020", "00100021"),
    ISSUER_OF_ACCESSION_NUMBER: ("00400031", "00400032"),
    PROCEDURE_CODE: ("00080100", "00080102", "00080104"),
    REQUEST_ATTRIBUTES: ("00401001", "00321060"),
}
"""What is shown of an item of a sequence."""

_UIDS: Final = ("2.25.1", "2.25.2", "2.25.3")
_SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
_ONE_ID: Final = "0" * 32
_UTF8: Final = "ISO_IR 192"


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: as it was sent, as it is written now, and as the table at hand would write it. Items of a sequence
    are parted by ``; ``."""

    name: str
    sent: str
    now: str
    new: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender's dataset says, as somebody typed it. ``birth_date`` is a DA, ``patient.name`` a PN."""

    patient: Patient
    accession_number: str = ""
    accession_issuer: str = ""
    description: str = ""
    code: Code | None = None
    procedure_id: str = ""
    institution: str = ""


def try_table(
    row: InstanceRow,
    header: bytes,
    arrived: Patient,
    now: Coercion,
    new: Coercion,
    original: Callable[[], Iterator[bytes]],
) -> list[Line]:
    """What both would write of this instance. ``original`` gives all its bytes, for deflated ones.

    Raises Unsupported when the dataset cannot be edited safely.
    """
    seen = b"".join(original()) if transfer_syntax(row.transfer_syntax).deflated else header
    sent = _values(seen, row.transfer_syntax, row.part10)

    def written(coercion: Coercion) -> Mapping[str, Any]:
        made = coerce(_ONE_ID, row, header, arrived, coercion, original())
        return _values(made.header, made.transfer_syntax, False)

    before, after = written(now), written(new)
    return [Line(name, *(_text(one, tag) for one in (sent, before, after))) for name, tag in LINES.items()]


def sample(organisation: str, sent: Sent) -> tuple[InstanceRow, bytes]:
    """An instance that says this, with its header: no pixels, and known nowhere."""
    charset = character_set(_UTF8.encode())
    values = _dataset(sent)
    header = b"".join(encode_element(tag, values[tag], EXPLICIT_LE, charset) for tag in sorted(values))
    row = InstanceRow(
        id=0,
        organisation=organisation,
        origin=OWN,
        study_uid=_UIDS[0],
        series_uid=_UIDS[1],
        instance_uid=_UIDS[2],
        sop_class=_SECONDARY_CAPTURE,
        transfer_syntax=EXPLICIT_LE_UID,
        part10=False,
        header_place=None,
        first_header_length=len(header),
        pieces=(Piece(PieceKind.HEADER, len(header)),),
        bulks=(),
        size=len(header),
        hash=b"",
        state=InstanceState.VERIFIED,
        received=0.0,
    )
    return row, header


def _dataset(sent: Sent) -> dict[int, Value]:
    patient = sent.patient
    values: dict[int, Value] = {
        0x00080005: _UTF8,
        0x00080016: _SECONDARY_CAPTURE,
        0x00080018: _UIDS[2],
        ACCESSION_NUMBER: sent.accession_number,
        INSTITUTION_NAME: sent.institution,
        STUDY_DESCRIPTION: sent.description,
        PATIENT_NAME: patient.name,
        PATIENT_ID: patient.number.value,
        BIRTH_DATE: patient.birth_date,
        SEX: patient.sex,
        0x0020000D: _UIDS[0],
        0x0020000E: _UIDS[1],
    }
    if patient.number.issuer:
        values[ISSUER_OF_PATIENT_ID] = patient.number.issuer
    if sent.accession_issuer:
        values[ISSUER_OF_ACCESSION_NUMBER] = [{0x00400031: sent.accession_issuer}]
    if sent.code is not None:
        code = sent.code
        values[PROCEDURE_CODE] = [{0x00080100: code.value, 0x00080102: code.scheme, 0x00080104: code.meaning}]
    if sent.procedure_id:
        values[REQUEST_ATTRIBUTES] = [{0x00401001: sent.procedure_id}]
    return values


def _values(header: bytes, syntax: str, part10: bool) -> Mapping[str, Any]:
    return to_json(header, syntax, part10, lambda path: "")


def _text(values: Mapping[str, Any], tag: int) -> str:
    found = values.get(f"{tag:08X}", {}).get("Value", ())
    return "; ".join(_item(one, tag) for one in found if one is not None)


def _item(value: Any, tag: int) -> str:
    if not isinstance(value, dict):
        return str(value)
    if tag not in _WITHIN:  # a name (PS3.18 section F.2.2)
        return "=".join(str(value[group]) for group in ("Alphabetic", "Ideographic", "Phonetic") if value.get(group))
    parts = (str(one) for name in _WITHIN[tag] for one in value.get(name, {}).get("Value", ()) if one is not None)
    return " · ".join(parts)
