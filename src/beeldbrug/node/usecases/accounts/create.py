"""Make an account, change it, close it: what an administrator does; each deed is on record.

The last administrator can neither be closed nor lose the role: somebody must be able to let people in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from beeldbrug.model.account import Account, Role
from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.node.policy.sign_in import check_login
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.sign_in.set_up import check_name
from beeldbrug.node.usecases.sign_in.signing import Signing, of_account

FIELD_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an administrator says of an account; ``ends`` in POSIX seconds, None for no end. An external expert has a
    sponsor, an agreement and an end."""

    login: str
    name: str
    roles: tuple[Role, ...]
    department: str = ""
    mail: str = ""
    phone: str = ""
    sponsor: str = ""
    agreement: str = ""
    ends: float | None = None
    provider: str = ""
    subject: str = ""
    language: str = "nl"
    """Of the screens until the holder chooses; it does not change an account that is there."""


def create_account(signing: Signing, new: NewAccount, actor: str, password_hash: str = "") -> Account:
    """The account, without a password unless one is given. Raises Malformed, Conflict ``login-taken``."""
    account = Account(
        id=secrets.token_hex(16),
        organisation=signing.organisation,
        login=check_login(new.login),
        name=check_name(new.name),
        roles=_roles(new.roles),
        created=signing.now(),
        language=new.language,
    )
    account = _with(account, new)
    with signing.database.write() as tx:
        tx.accounts.add(account, password_hash)
        roles = " ".join(account.roles)
        tx.audit.append(of_account(signing, "account-made", "C", "success", account, actor=actor, roles=roles))
    return account


def change_account(signing: Signing, id: str, new: NewAccount, disabled: bool, actor: str) -> Account:
    """Change all but the account name; closing it ends its sessions. Raises NotFound, Malformed, Conflict."""
    with signing.database.write() as tx:
        before = known(tx, signing, id)
        account = replace(_with(before, new), name=check_name(new.name), roles=_roles(new.roles), disabled=disabled)
        if _leads(before) and not _leads(account):
            _keep_one(tx, signing, id)
        tx.accounts.update(account)
        if disabled or account.roles != before.roles:
            tx.sessions.end_of(account.organisation, account.id)
        roles = " ".join(account.roles)
        tx.audit.append(
            of_account(signing, "account-changed", "U", "success", account, actor=actor, roles=roles, closed=disabled)
        )
    return account


def known(tx: Transaction, signing: Signing, id: str) -> Account:
    """The account. Raises NotFound ``account-unknown``."""
    account = tx.accounts.get(signing.organisation, id)
    if account is None:
        raise NotFound("account-unknown", "There is no such account.", "Reload the list of accounts.")
    return account


def _with(account: Account, new: NewAccount) -> Account:
    fields = {name: getattr(new, name).strip() for name in ("department", "mail", "phone", "sponsor", "agreement")}
    if any(len(value) > FIELD_CHARACTERS or not value.isprintable() for value in fields.values()):
        raise Malformed("field-malformed", "A field is too long or holds control characters.", "Shorten it.")
    if bool(fields["sponsor"]) != bool(fields["agreement"]) or (fields["sponsor"] and new.ends is None):
        raise Malformed(
            "expert-incomplete",
            "An external expert has a sponsor, an agreement and an end date.",
            "Give all three, or none.",
        )
    return replace(account, **fields, ends=new.ends, provider=new.provider, subject=new.subject)


def _roles(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise Malformed("role-missing", "An account has at least one role.", "Choose what this person does.")
    return tuple(dict.fromkeys(roles))


def _leads(account: Account) -> bool:
    return Role.ADMINISTRATOR in account.roles and not account.disabled and account.ends is None


def _keep_one(tx: Transaction, signing: Signing, id: str) -> None:
    if not any(_leads(one) for one in tx.accounts.all(signing.organisation) if one.id != id):
        raise Conflict(
            "last-administrator",
            "This is the only administrator.",
            "Make somebody else an administrator first.",
        )
