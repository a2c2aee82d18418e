"""Routes of the shared view inside the organisation: begin, find, join, end, and say what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeldbrug.model.account import Account
from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.consulting import (
    LIVE_BODY_BYTES,
    LiveNow,
    LiveSay,
    read_page,
    read_view,
)
from beeldbrug.node.protocols.portal.events import Event
from beeldbrug.node.protocols.portal.exchange_wire import present_object
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.consult.look import person
from beeldbrug.node.usecases.consult.share import Shared
from beeldbrug.node.usecases.view.subject import Kind, Name

if TYPE_CHECKING:
    from beeldbrug.node.protocols.portal.portal import Portal


class Colleague(msgspec.Struct, frozen=True):
    """Somebody of the organisation who can look along."""

    account: str
    name: str
    department: str


class Colleagues(msgspec.Struct, frozen=True):
    """By name."""

    people: list[Colleague]


class ShareChoice(msgspec.Struct, frozen=True):
    """For which colleague; empty for whoever has the link."""

    guest: str = ""


class Share(msgspec.Struct, frozen=True):
    """A shared view. ``kind`` and ``subject`` name what is looked at: exchanges or studies, and its id. ``own`` says
    whether it was begun by who asks."""

    id: str
    kind: str
    subject: str
    host: Colleague
    own: bool
    created: float
    expires: float


class ShareList(msgspec.Struct, frozen=True):
    """Those that one began or is invited to, newest first."""

    shares: list[Share]


def place_of_share(share: str) -> str:
    """The place of a shared view."""
    return f"shares/{share}"


def _begin(portal: Portal, call: Call) -> Share:
    body: ShareChoice = call.body
    exchange = call.variables.get("exchange")
    name = Name(Kind.EXCHANGE, exchange) if exchange else Name(Kind.STUDY, call.variables["study"])
    shared = portal.consulting.sharing.begin(call.session, name, body.guest)
    guest = shared.row.guest
    if guest:
        told = msgspec.json.encode(_share(shared, guest))
        portal.events.tell(Event("share", told, lambda session: session.account.id == guest))
    return _share(shared, call.session.account.id)


def _one(portal: Portal, call: Call) -> Share:
    return _share(portal.consulting.sharing.enter(call.session, call.variables["share"]), call.session.account.id)


def _mine(portal: Portal, call: Call) -> ShareList:
    found = portal.consulting.sharing.mine(call.session)
    return ShareList([_share(one, call.session.account.id) for one in found])


def _end(portal: Portal, call: Call) -> None:
    portal.consulting.sharing.end(call.session, call.variables["share"])
    portal.consulting.together.drop(place_of_share(call.variables["share"]))


def _live(portal: Portal, call: Call) -> LiveNow:
    body: LiveSay = call.body
    page, session, together = read_page(body.page), call.session, portal.consulting.together
    place = place_of_share(call.variables["share"])
    if body.leave:
        together.leave(place, session.token, page)
        return LiveNow([], False)
    try:
        portal.consulting.sharing.enter(session, call.variables["share"])
    except NotFound:
        together.leave(place, session.token, page)
        raise
    view = read_view(body.view) if body.sharing else b""
    people = together.say(place, session.token, person(session, page, body.sharing), view)
    portal.consulting.carrier.wake()
    return LiveNow([present_object(one) for one in people], False)


def _colleagues(portal: Portal, call: Call) -> Colleagues:
    return Colleagues([_colleague(one) for one in portal.consulting.sharing.colleagues(call.session)])


def _share(shared: Shared, account: str) -> Share:
    row = shared.row
    host = _colleague(shared.host) if shared.host is not None else Colleague(row.host, "", "")
    return Share(row.id, row.kind, row.subject, host, row.host == account, row.created, row.expires)


def _colleague(account: Account) -> Colleague:
    return Colleague(account.id, account.name or account.login, account.department)


_SHARE: Final = Permission.SHARE_VIEW

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/colleagues", _SHARE, _colleagues, answer=Colleagues),
    Route("POST", "/exchanges/{exchange}/shares", _SHARE, _begin, body=ShareChoice, answer=Share),
    Route("POST", "/studies/{study}/shares", _SHARE, _begin, body=ShareChoice, answer=Share),
    Route("GET", "/shares", _SHARE, _mine, answer=ShareList),
    Route("GET", "/shares/{share}", _SHARE, _one, answer=Share),
    Route("POST", "/shares/{share}/end", _SHARE, _end),
    Route(
        "POST",
        "/shares/{share}/live",
        _SHARE,
        _live,
        body=LiveSay,
        answer=LiveNow,
        body_bytes=LIVE_BODY_BYTES,
        act=False,
    ),
)
