"""Take one notice to one person by mail or SMS: the works ``mail`` and ``sms``. The subject is the notice's id.

It is handed over at least once; what is sent again after ``kill -9`` has the same id. A way that fails is tried again
with growing pauses, then the next way; when none is left, that is told beside the exchange and the next person is
called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from beeldbrug.kit.log import get
from beeldbrug.model.account import Account
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Direction
from beeldbrug.model.notice import Channel, Delivery, Notice
from beeldbrug.node.policy.notice_text import About, as_sms, body, safe_about, subject
from beeldbrug.node.policy.waking import wakes, ways
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.waking import Courier, Letter
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.wake import NOT_DELIVERED, urgency_of
from beeldbrug.node.usecases.waking.notify import WORK_OF, new_notice, roster_of

PAUSES = (2.0, 6.0, 15.0)
"""Between tries of one way; then it has failed."""

GONE = "no-address"

NOT_DELIVERED_TEXTS = (
    "Iemand van dienst kon niet worden bereikt per mail of SMS.",
    "Somebody on duty could not be reached by mail or SMS.",
    "Bel de dienst; laat de beheerder de mail- en SMS-instellingen nakijken.",
    "Telephone whoever is on duty; have the administrator check the mail and SMS settings.",
)

log = get("waking")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A notice that is to go out, and whereto."""

    notice: Notice
    exchange: ExchangeRow
    letter: Letter


@dataclass(frozen=True)
class DeliverStep:
    """The work of one way, of one organisation. ``base`` is the portal's public URL."""

    organisation: str
    database: Database
    channel: Channel
    courier: Courier
    clock: Callable[[], float]
    offered: tuple[Channel, ...]
    base: str = ""
    default_department: str = ""

    def step(self, subject: str) -> float | None:
        """Hand over notice ``subject``; seconds until the next try, None when it is over."""
        ready = self._ready(subject)
        if ready is None:
            return None
        try:
            self.courier.deliver(ready.letter)
        except Unavailable as error:
            return self._again(ready, error)
        except BeeldbrugError as error:
            self._failed(ready, error.code)
            return None
        self._sent(ready)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """A fault in how the notice is kept: told, and the next way is taken."""
        log.error("notice failed", code=error.code)
        with self.database.read() as tx:
            notice = tx.wakings.notice(self.organisation, subject)
            exchange = tx.exchanges.get(self.organisation, notice.exchange) if notice is not None else None
        if notice is not None and exchange is not None:
            self._failed(_Ready(notice, exchange, Letter(notice.id, "", "", "")), error.code)
        return None

    def _ready(self, id: str) -> _Ready | None:
        with self.database.write() as tx:
            notice = tx.wakings.notice(self.organisation, id)
            if notice is None or notice.state is not Delivery.WAITING:
                return None
            waking = tx.wakings.get(self.organisation, notice.exchange, notice.matter)
            exchange = tx.exchanges.get(self.organisation, notice.exchange)
            account = tx.accounts.get(self.organisation, notice.account)
            called = waking is not None and waking.round == notice.round and waking.outcome in ("", "told")
            if exchange is None or account is None or not called:
                tx.wakings.put(replace(notice, state=Delivery.PASSED, updated=self.clock()))
                return None
            contacts = tx.contacts.of(self.organisation, account.id)
            address = next((one.address for one in contacts if one.channel is self.channel and one.verified), "")
            letter = self._letter(tx, notice, exchange, account, address)
        ready = _Ready(notice, exchange, letter)
        if not address:
            self._failed(ready, GONE)
            return None
        return ready

    def _letter(self, tx: Transaction, notice: Notice, exchange: ExchangeRow, account: Account, address: str) -> Letter:
        about = about_of(tx, exchange, notice, self.base, self.default_department)
        text = body(about, account.language)
        if self.channel is Channel.SMS:
            text = as_sms(text)
        return Letter(notice.id, address, subject(about, account.language), text)

    def _sent(self, ready: _Ready) -> None:
        now = self.clock()
        with self.database.write() as tx:
            tries = ready.notice.tries + 1
            tx.wakings.put(replace(ready.notice, state=Delivery.SENT, tries=tries, code="", sent=now, updated=now))
            self._audit(tx, ready, "success", now)

    def _again(self, ready: _Ready, error: Unavailable) -> float | None:
        tries = ready.notice.tries + 1
        log.warning("notice waits", code=error.code, exchange=ready.exchange.id)
        if tries > len(PAUSES):
            self._failed(ready, error.code)
            return None
        with self.database.write() as tx:
            tx.wakings.put(replace(ready.notice, tries=tries, code=error.code, updated=self.clock()))
        return PAUSES[tries - 1]

    def _failed(self, ready: _Ready, code: str) -> None:
        """This way is of no use now: the next one, or the next person."""
        now, notice, exchange = self.clock(), ready.notice, ready.exchange
        with self.database.write() as tx:
            tx.wakings.put(replace(notice, state=Delivery.FAILED, tries=notice.tries + 1, code=code, updated=now))
            self._audit(tx, ready, code, now)
            if not self._next_way(tx, notice, exchange, now):
                self._next_person(tx, notice, exchange, now)

    def _next_way(self, tx: Transaction, notice: Notice, exchange: ExchangeRow, now: float) -> bool:
        waking = tx.wakings.get(self.organisation, notice.exchange, notice.matter)
        if waking is None:
            return False
        contacts = tx.contacts.of(self.organisation, notice.account)
        choice = tx.contacts.choice(self.organisation, notice.account)
        for channel in ways(contacts, choice, self.offered, wakes(urgency_of(tx, exchange, notice.matter))):
            other = replace(new_notice(waking, notice.account, notice.turn, channel, now), cause=notice.cause)
            if channel is not self.channel and tx.wakings.add(other):
                tx.work.add(self.organisation, WORK_OF[channel], other.id, exchange.urgency, now)
                return True
        return False

    def _next_person(self, tx: Transaction, notice: Notice, exchange: ExchangeRow, now: float) -> None:
        alert = AlertRow(0, self.organisation, exchange.id, NOT_DELIVERED, *NOT_DELIVERED_TEXTS, raised=now)
        tx.alerts.raise_(alert)
        turn = [
            one
            for one in tx.wakings.notices(self.organisation, exchange.id)
            if (one.matter, one.round, one.turn) == (notice.matter, notice.round, notice.turn)
            and one.channel is not Channel.BROWSER
        ]
        waking = tx.wakings.get(self.organisation, exchange.id, notice.matter)
        if waking is None or waking.ended is not None or waking.exhausted is not None:
            return
        if all(one.state is Delivery.FAILED for one in turn):
            tx.wakings.save(replace(waking, next=min(waking.next, now)))
            tx.work.add(self.organisation, WorkKind.NOTIFY, exchange.id, exchange.urgency, now)

    def _audit(self, tx: Transaction, ready: _Ready, outcome: str, now: float) -> None:
        account = tx.accounts.get(self.organisation, ready.notice.account)
        tx.audit.append(
            of_exchange(
                ready.exchange,
                "notice",
                "E",
                outcome,
                now,
                account=account.login if account is not None else "",
                channel=self.channel.value,
                cause=ready.notice.cause.value,
                tries=ready.notice.tries + 1,
            )
        )


def about_of(tx: Transaction, exchange: ExchangeRow, notice: Notice, base: str, default_department: str) -> About:
    """What the notice is about, without anything of the patient. The department is ours, as our roster writes it."""
    terms, roster = exchange.terms, roster_of(tx, exchange, default_department)
    other = terms.sender if exchange.direction is Direction.IN else terms.receiver
    shown = tx.listings.patients([exchange]).get(exchange.id)
    values = (
        (shown.name, shown.number.value, shown.birth_date, shown.accession_number, exchange.local_number)
        if shown is not None
        else (exchange.local_number,)
    )
    about = About(
        cause=notice.cause,
        urgency=urgency_of(tx, exchange, notice.matter),
        hospital=other.name or other.organisation,
        department=roster.department if roster is not None else "",
        phone=other.phone,
        exchange=exchange.id,
        base=base,
    )
    return safe_about(about, values)
