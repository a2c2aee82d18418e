"""Routes of waking people: one's own notices and addresses, rosters, and who was told of an exchange."""

from __future__ import annotations

from typing import Final

from beeldbrug.model.errors import Malformed
from beeldbrug.model.notice import Channel, NoticeChoice
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.waking_wire import (
    Acknowledged,
    Address,
    CalledList,
    Choice,
    Code,
    NewRoster,
    Notices,
    People,
    RosterChange,
    RosterObject,
    Standings,
    Use,
    Ways,
    WeekObject,
    called_object,
    notice_object,
    outside,
    person_object,
    read_roster,
    roster_object,
    standing_object,
    ways_object,
    week_object,
)

WEEK_SECONDS: Final = 7 * 86400.0


def _notices(portal: Portal, call: Call) -> Notices:
    return Notices([notice_object(one) for one in portal.calling.noticing.open_for(call.session)])


def _shown(portal: Portal, call: Call) -> None:
    portal.calling.noticing.shown(call.session, call.variables["notice"])


def _ways(portal: Portal, call: Call) -> Ways:
    return ways_object(portal.calling.contacting.reach(call.session.account))


def _choose(portal: Portal, call: Call) -> Ways:
    body: Choice = call.body
    portal.calling.contacting.choose(call.session.account, NoticeChoice(Channel(body.first), body.sound))
    return _ways(portal, call)


def _ask(portal: Portal, call: Call) -> Ways:
    portal.calling.contacting.ask(call.session.account, _way(call), call.body.address)
    return _ways(portal, call)


def _confirm(portal: Portal, call: Call) -> Ways:
    portal.calling.contacting.confirm(call.session.account, _way(call), call.body.code)
    return _ways(portal, call)


def _use(portal: Portal, call: Call) -> Ways:
    portal.calling.contacting.enable(call.session.account, _way(call), call.body.enabled)
    return _ways(portal, call)


def _remove(portal: Portal, call: Call) -> None:
    portal.calling.contacting.remove(call.session.account, _way(call))


def _test(portal: Portal, call: Call) -> None:
    portal.calling.contacting.test(call.session.account, _way(call))


def _acknowledge(portal: Portal, call: Call) -> Acknowledged:
    return Acknowledged(portal.calling.noticing.acknowledge(call.session, call.variables["exchange"]))


def _called(portal: Portal, call: Call) -> CalledList:
    found = portal.calling.noticing.called(call.session, call.variables["exchange"])
    return CalledList([called_object(one) for one in found])


def _standing(portal: Portal, call: Call) -> Standings:
    rostering = portal.calling.rostering
    return Standings([standing_object(one) for one in rostering.standing()], str(rostering.zone))


def _people(portal: Portal, call: Call) -> People:
    return People([person_object(one) for one in portal.calling.rostering.people()])


def _roster(portal: Portal, call: Call) -> RosterObject:
    return roster_object(portal.calling.rostering.get(call.variables["roster"]))


def _week(portal: Portal, call: Call) -> WeekObject:
    begin = _moment(call.query.get("begin", ""), call.now)
    end = _moment(call.query.get("end", ""), begin + WEEK_SECONDS)
    return week_object(portal.calling.rostering.week(call.variables["roster"], begin, end))


def _add(portal: Portal, call: Call) -> RosterObject:
    return roster_object(portal.calling.rostering.add(call.body.department, call.session.account))


def _change(portal: Portal, call: Call) -> RosterObject:
    roster = read_roster(call.variables["roster"], portal.organisation, call.body)
    return roster_object(portal.calling.rostering.change(roster, call.session.account))


def _delete(portal: Portal, call: Call) -> None:
    portal.calling.rostering.remove(call.variables["roster"], call.session.account)


def _way(call: Call) -> Channel:
    return outside(call.variables["way"])


def _moment(text: str, otherwise: float) -> float:
    try:
        moment = float(text) if text else otherwise
    except ValueError:
        moment = -1.0
    if not 0 <= moment < 4e9:
        raise Malformed("time-malformed", "A time cannot be read.", "Reload the page.")
    return moment


_MINE: Final = Permission.SIGNED_IN
_SEE: Final = Permission.SEE_EXCHANGES
_EDIT: Final = Permission.ROSTER
_WAY: Final = "/me/ways/{way}"
_ROSTER: Final = "/rosters/{roster}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/me/notices", _MINE, _notices, answer=Notices),
    Route("POST", "/me/notices/{notice}/shown", _MINE, _shown),
    Route("GET", "/me/ways", _MINE, _ways, answer=Ways),
    Route("POST", "/me/ways", _MINE, _choose, body=Choice, answer=Ways),
    Route("POST", _WAY + "/code", _MINE, _ask, body=Address, answer=Ways),
    Route("POST", _WAY + "/confirm", _MINE, _confirm, body=Code, answer=Ways),
    Route("POST", _WAY + "/use", _MINE, _use, body=Use, answer=Ways),
    Route("POST", _WAY + "/test", _MINE, _test),
    Route("DELETE", _WAY, _MINE, _remove),
    Route("POST", "/exchanges/{exchange}/acknowledge", _SEE, _acknowledge, answer=Acknowledged),
    Route("GET", "/exchanges/{exchange}/called", _SEE, _called, answer=CalledList),
    Route("GET", "/rosters", _MINE, _standing, answer=Standings),
    Route("GET", "/rosters/people", _EDIT, _people, answer=People),
    Route("POST", "/rosters", _EDIT, _add, body=NewRoster, answer=RosterObject),
    Route("GET", _ROSTER, _EDIT, _roster, answer=RosterObject),
    Route("GET", _ROSTER + "/week", _EDIT, _week, answer=WeekObject),
    Route("PUT", _ROSTER, _EDIT, _change, body=RosterChange, answer=RosterObject),
    Route("DELETE", _ROSTER, _EDIT, _delete),
)
