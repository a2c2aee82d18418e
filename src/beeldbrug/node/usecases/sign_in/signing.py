"""What signing in works with, and what all its steps share: sessions, the trail, one-time tickets.

A session is a random token in a cookie; the vault keeps its SHA-256. Before the last stage it opens nothing. An account
that is closed, or whose access has ended, loses its sessions at the next call. NIST SP 800-63B section 7.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from beeldbrug.model.account import Account, Assurance, Credential, SessionRow, Stage, Ticket, TicketKind
from beeldbrug.model.errors import Denied
from beeldbrug.model.exchange import Purpose
from beeldbrug.node.policy.permissions import LAUNCHED, Permission, permissions_of
from beeldbrug.node.policy.sign_in import (
    STAGE_SECONDS,
    TICKET_SECONDS,
    SessionLimits,
    check_open,
    enough,
    wait_after,
)
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.read.scope import Scope, hash_token

TOKEN_BYTES = 32
TOUCH_SECONDS = 20.0
"""How often an act of the user is written down; a session lives so much shorter at most."""

LIMITS = SessionLimits()

UNKNOWN = "unknown"
"""Who an attempt is by, when the account name is not one of ours: what was typed may be a password."""


@dataclass(frozen=True, slots=True)
class Signing:
    """The organisation that people sign in to, with its vault and limits."""

    database: Database
    organisation: str
    organisation_name: str
    now: Callable[[], float]
    limits: SessionLimits = LIMITS


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. ``token`` is the SHA-256 of its token."""

    token: bytes
    account: Account
    row: SessionRow

    @property
    def permissions(self) -> frozenset[Permission]:
        """What its holder may do now."""
        if self.row.stage is not Stage.IN:
            return frozenset()
        held = permissions_of(self.account.roles)
        return held & LAUNCHED if self.limited else held

    @property
    def limited(self) -> bool:
        """Whether it was launched for one patient."""
        return bool(self.row.exchanges or self.row.studies)

    @property
    def scope(self) -> Scope:
        """What it may read."""
        return Scope(
            token=self.token,
            organisation=self.account.organisation,
            user=self.account.login,
            role=" ".join(self.account.roles),
            purpose=Purpose.TREATMENT.value,
            expires=self.row.expires,
            exchanges=frozenset(self.row.exchanges),
            studies=frozenset(self.row.studies),
        )


def not_signed_in() -> Denied:
    """No session, or one that has ended."""
    return Denied("not-signed-in", "You are not signed in, or your session has ended.", "Sign in again.")


def resume(signing: Signing, token: str, act: bool = True) -> Session:
    """The live session of a token, noted as used by an ``act``. Raises Denied ``not-signed-in``."""
    now, hashed = signing.now(), hash_token(token)
    with signing.database.read() as tx:
        row = tx.sessions.get(hashed)
        account = tx.accounts.get(row.organisation, row.account) if row is not None else None
    if row is None or account is None or not _lives(signing, row, account, now):
        raise not_signed_in()
    if act and now - row.seen >= TOUCH_SECONDS:
        signing.database.run(lambda tx: tx.sessions.touch(hashed, now))
    return Session(hashed, account, row)


def alive(signing: Signing, session: Session) -> bool:
    """Whether a session still stands, without counting as an act: a page that only listens keeps nobody signed in."""
    with signing.database.read() as tx:
        row = tx.sessions.get(session.token)
        account = tx.accounts.get(row.organisation, row.account) if row is not None else None
    return row is not None and account is not None and _lives(signing, row, account, signing.now())


def _lives(signing: Signing, row: SessionRow, account: Account, now: float) -> bool:
    idle = STAGE_SECONDS if row.stage is not Stage.IN else signing.limits.idle + TOUCH_SECONDS
    ended = account.disabled or (account.ends is not None and account.ends <= now)
    return row.organisation == signing.organisation and not ended and now < row.expires and now - row.seen < idle


def begin(
    tx: Transaction,
    signing: Signing,
    account: Account,
    assurance: Assurance,
    exchanges: tuple[str, ...] = (),
    studies: tuple[str, ...] = (),
    stage: Stage | None = None,
) -> tuple[str, Session]:
    """Open a session; its token, and the session at the stage that its assurance allows."""
    now = signing.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = SessionRow(
        organisation=account.organisation,
        account=account.id,
        stage=stage or _stage(tx, account, assurance),
        assurance=assurance,
        created=now,
        seen=now,
        expires=now + signing.limits.longest,
        exchanges=exchanges,
        studies=studies,
    )
    session = Session(hash_token(token), account, row)
    tx.sessions.add(session.token, row)
    return token, session


def renew(
    tx: Transaction, signing: Signing, session: Session, stage: Stage, assurance: Assurance
) -> tuple[str, Session]:
    """The next stage of a sign-in, under a new token: one that was known before the second factor is worth nothing."""
    tx.sessions.end(session.token)
    row = session.row
    return begin(tx, signing, session.account, assurance, row.exchanges, row.studies, stage)


def _stage(tx: Transaction, account: Account, assurance: Assurance) -> Stage:
    if enough(assurance):
        return Stage.IN
    factors = tx.factors.of_account(account.organisation, account.id)
    return Stage.SECOND_FACTOR if any(factor.kind != "recovery" for factor in factors) else Stage.ENROL


def failed(tx: Transaction, signing: Signing, account: Account, credential: Credential, method: str) -> None:
    """Note a wrong try, and lock the account for a while after several."""
    now = signing.now()
    failures = credential.failures + 1
    tx.accounts.tried(account.organisation, account.id, failures, wait_after(failures, now))
    tx.audit.append(of_account(signing, "sign-in", "E", "failure", account, method=method, failures=failures))


def passed(tx: Transaction, signing: Signing, session: Session, method: str) -> None:
    """Note that somebody came in."""
    tx.accounts.tried(session.account.organisation, session.account.id, 0, 0.0)
    assurance = int(session.row.assurance)
    tx.audit.append(of_account(signing, "sign-in", "E", "success", session.account, method=method, assurance=assurance))


def of_account(
    signing: Signing,
    event: str,
    action: str,
    outcome: str,
    account: Account | None,
    actor: str = "",
    **details: str | int | float | bool,
) -> AuditEvent:
    """The audit event of what was done with an account: by its holder, or by ``actor``."""
    return AuditEvent(
        organisation=signing.organisation,
        event=event,
        action=action,
        outcome=outcome,
        actor=actor or (account.login if account else UNKNOWN),
        role=" ".join(account.roles) if account and not actor else "",
        details={**({"account": account.login} if account and actor else {}), **details},
        at=signing.now(),
    )


def checked(tx: Transaction, signing: Signing, account: Account) -> Credential:
    """The account's credential, if it may try now. Raises as ``check_open``."""
    credential = tx.accounts.credential(account.organisation, account.id)
    check_open(account, credential, signing.now())
    return credential


def sign_out(signing: Signing, session: Session) -> None:
    """End a session."""
    with signing.database.write() as tx:
        tx.sessions.end(session.token)
        tx.audit.append(of_account(signing, "sign-out", "E", "success", session.account))


def give_ticket(
    tx: Transaction, signing: Signing, kind: TicketKind, account: str = "", data: bytes = b"", code: str = ""
) -> str:
    """Keep a one-time ticket; returns its token."""
    token = code or secrets.token_urlsafe(TOKEN_BYTES)
    expires = signing.now() + TICKET_SECONDS[kind]
    tx.sessions.add_ticket(hash_token(token), Ticket(signing.organisation, kind, account, expires, data))
    return token


def take_ticket(tx: Transaction, signing: Signing, kind: TicketKind, token: str) -> Ticket:
    """Take a one-time ticket. Raises Denied ``ticket-not-valid``."""
    ticket = tx.sessions.take_ticket(hash_token(token.strip()), kind, signing.now())
    if ticket is None or ticket.organisation != signing.organisation:
        raise Denied("ticket-not-valid", "This one-time code was used already, or has expired.", "Ask for a new one.")
    return ticket


def at_stage(session: Session, *stages: Stage) -> Session:
    """The session, if it is at one of these stages. Raises Denied ``not-signed-in``."""
    if session.row.stage not in stages:
        raise not_signed_in()
    return session


def with_account(session: Session, account: Account) -> Session:
    """The session after its account changed."""
    return replace(session, account=account)
