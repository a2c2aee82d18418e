"""Sign in with the hospital's own identity provider: the account is made or updated as the provider says.

An account is known by issuer and subject, never by name or mail address: those are handed on. What an administrator
closed stays closed; a role that changed at the provider changes here, and ends the sessions of before. Whoever has no
role there has no way in, and no account made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

import msgspec

from beeldbrug.model.account import Account, Stage, TicketKind
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, NotFound
from beeldbrug.node.policy.provider import ClaimMap, Person, no_role, not_finished, not_sure_enough, person_of
from beeldbrug.node.policy.sign_in import check_login, enough
from beeldbrug.node.ports.identity import IdentityProvider, WayOut
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.signing import (
    TOKEN_BYTES,
    Session,
    Signing,
    begin,
    checked,
    give_ticket,
    of_account,
    passed,
)

T = TypeVar("T")

METHOD: Final = "provider"
VERIFIER_BYTES: Final = 48

SecondFactor = Literal["local", "refuse"]
"""What follows when the provider was not sure enough: the second factor that the account has here, or no way in."""


@dataclass(frozen=True, slots=True)
class Door:
    """A provider that people sign in with, as the settings have it."""

    id: str
    name: str
    issuer: str
    provider: IdentityProvider
    claims: ClaimMap
    otherwise: SecondFactor = "local"
    kind: TicketKind = TicketKind.OIDC

    @property
    def method(self) -> str:
        """How the trail calls coming in by it."""
        return METHOD if self.kind is TicketKind.OIDC else self.kind.value


Doors = Mapping[str, Door]


class Pending(msgspec.Struct, frozen=True):
    """What waits, sealed, for the browser to come back."""

    door: str
    nonce: str
    verifier: str
    redirect: str
    binding: bytes
    to: str

    def way(self, state: str) -> WayOut:
        """As it went out."""
        return WayOut(state, self.nonce, self.verifier, self.redirect)


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the browser goes; ``binding`` is to be kept by it alone, so that nobody else's answer is taken for its."""

    address: str
    binding: str


@dataclass(frozen=True, slots=True)
class CameIn:
    """A session's token, the session, and the page that was asked for before."""

    token: str
    session: Session
    to: str


def door(doors: Doors, id: str) -> Door:
    """Raises NotFound ``provider-unknown``."""
    if id not in doors:
        raise NotFound("provider-unknown", "There is no such provider to sign in with.", "Go to the sign-in page.")
    return doors[id]


def go_out(signing: Signing, door: Door, redirect: str, to: str = "", more: Mapping[str, str] | None = None) -> Sent:
    """Send a browser to the provider; ``more`` goes along. Raises Unavailable ``provider-unreachable``."""
    binding = secrets.token_urlsafe(TOKEN_BYTES)
    way = replace(new_way(redirect), more=more or {})
    address = door.provider.address(way)
    pending = Pending(door.id, way.nonce, way.verifier, redirect, hash_token(binding), to)
    with signing.database.write() as tx:
        give_ticket(tx, signing, door.kind, data=msgspec.msgpack.encode(pending), code=way.state)
    return Sent(address, binding)


def new_way(redirect: str) -> WayOut:
    """State, nonce and verifier, of which nobody can guess any."""
    fresh = secrets.token_urlsafe
    return WayOut(fresh(TOKEN_BYTES), fresh(TOKEN_BYTES), fresh(VERIFIER_BYTES), redirect)


def come_back(
    signing: Signing, door: Door, state: str, binding: str, code: str, issuer: str | None, before: bytes = b""
) -> CameIn:
    """Redeem what the provider sent along. ``before`` is the session that this browser had; it ends.

    Raises Denied, Unavailable: ``policy.provider``, ``account-disabled``, ``account-ended``, ``account-locked``.
    """
    pending = taken(signing, door, state, binding)
    way = pending.way(state)
    proven = proved(signing, door, lambda: door.provider.prove(way, code, issuer))
    person = person_of(proven.issuer, proven.claims, door.claims)
    token, session = come_in(signing, door.id, person, door.otherwise, before)
    return CameIn(token, session, pending.to)


def proved(signing: Signing, door: Door, prove: Callable[[], T]) -> T:
    """What is proved at the provider; a failure is on record."""
    try:
        return prove()
    except BeeldbrugError as error:
        note_failure(signing, door, error)
        raise


def note_failure(signing: Signing, door: Door, error: BeeldbrugError) -> None:
    """That somebody, it is not known who, did not come in."""
    with signing.database.write() as tx:
        tx.audit.append(failure(signing, door, error))


def failure(signing: Signing, door: Door, error: BeeldbrugError, account: Account | None = None) -> AuditEvent:
    """Somebody did not come in."""
    by = {"provider" if door.kind is TicketKind.OIDC else "launcher": door.id}
    return of_account(signing, "sign-in", "E", "failure", account, method=door.method, reason=error.code, **by)


def come_in(
    signing: Signing,
    id: str,
    person: Person,
    otherwise: SecondFactor,
    before: bytes = b"",
) -> tuple[str, Session]:
    """Open a session for whom the provider proved, at the stage that its assurance allows. Raises Denied."""
    with signing.database.write() as tx:
        account, refusal = admitted(tx, signing, id, person, otherwise)
        if account is not None and refusal is None:
            if before:
                tx.sessions.end(before)
            token, session = begin(tx, signing, account, person.assurance)
            if session.row.stage is Stage.IN:
                passed(tx, signing, session, METHOD)
            return token, session
        reason = refusal.code if refusal is not None else ""
        tx.audit.append(
            of_account(signing, "sign-in", "E", "failure", account, method=METHOD, provider=id, reason=reason)
        )
    raise refusal or no_role()


def admitted(
    tx: Transaction, signing: Signing, id: str, person: Person, otherwise: SecondFactor
) -> tuple[Account | None, Denied | None]:
    """The account as the provider has it now, or why there is no way in."""
    account = tx.accounts.by_subject(signing.organisation, person.issuer, person.subject)
    if not person.roles:
        if account is not None:  # nobody there any more: nobody here
            tx.sessions.end_of(account.organisation, account.id)
        return account, no_role()
    if otherwise == "refuse" and not enough(person.assurance):
        return account, not_sure_enough()
    if account is None:
        return _made(tx, signing, id, person), None
    try:
        checked(tx, signing, account)
    except Denied as error:
        return account, error
    return _updated(tx, signing, id, account, person), None


def _made(tx: Transaction, signing: Signing, id: str, person: Person) -> Account:
    account = Account(
        id=secrets.token_hex(16),
        organisation=signing.organisation,
        login=_free_login(tx, signing, id, person),
        name=person.name,
        roles=person.roles,
        department=person.department,
        mail=person.mail,
        phone=person.phone,
        language=person.language or "nl",
        provider=person.issuer,
        subject=person.subject,
        created=signing.now(),
    )
    account = replace(account, name=account.name or account.login)
    tx.accounts.add(account, "")
    roles = " ".join(account.roles)
    tx.audit.append(of_account(signing, "account-made", "C", "success", account, actor=f"provider:{id}", roles=roles))
    return account


def _updated(tx: Transaction, signing: Signing, id: str, account: Account, person: Person) -> Account:
    """What the provider says goes before what was typed here; what it does not say stays."""
    fresh = replace(
        account,
        roles=person.roles,
        name=person.name or account.name,
        department=person.department or account.department,
        mail=person.mail or account.mail,
        phone=person.phone or account.phone,
    )
    if fresh == account:
        return account
    tx.accounts.update(fresh)
    if set(fresh.roles) != set(account.roles):
        tx.sessions.end_of(account.organisation, account.id)
    roles = " ".join(fresh.roles)
    tx.audit.append(of_account(signing, "account-changed", "U", "success", fresh, actor=f"provider:{id}", roles=roles))
    return fresh


def _free_login(tx: Transaction, signing: Signing, id: str, person: Person) -> str:
    """The account name that the provider has, or one like it: an account of this name may be somebody else's."""
    mark = hashlib.sha256(f"{person.issuer}\0{person.subject}".encode()).hexdigest()
    for wish in (person.login, f"{person.login}@{id}", f"{id}-{mark[:12]}"):
        try:
            login = check_login(wish)
        except Malformed:
            continue
        if tx.accounts.by_login(signing.organisation, login) is None:
            return login
    return f"{id}-{mark[:24]}"


def taken(signing: Signing, door: Door, state: str, binding: str) -> Pending:
    """What waited for this browser, once. Raises Denied ``provider-way-lost``."""
    with signing.database.write() as tx:
        ticket = tx.sessions.take_ticket(hash_token(state), door.kind, signing.now()) if state else None
        if ticket is not None and ticket.organisation == signing.organisation:
            pending = msgspec.msgpack.decode(ticket.data, type=Pending)
            if pending.door == door.id and hmac.compare_digest(pending.binding, hash_token(binding)):
                return pending
        error = not_finished()
        tx.audit.append(failure(signing, door, error))
    raise error
