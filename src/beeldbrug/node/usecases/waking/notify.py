"""Who is told next: the work ``notify`` of one exchange, from the first call until somebody sees to it.

One step reads how it stands, asks the roster who is on duty *now*, writes a notice for each of them by each way, wishes
for their delivery, and says when to look again: all in one transaction, so a step that is repeated after ``kill -9``
finds its notices there. When all have been told in vain both ends get an alert, and the last ones are called again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from beeldbrug.kit.log import get
from beeldbrug.model.account import Account
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, Urgency
from beeldbrug.model.notice import NOT_WANTED, Channel, Matter, Notice, Waking
from beeldbrug.model.roster import Roster, Rules
from beeldbrug.node.policy.duty import on_duty
from beeldbrug.node.policy.waking import LONGEST_WAIT, next_of, over, wakes, wanted, ways
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.wake import NOBODY_ON_DUTY, NOT_ACKNOWLEDGED, settle, urgency_of

NOBODY_SECONDS = 30.0
"""How often it is looked whether somebody has come on duty."""

AGAIN_LEAST_SECONDS = 1.0
KEEP_SECONDS = 90 * 86400.0
PRUNE_SECONDS = 3600.0

WORK_OF: dict[Channel, WorkKind] = {Channel.MAIL: WorkKind.MAIL, Channel.SMS: WorkKind.SMS}

TEXTS: dict[str, tuple[str, str, str, str]] = {
    NOBODY_ON_DUTY: (
        "Er is niemand ingeroosterd om hiervoor te wekken.",
        "Nobody is on duty to be woken for this.",
        "Kijk er zelf naar of bel iemand, en zet een naam in het rooster van de afdeling.",
        "Look at it or call somebody, and put a name into the department's roster.",
    ),
    NOT_ACKNOWLEDGED: (
        "Niemand van dienst heeft gereageerd; de laatste wordt opnieuw gewaarschuwd.",
        "Nobody on duty has responded; the last one is called again.",
        "Bel de dienstdoende arts; druk op 'Ik kijk' wie ernaar kijkt.",
        "Telephone the doctor on duty; whoever looks at it presses 'I am looking'.",
    ),
}

log = get("waking")


@dataclass(frozen=True)
class NotifyStep:
    """The work ``notify`` of one organisation. ``offered`` are the outside ways that are set up; ``keep`` is for how
    many seconds it is kept who was told of what is over."""

    organisation: str
    database: Database
    clock: Callable[[], float]
    zone: tzinfo
    offered: tuple[Channel, ...] = ()
    default_department: str = ""
    keep: float = KEEP_SECONDS
    _pruned: list[float] = field(default_factory=list)
    """When what was over was forgotten last."""

    def step(self, subject: str) -> float | None:
        """Look after all that exchange ``subject`` needs people for."""
        now = self.clock()
        with self.database.write() as tx:
            self._prune(tx, now)
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is None:
                return None
            open_ = [one for one in tx.wakings.of(self.organisation, subject) if one.ended is None]
            waits = [_One(self, tx, exchange, waking, now).advance() for waking in open_]
        return min((wait for wait in waits if wait is not None), default=None)

    def _prune(self, tx: Transaction, now: float) -> None:
        if not self._pruned or now - self._pruned[-1] >= PRUNE_SECONDS:
            self._pruned[:] = [now]
            tx.wakings.prune(self.organisation, now - self.keep)

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """It cannot fail for good: people are needed still."""
        log.error("waking failed", code=error.code, exchange=subject)
        return NOBODY_SECONDS


@dataclass
class _One:
    """One waking in one step."""

    of: NotifyStep
    tx: Transaction
    exchange: ExchangeRow
    waking: Waking
    now: float
    urgency: Urgency = field(init=False)

    def __post_init__(self) -> None:
        self.urgency = urgency_of(self.tx, self.exchange, self.waking.matter)

    def advance(self) -> float | None:
        """Do what is due; seconds until the next look, None when it is over."""
        exchange, waking = self.exchange, self.waking
        if over(waking.matter, exchange.direction, exchange.state, exchange.withdrawn is not None):
            self._end("over")
            return None
        roster = roster_of(self.tx, exchange, self.of.default_department)
        rules = roster.rules if roster is not None else Rules()
        if not wanted(rules, waking.cause, self.urgency):
            self._end(NOT_WANTED)
            return None
        if self.now < waking.next <= self.now + LONGEST_WAIT:  # further off is what a wrong clock wrote
            return waking.next - self.now
        groups = self._groups(roster)
        if not groups:
            return self._nobody()
        self.tx.alerts.clear(exchange.organisation, exchange.id, NOBODY_ON_DUTY, self.now)
        return self._call(groups, max(AGAIN_LEAST_SECONDS, min(rules.wait, LONGEST_WAIT)))

    def _call(self, groups: Sequence[tuple[str, ...]], wait: float) -> float | None:
        """Tell the next group, and further ones while the portal's own page is all that reaches them."""
        earlier = self._notices()
        told = {notice.account for notice in earlier}
        turn = max((notice.turn for notice in earlier), default=0)
        again = False
        while (called := next_of(groups, told)) is not None:
            again, turn = called.again, turn + 1
            reached = [self._tell(account, turn) for account in called.accounts]
            told.update(called.accounts)
            if any(reached) or again or not wakes(self.urgency) or not set().union(*groups) - told:
                break
        if not wakes(self.urgency):
            self._end("told")
            return None
        if again:
            self._exhausted()
        self.waking = replace(self.waking, next=self.now + wait)
        self.tx.wakings.save(self.waking)
        return wait

    def _tell(self, account: str, turn: int) -> bool:
        """Notices for one person; whether one of them goes outside."""
        organisation, loud = self.exchange.organisation, wakes(self.urgency)
        contacts = self.tx.contacts.of(organisation, account)
        choice = self.tx.contacts.choice(organisation, account)
        outside = ways(contacts, choice, self.of.offered, loud)[:1]
        for channel in (Channel.BROWSER, *outside):
            notice = new_notice(self.waking, account, turn, channel, self.now)
            if self.tx.wakings.add(notice) and channel in WORK_OF:
                self.tx.work.add(organisation, WORK_OF[channel], notice.id, self.urgency, self.now)
        return bool(outside)

    def _notices(self) -> list[Notice]:
        found = self.tx.wakings.notices(self.exchange.organisation, self.exchange.id)
        return [one for one in found if (one.matter, one.round) == (self.waking.matter, self.waking.round)]

    def _groups(self, roster: Roster | None) -> list[tuple[str, ...]]:
        """Whom to call, in order; only people who can sign in."""
        first = [(self.waking.first,)] if self.waking.first else []
        duty = on_duty(roster, self.now, self.of.zone) if roster is not None else []
        groups = (tuple(account for account in group if self._can_sign_in(account)) for group in (*first, *duty))
        return [group for group in groups if group]

    def _can_sign_in(self, id: str) -> bool:
        account: Account | None = self.tx.accounts.get(self.exchange.organisation, id)
        return account is not None and not account.disabled and (account.ends is None or account.ends > self.now)

    def _nobody(self) -> float | None:
        if not wakes(self.urgency):
            self._end("nobody")
            return None
        self._alert(NOBODY_ON_DUTY)
        return NOBODY_SECONDS

    def _exhausted(self) -> None:
        if self.waking.exhausted is not None:
            return
        self.waking = replace(self.waking, exhausted=self.now)
        self._alert(NOT_ACKNOWLEDGED)
        if self.waking.matter is Matter.ARRIVAL:  # its sender is told as well
            self.tx.wakings.save(self.waking)
            self.tx.work.add(
                self.exchange.organisation, WorkKind.RECEIPT, self.exchange.id, self.exchange.urgency, self.now
            )

    def _alert(self, code: str) -> None:
        self.tx.alerts.raise_(
            AlertRow(0, self.exchange.organisation, self.exchange.id, code, *TEXTS[code], raised=self.now)
        )

    def _end(self, outcome: str) -> None:
        self.tx.wakings.save(replace(self.waking, ended=self.now, outcome=outcome))
        self.tx.wakings.touch(self.exchange.organisation, self.exchange.id, self.waking.matter, self.now)
        settle(self.tx, self.exchange, self.now)


def roster_of(tx: Transaction, exchange: ExchangeRow, default_department: str) -> Roster | None:
    """The roster of the department that the exchange names here, else that of the default department."""
    own = exchange.terms.receiver if exchange.direction is Direction.IN else exchange.terms.sender
    for department in (own.department, default_department):
        if department and (found := tx.rosters.of_department(exchange.organisation, department)):
            return found
    return None


def new_notice(waking: Waking, account: str, turn: int, channel: Channel, now: float) -> Notice:
    """A notice whose id is the same whenever it is made again."""
    parts = (waking.organisation, waking.exchange, waking.matter, waking.round, turn, account, channel)
    id = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
    return Notice(
        id=id,
        organisation=waking.organisation,
        exchange=waking.exchange,
        matter=waking.matter,
        round=waking.round,
        turn=turn,
        account=account,
        channel=channel,
        cause=waking.cause,
        created=now,
        updated=now,
    )
