"""Signing in: how long a password is, when an account waits, how long a session lives (NIST SP 800-63B). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.account import Account, Assurance, Credential
from beeldbrug.model.errors import Denied, Malformed

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_LOGIN = 64

STAGE_SECONDS = 600.0
"""How long a sign-in may stand between its steps."""

TICKET_SECONDS = {
    "setup": 3600.0,
    "recovery": 86400.0,
    "totp": 900.0,
    "passkey": 300.0,
    "oidc": 600.0,
    "smart": 600.0,
    "launch": 60.0,
    "link": 180.0,
}
"""Life of a one-time ticket by its kind."""

FREE_FAILURES = 5
"""Wrong tries before an account waits."""

LONGEST_WAIT = 3600.0
FIRST_WAIT = 60.0

RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Seconds without any act, and in all, after which a session has ended."""

    idle: float = 1200.0
    longest: float = 43200.0


def wait_after(failures: int, now: float) -> float:
    """Until when an account waits after so many wrong tries in a row; 0 for not at all. Doubles each time."""
    if failures < FREE_FAILURES:
        return 0.0
    seconds: float = min(FIRST_WAIT * 2.0 ** min(failures - FREE_FAILURES, 16), LONGEST_WAIT)
    return now + seconds


def check_open(account: Account, credential: Credential, now: float) -> None:
    """Raises Denied ``account-locked``, ``account-disabled`` or ``account-ended``."""
    if account.disabled:
        raise account_disabled()
    if account.ends is not None and account.ends <= now:
        raise account_ended()
    if credential.locked_until > now:
        raise account_locked()


def account_disabled() -> Denied:
    """Closed by an administrator."""
    return Denied("account-disabled", "This account is closed.", "Ask your administrator to open it again.")


def account_ended() -> Denied:
    """Its last day is over."""
    return Denied("account-ended", "The access of this account has ended.", "Ask your sponsor for a new end date.")


def account_locked() -> Denied:
    """After wrong tries."""
    return Denied(
        "account-locked",
        "Too many wrong tries; this account waits.",
        "Wait some minutes, or ask your administrator for a recovery code.",
    )


def check_password(password: str, login: str) -> None:
    """Raises Malformed ``password-too-short``, ``password-too-long`` or ``password-easy``."""
    if len(password) < SHORTEST_PASSWORD:
        raise Malformed(
            "password-too-short",
            f"A password has at least {SHORTEST_PASSWORD} characters.",
            "Take a sentence: it is long and easy to remember.",
        )
    if len(password) > LONGEST_PASSWORD:
        raise Malformed(
            "password-too-long", f"A password has at most {LONGEST_PASSWORD} characters.", "Take a shorter one."
        )
    if (login and login.casefold() in password.casefold()) or len(set(password)) < 5:
        raise Malformed("password-easy", "This password is easy to guess.", "Take another, without your account name.")


def check_login(login: str) -> str:
    """The account name as it is kept. Raises Malformed ``login-malformed``."""
    folded = login.strip().casefold()
    fit = all(char.isalnum() or char in "._-@+" for char in folded)
    if not 2 <= len(folded) <= LONGEST_LOGIN or not fit:
        raise Malformed(
            "login-malformed",
            "An account name has 2 to 64 letters, digits or . _ - @ +.",
            "Take another account name, such as the one in your mail address.",
        )
    return folded


def enough(assurance: Assurance) -> bool:
    """Whether a sign-in of this assurance opens the portal."""
    return assurance >= Assurance.SUBSTANTIAL
