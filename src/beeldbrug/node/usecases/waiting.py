"""Tell humans what waits for something outside: work that cannot be done, a hub that cannot be heard.

What the network holds is as little silent as what policy parks: after some minutes an alert with the reason and its
remedy stands beside the exchange, and goes when it moves on. While the hub is away, one alert is sent out for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.records import AlertRow, WorkRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import WorkKind

DEAF_SECONDS = 300.0
HUB_AWAY = "hub-away"
PREFIX = "waits-"

OF_EXCHANGE = frozenset(
    {
        WorkKind.SEND,
        WorkKind.WITHDRAW,
        WorkKind.FETCH,
        WorkKind.IMPORT,
        WorkKind.ONWARD,
        WorkKind.RECEIPT,
        WorkKind.ANSWER,
        WorkKind.REPORT,
        WorkKind.ASK,
        WorkKind.EMPTY,
    }
)
"""Kinds of work whose subject is an exchange."""

TEXTS: dict[str, str] = {
    WorkKind.SEND: "Versturen wacht.",
    WorkKind.WITHDRAW: "Intrekken wacht.",
    WorkKind.FETCH: "Ophalen wacht.",
    WorkKind.IMPORT: "Importeren in het PACS wacht.",
    WorkKind.ONWARD: "Een verslag doorgeven aan RIS, EPD of PACS wacht.",
    WorkKind.RECEIPT: "Het bericht aan de afzender wacht.",
    WorkKind.ANSWER: "Het antwoord aan de afzender wacht.",
    WorkKind.REPORT: "Het versturen van een verslag wacht.",
    WorkKind.ASK: "Een vraag of antwoord over ontbrekende beelden wacht.",
    WorkKind.EMPTY: "Wissen van een verstuurd onderzoek wacht.",
    WorkKind.DISCARD: "Wissen van verzegelde beelden wacht.",
    WorkKind.KEYS: "Het vernieuwen van onze sleutels wacht.",
    WorkKind.HEAD: "Het wegleggen van het hoofd van het audittrail wacht.",
    WorkKind.SWEEP: "Opruimen en waarschuwen wacht.",
    WorkKind.FIGURES: "Het tellen voor de kengetallen wacht.",
    WorkKind.INTAKE: "Het inlezen uit de intakemap wacht.",
    WorkKind.DROP: "Het inlezen van wat partners via SFTP brengen wacht.",
    WorkKind.NOTIFY: "Het wekken van wie dienst heeft wacht.",
    WorkKind.MAIL: "Een mailbericht wacht.",
    WorkKind.SMS: "Een SMS-bericht wacht.",
    WorkKind.FORWARD: "Het doorgeven van het audittrail aan de verzamelaar wacht.",
    WorkKind.UNSEEN: "Het kijken naar wat te lang wacht, wacht.",
}
REMEDY = "Zie de oorzaak; het gaat vanzelf verder zodra die weg is."


@dataclass
class Waiting:
    """Implements ``ports.work.Watch`` for one organisation, and the same for the mailbox. Thread-safe."""

    organisation: str
    database: Database
    clock: Callable[[], float]
    _deaf_since: float | None = None

    def waits(self, row: WorkRow, error: BeeldbrugError) -> None:
        """An alert beside the exchange; shown only, not sent out, while the alert that the hub is away says it all."""
        now = self.clock()
        with self.database.write() as tx:
            away = any(alert.code == HUB_AWAY for alert in tx.alerts.open(self.organisation))
            alert = AlertRow(
                0,
                self.organisation,
                _exchange(row),
                PREFIX + row.kind,
                f"{TEXTS.get(row.kind, 'Werk wacht.')} ({error.code})",
                error.text,
                REMEDY,
                error.remedy,
                now,
                notified=now if away else None,
            )
            tx.alerts.raise_(alert)

    def goes_on(self, row: WorkRow) -> None:
        """The alert goes."""
        with self.database.write() as tx:
            tx.alerts.clear(self.organisation, _exchange(row), PREFIX + row.kind, self.clock())

    def forget(self) -> None:
        """At start: what waits still will be told again."""
        now = self.clock()
        with self.database.write() as tx:
            for alert in tx.alerts.open(self.organisation):
                if alert.code.startswith(PREFIX):
                    tx.alerts.clear(self.organisation, alert.exchange, alert.code, now)

    def deaf(self, error: BeeldbrugError) -> None:
        """The hub cannot be heard; after DEAF_SECONDS that is told."""
        if self._deaf_since is None:
            self._deaf_since = time.monotonic()
        if time.monotonic() - self._deaf_since < DEAF_SECONDS:
            return
        texts = ("De hub is niet bereikbaar; er gaat niets uit en er komt niets binnen.", error.text, REMEDY)
        with self.database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self.organisation, "", HUB_AWAY, *texts, error.remedy, raised=self.clock()))

    def hears(self) -> None:
        """The hub is there again."""
        if self._deaf_since is not None or self._told():
            with self.database.write() as tx:
                tx.alerts.clear(self.organisation, "", HUB_AWAY, self.clock())
        self._deaf_since = None

    def _told(self) -> bool:
        with self.database.read() as tx:
            return any(alert.code == HUB_AWAY for alert in tx.alerts.open(self.organisation))


def _exchange(row: WorkRow) -> str:
    return row.subject if row.kind in OF_EXCHANGE else ""
