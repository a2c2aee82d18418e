"""How the node does: its processes, hub, PACS, disk, work and alerts, gathered for a screen. No identity anywhere.

Cheap enough to be asked every few seconds: neither hub nor PACS is called. When they were last called, and how that
ended, is kept as a fact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.health import DAY, Facts, Finding, findings
from beeldbrug.node.ports.configuration import Disk, Keys, Kind, Machine, Process
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.administer.configuration import Configuration
from beeldbrug.node.usecases.own_keys import MAILBOX_WALKED
from beeldbrug.node.usecases.waiting import HUB_AWAY

ECHO_FACT = "echo-"
MOST_WORK = 5000


@dataclass(frozen=True, slots=True)
class Echo:
    """How a call to a peer ended: ``code`` is empty when it answered; ``value`` is seconds it took (or, of a hub, by
    which its clock is ahead)."""

    at: float
    code: str
    text: str
    remedy: str
    value: float


@dataclass(frozen=True, slots=True)
class Health:
    """The present state."""

    findings: tuple[Finding, ...]
    processes: Sequence[Process]
    disk: Disk
    keys: Keys
    hub_url: str
    hub_heard: float
    echoes: Mapping[str, Echo]
    work: int
    failing_work: int
    oldest_work: float
    alerts: tuple[AlertRow, ...]
    has_pacs: bool


@dataclass(frozen=True)
class Looking:
    """Looks after one organisation's node."""

    database: Database
    organisation: str
    now: Callable[[], float]
    machine: Machine
    configuration: Configuration

    def health(self) -> Health:
        """The present state; nobody is called."""
        now, known = self.now(), self.configuration.known()
        has_pacs = any(entry.kind is Kind.PACS for entry in known.entries)
        processes, disk, keys = self.machine.processes(), self.machine.disk(), self.machine.keys()
        with self.database.read() as tx:
            rows, count = tx.queue.rows(self.organisation, MOST_WORK), tx.queue.count(self.organisation)
            alerts = tuple(tx.alerts.open(self.organisation))
            walked = float(tx.facts.get(self.organisation, MAILBOX_WALKED) or 0)
            echoes = {name: found for name in ("hub", "pacs", "worklist") if (found := self._kept(tx, name))}
        failing = [row.failing_since for row in rows if row.failing_since is not None]
        hub = echoes.get("hub")
        heard = max(walked, hub.at if hub is not None and not hub.code else 0.0)
        pacs = echoes.get("pacs")
        facts = Facts(
            missing_processes=sum(one.pid == 0 for one in processes),
            has_hub=bool(self.machine.hub_url()),
            heard_ago=now - heard if heard else None,
            hub_away=any(alert.code == HUB_AWAY for alert in alerts),
            has_pacs=has_pacs,
            pacs_code=pacs.code if pacs is not None else "",
            free=disk.free,
            reserve=disk.reserve,
            failing_work=len(failing),
            oldest_failing=now - min(failing, default=now),
            alerts=len(alerts),
            clashes=len(known.clashes),
            certificate_days=(keys.certificate_expires - now) / DAY,
            root_key_there=bool(keys.root_key),
            rehearsed_days=(now - keys.rehearsed) / DAY if keys.rehearsed else None,
            statement_days=(now - keys.statement_issued) / DAY if keys.statement_issued else None,
        )
        oldest = min((row.due for row in rows if 0 < row.due <= now), default=0.0)
        return Health(
            findings(facts),
            processes,
            disk,
            keys,
            self.machine.hub_url(),
            heard,
            echoes,
            count,
            len(failing),
            oldest,
            alerts,
            has_pacs,
        )

    def echo_hub(self) -> Echo:
        """Call the hub now."""
        return self._called("hub", self.machine.echo_hub)

    def echo(self, name: str, value: Mapping[str, Any], actor: str) -> Echo:
        """C-ECHO to a PACS or worklist as the settings describe one, in force or only typed; on record, for it calls
        out of the house's name."""
        done = self._called(name, lambda: self.machine.echo(value))
        details: dict[str, str | int | float | bool] = {"ae_title": str(value.get("ae_title", ""))[:16]}
        event = AuditEvent(
            self.organisation, "echo", "E", done.code or "success", actor=actor, details=details, at=done.at
        )
        with self.database.write() as tx:
            tx.audit.append(event)
        return done

    def _called(self, name: str, call: Callable[[], float]) -> Echo:
        now = self.now()
        try:
            done = Echo(now, "", "", "", call())
        except BeeldbrugError as error:
            done = Echo(now, error.code, error.text, error.remedy, 0.0)
        if name:
            kept = json.dumps([done.at, done.code, done.text, done.remedy, done.value])
            with self.database.write() as tx:
                tx.facts.set(self.organisation, ECHO_FACT + name, kept)
        return done

    def _kept(self, tx: Transaction, name: str) -> Echo | None:
        kept = tx.facts.get(self.organisation, ECHO_FACT + name)
        return None if kept is None else Echo(*json.loads(kept))
