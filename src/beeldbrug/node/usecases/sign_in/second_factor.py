"""The second step of signing in: a time-based code (RFC 6238) or a recovery code. Each code counts once."""

from __future__ import annotations

import hmac

import pyotp

from beeldbrug.model.account import Account, Assurance, Factor, FactorKind, Stage
from beeldbrug.model.errors import Denied
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, at_stage, checked, failed, passed, renew

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""A telephone's clock may be this many steps off."""


def with_code(signing: Signing, session: Session, code: str) -> tuple[str, Session]:
    """Take a TOTP code. Raises Denied ``code-wrong``, ``account-locked``, ``not-signed-in``."""
    return _with(signing, session, FactorKind.TOTP, code)


def with_recovery_code(signing: Signing, session: Session, code: str) -> tuple[str, Session]:
    """Take a recovery code, which is gone then. Raises as ``with_code``."""
    return _with(signing, session, FactorKind.RECOVERY, code)


def _with(signing: Signing, session: Session, kind: FactorKind, code: str) -> tuple[str, Session]:
    at_stage(session, Stage.SECOND_FACTOR)
    account = session.account
    with signing.database.write() as tx:
        credential = checked(tx, signing, account)
        if _TAKE[kind](tx, account, code, signing.now()):
            token, entered = renew(tx, signing, session, Stage.IN, Assurance.SUBSTANTIAL)
            passed(tx, signing, entered, kind.value)
            return token, entered
        failed(tx, signing, account, credential, kind.value)
    raise Denied(
        "code-wrong",
        "This code is not right, or was used already.",
        "Wait for the next code, and check that the clock of your telephone is right.",
    )


def _take_totp(tx: Transaction, account: Account, code: str, now: float) -> bool:
    typed = "".join(code.split())
    for factor in _of_kind(tx, account, FactorKind.TOTP):
        step = matching_step(factor.secret, typed, now)
        if step is not None and tx.factors.used(account.organisation, factor.id, step, now):
            return True
    return False


def _take_recovery(tx: Transaction, account: Account, code: str, now: float) -> bool:
    hashed = hash_token(plain_recovery(code))
    for factor in _of_kind(tx, account, FactorKind.RECOVERY):
        if hmac.compare_digest(factor.secret, hashed):
            return tx.factors.delete(account.organisation, account.id, factor.id)
    return False


_TAKE = {FactorKind.TOTP: _take_totp, FactorKind.RECOVERY: _take_recovery}


def matching_step(secret: bytes, code: str, now: float) -> int | None:
    """The time step that this code is of, around now; None when it is of none."""
    totp = pyotp.TOTP(secret.decode("ascii"), digits=DIGITS, interval=STEP_SECONDS)
    present = int(now // STEP_SECONDS)
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if code.isascii() and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def plain_recovery(code: str) -> str:
    """A recovery code without what people type around it."""
    return "".join(char for char in code.casefold() if char.isalnum())


def _of_kind(tx: Transaction, account: Account, kind: FactorKind) -> list[Factor]:
    return [factor for factor in tx.factors.of_account(account.organisation, account.id) if factor.kind is kind]
