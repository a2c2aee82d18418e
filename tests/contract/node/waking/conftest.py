"""People on duty at hospital A, an arrival for them, and couriers that fail when they are told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.model.account import Account, Role
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.model.notice import Cause, Channel, Contact, Notice, Waking
from beeldbrug.model.roster import Roster, Rules, Shift
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.waking import Letter
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.wake import wake
from beeldbrug.node.usecases.waking.deliver import DeliverStep
from beeldbrug.node.usecases.waking.notify import NotifyStep
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WAIT = 60.0
BASE = "https://portaal.example"
KINDS = {Channel.MAIL: WorkKind.MAIL, Channel.SMS: WorkKind.SMS}


@dataclass
class Post:
    """Takes letters, or fails as it is told; ``killed`` fails as a killed process would: nothing is noted."""

    letters: list[Letter] = field(default_factory=list)
    error: BeeldbrugError | None = None
    killed: bool = False

    def deliver(self, letter: Letter) -> None:
        """As ports.waking.Courier."""
        if self.error is not None:
            raise self.error
        self.letters.append(letter)
        if self.killed:
            raise KeyboardInterrupt


@dataclass
class Ward:
    """The department, its work, and a clock that stands still until it is moved."""

    vault: Vault
    posts: dict[Channel, Post] = field(default_factory=lambda: {Channel.SMS: Post(), Channel.MAIL: Post()})
    now: float = NOW
    default: str = ""

    def engage(self, login: str, *channels: Channel, role: Role = Role.CLINICIAN, language: str = "nl") -> str:
        """Somebody with proven addresses; the account's id."""
        account = Account(f"{login}-id", A, login, login.title(), (role,), language=language)
        with self.vault.write() as tx:
            tx.accounts.add(account, "")
            for channel in channels:
                tx.contacts.put(A, Contact(account.id, channel, f"{login}@{channel}", NOW))
        return account.id

    def roster(self, *levels: str, rules: Rules | None = None, department: str = "Radiologie", id: str = "r") -> None:
        """These accounts, day and night, first called first."""
        shifts = [Shift(level, one, day, 0, 0) for level, one in enumerate(levels, 1) for day in range(7)]
        with self.vault.write() as tx:
            tx.rosters.add(Roster(id, A, department, rules or Rules(wait=WAIT), tuple(shifts)))

    def arrive(self, urgency: Urgency = Urgency.STAT, department: str = "radiologie", **terms: str) -> None:
        """An exchange that is arriving."""
        sender = Party(B, "Ziekenhuis B", phone="030 555 0200")
        stated = Terms(
            sender, Party(A, department=department), Purpose.TREATMENT, Ground.REFERRAL, urgency, "arts", **terms
        )
        new = given.exchange(direction=Direction.IN, state=State.ARRIVING, terms=stated)
        with self.vault.write() as tx:
            tx.exchanges.add(new)

    def wake(self, cause: Cause = Cause.FIRST_IMAGE, first: str = "") -> None:
        """Something happened."""
        with self.vault.write() as tx:
            wake(tx, self.row(), cause, self.now, first)

    def row(self) -> ExchangeRow:
        """The exchange."""
        with self.vault.read() as tx:
            row = tx.exchanges.get(A, PARCEL)
        assert row is not None
        return row

    def waking(self) -> Waking:
        """The only waking."""
        with self.vault.read() as tx:
            (one,) = tx.wakings.of(A, PARCEL)
        return one

    def notices(self, channel: Channel | None = None) -> list[Notice]:
        """All notices, by time."""
        with self.vault.read() as tx:
            found = tx.wakings.notices(A, PARCEL)
        return [one for one in found if channel in (None, one.channel)]

    def alerts(self) -> list[str]:
        """Codes of open alerts."""
        with self.vault.read() as tx:
            return [alert.code for alert in tx.alerts.open(A)]

    def work(self, seconds: float = 0.0, step: float = 1.0) -> None:
        """Let time pass, and do what is due, as the engine does."""
        until = self.now + seconds
        while True:
            self._due()
            if self.now >= until:
                return
            self.now = min(until, self.now + step)

    def _due(self) -> None:
        for _ in range(20):
            with self.vault.read() as tx:
                due = [row for row in tx.work.due(self.now) if row.kind in ("notify", "mail", "sms")]
            if not due:
                return
            for row in due:
                again = self.step(row.kind).step(row.subject)
                with self.vault.write() as tx:
                    if again is None:
                        tx.work.done(row.id, row.wishes)
                    else:
                        tx.work.postpone(row.id, self.now + again, row.wishes)

    def step(self, kind: str) -> NotifyStep | DeliverStep:
        """One kind of work."""
        clock: Callable[[], float] = lambda: self.now  # noqa: E731 - read later
        offered = tuple(self.posts)
        if kind == WorkKind.NOTIFY:
            return NotifyStep(A, self.vault, clock, AMSTERDAM, offered, self.default)
        channel = next(one for one, work in KINDS.items() if work == kind)
        return DeliverStep(A, self.vault, channel, self.posts[channel], clock, offered, BASE, self.default)

    def reached(self) -> list[str]:
        """Addresses that got something, in order of the ways."""
        return [letter.address for post in self.posts.values() for letter in post.letters]


@pytest.fixture
def ward(vault: Vault) -> Ward:
    """Nobody works there yet."""
    return Ward(vault)
