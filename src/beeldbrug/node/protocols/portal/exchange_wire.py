"""An exchange as the portal's API says it, as JSON. Names are DICOM PN, dates as in DICOM, times POSIX seconds."""

from __future__ import annotations

import msgspec

from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import Direction, Party
from beeldbrug.node.policy.consult import is_consult
from beeldbrug.node.policy.texts import reason_of
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.ports.live import Present
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.usecases.inbox.listing import Row


class PartyObject(msgspec.Struct, frozen=True):
    """One end of an exchange."""

    organisation: str
    name: str
    location: str
    department: str
    person: str
    phone: str


class ReasonObject(msgspec.Struct, frozen=True):
    """Why, and what to do, in both languages."""

    code: str
    nl: str
    en: str
    remedy_nl: str
    remedy_en: str


class AlertObject(msgspec.Struct, frozen=True):
    """Something a human must know of."""

    code: str
    nl: str
    en: str
    remedy_nl: str
    remedy_en: str
    raised: float


class PatientObject(msgspec.Struct, frozen=True):
    """Who it is about, as the study's headers say."""

    name: str
    birth_date: str
    sex: str
    number: str
    issuer: str


class DeedObject(msgspec.Struct, frozen=True):
    """Something that was done with it."""

    at: float
    event: str
    outcome: str
    actor: str


class AnswerObject(msgspec.Struct, frozen=True):
    """An answer to an arrival. ``role`` are codes of roles, parted by spaces. ``own`` says whether it was given here;
    ``sent`` whether it has left (always, at the sender). ``heard`` is when somebody at the sender took note of it."""

    number: int
    answer: str
    outcome: str
    name: str
    role: str
    department: str
    at: float
    text: str
    phone: str
    own: bool
    sent: bool
    heard: float | None


class ImageReplyObject(msgspec.Struct, frozen=True):
    """What the sender does about it. ``role`` are codes of roles; ``exchanges`` bring what the exchange itself does
    not; ``sent`` says whether it has left (always, at the receiver)."""

    outcome: str
    at: float
    name: str
    role: str
    department: str
    reason: ReasonObject | None
    text: str
    phone: str
    sent: bool
    supplement: bool
    exchanges: list[str]


class ImageRequestObject(msgspec.Struct, frozen=True):
    """A request for missing images. ``own`` says whether it was asked here; ``sent`` whether it has left (always, at
    the sender). ``series`` is how many series it names. ``heard``: somebody has read the refusal."""

    number: int
    state: str
    urgency: str
    at: float
    kinds: list[str]
    series: int
    text: str
    name: str
    role: str
    department: str
    phone: str
    own: bool
    sent: bool
    reply: ImageReplyObject | None
    ended: float | None
    heard: bool


class PresentObject(msgspec.Struct, frozen=True):
    """Somebody who has it open now. ``here`` says whether it is in this organisation."""

    key: str
    name: str
    role: str
    department: str
    here: bool
    sharing: bool
    phone: str


class BusyObject(msgspec.Struct, frozen=True):
    """Who is deciding about it; ``own``: the reader himself."""

    name: str
    own: bool
    expires: float


class Exchange(msgspec.Struct, frozen=True):
    """One exchange. ``may`` lists what can be done with it now; ``now`` is the node's clock, for running times."""

    id: str
    direction: str
    state: str
    urgency: str
    purpose: str
    ground: str
    description: str
    modalities: list[str]
    total: int
    done: int
    imported: int
    closed: bool
    created: float
    updated: float
    first_image: float | None
    verified: float | None
    seen: float | None
    imported_at: float | None
    expires: float
    withdrawn: float | None
    undo_until: float
    local_number: str
    reason: ReasonObject | None
    question: str
    responsible: str
    consent: str
    other: PartyObject
    own: PartyObject
    patient: PatientObject | None
    study_date: str
    accession_number: str
    alerts: list[AlertObject]
    may: list[str]
    now: float
    consult: bool
    """Whether the import waits for an answer."""
    answer: AnswerObject | None
    answers: list[AnswerObject]
    requests: list[ImageRequestObject]
    """For missing images, oldest first."""
    presence: list[PresentObject]
    route: str
    """``hub``, or ``disc`` for what somebody brought; ``other`` then holds the name that was given of who did."""
    note: str
    """What whoever brought it in wrote beside it."""
    missing: int
    """How many instances are known not to have come along."""
    series: int
    """Series that an import was decided about, 0 where none was; ``left_series`` of them stay out of the PACS."""
    left_series: int
    busy: BusyObject | None
    reports: list[str]
    """How far each report is that came with it, or goes with it: preliminary, final, corrected or cancelled."""


class ExchangePage(msgspec.Struct, frozen=True):
    """A page of the list; ``next`` goes on where it ended, None when that was all."""

    rows: list[Exchange]
    next: str | None


def exchange_object(row: Row, now: float) -> Exchange:
    """A row of the list."""
    one, patient, terms = row.exchange, row.patient, row.exchange.terms
    arrived = one.direction is Direction.IN
    other, own = (terms.sender, terms.receiver) if arrived else (terms.receiver, terms.sender)
    return Exchange(
        id=one.id,
        direction=one.direction.value,
        state=one.state.value,
        urgency=one.urgency.value,
        purpose=terms.purpose.value,
        ground=terms.ground.value,
        description=one.description or (patient.description if patient else ""),
        modalities=list(one.modalities),
        total=one.total,
        done=one.done,
        imported=one.imported,
        closed=one.closed,
        created=one.created,
        updated=one.updated,
        first_image=one.first_part,
        verified=one.verified,
        seen=one.seen,
        imported_at=one.imported_at,
        expires=one.expires,
        withdrawn=one.withdrawn,
        undo_until=one.undo_until,
        local_number=one.local_number,
        reason=reason_object(reason_of(one.reason_code)) if one.reason_code else None,
        question=terms.question,
        responsible=terms.responsible,
        consent=terms.consent,
        other=party_object(other),
        own=party_object(own),
        patient=_patient(row),
        study_date=patient.study_date if patient else "",
        accession_number=patient.accession_number if patient else "",
        alerts=[_alert(alert) for alert in row.alerts],
        may=list(row.may),
        now=now,
        consult=is_consult(terms),
        answer=answer_object(row.answers[-1], arrived) if row.answers else None,
        answers=[answer_object(answer, arrived) for answer in row.answers],
        requests=[request_object(one_of, one.direction) for one_of in row.requests],
        presence=[present_object(present) for present in row.present],
        route=one.route.value,
        note=one.note,
        missing=one.missing,
        series=row.left.series,
        left_series=row.left.left_series,
        busy=BusyObject(row.busy.name, row.busy.own, row.busy.expires) if row.busy is not None else None,
        reports=[status.value for status in row.reports],
    )


def answer_object(row: AnswerRow, own: bool) -> AnswerObject:
    """One answer; ``own`` when it was given here."""
    return AnswerObject(
        number=row.number,
        answer=row.answer.value,
        outcome=row.outcome.value,
        name=row.who.name,
        role=row.who.role,
        department=row.who.department,
        at=row.at,
        text=row.text,
        phone=row.phone,
        own=own,
        sent=row.part is not None,
        heard=row.heard,
    )


def request_object(row: ImageRequestRow, direction: Direction) -> ImageRequestObject:
    """One request, as this end sees it."""
    own = direction is Direction.IN
    return ImageRequestObject(
        number=row.number,
        state=row.state.value,
        urgency=row.urgency.value,
        at=row.at,
        kinds=[kind.value for kind in row.want.kinds],
        series=len(row.want.series),
        text=row.want.text,
        name=row.who.name,
        role=row.who.role,
        department=row.who.department,
        phone=row.phone,
        own=own,
        sent=row.part is not None,
        reply=_image_reply(row.reply, row.reply_part is not None) if row.reply is not None else None,
        ended=row.ended,
        heard=row.heard is not None,
    )


def _image_reply(reply: Reply, sent: bool) -> ImageReplyObject:
    return ImageReplyObject(
        outcome=reply.outcome.value,
        at=reply.at,
        name=reply.who.name,
        role=reply.who.role,
        department=reply.who.department,
        reason=reason_object(reason_of(reply.reason)) if reply.reason else None,
        text=reply.text,
        phone=reply.phone,
        sent=sent,
        supplement=reply.supplement,
        exchanges=list(reply.parcels),
    )


def present_object(one: Present) -> PresentObject:
    """Somebody who looks."""
    return PresentObject(one.key, one.name, one.role, one.department, one.here, one.sharing, one.phone)


def party_object(party: Party) -> PartyObject:
    """One end."""
    return PartyObject(party.organisation, party.name, party.location, party.department, party.person, party.phone)


def reason_object(reason: Reason) -> ReasonObject:
    """A reason with its remedy."""
    return ReasonObject(reason.code, reason.nl, reason.en, reason.remedy_nl, reason.remedy_en)


def _patient(row: Row) -> PatientObject | None:
    if row.patient is None:
        return None
    number = row.patient.number
    return PatientObject(row.patient.name, row.patient.birth_date, row.patient.sex, number.value, number.issuer)


def _alert(alert: AlertRow) -> AlertObject:
    return AlertObject(alert.code, alert.text_nl, alert.text_en, alert.remedy_nl, alert.remedy_en, alert.raised)
