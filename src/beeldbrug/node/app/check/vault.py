"""Checks of the vault: schema, keys and their ages, the rehearsed backup, the audit trail, open alerts. Reads only."""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.node.app.base import Base
from beeldbrug.node.app.check.findings import Finding, Level
from beeldbrug.node.app.standing import Standing, standing

DAY = 86400.0
CERTIFICATE_DAYS = 60
REHEARSAL_DAYS = 365
STATEMENT_DAYS = 2


def check_vault(base: Base) -> Iterator[Finding]:
    """All of it."""
    now = base.clock.now()
    keys = standing(base)
    yield _certificate(keys, now)
    yield _rehearsal(keys, now)
    if base.settings.hub is not None:
        yield _statement(keys, now)
    with base.database.read() as tx:
        events, broken = tx.audit.verify(base.own.ura)
        alerts = tx.alerts.open(base.own.ura)
    if broken is None:
        yield Finding("audit", Level.OK, "audit-whole", f"The audit chain fits: {events} events.")
    else:
        text = f"The audit chain breaks at event {broken}."
        yield Finding("audit", Level.FAULT, "audit-chain-broken", text, "Keep this database as evidence.")
    if alerts:
        text = f"{len(alerts)} alerts are open, the oldest for {(now - alerts[0].raised) / 3600:.1f} hours."
        yield Finding("alerts", Level.WARNING, "alerts-open", text, "See `beeldbrug status`.")
    if not base.settings.alerts.webhook and not base.settings.alerts.mail_to:
        text = "Alerts go to the log only."
        yield Finding(
            "alerts", Level.WARNING, "alerts-unsent", text, "Set [alerts] webhook, or mail_server and mail_to."
        )


def _certificate(keys: Standing, now: float) -> Finding:
    days = (keys.certificate_expires - now) / DAY
    text = f"The certificate is valid for {days:.0f} more days."
    if days < 0:
        text = "The certificate has expired."
        return Finding("keys", Level.FAULT, "certificate-expired", text, "Have a new one made: beeldbrug keys request.")
    if days < CERTIFICATE_DAYS:
        return Finding("keys", Level.WARNING, "certificate-ends", text, "Have a new one made: beeldbrug keys request.")
    return Finding("keys", Level.OK, "certificate-valid", text)


def _rehearsal(keys: Standing, now: float) -> Finding:
    remedy = "beeldbrug keys backup, then beeldbrug keys rehearse; without the root key all is lost."
    if not keys.rehearsed:
        text = "It was never proven that a backup of the keys works."
        return Finding("keys", Level.WARNING, "backup-not-rehearsed", text, remedy)
    days = (now - keys.rehearsed) / DAY
    text = f"The keys' backup was last rehearsed {days:.0f} days ago."
    level = Level.WARNING if days > REHEARSAL_DAYS else Level.OK
    return Finding("keys", level, "backup-rehearsed", text, remedy if level is Level.WARNING else "")


def _statement(keys: Standing, now: float) -> Finding:
    if not keys.sequence:
        text = "No key statement was made yet."
        return Finding("keys", Level.NOTE, "statement-none", text, "The node makes one when it first meets the hub.")
    days = (now - keys.issued) / DAY
    text = f"Key statement {keys.sequence} is {days:.1f} days old; {len(keys.transport)} transport keys."
    if days > STATEMENT_DAYS:
        remedy = "It is renewed daily while the node runs and the hub answers; after 7 days nobody can send to it."
        return Finding("keys", Level.WARNING, "statement-old", text, remedy)
    return Finding("keys", Level.OK, "statement-fresh", text)
