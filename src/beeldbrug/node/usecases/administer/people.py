"""Accounts as an administrator sees them: who may sign in, what stands in the way, and the one-time code to hand over.

Nothing here is about a patient. What an account may do is ``policy.permissions``; how it is made and closed
``usecases.accounts.create``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from beeldbrug.model.account import Account, Credential, FactorKind
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.accounts.create import NewAccount, change_account, create_account, known
from beeldbrug.node.usecases.administer.departments import check_department
from beeldbrug.node.usecases.sign_in.recover import recovery_token
from beeldbrug.node.usecases.sign_in.signing import Signing, of_account

WARN_SECONDS = 14 * 86400.0
"""How long before its end an account's access is told of."""

ENDS_SOON = "expert-ends"


class Standing(StrEnum):
    """How an account stands."""

    OPEN = "open"
    NEW = "new"
    """Nobody has chosen a password for it yet."""
    ENDS_SOON = "ends-soon"
    LOCKED = "locked"
    ENDED = "ended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Person:
    """An account, how it stands, and with what its holder signs in."""

    account: Account
    standing: Standing
    factors: tuple[FactorKind, ...]
    last_used: float | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """A one-time code for the holder of an account, and until when it is good."""

    account: Account
    code: str
    expires: float


def people(signing: Signing) -> list[Person]:
    """All accounts, by name."""
    with signing.database.read() as tx:
        return [_person(tx, signing, account) for account in tx.accounts.all(signing.organisation)]


def person(signing: Signing, id: str) -> Person:
    """One. Raises NotFound ``account-unknown``."""
    with signing.database.read() as tx:
        return _person(tx, signing, known(tx, signing, id))


def admit(signing: Signing, new: NewAccount, actor: str) -> HandOver:
    """Make an account, and a code with which its holder chooses a password. Raises Malformed, Conflict."""
    with signing.database.read() as tx:
        check_department(tx, signing.organisation, new.department.strip())
    return hand_over(signing, create_account(signing, new, actor).id, actor)


def hand_over(signing: Signing, id: str, actor: str) -> HandOver:
    """A one-time code for this account; an older one is gone. Raises NotFound, and Denied as ``check_open``."""
    with signing.database.read() as tx:
        account = known(tx, signing, id)
    return HandOver(account, recovery_token(signing, account, actor), signing.now() + TICKET_SECONDS["recovery"])


def change(signing: Signing, id: str, new: NewAccount, actor: str) -> Person:
    """Change all but account name and whether it is closed. Raises NotFound, Malformed, Conflict."""
    with signing.database.read() as tx:
        before = known(tx, signing, id)
        check_department(tx, signing.organisation, new.department.strip(), before.department)
    same = replace(new, login=before.login, provider=new.provider or before.provider, subject=new.subject)
    change_account(signing, id, same, before.disabled, actor)
    return person(signing, id)


def close(signing: Signing, id: str, closed: bool, actor: str) -> Person:
    """Close it, which ends its sessions, or open it again. Raises NotFound, Conflict ``last-administrator``."""
    with signing.database.read() as tx:
        before = known(tx, signing, id)
    change_account(signing, id, _as_it_is(before), closed, actor)
    return person(signing, id)


def end_sessions(signing: Signing, id: str, actor: str) -> int:
    """Sign the holder out everywhere; from how many places."""
    with signing.database.write() as tx:
        account = known(tx, signing, id)
        ended = tx.sessions.end_of(account.organisation, account.id)
        tx.audit.append(of_account(signing, "sessions-ended", "D", "success", account, actor=actor, sessions=ended))
    return ended


def warn_ending(database: Database, organisation: str, now: float) -> None:
    """Tell, by an alert without names, that accounts end soon; it goes when none does any more."""
    with database.read() as tx:
        soon = any(_ends_soon(account, now) for account in tx.accounts.all(organisation))
        told = any(alert.code == ENDS_SOON for alert in tx.alerts.open(organisation))
    if soon == told:
        return
    with database.write() as tx:
        if not soon:
            tx.alerts.clear(organisation, "", ENDS_SOON, now)
            return
        texts = (
            "De toegang van een externe deskundige eindigt binnen twee weken.",
            "The access of an external expert ends within two weeks.",
            "Kijk in Beheer bij Accounts, en overleg met wie ervoor instaat of de einddatum later moet.",
            "See Accounts under Administration, and ask the sponsor whether the end date has to move.",
        )
        tx.alerts.raise_(AlertRow(0, organisation, "", ENDS_SOON, *texts, raised=now))


def _ends_soon(account: Account, now: float) -> bool:
    return not account.disabled and account.ends is not None and now < account.ends <= now + WARN_SECONDS


def _person(tx: Transaction, signing: Signing, account: Account) -> Person:
    credential = tx.accounts.credential(account.organisation, account.id)
    held = tx.factors.of_account(account.organisation, account.id)
    used = [factor.used for factor in held if factor.used is not None]
    kinds = tuple(sorted({factor.kind for factor in held if factor.kind is not FactorKind.RECOVERY}))
    return Person(account, _standing(account, credential, signing.now()), kinds, max(used, default=None))


def _standing(account: Account, credential: Credential, now: float) -> Standing:
    if account.disabled:
        return Standing.CLOSED
    if account.ends is not None and account.ends <= now:
        return Standing.ENDED
    if credential.locked_until > now:
        return Standing.LOCKED
    if _ends_soon(account, now):
        return Standing.ENDS_SOON
    return Standing.NEW if not credential.hash and not account.provider else Standing.OPEN


def _as_it_is(account: Account) -> NewAccount:
    return NewAccount(
        account.login,
        account.name,
        account.roles,
        account.department,
        account.mail,
        account.phone,
        account.sponsor,
        account.agreement,
        account.ends,
        account.provider,
        account.subject,
    )
