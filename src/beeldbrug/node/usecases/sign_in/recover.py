"""A new account or one that lost its password or factors: an administrator gives a one-time code, handed over in person
or by a known telephone number; its holder chooses a password and sets up a second factor."""

from __future__ import annotations

from beeldbrug.model.account import Account, Assurance, Stage, TicketKind
from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.sign_in import check_open
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.password import hash_password
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, begin, give_ticket, of_account, take_ticket


def recovery_token(signing: Signing, account: Account, actor: str) -> str:
    """A one-time code for this account; an older one is gone."""
    with signing.database.write() as tx:
        tx.sessions.drop_tickets(signing.organisation, TicketKind.RECOVERY, account.id)
        tx.audit.append(of_account(signing, "recovery-code-given", "C", "success", account, actor=actor))
        return give_ticket(tx, signing, TicketKind.RECOVERY, account.id)


def recover(signing: Signing, token: str, password: str) -> tuple[str, Session]:
    """Choose a new password with a one-time code; factors and sessions of before are gone.

    Raises Denied ``ticket-not-valid``, ``account-disabled``, ``account-ended``, Malformed, NotFound.
    """
    with signing.database.read() as tx:
        seen = tx.sessions.peek_ticket(hash_token(token.strip()), TicketKind.RECOVERY, signing.now())
        account = tx.accounts.get(signing.organisation, seen.account) if seen is not None else None
    hashed = hash_password(password, account.login if account else "")
    with signing.database.write() as tx:
        take_ticket(tx, signing, TicketKind.RECOVERY, token)
        if account is None:
            raise NotFound("account-unknown", "There is no such account.")
        tx.accounts.set_password(account.organisation, account.id, hashed)
        check_open(account, tx.accounts.credential(account.organisation, account.id), signing.now())
        tx.factors.delete_kind(account.organisation, account.id, "")
        tx.sessions.end_of(account.organisation, account.id)
        tx.audit.append(of_account(signing, "account-recovered", "U", "success", account))
        return begin(tx, signing, account, Assurance.LOW, stage=Stage.ENROL)
