"""The first account of an organisation: made in the browser by whoever holds the one-time token of the set-up.

The token is made on the machine itself (``beeldbrug account setup``). Once there is an account of this node's own there
is no first run; accounts of an identity provider do not count, for an administrator is needed when that is down.
"""

from __future__ import annotations

import secrets

from beeldbrug.model.account import Account, Assurance, Role, Stage, TicketKind
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.node.policy.sign_in import check_login
from beeldbrug.node.usecases.sign_in.password import hash_password
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, begin, give_ticket, of_account, take_ticket

FIRST_ROLES = (Role.ADMINISTRATOR,)
NAME_CHARACTERS = 120


def is_first_run(signing: Signing) -> bool:
    """Whether nobody has an account of this node's own yet; a provider's accounts may be there."""
    with signing.database.read() as tx:
        return tx.accounts.own(signing.organisation) == 0


def setup_token(signing: Signing) -> str:
    """A one-time token for the first run. Raises Conflict ``set-up-done``."""
    with signing.database.write() as tx:
        if tx.accounts.own(signing.organisation):
            raise _done()
        tx.sessions.drop_tickets(signing.organisation, TicketKind.SETUP, "")
        tx.audit.append(of_account(signing, "set-up-token-made", "C", "success", None, actor="node"))
        return give_ticket(tx, signing, TicketKind.SETUP)


def set_up(
    signing: Signing, token: str, login: str, name: str, password: str, language: str = "nl"
) -> tuple[str, Session]:
    """Make the first account, an administrator, and begin its sign-in at the second factor's set-up.

    Raises Denied ``ticket-not-valid``, Conflict ``set-up-done``, Malformed.
    """
    login = check_login(login)
    hashed = hash_password(password, login)
    with signing.database.write() as tx:
        if tx.accounts.own(signing.organisation):
            raise _done()
        take_ticket(tx, signing, TicketKind.SETUP, token)
        account = Account(
            id=secrets.token_hex(16),
            organisation=signing.organisation,
            login=login,
            name=check_name(name),
            roles=FIRST_ROLES,
            created=signing.now(),
            language=language,
        )
        tx.accounts.add(account, hashed)
        tx.audit.append(of_account(signing, "account-made", "C", "success", account))
        return begin(tx, signing, account, Assurance.LOW, stage=Stage.ENROL)


def check_name(name: str) -> str:
    """A person's name as it is kept. Raises Malformed ``name-malformed``."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS or not name.isprintable():
        raise Malformed("name-malformed", "A name has 1 to 120 printable characters.", "Type the name as it is said.")
    return name


def _done() -> Conflict:
    return Conflict("set-up-done", "The set-up was done already.", "Sign in, or ask your administrator for an account.")
