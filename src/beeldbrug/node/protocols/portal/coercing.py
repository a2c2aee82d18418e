"""Routes that try a table of coercion out before it is set: typed values, or an arrival, for whoever may see patients.

The table itself is a setting (``administration``); nothing is kept here. Of an arrival that its reader is shown, the
trail says so (``inbox.listing``).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from beeldbrug.model.errors import Denied, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Code, CoercionTable, Order
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.imports.chosen import kept_number
from beeldbrug.node.usecases.imports.coerce import Coercion
from beeldbrug.node.usecases.imports.try_table import Line, Sent, sample, try_table
from beeldbrug.node.usecases.inbox.listing import Row
from beeldbrug.node.usecases.patient import sample_of
from beeldbrug.node.usecases.read.part10 import read_header, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.send.records import head_of

Typed = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\\\x00-\x1f]*$")]
Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{8})?$")]


class TypedPerson(msgspec.Struct, frozen=True):
    """A patient as somebody types one: ``name`` as DICOM has it (PN), ``birth_date`` YYYYMMDD."""

    number: Typed = ""
    issuer: Typed = ""
    name: Typed = ""
    birth_date: Day = ""
    sex: Annotated[str, msgspec.Meta(pattern=r"^[MFO]?$")] = ""


class TypedCode(msgspec.Struct, frozen=True):
    """A coded entry; without a value there is none."""

    value: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")] = ""
    scheme: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")] = ""
    meaning: Typed = ""


class TypedStudy(msgspec.Struct, frozen=True):
    """What a sender says of a study, or the own order of it."""

    accession_number: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")] = ""
    accession_issuer: Typed = ""
    description: Typed = ""
    code: TypedCode = msgspec.field(default_factory=TypedCode)
    procedure_id: Annotated[str, msgspec.Meta(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")] = ""


class CoercionTrial(msgspec.Struct, frozen=True):
    """Try ``value`` out as a table. ``exchange``: on that arrival, with the own patient and order that fit it; else on
    the typed values, where ``order`` None is an import without one and a patient without number is nobody here."""

    value: dict[str, Any]
    exchange: str = ""
    sender: Typed = ""
    sent: TypedPerson = msgspec.field(default_factory=TypedPerson)
    study: TypedStudy = msgspec.field(default_factory=TypedStudy)
    institution: Typed = ""
    own: TypedPerson = msgspec.field(default_factory=TypedPerson)
    order: TypedStudy | None = None


class CoercionLine(msgspec.Struct, frozen=True):
    """One attribute: as sent, as the table in force writes it, as ``value`` would."""

    name: str
    sent: str
    now: str
    new: str


class CoercionTried(msgspec.Struct, frozen=True):
    """What would be written. ``known``: somebody in the own systems is like the patient; ``ordered``: an order was
    there."""

    lines: list[CoercionLine]
    known: bool
    ordered: bool


def _try(portal: Portal, call: Call) -> CoercionTried:
    body: CoercionTrial = call.body
    models = portal.administration.configuration.models
    tables = models.coercion(), models.coercion(body.value)
    if body.exchange:
        return _of_arrival(portal, call, body.exchange, *tables)
    sent = Sent(
        _patient(body.sent),
        body.study.accession_number,
        body.study.accession_issuer,
        body.study.description,
        _code(body.study.code),
        body.study.procedure_id,
        body.institution,
    )
    row, header = sample(portal.organisation, sent)
    own, order = _patient(body.own), None if body.order is None else _order(body.order)
    local = own if own.name else None
    number = PatientNumber(own.number.value, own.number.issuer or portal.import_rule.issuer)
    coercions = [Coercion(number, local, order, body.sender, call.now, table) for table in tables]
    lines = try_table(row, header, sent.patient, coercions[0], coercions[1], lambda: iter([header]))
    return _tried(lines, local is not None, order is not None)


def _of_arrival(portal: Portal, call: Call, id: str, now: CoercionTable, new: CoercionTable) -> CoercionTried:
    if Permission.IMPORT not in call.session.permissions:
        raise Denied("not-permitted", "Your role does not allow this.", "Ask your administrator which role you need.")
    row = portal.listing.one(call.session, id)
    exchange = row.exchange
    with portal.database.read() as tx:
        instance = sample_of(tx, exchange.organisation, exchange.id, exchange.study_uid)
    if exchange.direction is not Direction.IN or instance is None:
        raise NotFound("exchange-unknown", "There is no such exchange within your access.", "Go back to the list.")
    places = Places(portal.sources, exchange.organisation)
    header = read_header(portal.sources, places, instance)
    number, local = _own(portal, row)
    orders = portal.orders(exchange, number)
    order = orders[0] if len(orders) == 1 else None
    coercions = [
        Coercion(number, local, order, exchange.terms.sender.name, exchange.created, table) for table in (now, new)
    ]
    lines = try_table(
        instance,
        header,
        _arrived(instance, header),
        coercions[0],
        coercions[1],
        lambda: read_original(portal.sources, places, instance, header),
    )
    return _tried(lines, local is not None, order is not None)


def _own(portal: Portal, row: Row) -> tuple[PatientNumber, Patient | None]:
    """The number that was decided on, or whoever is most like; the example's number where nobody is."""
    sides = portal.sides(row)
    candidates = [one.person.patient for one in sides.candidates] if sides is not None else []
    kept = kept_number(row.exchange, portal.import_rule.issuer)
    if kept is not None:
        return kept, next((one for one in candidates if one.number.value == kept.value), None)
    if candidates:
        return candidates[0].number, candidates[0]
    raise NotFound(
        "nobody-alike",
        "Nobody in the own systems is like the patient of this arrival, so nothing can be compared.",
        "Choose another arrival, or type values.",
    )


def _arrived(row: InstanceRow, header: bytes) -> Patient:
    return index_of(head_of(row, header), row.pieces).patient


def _patient(one: TypedPerson) -> Patient:
    return Patient(one.name, one.birth_date, one.sex, PatientNumber(one.number, one.issuer))


def _code(one: TypedCode) -> Code | None:
    return Code(one.value, one.scheme, one.meaning) if one.value else None


def _order(one: TypedStudy) -> Order:
    return Order(
        one.accession_number,
        one.accession_issuer,
        procedure_id=one.procedure_id,
        description=one.description,
        code=_code(one.code),
    )


def _tried(lines: list[Line], known: bool, ordered: bool) -> CoercionTried:
    return CoercionTried([CoercionLine(one.name, one.sent, one.now, one.new) for one in lines], known, ordered)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST", "/administration/coercion/try", Permission.ADMINISTER, _try, body=CoercionTrial, answer=CoercionTried
    ),
)
