"""Routes of missing images: what can be asked, asking, and at the other end sending or refusing. See usecases.asking.

What names a patient, series UIDs among them, goes in bodies, never in paths or queries.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec

from beeldbrug.model.answer import Answerer
from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import PHONE_CHARACTERS, Want, Wanted
from beeldbrug.node.policy.asking import may_ask
from beeldbrug.node.policy.asking_letter import About, letter
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.sending import Source
from beeldbrug.node.protocols.portal.asking_wire import Askable, UnsentList, askable_object, unsent_object
from beeldbrug.node.protocols.portal.exchange_wire import Exchange, exchange_object, reason_object
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.asking.ask import Asking, ask, checked
from beeldbrug.node.usecases.asking.facts import facts_of
from beeldbrug.node.usecases.asking.hear import hear_refusal
from beeldbrug.node.usecases.asking.known import lacking
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.sending.order import Chosen, Order
from beeldbrug.node.usecases.sending.supply import Replying


class AskChoice(msgspec.Struct, frozen=True):
    """What is missing: ``kinds`` (all-series, thin-slices, priors, report), series by UID, words."""

    kinds: list[str] = []
    series: list[str] = []
    text: str = ""
    phone: str = ""
    urgency: str = "routine"


class LetterChoice(msgspec.Struct, frozen=True):
    """For whom there is nobody to ask over the wire."""

    kinds: list[str] = []
    phone: str = ""
    language: str = "nl"


class Letter(msgspec.Struct, frozen=True):
    """The text to phone or mail; it names no patient."""

    text: str


class OtherStudy(msgspec.Struct, frozen=True):
    """Another study of the patient, as the search gave it."""

    study_uid: str
    source: str
    origin: str = ""
    description: str = ""
    modalities: list[str] = []
    instances: int = 0


class SupplyChoice(msgspec.Struct, frozen=True):
    """What is sent: series of the study (null: all that were not sent), and other studies of the patient, each as an
    exchange of its own on the same terms."""

    series: list[str] | None = None
    studies: list[OtherStudy] = []
    text: str = ""
    phone: str = ""


class RefusalChoice(msgspec.Struct, frozen=True):
    """Why it is not sent: a code (images-not-here, all-was-sent, images-not-allowed, see-text) and words."""

    reason: str
    text: str = ""
    phone: str = ""


def _askable(portal: Portal, call: Call) -> Askable:
    exchange = _reached(portal, call)
    decision = may_ask(facts_of(exchange, call.now))
    why = None if decision.permitted else reason_object(decision.reasons[0])
    return askable_object(lacking(portal.sources, exchange), why)


def _ask(portal: Portal, call: Call) -> Exchange:
    body: AskChoice = call.body
    account = call.session.account
    want = Want(_kinds(body.kinds), tuple(body.series), body.text)
    asking = Asking(want, _who(call), account.login, body.phone or account.phone, _urgency(body.urgency))
    ask(portal.database, portal.organisation, _reached(portal, call).id, asking, call.now)
    return _one(portal, call)


def _letter(portal: Portal, call: Call) -> Letter:
    body: LetterChoice = call.body
    exchange = _reached(portal, call)
    found = lacking(portal.sources, exchange)
    about = About(
        hospital=portal.organisation_name,
        reference=exchange.id,
        route=exchange.route,
        day=datetime.fromtimestamp(exchange.created, UTC).astimezone().strftime("%d-%m-%Y"),
        kinds=_kinds(body.kinds),
        series=found.series,
        instances=found.instances,
        instances_said=found.instances_said,
        phone=checked(body.phone or call.session.account.phone, PHONE_CHARACTERS),
    )
    return Letter(letter(about, body.language))


def _unsent(portal: Portal, call: Call) -> UnsentList:
    exchange = _reached(portal, call)
    return unsent_object(exchange.study_uid, portal.supply.unsent(exchange.id), portal.supply.has_archive())


def _supply(portal: Portal, call: Call) -> Exchange:
    body: SupplyChoice = call.body
    reached, number = _reached(portal, call), _number(call)
    exchange = portal.supply.check(reached.id, number)
    parcels = _others(portal, call, exchange, number, body.studies) if body.studies else []
    replying = Replying(_who(call), call.session.account.login, body.text, body.phone or call.session.account.phone)
    portal.supply.send(exchange.id, number, replying, body.series, parcels)
    return _one(portal, call)


def _others(portal: Portal, call: Call, exchange: ExchangeRow, number: int, studies: list[OtherStudy]) -> list[str]:
    """Other studies of the patient go on the same terms; the same choice again is the same sending."""
    terms = exchange.terms
    chosen = tuple(_study(one) for one in studies)
    named = "\0".join((exchange.id, str(number), *sorted(one.study_uid for one in studies)))
    order = Order(
        bundle=hashlib.sha256(named.encode()).hexdigest()[:32],
        chosen=chosen,
        receiver=terms.receiver,
        purpose=terms.purpose,
        ground=terms.ground,
        urgency=terms.urgency,
        responsible=terms.responsible,
        consent=terms.consent,
    )
    return [row.exchange for row in portal.sending.place(call.session, order, call.now)]


def _study(one: OtherStudy) -> Chosen:
    source, modalities = _source(one.source), tuple(one.modalities)
    return Chosen(one.study_uid, source, one.origin, (), one.description, modalities, one.instances)


def _refuse(portal: Portal, call: Call) -> Exchange:
    body: RefusalChoice = call.body
    replying = Replying(_who(call), call.session.account.login, body.text, body.phone or call.session.account.phone)
    portal.supply.refuse(_reached(portal, call).id, _number(call), replying, body.reason)
    return _one(portal, call)


def _heard(portal: Portal, call: Call) -> Exchange:
    actor = call.session.account.login
    hear_refusal(portal.database, portal.organisation, _reached(portal, call).id, _number(call), actor, call.now)
    return _one(portal, call)


def _reached(portal: Portal, call: Call) -> ExchangeRow:
    with portal.database.read() as tx:
        return visible(tx, call.session, call.variables["exchange"])


def _one(portal: Portal, call: Call) -> Exchange:
    return exchange_object(portal.listing.one(call.session, call.variables["exchange"]), call.now)


def _who(call: Call) -> Answerer:
    account = call.session.account
    return Answerer(account.name or account.login, " ".join(account.roles), account.department)


def _number(call: Call) -> int:
    text = call.variables["number"]
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _malformed()
    return int(text)


def _kinds(texts: list[str]) -> tuple[Wanted, ...]:
    try:
        return tuple(Wanted(one) for one in texts)
    except ValueError:
        raise _malformed() from None


def _urgency(text: str) -> Urgency:
    try:
        return Urgency(text)
    except ValueError:
        raise _malformed() from None


def _source(text: str) -> Source:
    try:
        return Source(text)
    except ValueError:
        raise _malformed() from None


def _malformed() -> Malformed:
    return Malformed("image-request-malformed", "This request cannot be read.", "Reload the page.")


_ROW: Final = "/exchanges/{exchange}"
_REQUEST: Final = _ROW + "/requests/{number}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", _ROW + "/askable", Permission.ASK, _askable, answer=Askable),
    Route("POST", _ROW + "/requests", Permission.ASK, _ask, body=AskChoice, answer=Exchange),
    Route("POST", _ROW + "/requests/letter", Permission.ASK, _letter, body=LetterChoice, answer=Letter),
    Route("GET", _REQUEST + "/unsent", Permission.SEND, _unsent, answer=UnsentList),
    Route("POST", _REQUEST + "/supply", Permission.SEND, _supply, body=SupplyChoice, answer=Exchange),
    Route("POST", _REQUEST + "/refuse", Permission.SEND, _refuse, body=RefusalChoice, answer=Exchange),
    Route("POST", _REQUEST + "/heard", Permission.ASK, _heard, answer=Exchange),
)
