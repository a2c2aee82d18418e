"""Rosters as people read and change them: who is on duty now, a week laid out, and a new revision with its trail."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from beeldbrug.model.account import Account
from beeldbrug.model.errors import Malformed, NotFound, TooLarge
from beeldbrug.model.notice import Channel
from beeldbrug.model.roster import DAY_MINUTES, NOBODY, Roster, Rules, Shift, Substitution
from beeldbrug.node.policy.duty import Span, holes, on_duty, spans
from beeldbrug.node.policy.permissions import Permission, permissions_of
from beeldbrug.node.policy.waking import LONGEST_WAIT, ways
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction

MOST_DUTIES = 500
LEVELS = 9
NAME_CHARACTERS = 64
DETAIL_CHARACTERS = 2000
AHEAD_SECONDS = 7 * 86400.0
DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be on duty. ``outside``: ways by which somebody not at the portal is reached."""

    account: str
    login: str
    name: str
    department: str
    phone: str
    outside: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A roster as it stands: who is on duty now by level, and the first time in a week that nobody is."""

    roster: Roster
    now: tuple[tuple[Person, ...], ...]
    hole: tuple[float, float] | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Who is on duty from ``begin`` until ``end``, and when nobody is."""

    spans: tuple[Span, ...]
    holes: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Rostering:
    """Rosters of one organisation."""

    database: Database
    organisation: str
    clock: Callable[[], float]
    zone: tzinfo
    offered: tuple[Channel, ...] = ()
    default_department: str = ""

    def standing(self) -> list[Standing]:
        """All rosters, with who is on duty now."""
        now = self.clock()
        with self.database.read() as tx:
            people = {one.account: one for one in self._people(tx)}
            rosters = tx.rosters.all(self.organisation)
            default = tx.rosters.of_department(self.organisation, self.default_department)
        return [self._standing(roster, people, now, roster == default) for roster in rosters]

    def people(self) -> list[Person]:
        """Who can be on duty: whoever can sign in and sees exchanges; by name."""
        with self.database.read() as tx:
            return self._people(tx)

    def get(self, id: str) -> Roster:
        """One roster. Raises NotFound ``roster-unknown``."""
        with self.database.read() as tx:
            return self._get(tx, id)

    def week(self, id: str, begin: float, end: float) -> Week:
        """Laid out in time. Raises NotFound ``roster-unknown``, Malformed ``time-malformed``."""
        if not begin < end:
            raise Malformed("time-malformed", "The end is not after the beginning.", "Correct the times.")
        laid = spans(self.get(id), begin, end, self.zone)
        return Week(tuple(laid), tuple(holes(laid, begin, end)))

    def add(self, department: str, actor: Account) -> Roster:
        """A new roster, empty. Raises Malformed ``department-malformed``, Conflict ``department-has-roster``."""
        roster = Roster(secrets.token_hex(16), self.organisation, _department(department))
        with self.database.write() as tx:
            tx.rosters.add(roster)
            tx.audit.append(_event(self, "roster-added", actor, roster))
        return roster

    def change(self, roster: Roster, actor: Account) -> Roster:
        """Replace a roster; ``roster.revision`` is of the one that was changed. Raises NotFound ``roster-unknown``,
        Conflict ``roster-changed``, Malformed ``duty-malformed``, ``department-malformed``, TooLarge."""
        with self.database.write() as tx:
            before = self._get(tx, roster.id)
            roster = replace(roster, organisation=self.organisation, department=_department(roster.department))
            self._check(roster, before, {one.account for one in self._people(tx)})
            tx.rosters.replace(roster, self.clock())
            names = {one.id: one.login for one in tx.accounts.all(self.organisation)}
            old, new = _described(before, names), _described(roster, names)
            event = _event(self, "roster-changed", actor, roster, added=_less(new, old), removed=_less(old, new))
            tx.audit.append(event)
            return self._get(tx, roster.id)

    def remove(self, id: str, actor: Account) -> None:
        """Forget a roster. Raises NotFound ``roster-unknown``."""
        with self.database.write() as tx:
            roster = self._get(tx, id)
            tx.rosters.delete(self.organisation, id)
            tx.audit.append(_event(self, "roster-removed", actor, roster))

    def _standing(self, roster: Roster, people: dict[str, Person], now: float, is_default: bool) -> Standing:
        groups = on_duty(roster, now, self.zone)
        present = (tuple(people[account] for account in group if account in people) for group in groups)
        usable = [one for one in spans(roster, now, now + AHEAD_SECONDS, self.zone) if one.account in people]
        hole = next(iter(holes(usable, now, now + AHEAD_SECONDS)), None)
        return Standing(roster, tuple(group for group in present if group), hole, is_default)

    def _people(self, tx: Transaction) -> list[Person]:
        return [self._person(tx, one) for one in tx.accounts.all(self.organisation) if self._may_be_called(one)]

    def _person(self, tx: Transaction, account: Account) -> Person:
        contacts = tx.contacts.of(self.organisation, account.id)
        choice = tx.contacts.choice(self.organisation, account.id)
        outside = tuple(ways(contacts, choice, self.offered, True))
        return Person(account.id, account.login, account.name, account.department, account.phone, outside)

    def _may_be_called(self, account: Account) -> bool:
        ended = account.disabled or (account.ends is not None and account.ends <= self.clock())
        return not ended and Permission.SEE_EXCHANGES in permissions_of(account.roles)

    def _get(self, tx: Transaction, id: str) -> Roster:
        found = tx.rosters.get(self.organisation, id)
        if found is None:
            raise NotFound("roster-unknown", "There is no such roster.", "Go back to the list of rosters.")
        return found

    def _check(self, roster: Roster, before: Roster, people: set[str]) -> None:
        """A person who was in it and can be called no more may stay in it, and is not called."""
        duties: Sequence[Shift | Substitution] = (*roster.shifts, *roster.substitutions)
        if len(duties) > MOST_DUTIES:
            raise TooLarge("roster-too-large", "A roster has too many lines.", "Remove what is over.")
        kept: Sequence[Shift | Substitution] = (*before.shifts, *before.substitutions)
        known = people | {one.account for one in kept}
        right = (
            all(1 <= one.level <= LEVELS for one in duties)
            and all(one.account in known for one in roster.shifts)
            and all(one.account in known or one.account == NOBODY for one in roster.substitutions)
            and all(0 <= one.weekday < len(DAYS) for one in roster.shifts)
            and all(0 <= one.start < DAY_MINUTES and 0 <= one.end < DAY_MINUTES for one in roster.shifts)
            and all(one.start < one.end for one in roster.substitutions)
            and all(_is_wall(one.start) and _is_wall(one.end) for one in roster.substitutions)
            and 1.0 <= roster.rules.wait <= LONGEST_WAIT
        )
        if not right:
            raise Malformed(
                "duty-malformed",
                "A line of the roster names nobody who can be called, or a time that cannot be.",
                "Correct the line.",
            )


def _department(text: str) -> str:
    """Raises Malformed ``department-malformed``."""
    name = " ".join(text.split())
    if not name or len(name) > NAME_CHARACTERS or not name.isprintable():
        raise Malformed("department-malformed", "This is no name of a department.", "Write its name, in one line.")
    return name


def _is_wall(moment: datetime) -> bool:
    return moment.tzinfo is None and 2000 <= moment.year < 2100 and not moment.second and not moment.microsecond


def _described(roster: Roster, names: dict[str, str]) -> list[str]:
    """Each line and rule in words, for the trail."""

    def name(account: str) -> str:
        return names.get(account, account) or "nobody"

    weekly = [
        f"{one.level} {DAYS[one.weekday]} {_clock(one.start)}-{_clock(one.end)} {name(one.account)}"
        for one in roster.shifts
    ]
    once = [
        f"{one.level} {one.start:%Y-%m-%dT%H:%M}/{one.end:%Y-%m-%dT%H:%M} {name(one.account)}"
        for one in roster.substitutions
    ]
    return [f"department {roster.department}", *_rules(roster.rules), *weekly, *once]


def _rules(rules: Rules) -> list[str]:
    verified = rules.verified.value if rules.verified is not None else "never"
    told = {"first-image": rules.first_image, "answer": rules.answer, "parked": rules.parked}
    return [f"verified {verified}", f"wait {rules.wait:g}", *(f"{name} {on}" for name, on in told.items())]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _less(one: list[str], other: list[str]) -> str:
    return "; ".join(line for line in one if line not in other)[:DETAIL_CHARACTERS]


def _event(
    of: Rostering, event: str, actor: Account, roster: Roster, **details: str | int | float | bool
) -> AuditEvent:
    return AuditEvent(
        of.organisation,
        event,
        "U",
        "success",
        actor.login,
        role=" ".join(actor.roles),
        details={
            "department": roster.department,
            "lines": len(roster.shifts) + len(roster.substitutions),
            **details,
        },
        at=of.clock(),
    )
