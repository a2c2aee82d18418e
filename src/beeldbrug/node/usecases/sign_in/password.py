"""The first step of signing in: account name and password, checked with argon2id (RFC 9106, NIST SP 800-63B 5.1.1).

Whether the account name, the password or both were wrong is not said, and takes the same time.
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from beeldbrug.model.account import Account, Assurance
from beeldbrug.model.errors import Denied
from beeldbrug.node.policy.sign_in import LONGEST_PASSWORD, check_password
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, begin, checked, failed, of_account

_HASHER = PasswordHasher()

_AT_ONCE = BoundedSemaphore(2)
"""Hashing takes 64 MiB on purpose; nobody who knocks often can make it take all memory (guarantee 6)."""


def hash_password(password: str, login: str) -> str:
    """An argon2id string. Raises Malformed for a password that policy does not take."""
    check_password(password, login)
    with _AT_ONCE:
        return _HASHER.hash(password)


def sign_in(signing: Signing, login: str, password: str) -> tuple[str, Session]:
    """Check both; the token of a session at stage SECOND_FACTOR, or ENROL when there is none yet.

    Raises Denied ``sign-in-refused``, ``account-locked``, ``account-disabled`` or ``account-ended``.
    """
    with signing.database.read() as tx:
        account = tx.accounts.by_login(signing.organisation, login.strip().casefold())
        credential = checked(tx, signing, account) if account is not None else None
    right = verify(credential.hash if credential else "", password)
    with signing.database.write() as tx:
        if account is not None:
            credential = checked(tx, signing, account)  # somebody else may have tried meanwhile
        if account is None or credential is None or not right:
            _note_failure(tx, signing, account)
        else:
            return begin(tx, signing, account, Assurance.LOW)
    raise refused()


def _note_failure(tx: Transaction, signing: Signing, account: Account | None) -> None:
    if account is None:
        tx.audit.append(of_account(signing, "sign-in", "E", "failure", None, method="password"))
    else:
        credential = tx.accounts.credential(account.organisation, account.id)
        failed(tx, signing, account, credential, "password")


def verify(hashed: str, password: str) -> bool:
    """Whether it is the password; takes as long where there is none."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        against = hashed or _nobody()
        with _AT_ONCE:
            _HASHER.verify(against, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


def change_password(signing: Signing, session: Session, old: str, new: str) -> None:
    """Replace one's own password; all other sessions end.

    Raises Denied ``password-wrong`` or ``account-locked``, Malformed.
    """
    account = session.account
    with signing.database.read() as tx:
        credential = checked(tx, signing, account)
    right = verify(credential.hash, old)
    hashed = hash_password(new, account.login) if right else ""
    with signing.database.write() as tx:
        if right:
            tx.accounts.set_password(account.organisation, account.id, hashed)
            tx.sessions.end_of(account.organisation, account.id, but=session.token)
            tx.audit.append(of_account(signing, "password-changed", "U", "success", account))
            return
        failed(tx, signing, account, credential, "password")
    raise Denied("password-wrong", "The old password is not right.", "Try again, or ask for a recovery code.")


def refused() -> Denied:
    """One answer for all that can be wrong."""
    return Denied(
        "sign-in-refused",
        "Account name and password do not belong together.",
        "Check both. After several wrong tries the account waits for some minutes.",
    )


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody's password")
