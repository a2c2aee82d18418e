"""A shared view inside the own organisation: a supervisor looks along with a resident, without any sending.

Who opens it and who joins must each be allowed to see the study; the id is unguessable, and an invitation for one
colleague opens for nobody else. Opening and joining are on record; what is shown is in memory only (``together``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.model.account import Account
from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.permissions import Permission, permissions_of
from beeldbrug.node.ports.consult import ShareRow
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.read.view import Ledger, of_scope
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.view.subject import Kind, Name, Subject, find_subject

SHARE_SECONDS = 4 * 3600.0
"""How long a shared view can be joined."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared view with who began it."""

    row: ShareRow
    host: Account | None


@dataclass(frozen=True)
class Sharing:
    """Shared views of one organisation."""

    database: Database
    organisation: str
    now: Callable[[], float]
    ledger: Ledger = field(default_factory=Ledger)

    def begin(self, session: Session, name: Name, guest: str) -> Shared:
        """Open one for a colleague, or for whoever has the link. Raises NotFound for a study or colleague that is not
        there."""
        now, account = self.now(), session.account
        with self.database.write() as tx:
            subject = find_subject(tx, session.scope, now, name)
            if guest and not self._may_join(tx.accounts.get(self.organisation, guest), now):
                raise NotFound("colleague-unknown", "There is no such colleague who may look along.", "Choose another.")
            row = ShareRow(
                id=secrets.token_hex(16),
                organisation=self.organisation,
                kind=name.kind.value,
                subject=name.id,
                host=account.id,
                guest=guest,
                created=now,
                expires=min(now + SHARE_SECONDS, subject.until or now + SHARE_SECONDS),
            )
            tx.shares.add(row)
            tx.audit.append(_event(session, "share-opened", subject, now))
        return Shared(row, account)

    def enter(self, session: Session, share: str) -> Shared:
        """The shared view, for its host and whom it is for; joining is on record. Raises NotFound."""
        now, account = self.now(), session.account
        with self.database.read() as tx:
            row = tx.shares.get(self.organisation, share, now)
            if row is None or account.id not in (row.host, row.guest or account.id):
                raise _unknown()
            subject = find_subject(tx, session.scope, now, Name(Kind(row.kind), row.subject))
            host = tx.accounts.get(self.organisation, row.host)
        if account.id != row.host:
            self._note(session, share, _event(session, "share-joined", subject, now), now)
        return Shared(row, host)

    def mine(self, session: Session) -> list[Shared]:
        """Those that this person began or was invited to."""
        with self.database.read() as tx:
            rows = tx.shares.of_account(self.organisation, session.account.id, self.now())
            return [Shared(row, tx.accounts.get(self.organisation, row.host)) for row in rows]

    def end(self, session: Session, share: str) -> None:
        """Its host ends it. Raises NotFound."""
        now = self.now()
        with self.database.write() as tx:
            row = tx.shares.get(self.organisation, share, now)
            if row is None or row.host != session.account.id:
                raise _unknown()
            tx.shares.end(self.organisation, share, now)

    def colleagues(self, session: Session) -> list[Account]:
        """Who can be asked to look along."""
        now = self.now()
        with self.database.read() as tx:
            accounts = tx.accounts.all(self.organisation)
        return [one for one in accounts if one.id != session.account.id and self._may_join(one, now)]

    def _may_join(self, account: Account | None, now: float) -> bool:
        if account is None or account.disabled or (account.ends is not None and account.ends <= now):
            return False
        return {Permission.VIEW, Permission.SHARE_VIEW} <= permissions_of(account.roles)

    def _note(self, session: Session, share: str, event: AuditEvent, now: float) -> None:
        marks = self.ledger.fresh([(session.token, share, "join")], now)
        if not marks:
            return

        def deed(tx: Transaction) -> None:
            tx.audit.append(event)

        self.database.run(deed)
        self.ledger.keep(marks, now)


def _event(session: Session, event: str, subject: Subject, now: float) -> AuditEvent:
    patient = subject.study.patient_number.value if subject.study is not None else ""
    return of_scope(
        session.scope,
        event,
        "E",
        "success",
        now,
        study_uid=subject.study_uid,
        patient=patient,
        exchange=subject.exchange,
    )


def _unknown() -> NotFound:
    return NotFound("share-unknown", "This shared view has ended, or is not for you.", "Ask for a new one.")
