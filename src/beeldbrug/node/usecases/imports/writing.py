"""Which attributes an import writes, and with what: the table of coercion carried out (IHE RAD TF-3 4.59, FIELD 5.6).

Patient ID, issuer and Other Patient IDs are always written: a foreign number never stands for an own one.
"""

from __future__ import annotations

from beeldbrug.dicom.encode import Value
from beeldbrug.model.identity import Patient
from beeldbrug.model.importing import CoercionTable, Order, Source

Values = dict[int, Value | None]

ACCESSION_NUMBER = 0x00080050
ISSUER_OF_ACCESSION_NUMBER = 0x00080051
INSTITUTION_NAME = 0x00080080
STUDY_DESCRIPTION = 0x00081030
PROCEDURE_CODE = 0x00081032
PATIENT_NAME = 0x00100010
BIRTH_DATE = 0x00100030
SEX = 0x00100040
REQUEST_ATTRIBUTES = 0x00400275

LONGEST_DESCRIPTION = 64
"""Characters of a LO value (PS3.5 section 6.2)."""


def of_patient(local: Patient | None, table: CoercionTable) -> Values:
    """Name, birth date and sex; nothing where nobody here knows the patient."""
    if local is None:
        return {}
    own = {
        PATIENT_NAME: (table.name, local.name),
        BIRTH_DATE: (table.birth_date, local.birth_date),
        SEX: (table.sex, local.sex),
    }
    return {tag: value for tag, (source, value) in own.items() if source is Source.OWN and (value or tag != SEX)}


def of_order(order: Order | None, table: CoercionTable, sender: str) -> Values:
    """What stands for the order; ``sender`` is the name of the organisation that sent it."""
    values: Values = {}
    if table.accession_number is not Source.SENT:
        ordered = order.accession_number if order is not None else ""
        values[ACCESSION_NUMBER] = ordered if table.accession_number is Source.ORDER else ""
    if table.accession_issuer is not Source.SENT:
        issuer = _issuer(order) if table.accession_issuer is Source.ORDER else None
        values[ISSUER_OF_ACCESSION_NUMBER] = None if issuer is None else [issuer]
    for tag, source, item in (
        (PROCEDURE_CODE, table.procedure_code, _code(order)),
        (REQUEST_ATTRIBUTES, table.request, _request(order)),
    ):
        if source is Source.EMPTY:
            values[tag] = None
        elif source is Source.ORDER and item is not None:
            values[tag] = [item]
    if table.institution is not Source.SENT:
        values[INSTITUTION_NAME] = sender[:LONGEST_DESCRIPTION] if table.institution is Source.SENDER else ""
    return values


def writes_description(order: Order | None, table: CoercionTable) -> bool:
    """Whether the study description is another than the sender's."""
    ordered = table.study_description is Source.ORDER and order is not None and order.description != ""
    return ordered or table.description_prefix != ""


def of_description(order: Order | None, table: CoercionTable, sent: str | None) -> Values:
    """The study description; one that was ``sent`` in a text that cannot be read (None) gets no prefix."""
    ordered = order.description if table.study_description is Source.ORDER and order is not None else ""
    if sent is None and not ordered:
        return {}
    text = ordered or sent or ""
    if not text.startswith(table.description_prefix):
        text = table.description_prefix + text
    return {STUDY_DESCRIPTION: text[:LONGEST_DESCRIPTION]} if text != sent else {}


def _issuer(order: Order | None) -> dict[int, Value] | None:
    if order is None or not (order.issuer or order.issuer_id):
        return None
    named: dict[int, Value] = {0x00400031: order.issuer} if order.issuer else {}
    if order.issuer_id:
        named |= {0x00400032: order.issuer_id, 0x00400033: order.issuer_type}
    return named


def _code(order: Order | None) -> dict[int, Value] | None:
    if order is None or order.code is None:
        return None
    return {0x00080100: order.code.value, 0x00080102: order.code.scheme, 0x00080104: order.code.meaning}


def _request(order: Order | None) -> dict[int, Value] | None:
    """An item of Request Attributes Sequence (PS3.3 table 10-9)."""
    if order is None or not order.procedure_id:
        return None
    item: dict[int, Value] = {0x00401001: order.procedure_id, ACCESSION_NUMBER: order.accession_number}
    if order.description:
        item[0x00321060] = order.description
    code = _code(order)
    if code is not None:
        item[0x00321064] = [code]
    return item
