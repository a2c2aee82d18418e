"""Notices, addresses and rosters as the portal's API says them, as JSON. Times are POSIX seconds; a roster's own times
are those of the wall clock: minutes since midnight, or ``2026-03-29T02:30``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.notice import Channel, Contact
from beeldbrug.model.roster import Roster, Rules, Shift, Substitution
from beeldbrug.node.policy.duty import Span
from beeldbrug.node.usecases.waking.contacts import Reach
from beeldbrug.node.usecases.waking.noticing import Called, Shown
from beeldbrug.node.usecases.waking.rosters import Person, Standing, Week

Outside = Literal["mail", "sms"]
Text = Annotated[str, msgspec.Meta(max_length=200)]


class NoticeObject(msgspec.Struct, frozen=True):
    """Somebody is called for an exchange. ``over``: it needs nobody any more. Nothing in it names a patient."""

    id: str
    exchange: str
    cause: str
    urgency: str
    hospital: str
    department: str
    phone: str
    created: float
    over: bool


class Notices(msgspec.Struct, frozen=True):
    """What its reader is called for now, newest first."""

    notices: list[NoticeObject]


class ContactObject(msgspec.Struct, frozen=True):
    """An address. ``pending`` waits for its code."""

    channel: str
    address: str
    verified: float | None
    enabled: bool
    pending: str


class Ways(msgspec.Struct, frozen=True):
    """How its reader is told: ``offered`` are the ways that are set up here, ``first`` the one tried first, ``sound``
    whether stat makes a sound in the browser."""

    contacts: list[ContactObject]
    offered: list[str]
    first: str
    sound: bool


class Choice(msgspec.Struct, frozen=True):
    """Which way first, and whether stat makes a sound."""

    first: Outside
    sound: bool


class Address(msgspec.Struct, frozen=True):
    """A mail address or phone number."""

    address: Text


class Code(msgspec.Struct, frozen=True):
    """The code that came there."""

    code: Text


class Use(msgspec.Struct, frozen=True):
    """Whether an address is used."""

    enabled: bool


class Acknowledged(msgspec.Struct, frozen=True):
    """Whether anybody was still being called."""

    stopped: bool


class ToldObject(msgspec.Struct, frozen=True):
    """One person told by one way; ``code`` is why it failed or waits."""

    account: str
    name: str
    channel: str
    state: str
    code: str
    turn: int
    created: float
    sent: float | None


class CalledObject(msgspec.Struct, frozen=True):
    """Why people are called for an exchange, and how that stands; ``next`` is when the next person is called."""

    matter: str
    cause: str
    begun: float
    next: float | None
    exhausted: float | None
    acknowledged: float | None
    acknowledged_by: str
    ended: float | None
    outcome: str
    told: list[ToldObject]


class CalledList(msgspec.Struct, frozen=True):
    """All that people were called for."""

    called: list[CalledObject]


class PersonObject(msgspec.Struct, frozen=True):
    """Somebody who can be on duty; ``outside`` are the ways that reach them away from the portal."""

    account: str
    login: str
    name: str
    department: str
    phone: str
    outside: list[str]


class People(msgspec.Struct, frozen=True):
    """Who can be on duty."""

    people: list[PersonObject]


class RulesObject(msgspec.Struct, frozen=True):
    """What a department is told of; ``verified`` is the least urgency of which it is, or ``never``."""

    first_image: bool
    verified: Literal["stat", "asap", "urgent", "routine", "never"]
    answer: bool
    parked: bool
    wait_seconds: float


class ShiftObject(msgspec.Struct, frozen=True):
    """Every week; Monday is 0. ``start`` and ``end`` in minutes since midnight; an end that is not later is on the next
    day."""

    level: int
    account: str
    weekday: int
    start: int
    end: int


class SubstitutionObject(msgspec.Struct, frozen=True):
    """Once, in the place of the pattern; an empty account is nobody."""

    level: int
    account: str
    start: Text
    end: Text


class RosterObject(msgspec.Struct, frozen=True):
    """The roster of a department."""

    id: str
    department: str
    revision: int
    rules: RulesObject
    shifts: list[ShiftObject]
    substitutions: list[SubstitutionObject]


class RosterChange(msgspec.Struct, frozen=True):
    """A roster as it is to be; ``revision`` is of the one that was changed."""

    department: Text
    revision: int
    rules: RulesObject
    shifts: list[ShiftObject]
    substitutions: list[SubstitutionObject]


class NewRoster(msgspec.Struct, frozen=True):
    """For which department."""

    department: Text


class StandingObject(msgspec.Struct, frozen=True):
    """A roster at a glance: who is on duty now, a list for each level; ``hole`` is the first time in a week without."""

    id: str
    department: str
    now: list[list[PersonObject]]
    hole: list[float] | None
    is_default: bool


class Standings(msgspec.Struct, frozen=True):
    """All rosters."""

    rosters: list[StandingObject]
    time_zone: str


class SpanObject(msgspec.Struct, frozen=True):
    """Somebody is on duty; ``instead`` of the pattern."""

    level: int
    account: str
    start: float
    end: float
    instead: bool


class WeekObject(msgspec.Struct, frozen=True):
    """Who is on duty, and when nobody is."""

    spans: list[SpanObject]
    holes: list[list[float]]


def notice_object(shown: Shown) -> NoticeObject:
    """A notice."""
    about = shown.about
    return NoticeObject(
        id=shown.notice.id,
        exchange=shown.notice.exchange,
        cause=about.cause.value,
        urgency=about.urgency.value,
        hospital=about.hospital,
        department=about.department,
        phone=about.phone,
        created=shown.notice.created,
        over=shown.over,
    )


def ways_object(reach: Reach) -> Ways:
    """How somebody is told."""
    contacts = [_contact(one) for one in reach.contacts]
    return Ways(contacts, [one.value for one in reach.offered], reach.choice.first.value, reach.choice.sound)


def called_object(called: Called) -> CalledObject:
    """A waking with who was told."""
    waking = called.waking
    return CalledObject(
        matter=waking.matter.value,
        cause=waking.cause.value,
        begun=waking.begun,
        next=waking.next if waking.ended is None and waking.next else None,
        exhausted=waking.exhausted,
        acknowledged=waking.acknowledged,
        acknowledged_by=waking.acknowledged_by,
        ended=waking.ended,
        outcome=waking.outcome,
        told=[
            ToldObject(
                account=one.notice.account,
                name=one.name,
                channel=one.notice.channel.value,
                state=one.notice.state.value,
                code=one.notice.code,
                turn=one.notice.turn,
                created=one.notice.created,
                sent=one.notice.sent,
            )
            for one in called.told
        ],
    )


def person_object(person: Person) -> PersonObject:
    """Somebody who can be on duty."""
    outside = [channel.value for channel in person.outside]
    return PersonObject(person.account, person.login, person.name, person.department, person.phone, outside)


def standing_object(standing: Standing) -> StandingObject:
    """A roster at a glance."""
    groups = [[person_object(one) for one in group] for group in standing.now]
    hole = list(standing.hole) if standing.hole is not None else None
    return StandingObject(standing.roster.id, standing.roster.department, groups, hole, standing.is_default)


def week_object(week: Week) -> WeekObject:
    """A week laid out."""
    laid = [_span(one) for one in week.spans]
    return WeekObject(laid, [list(hole) for hole in week.holes])


def roster_object(roster: Roster) -> RosterObject:
    """A whole roster."""
    rules = roster.rules
    return RosterObject(
        id=roster.id,
        department=roster.department,
        revision=roster.revision,
        rules=RulesObject(
            first_image=rules.first_image,
            verified=rules.verified.value if rules.verified is not None else "never",
            answer=rules.answer,
            parked=rules.parked,
            wait_seconds=rules.wait,
        ),
        shifts=[ShiftObject(one.level, one.account, one.weekday, one.start, one.end) for one in roster.shifts],
        substitutions=[
            SubstitutionObject(one.level, one.account, _wall(one.start), _wall(one.end)) for one in roster.substitutions
        ],
    )


def read_roster(id: str, organisation: str, change: RosterChange) -> Roster:
    """The roster that a change asks for. Raises Malformed ``time-malformed``."""
    rules = change.rules
    verified = None if rules.verified == "never" else Urgency(rules.verified)
    return Roster(
        id=id,
        organisation=organisation,
        department=change.department,
        rules=Rules(rules.first_image, verified, rules.answer, rules.parked, rules.wait_seconds),
        shifts=tuple(Shift(one.level, one.account, one.weekday, one.start, one.end) for one in change.shifts),
        substitutions=tuple(
            Substitution(one.level, one.account, _read_wall(one.start), _read_wall(one.end))
            for one in change.substitutions
        ),
        revision=change.revision,
    )


def outside(text: str) -> Channel:
    """A way out of the portal, from a path. Raises Malformed ``way-unknown``."""
    if text not in ("mail", "sms"):
        raise Malformed("way-unknown", "There is no such way to be told.", "Reload the page.")
    return Channel(text)


def _contact(one: Contact) -> ContactObject:
    return ContactObject(one.channel.value, one.address, one.verified, one.enabled, one.pending)


def _span(one: Span) -> SpanObject:
    return SpanObject(one.level, one.account, one.start, one.end, one.instead)


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _read_wall(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        raise Malformed("time-malformed", "A time cannot be read.", "Write it like 2026-03-29T02:30.") from None
