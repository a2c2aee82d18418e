"""Rosters, wakings, notices and contacts of a vault, and what takes a notice to somebody (see ``ports.vault``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.notice import Channel, Contact, Matter, Notice, NoticeChoice, Waking
from beeldbrug.model.roster import Roster


class Rosters(Protocol):
    """Who is on call, by department."""

    def all(self, organisation: str) -> list[Roster]:
        """All rosters, by department."""

    def get(self, organisation: str, id: str) -> Roster | None:
        """One roster."""

    def of_department(self, organisation: str, department: str) -> Roster | None:
        """The roster of a department, whatever case and spaces its name is written with."""

    def add(self, roster: Roster) -> None:
        """Keep a new roster. Raises Conflict ``department-has-roster``."""

    def replace(self, roster: Roster, at: float) -> None:
        """Replace it by its next revision: ``roster.revision`` is that of before. Raises Conflict ``roster-changed``
        when somebody else changed it, ``department-has-roster``."""

    def delete(self, organisation: str, id: str) -> bool:
        """Forget it; False when it was not there."""


class Wakings(Protocol):
    """What people are needed for, and who was told. Nothing of it is identity."""

    def begin(self, waking: Waking, anew: bool) -> bool:
        """Note that somebody is needed. One that is there gets the new cause; with ``anew`` one that has ended begins
        another round, and so does one whose cause nobody wanted to be told of, for another cause. Whether work follows
        from it."""

    def of(self, organisation: str, exchange: str) -> list[Waking]:
        """All of an exchange, ended ones too."""

    def get(self, organisation: str, exchange: str, matter: Matter) -> Waking | None:
        """One."""

    def save(self, waking: Waking) -> None:
        """Replace what can change."""

    def add(self, notice: Notice) -> bool:
        """Keep a notice; False when its id is there already."""

    def notice(self, organisation: str, id: str) -> Notice | None:
        """One notice."""

    def notices(self, organisation: str, exchange: str) -> list[Notice]:
        """All of an exchange, oldest first."""

    def put(self, notice: Notice) -> None:
        """Replace state, tries, code, times."""

    def touch(self, organisation: str, exchange: str, matter: Matter, at: float) -> None:
        """Its notices changed at ``at``: who shows them looks again."""

    def changed(self, organisation: str, since: float, limit: int = 500) -> list[Notice]:
        """Notices for the browser that changed after ``since``, oldest first."""

    def open_for(self, organisation: str, account: str, limit: int = 50) -> list[Notice]:
        """The browser's notices of an account whose waking has not ended; the newest of each waking, newest first."""

    def prune(self, organisation: str, before: float) -> int:
        """Forget wakings that ended before, with their notices; how many."""


class Contacts(Protocol):
    """Where and how people want to be told."""

    def of(self, organisation: str, account: str) -> list[Contact]:
        """All addresses of an account."""

    def put(self, organisation: str, contact: Contact) -> None:
        """Keep or replace one."""

    def delete(self, organisation: str, account: str, channel: Channel) -> bool:
        """Forget one; False when it was not there."""

    def choice(self, organisation: str, account: str) -> NoticeChoice:
        """How the account wants to be told; the usual way when it never said."""

    def choose(self, organisation: str, account: str, choice: NoticeChoice) -> None:
        """Keep it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text on its way to somebody. ``id`` stays the same when it is sent again, so that a receiver can drop the
    second one. Nothing in it names a patient."""

    id: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter of a demonstration, as everybody may read it."""

    channel: Channel
    address: str
    subject: str
    text: str
    at: float


class Courier(Protocol):
    """Takes letters by one way."""

    def deliver(self, letter: Letter) -> None:
        """Hand it over. Raises Unavailable when trying again may help, another BeeldbrugError when it cannot."""
