"""Routes of the in- and outbox: the list, one exchange with its history, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.listing import Owner, Sort, Wanted
from beeldbrug.node.protocols.portal.exchange_wire import (
    DeedObject,
    Exchange,
    ExchangePage,
    PatientObject,
    exchange_object,
)
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.report_desk import waiting_reports
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.deliver.again import deliver_again
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.orders import order_named
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.desk.waiting import Candidate as Known
from beeldbrug.node.usecases.desk.wish import Wish, series_wish
from beeldbrug.node.usecases.drop import drop
from beeldbrug.node.usecases.inbox.listing import read_place, visible, write_place
from beeldbrug.node.usecases.withdraw import withdraw

REASON_CHARACTERS = 200
E_ = TypeVar("E_", bound=StrEnum)


class Counts(msgspec.Struct, frozen=True):
    """How many there are that have not ended."""

    inbox: int
    outbox: int
    urgent: int
    parked: int
    waiting: int
    at_desk: int
    """Arrivals that wait for a human at the receiving desk."""
    reports: int
    """Reports that wait there; 0 for whoever may not decide about them."""


class Search(msgspec.Struct, frozen=True):
    """What is to be listed; empty does not limit. ``text`` is a name, number or birth date, which is why this travels
    in a body: no URL holds identity. ``cursor`` is the ``next`` of the page before."""

    direction: str = ""
    states: list[str] = []
    urgencies: list[str] = []
    department: str = ""
    since: float | None = None
    until: float | None = None
    text: str = ""
    cursor: str = ""
    limit: int = 100
    owner: str = ""
    """Who decides about it now: ``mine``, ``nobody`` or ``somebody`` (a colleague)."""
    sort: str = ""
    """What stands first: ``age``, ``urgency`` or ``owner``; empty: what is urgent and has not ended."""
    oldest: bool = False
    """The oldest first."""
    at_desk: bool = False
    """Only arrivals that wait for a human at the receiving desk."""
    asked: bool = False
    """Only those about which a request for missing images is open."""


class ImportChoice(msgspec.Struct, frozen=True):
    """Under which own number; none looks it up again."""

    number: str = ""
    issuer: str = ""
    as_of: float | None = None
    """``updated`` of the exchange as the screen had it: what a colleague has decided since then stands."""
    series: list[str] | None = None
    """Series to be imported, by UID; None leaves it to the rule."""
    order: str | None = None
    """Accession number of the order, empty for none; None looks it up."""
    rejected: bool | None = None
    """Whether what its sender takes back goes in as well; None leaves that as it is."""


class RefuseChoice(msgspec.Struct, frozen=True):
    """The code of the reason (``policy.refusal``); ``as_of`` as with an import."""

    reason: str
    as_of: float | None = None


class WithdrawChoice(msgspec.Struct, frozen=True):
    """Why, for the audit trail; no names."""

    reason: str = ""


class History(msgspec.Struct, frozen=True):
    """What was done with it, oldest first."""

    deeds: list[DeedObject]


class LikenessObject(msgspec.Struct, frozen=True):
    """What two patients' values say, field by field: ``same``, ``alike``, ``different`` or ``unknown``."""

    bsn: str
    birth_date: str
    family: str
    given: str
    sex: str


class Candidate(msgspec.Struct, frozen=True):
    """Somebody the hospital knows. ``sources`` say where: ``pacs``, ``worklist``, ``hl7``, ``list``; ``order`` is an
    accession number, or empty."""

    patient: PatientObject
    bsn: str
    likeness: LikenessObject
    sources: list[str]
    order: str


class Candidates(msgspec.Struct, frozen=True):
    """Whom an arrival may be of, looked up in the sources that are ``asked``, the most alike first; ``complete`` says
    whether all of them answered. And the arrival's own BSN, with the attribute that it stood in."""

    bsn: str
    bsn_source: str
    patients: list[Candidate]
    asked: list[str]
    complete: bool


def _search(portal: Portal, call: Call) -> ExchangePage:
    body: Search = call.body
    wanted = Wanted(
        direction=_one_of(Direction, body.direction),
        states=_several(State, body.states),
        urgencies=_several(Urgency, body.urgencies),
        since=body.since,
        until=body.until,
        at_desk=body.at_desk,
        reader=_actor(call),
        owner=_one_of(Owner, body.owner) or Owner.ANY,
        sort=_one_of(Sort, body.sort) or Sort.USUAL,
        oldest=body.oldest,
        asked=body.asked,
    )
    after = read_place(body.cursor)
    page = portal.listing.page(call.session, wanted, body.department, body.text, after, body.limit)
    return ExchangePage([exchange_object(row, call.now) for row in page.rows], write_place(page.next))


def _counts(portal: Portal, call: Call) -> Counts:
    found = portal.listing.counts(call.session)

    def total(fits: Callable[[Direction, State, Urgency], bool]) -> int:
        return sum(count for key, count in found.items() if fits(*key))

    return Counts(
        inbox=total(lambda way, state, urgency: way is Direction.IN),
        outbox=total(lambda way, state, urgency: way is Direction.OUT),
        urgent=total(lambda way, state, urgency: urgency in (Urgency.STAT, Urgency.ASAP)),
        parked=total(lambda way, state, urgency: state is State.PARKED),
        waiting=total(lambda way, state, urgency: way is Direction.IN and state in (State.VERIFIED, State.SEEN)),
        at_desk=portal.listing.at_desk(call.session),
        reports=waiting_reports(portal, call),
    )


def _one(portal: Portal, call: Call) -> Exchange:
    return exchange_object(portal.listing.one(call.session, call.variables["exchange"]), call.now)


def _history(portal: Portal, call: Call) -> History:
    deeds = portal.listing.history(call.session, call.variables["exchange"])
    return History([DeedObject(one.at, one.event, one.outcome, one.actor) for one in deeds])


def _import(portal: Portal, call: Call) -> Exchange:
    body: ImportChoice = call.body
    number = PatientNumber(body.number.strip(), body.issuer.strip()) if body.number.strip() else None
    row = portal.listing.one(call.session, call.variables["exchange"]).exchange
    series = None if body.series is None else series_wish(body.series)
    order = order_named(portal.orders(row, number), body.order) if body.order and number is not None else None
    wish = Wish(series, order, body.order is not None, body.rejected)
    choose(portal.database, portal.organisation, row.id, number, _actor(call), call.now, body.as_of, wish)
    return _one(portal, call)


def _refuse(portal: Portal, call: Call) -> Exchange:
    exchange, body = _reached(portal, call), call.body
    refuse(
        portal.database, portal.store, portal.organisation, exchange, body.reason, _actor(call), call.now, body.as_of
    )
    return _one(portal, call)


def _withdraw(portal: Portal, call: Call) -> Exchange:
    reason = " ".join(call.body.reason.split())[:REASON_CHARACTERS]
    withdraw(portal.database, portal.organisation, _reached(portal, call), _actor(call), reason, call.now)
    return _one(portal, call)


def _drop(portal: Portal, call: Call) -> Exchange:
    drop(portal.database, portal.organisation, _reached(portal, call), _actor(call), call.now)
    return _one(portal, call)


def _deliver_again(portal: Portal, call: Call) -> Exchange:
    with portal.database.write() as tx:
        deliver_again(tx, visible(tx, call.session, call.variables["exchange"]), _actor(call), call.now)
    return _one(portal, call)


def _candidates(portal: Portal, call: Call) -> Candidates:
    found = portal.sides(portal.listing.one(call.session, call.variables["exchange"]))
    if found is None:
        return Candidates("", "", [], [], True)
    bsn, source = bsn_of(found.arrived) or ("", "")
    patients = [_candidate(one) for one in found.candidates]
    return Candidates(bsn, source, patients, list(found.asked), found.complete)


def _candidate(one: Known) -> Candidate:
    patient, like = one.person.patient, one.likeness
    return Candidate(
        PatientObject(patient.name, patient.birth_date, patient.sex, patient.number.value, patient.number.issuer),
        (bsn_of(patient) or ("", ""))[0],
        LikenessObject(like.bsn, like.birth_date, like.family, like.given, like.sex),
        list(one.person.sources),
        one.person.order,
    )


def _reached(portal: Portal, call: Call) -> str:
    """The id of the exchange, once it is known to be within the session's reach."""
    with portal.database.read() as tx:
        return visible(tx, call.session, call.variables["exchange"]).id


def _actor(call: Call) -> str:
    return call.session.account.login


def _one_of(kind: type[E_], text: str) -> E_ | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise _malformed() from None


def _several(kind: type[E_], texts: list[str]) -> tuple[E_, ...]:
    try:
        return tuple(kind(one) for one in texts)
    except ValueError:
        raise _malformed() from None


def _malformed() -> Malformed:
    return Malformed("filter-malformed", "This filter cannot be read.", "Reload the list.")


_ROW: Final = "/exchanges/{exchange}"
_SEE: Final = Permission.SEE_EXCHANGES

ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", "/exchanges/search", _SEE, _search, body=Search, answer=ExchangePage),
    Route("GET", "/exchanges/counts", _SEE, _counts, answer=Counts),
    Route("GET", _ROW, _SEE, _one, answer=Exchange),
    Route("GET", _ROW + "/history", _SEE, _history, answer=History),
    Route("GET", _ROW + "/candidates", Permission.IMPORT, _candidates, answer=Candidates),
    Route("POST", _ROW + "/import", Permission.IMPORT, _import, body=ImportChoice, answer=Exchange),
    Route("POST", _ROW + "/refuse", Permission.REFUSE, _refuse, body=RefuseChoice, answer=Exchange),
    Route("POST", _ROW + "/withdraw", Permission.WITHDRAW, _withdraw, body=WithdrawChoice, answer=Exchange),
    Route("POST", _ROW + "/drop", Permission.SEND, _drop, answer=Exchange),
    Route("POST", _ROW + "/deliver-again", Permission.SEND, _deliver_again, answer=Exchange),
)
