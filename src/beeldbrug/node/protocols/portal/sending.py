"""Routes of sending: search studies, propose, recipients, a report beside them, send, progress, undo; for whom.

What names a patient goes in bodies, never in paths or queries. See ``usecases.sending``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Ground, Party, Purpose, Urgency
from beeldbrug.node.policy.consent import Consent, Manner, sentence
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.policy.relevance.propose import Proposal, StudyFacts, excess, propose
from beeldbrug.node.ports.sending import Gathering, Source
from beeldbrug.node.protocols.portal.exchange_wire import (
    Exchange,
    PartyObject,
    ReasonObject,
    exchange_object,
    reason_object,
)
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.sending_wire import (
    EXTRA,
    RecipientBook,
    Sent,
    SeriesList,
    StudiesFound,
    book_object,
    found_object,
    gathering_object,
    party_of,
    series_object,
)
from beeldbrug.node.usecases.pdf import PDF_BYTES
from beeldbrug.node.usecases.release import Choice
from beeldbrug.node.usecases.sending.address_book import clean_party, mark_recipient
from beeldbrug.node.usecases.sending.enclosing import put_ready
from beeldbrug.node.usecases.sending.order import DAYS, Chosen, Order

_BUNDLE = re.compile(r"[0-9a-f]{32}")
E_ = TypeVar("E_", bound=StrEnum)


class Search(msgspec.Struct, frozen=True):
    """By what was typed, or all studies of the patient that an exchange is about."""

    text: str = ""
    exchange: str = ""


class StudyChoice(msgspec.Struct, frozen=True):
    """Which study, and where it lies."""

    study_uid: str
    source: str
    origin: str = ""


class KnownStudy(msgspec.Struct, frozen=True):
    """A study as the list shows it, to be judged; ``series`` are descriptions, where known."""

    study_uid: str
    date: str = ""
    modalities: list[str] = []
    description: str = ""
    instances: int = 0
    series: list[str] = []
    body_part: str = ""


class Question(msgspec.Struct, frozen=True):
    """What to propose for: the studies of one patient. ``given`` was opened for this; ``selected`` is what is chosen
    now, null before anybody chose."""

    studies: list[KnownStudy]
    question: str = ""
    urgency: str = "routine"
    given: list[str] = []
    selected: list[str] | None = None


class ProposedStudy(msgspec.Struct, frozen=True):
    """A study and why it is proposed."""

    study_uid: str
    reason: ReasonObject


class Proposed(msgspec.Struct, frozen=True):
    """What is proposed: the studies in question, then earlier ones. ``too_much`` is about what is selected."""

    chosen: list[ProposedStudy]
    priors: list[ProposedStudy]
    warnings: list[ReasonObject]
    too_much: list[ReasonObject]


class Favourite(msgspec.Struct, frozen=True):
    """A door to be marked, or no longer."""

    party: PartyObject
    favourite: bool


class Report(msgspec.Struct, frozen=True):
    """A report that was put ready; it is forgotten after a day when it is not sent."""

    id: str
    bytes: int


class ConsentChoice(msgspec.Struct, frozen=True):
    """The consent that was registered: who asked, when (YYYY-MM-DD), how, and for what."""

    who: str
    when: str
    manner: str
    scope: str


class Terms(msgspec.Struct, frozen=True):
    """To whom and why. Empty takes what is usual: treatment, referral, routine, oneself as the one responsible."""

    receiver: PartyObject
    purpose: str = ""
    ground: str = ""
    urgency: str = ""
    question: str = ""
    responsible: str = ""
    consent: ConsentChoice | None = None


class ChosenStudy(msgspec.Struct, frozen=True):
    """A study of a sending; ``series`` empty is all of it. ``report`` is the id of one that was put ready."""

    study_uid: str
    source: str
    origin: str = ""
    series: list[str] = []
    description: str = ""
    modalities: list[str] = []
    expected: int = 0
    report: str = ""
    report_title: str = ""


class SendOrder(msgspec.Struct, frozen=True):
    """A sending. ``bundle`` is 32 random hex digits that the page makes, so that a repeat is not a second sending.
    ``extras``: presentation states and key objects go along."""

    bundle: str
    studies: list[ChosenStudy]
    terms: Terms
    extras: bool = True
    days: float = DAYS


class Checked(msgspec.Struct, frozen=True):
    """What policy says of it now (permit, park, deny), why, and when it would end."""

    effect: str
    reasons: list[ReasonObject]
    ends: float


class Undone(msgspec.Struct, frozen=True):
    """How many exchanges are being taken back."""

    exchanges: int


def _search(portal: Portal, call: Call) -> StudiesFound:
    body: Search = call.body
    find = portal.sending.find
    if body.exchange:
        return found_object(find.of_exchange(call.session, body.exchange))
    return found_object(find.by_text(call.session, body.text))


def _series(portal: Portal, call: Call) -> SeriesList:
    body: StudyChoice = call.body
    source = _one_of(Source, body.source, Source.PACS)
    found = portal.sending.find.series(call.session, body.study_uid, source, body.origin)
    return SeriesList([series_object(one) for one in found])


def _propose(portal: Portal, call: Call) -> Proposed:
    body: Question = call.body
    if len(body.studies) > 1000:
        raise Malformed("studies-chosen", "Too many studies at once.", "Search more exactly.")
    studies = [
        StudyFacts(
            one.study_uid,
            one.date,
            tuple(one.modalities),
            one.description,
            tuple(one.series),
            one.body_part,
            instances=one.instances,
        )
        for one in body.studies
    ]
    urgency = _one_of(Urgency, body.urgency, Urgency.ROUTINE)
    found = propose(body.question[:2000], urgency, studies, call.now, body.given)
    too_much = excess(studies, body.selected, found) if body.selected is not None else ()
    return _proposed(found, [reason_object(one) for one in too_much])


def _proposed(found: Proposal, too_much: list[ReasonObject]) -> Proposed:
    return Proposed(
        [ProposedStudy(one.study, reason_object(one.reason)) for one in found.chosen],
        [ProposedStudy(one.study, reason_object(one.reason)) for one in found.priors],
        [reason_object(one) for one in found.warnings],
        too_much,
    )


def _recipients(portal: Portal, call: Call) -> RecipientBook:
    return book_object(portal.sending.book.read(call.session))


def _favourite(portal: Portal, call: Call) -> RecipientBook:
    body: Favourite = call.body
    mark_recipient(portal.database, call.session, party_of(body.party), body.favourite, call.now)
    return _recipients(portal, call)


def _report(portal: Portal, call: Call) -> Report:
    account = call.session.account
    kept = put_ready(portal.database, account.organisation, account.id, call.body, call.now)
    return Report(kept.id, len(kept.content))


def _check(portal: Portal, call: Call) -> Checked:
    order = _order(portal, call)
    decision = portal.sending.decide(call.session, order)
    reasons = [reason_object(one) for one in decision.reasons]
    return Checked(decision.effect.value, reasons, call.now + order.days * 86400)


def _send(portal: Portal, call: Call) -> Sent:
    order = _order(portal, call)
    return _sent(portal, call, portal.sending.place(call.session, order, call.now))


def _bundle(portal: Portal, call: Call) -> Sent:
    return _sent(portal, call, portal.sending.bundle(call.session, call.variables["bundle"]))


def _undo(portal: Portal, call: Call) -> Undone:
    return Undone(portal.sending.undo(call.session, call.variables["bundle"], call.now))


def _again(portal: Portal, call: Call) -> Sent:
    return _sent(portal, call, portal.sending.again(call.session, call.variables["exchange"], call.now))


def _gathering(portal: Portal, call: Call) -> Sent:
    """What was sent together with this exchange."""
    exchange = portal.listing.one(call.session, call.variables["exchange"]).exchange
    with portal.database.read() as tx:
        row = tx.gatherings.get(exchange.organisation, exchange.id)
    return Sent("", [], []) if row is None else _sent(portal, call, portal.sending.bundle(call.session, row.bundle))


def _for_whom(portal: Portal, call: Call) -> Exchange:
    body: Terms = call.body
    ground = _one_of(Ground, body.ground, Ground.REFERRAL)
    choice = Choice(
        receiver=clean_party(party_of(body.receiver)),
        purpose=_purpose(body, ground),
        ground=ground,
        responsible=body.responsible.strip() or None,
        urgency=_one_of(Urgency, body.urgency, Urgency.ROUTINE) if body.urgency else None,
        question=body.question,
        consent=_consent(body, call.now) or None,
    )
    portal.sending.for_whom(call.session, call.variables["exchange"], choice, call.now)
    return exchange_object(portal.listing.one(call.session, call.variables["exchange"]), call.now)


def _sent(portal: Portal, call: Call, rows: list[Gathering]) -> Sent:
    exchanges = [exchange_object(portal.listing.one(call.session, row.exchange), call.now) for row in rows]
    return Sent(rows[0].bundle, exchanges, [gathering_object(row) for row in rows])


def _order(portal: Portal, call: Call) -> Order:
    body: SendOrder = call.body
    if _BUNDLE.fullmatch(body.bundle) is None:
        raise Malformed("bundle-malformed", "A sending has an id of 32 hex digits.", "Reload the page.")
    account, terms = call.session.account, body.terms
    ground = _one_of(Ground, terms.ground, Ground.REFERRAL)
    default = Urgency.STAT if ground is Ground.EMERGENCY else Urgency.ROUTINE
    return Order(
        bundle=body.bundle,
        chosen=tuple(_chosen(one) for one in body.studies),
        receiver=_receiver(portal, terms.receiver),
        purpose=_purpose(terms, ground),
        ground=ground,
        urgency=_one_of(Urgency, terms.urgency, default),
        responsible=terms.responsible.strip()[:100] or account.name or account.login,
        question=terms.question,
        consent=_consent(terms, call.now),
        without=() if body.extras else tuple(sorted(EXTRA)),
        days=body.days,
    )


def _chosen(one: ChosenStudy) -> Chosen:
    return Chosen(
        one.study_uid,
        _one_of(Source, one.source, Source.PACS),
        one.origin,
        tuple(dict.fromkeys(one.series)),
        one.description,
        tuple(one.modalities),
        one.expected,
        one.report,
        one.report_title,
    )


def _receiver(portal: Portal, one: PartyObject) -> Party:
    """Nobody while nobody was chosen."""
    if not one.organisation:
        return Party("")
    return portal.sending.book.named(clean_party(party_of(one)))


def _purpose(terms: Terms, ground: Ground) -> Purpose:
    usual = Purpose.EMERGENCY if ground is Ground.EMERGENCY else Purpose.TREATMENT
    return _one_of(Purpose, terms.purpose, usual)


def _consent(terms: Terms, now: float) -> str:
    said = terms.consent
    if said is None:
        return ""
    consent = Consent(said.who, said.when, _one_of(Manner, said.manner, Manner.ORAL), said.scope)
    return sentence(consent, datetime.fromtimestamp(now + 86400 / 2, UTC).date())  # a day may have begun here already


def _one_of(kind: type[E_], text: str, usual: E_) -> E_:
    if not text:
        return usual
    try:
        return kind(text)
    except ValueError:
        raise Malformed("choice-unknown", "A choice is none of those that there are.", "Reload the page.") from None


_SEND: Final = Permission.SEND
_ROW: Final = "/exchanges/{exchange}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", "/sending/search", _SEND, _search, body=Search, answer=StudiesFound),
    Route("POST", "/sending/series", _SEND, _series, body=StudyChoice, answer=SeriesList),
    Route("POST", "/sending/propose", _SEND, _propose, body=Question, answer=Proposed),
    Route("GET", "/sending/recipients", _SEND, _recipients, answer=RecipientBook),
    Route("POST", "/sending/recipients", _SEND, _favourite, body=Favourite, answer=RecipientBook),
    Route("POST", "/sending/reports", _SEND, _report, body=bytes, answer=Report, body_bytes=PDF_BYTES + 1),
    Route("POST", "/sending/check", _SEND, _check, body=SendOrder, answer=Checked),
    Route("POST", "/sending", _SEND, _send, body=SendOrder, answer=Sent),
    Route("GET", "/sending/{bundle}", _SEND, _bundle, answer=Sent),
    Route("POST", "/sending/{bundle}/undo", Permission.WITHDRAW, _undo, answer=Undone),
    Route("GET", _ROW + "/sending", _SEND, _gathering, answer=Sent),
    Route("POST", _ROW + "/send-again", _SEND, _again, answer=Sent),
    Route("POST", _ROW + "/for-whom", _SEND, _for_whom, body=Terms, answer=Exchange),
)
