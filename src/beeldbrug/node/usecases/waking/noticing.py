"""Notices as their reader sees them in the portal: what is open, what changed, who was told of an exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from beeldbrug.model.errors import NotFound
from beeldbrug.model.notice import Channel, Delivery, Notice, Waking
from beeldbrug.node.policy.notice_text import About
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.inbox.listing import reaches, visible
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.wake import acknowledge
from beeldbrug.node.usecases.waking.deliver import about_of


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice with what it is about. ``over``: somebody has seen to it, or nobody is needed any more."""

    notice: Notice
    about: About
    over: bool
    exchange: ExchangeRow


@dataclass(frozen=True, slots=True)
class Told:
    """One person who was told, by one way."""

    notice: Notice
    name: str


@dataclass(frozen=True, slots=True)
class Called:
    """One waking of an exchange, and who was told in it; ``next`` is when the next person will be."""

    waking: Waking
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Noticing:
    """Of one organisation."""

    database: Database
    organisation: str
    now: Callable[[], float]
    default_department: str = ""

    def open_for(self, session: Session) -> list[Shown]:
        """What somebody is being called for now, newest first."""
        with self.database.read() as tx:
            found = tx.wakings.open_for(self.organisation, session.account.id)
            shown = self._shown(tx, found)
        return [one for one in shown if reaches(session.scope, one.exchange)]

    def changed(self, since: float) -> list[Shown]:
        """Notices for anybody's browser that changed after ``since``."""
        with self.database.read() as tx:
            return self._shown(tx, tx.wakings.changed(self.organisation, since))

    def shown(self, session: Session, id: str) -> None:
        """A page has shown it to its reader. Raises NotFound ``notice-unknown``, also for somebody else's."""
        now = self.now()
        with self.database.write() as tx:
            notice = tx.wakings.notice(self.organisation, id)
            if notice is None or notice.account != session.account.id or notice.channel is not Channel.BROWSER:
                raise NotFound("notice-unknown", "There is no such notice for you.", "Reload the page.")
            if notice.state is Delivery.WAITING:
                tx.wakings.put(replace(notice, state=Delivery.SENT, sent=now))

    def acknowledge(self, session: Session, exchange: str) -> bool:
        """Its reader sees to it. Raises NotFound ``exchange-unknown``; whether anybody was still being called."""
        with self.database.write() as tx:
            row = visible(tx, session, exchange)
            return acknowledge(tx, row, session.account.login, self.now())

    def called(self, session: Session, exchange: str) -> list[Called]:
        """Who was told of an exchange, and when. Raises NotFound ``exchange-unknown``."""
        with self.database.read() as tx:
            visible(tx, session, exchange)
            notices = tx.wakings.notices(self.organisation, exchange)
            names = {one.id: one.name for one in tx.accounts.all(self.organisation)} if notices else {}
            return [
                Called(waking, _told(waking, notices, names)) for waking in tx.wakings.of(self.organisation, exchange)
            ]

    def _shown(self, tx: Transaction, notices: Sequence[Notice]) -> list[Shown]:
        found = []
        for notice in notices:
            exchange = tx.exchanges.get(self.organisation, notice.exchange)
            waking = tx.wakings.get(self.organisation, notice.exchange, notice.matter)
            if exchange is None or waking is None:
                continue
            quiet = waking.outcome == "told"
            over = waking.round != notice.round or (waking.ended is not None and not quiet)
            present = replace(notice, cause=waking.cause)  # what came first may be complete by now
            about = about_of(tx, exchange, present, "", self.default_department)
            found.append(Shown(notice, about, over, exchange))
        return found


def _told(waking: Waking, notices: Sequence[Notice], names: dict[str, str]) -> tuple[Told, ...]:
    return tuple(
        Told(notice, names.get(notice.account, ""))
        for notice in notices
        if (notice.matter, notice.round) == (waking.matter, waking.round)
    )
