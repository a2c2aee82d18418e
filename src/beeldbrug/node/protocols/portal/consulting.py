"""Routes of consult before transfer: the receiver's answer, taking note of it, and the live view across two hospitals.

A page says every few seconds that it is there (which keeps nobody signed in), and up to some twenty times a second what
it shows; what others show comes over the stream of live state.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from beeldbrug.model.answer import Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.errors import Malformed
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.exchange_wire import Exchange, PresentObject, exchange_object, present_object
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.consult.answer import answer
from beeldbrug.node.usecases.consult.channel import tidy_view
from beeldbrug.node.usecases.consult.hear import hear
from beeldbrug.node.usecases.consult.look import person
from beeldbrug.node.usecases.consult.together import place_of
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.read.reach import not_found

LIVE_BODY_BYTES: Final = 4096
_PAGE: Final = re.compile(r"[0-9a-f]{8,30}")


class AnswerChoice(msgspec.Struct, frozen=True):
    """``answer``: come, stay, more-imaging, call-me, or retracted for the one before."""

    answer: str
    text: str = ""
    phone: str = ""


class LiveSay(msgspec.Struct, frozen=True):
    """A page that has the study open: a random name for it, whether it shows what it sees, what that is, or that it
    leaves."""

    page: str
    sharing: bool = False
    view: dict[str, Any] | None = None
    leave: bool = False


class LiveNow(msgspec.Struct, frozen=True):
    """Who is there now. ``reaches`` says whether the other hospital can be there too."""

    people: list[PresentObject]
    reaches: bool


def _answer(portal: Portal, call: Call) -> Exchange:
    body: AnswerChoice = call.body
    exchange = _reached(portal, call)
    account = call.session.account
    row = answer(
        portal.database,
        portal.store,
        portal.organisation,
        exchange,
        _kind(body.answer),
        Answerer(account.name or account.login, " ".join(account.roles), account.department),
        account.login,
        body.text,
        body.phone or account.phone,
        call.now,
    )
    if row.outcome is AnswerOutcome.ERASED:
        portal.consulting.together.drop(place_of(exchange))
    return _one(portal, call)


def _heard(portal: Portal, call: Call) -> Exchange:
    hear(portal.database, portal.organisation, _reached(portal, call), call.session.account.login, call.now)
    return _one(portal, call)


def _live(portal: Portal, call: Call) -> LiveNow:
    body: LiveSay = call.body
    page, session, consulting = read_page(body.page), call.session, portal.consulting
    together, place = consulting.together, place_of(call.variables["exchange"])
    if body.leave:
        together.leave(place, session.token, page)
        consulting.carrier.wake()
        return LiveNow([], False)
    exchange, is_open = consulting.look.enter(session, call.variables["exchange"])
    if not is_open:
        together.drop(place)
        raise not_found()
    sharing = body.sharing and Permission.SHARE_VIEW in session.permissions
    view = read_view(body.view) if sharing else b""
    if sharing:
        consulting.look.shared(session, exchange)
    who = person(session, page, sharing)
    people = together.say(place, session.token, who, view, lambda: consulting.look.channel(exchange))
    consulting.carrier.wake()
    return LiveNow([present_object(one) for one in people], together.reaches(place))


def read_view(view: dict[str, Any] | None) -> bytes:
    """A view as it goes out. Raises Malformed ``view-malformed``."""
    if view is None:
        return b""
    tidy = tidy_view(msgspec.json.encode(view))
    if tidy is None:
        raise Malformed("view-malformed", "What is shown cannot be passed on.", "Reload the page.")
    return tidy


def read_page(page: str) -> str:
    """The random name of a page. Raises Malformed ``page-malformed``."""
    if _PAGE.fullmatch(page) is None:
        raise Malformed("page-malformed", "This page has no name that can be used.", "Reload the page.")
    return page


def _kind(text: str) -> AnswerKind:
    try:
        return AnswerKind(text)
    except ValueError:
        raise Malformed("answer-malformed", "This is no answer.", "Choose one of the answers.") from None


def _reached(portal: Portal, call: Call) -> str:
    with portal.database.read() as tx:
        return visible(tx, call.session, call.variables["exchange"]).id


def _one(portal: Portal, call: Call) -> Exchange:
    return exchange_object(portal.listing.one(call.session, call.variables["exchange"]), call.now)


_ROW: Final = "/exchanges/{exchange}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", _ROW + "/answer", Permission.ANSWER, _answer, body=AnswerChoice, answer=Exchange),
    Route("POST", _ROW + "/answer/heard", Permission.SEE_EXCHANGES, _heard, answer=Exchange),
    Route(
        "POST",
        _ROW + "/live",
        Permission.VIEW,
        _live,
        body=LiveSay,
        answer=LiveNow,
        body_bytes=LIVE_BODY_BYTES,
        act=False,
    ),
)
