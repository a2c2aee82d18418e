"""Accounts of the demo: one of each role at both hospitals, with one password and one authenticator secret.

Only a demo does this: everywhere else each holder chooses a password and sets up a factor of his own.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import pyotp

from beeldbrug.kit.files import write_new
from beeldbrug.model.account import Factor, FactorKind, Role
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.sign_in.password import hash_password

ACTOR = "demo"
FILE = "accounts.json"

PEOPLE: dict[str, tuple[str, Role]] = {
    "arts": ("Dienstdoend radioloog", Role.CLINICIAN),
    "balie": ("Beeldenbalie", Role.IMAGE_DESK),
    "coordinator": ("Coördinator", Role.COORDINATOR),
    "beheer": ("Beheerder", Role.ADMINISTRATOR),
    "fg": ("Functionaris gegevensbescherming", Role.PRIVACY_OFFICER),
}
"""Account name: what it is called on screen, and its role."""


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """How to sign in to the demo's portals."""

    password: str
    secret: str

    def code(self) -> tuple[str, int]:
        """The code of now, and how many seconds it lasts."""
        totp = pyotp.TOTP(self.secret)
        now = time.time()
        return totp.at(int(now)), totp.interval - int(now) % totp.interval


def make_accounts(nodes: tuple[Base, ...], folder: Path, language: str = "nl") -> DemoAccounts:
    """Make them, with screens in this language, and write them down in the demo's own folder."""
    made = DemoAccounts("-".join(("demo", secrets.token_hex(3), secrets.token_hex(3))), pyotp.random_base32())
    hashed = hash_password(made.password, "")
    for base in nodes:
        for login, (name, role) in PEOPLE.items():
            new = NewAccount(login, name, (role,), department="Radiologie", phone="030 555 0100", language=language)
            account = create_account(make_signing(base), new, ACTOR, hashed)
            factor = Factor(
                id=secrets.token_hex(16),
                account=account.id,
                kind=FactorKind.TOTP,
                label="demo",
                secret=made.secret.encode("ascii"),
                created=base.clock.now(),
            )
            with base.database.write() as tx:
                tx.factors.add(account.organisation, factor)
    content = {"password": made.password, "totp_secret": made.secret, "logins": list(PEOPLE)}
    write_new(folder / FILE, json.dumps(content, indent=1).encode())
    return made
