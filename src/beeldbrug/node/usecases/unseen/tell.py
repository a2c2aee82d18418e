"""Nothing waits unseen: urgent cases that nobody opens, arrivals that lie at the desk, partners that fell silent; and
once a day, by mail, what waits.

An alert stands as long as its cause does. The summary of a day goes out once, also when the worker was killed between
sending and noting (then twice at the most, with one message id).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Direction
from beeldbrug.node.policy.summary import body, subject
from beeldbrug.node.policy.unseen import Patience
from beeldbrug.node.ports.listing import Wanted
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.waking import Courier, Letter
from beeldbrug.node.usecases.unseen.summary import MOST, silent, summary, urgent_unseen

EVERY_SECONDS: Final = 60.0
URGENT: Final = "urgent-unseen"
DESK: Final = "desk-waits"
SILENT: Final = "partner-silent-"
"""Followed by the partner's URA."""

DAY_FACT: Final = "summary-day"
NOT_SENT: Final = "summary-not-sent"

TEXTS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    f"{URGENT}-{Direction.IN}": (
        "Een spoedzending is nog door niemand geopend.",
        "An urgent arrival has not been opened by anybody yet.",
        "Open haar, of bel wie dienst heeft.",
        "Open it, or telephone whoever is on duty.",
    ),
    f"{URGENT}-{Direction.OUT}": (
        "De ontvanger heeft een spoedzending nog niet geopend.",
        "The receiver has not opened an urgent sending yet.",
        "Bel de ontvanger.",
        "Telephone the receiver.",
    ),
    DESK: (
        "Een ontvangen zending wacht al dagen op een beslissing van de beeldenbalie.",
        "An arrival has waited for days for a decision of the image desk.",
        "Beslis: naar het PACS, of weigeren met een reden.",
        "Decide: into the PACS, or refuse it with a reason.",
    ),
    SILENT: (
        "Van een partner die geregeld stuurt, komt al dagen niets.",
        "A partner that sends regularly has sent nothing for days.",
        "Bel de partner, en kijk of er bij hem zendingen vaststaan.",
        "Telephone the partner, and see whether sendings are stuck there.",
    ),
    NOT_SENT: (
        "Het dagoverzicht kon niet worden gemaild.",
        "The daily summary could not be mailed.",
        "Kijk de mailinstellingen na ([notices.mail] en [unseen]).",
        "Check the mail settings ([notices.mail] and [unseen]).",
    ),
}

log = get("unseen")


@dataclass(frozen=True, slots=True)
class Daily:
    """The daily mail: to whom, from which local time on (minutes after midnight), in which language."""

    addresses: tuple[str, ...] = ()
    minute: int = 7 * 60 + 30
    language: str = "nl"
    portal: str = ""


@dataclass(frozen=True)
class UnseenStep:
    """The work ``unseen`` of one organisation."""

    organisation: str
    database: Database
    clock: Callable[[], float]
    zone: ZoneInfo
    patience: Patience
    daily: Daily
    courier: Courier

    def step(self, subject: str) -> float | None:
        """Look, tell, and send the day's summary when it is time; a mail server that is away is asked again."""
        now = self.clock()
        self._tell(now)
        try:
            self._send(now)
        except Unavailable as error:
            log.warning("summary waits", code=error.code)
            with self.database.write() as tx:
                tx.alerts.raise_(AlertRow(0, self.organisation, "", NOT_SENT, *TEXTS[NOT_SENT], raised=now))
        return EVERY_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The mail is refused for good: told, and tried again tomorrow."""
        log.error("summary not sent", code=error.code)
        now = self.clock()
        with self.database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self.organisation, "", NOT_SENT, *TEXTS[NOT_SENT], raised=now))
            tx.facts.set(self.organisation, DAY_FACT, self._today(now))
        return EVERY_SECONDS

    def _tell(self, now: float) -> None:
        with self.database.read() as tx:
            wanted = self._wanted(tx, now)
            told = {(alert.exchange, alert.code) for alert in tx.alerts.open(self.organisation) if _ours(alert.code)}
        if wanted.keys() == told:
            return
        with self.database.write() as tx:
            for exchange, code in told - wanted.keys():
                tx.alerts.clear(self.organisation, exchange, code, now)
            for (exchange, code), texts in wanted.items():
                if (exchange, code) not in told:
                    tx.alerts.raise_(AlertRow(0, self.organisation, exchange, code, *texts, raised=now))

    def _wanted(self, tx: Transaction, now: float) -> dict[tuple[str, str], tuple[str, str, str, str]]:
        """Alerts that should stand now."""
        found = {
            (row.id, URGENT): TEXTS[f"{URGENT}-{row.direction}"]
            for row in urgent_unseen(tx, self.organisation, self.patience, now)
        }
        waits = Wanted(at_desk=True, until=now - self.patience.desk)
        for row in tx.listings.page(self.organisation, waits, None, MOST):
            found[row.id, DESK] = TEXTS[DESK]
        for one in silent(tx, self.organisation, self.patience, now):
            dutch, english, remedy_nl, remedy_en = TEXTS[SILENT]
            told = (f"{dutch} ({one.peer})", f"{english} ({one.peer})", remedy_nl, remedy_en)
            found["", SILENT + one.peer] = told
        return found

    def _send(self, now: float) -> None:
        local = datetime.fromtimestamp(now, self.zone)
        today = self._today(now)
        if not self.daily.addresses or local.hour * 60 + local.minute < self.daily.minute:
            return
        with self.database.read() as tx:
            if tx.facts.get(self.organisation, DAY_FACT) == today:
                return
        told = summary(self.database, self.organisation, self.patience, now)
        language = self.daily.language
        text = "\n".join(part for part in (body(told, language), self.daily.portal) if part)
        for number, address in enumerate(self.daily.addresses):
            letter = Letter(f"summary-{today}-{number}", address, subject(told, language), text)
            self.courier.deliver(letter)
        with self.database.write() as tx:
            tx.facts.set(self.organisation, DAY_FACT, today)
            tx.alerts.clear(self.organisation, "", NOT_SENT, now)
            details: dict[str, str | int | float | bool] = {"recipients": len(self.daily.addresses)}
            event = AuditEvent(self.organisation, "summary-sent", "R", "success", actor="node", details=details, at=now)
            tx.audit.append(event)

    def _today(self, now: float) -> str:
        return datetime.fromtimestamp(now, self.zone).date().isoformat()


def _ours(code: str) -> bool:
    return code in (URGENT, DESK) or code.startswith(SILENT)
