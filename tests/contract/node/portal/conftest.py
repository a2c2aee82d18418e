"""A portal over a vault on both engines, with a clock that the test sets, and people who can sign in."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher

from beeldbrug.model.account import Account, Factor, FactorKind, Role
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import NodeSettings, Organisation
from beeldbrug.node.protocols.portal.app import portal_app
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.rootkey import root_file
from beeldbrug.node.stores.spool import FileSideSpools, FileSpool
from beeldbrug.node.stores.sql.database import Vault, VaultTransaction
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.sealed.keys import new_signing_key
from tests.contract.node.given import NOW, A
from tests.contract.node.portal.browser import Browser

PASSWORD = "een zin die niemand raadt"  # noqa: S105 - of the tests
Opened = Callable[[Vault], AbstractContextManager[VaultTransaction]]

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of the tests


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    at: float = NOW

    def now(self) -> float:
        """POSIX seconds."""
        return self.at

    def monotonic(self) -> float:
        """Goes along."""
        return self.at


@dataclass
class House:
    """The portal of hospital A, as a whole."""

    portal: Portal
    vault: Vault
    clock: SetClock
    base: Base
    people: dict[str, Account] = field(default_factory=dict)

    def browser(self, scheme: str = "http") -> Browser:
        """A new one, signed in as nobody."""
        return Browser(portal_app(self.portal), scheme)

    def engage(self, login: str, *roles: Role, **fields: object) -> Account:
        """Somebody with a password and an authenticator."""
        new = NewAccount(login, login.title(), roles or (Role.CLINICIAN,), **fields)  # type: ignore[arg-type]  # fields of NewAccount
        account = create_account(self.portal.signing, new, "test", hashed_password())
        factor = Factor(secrets.token_hex(16), account.id, FactorKind.TOTP, "test", SECRET.encode())
        with self.vault.write() as tx:
            tx.factors.add(A, factor)
        self.people[login] = account
        return account

    def code(self) -> str:
        """The authenticator's code of now; each call moves the clock on, because a code counts once."""
        self.clock.at += 30
        return pyotp.TOTP(SECRET).at(int(self.clock.at))

    def signed_in(self, login: str, *roles: Role) -> Browser:
        """A browser in which this person, made if need be, has signed in."""
        if login not in self.people:
            self.engage(login, *roles)
        browser = self.browser()
        assert browser.post("/sign-in", {"login": login, "password": PASSWORD}).status == 200
        assert browser.post("/sign-in/totp", {"code": self.code()}).json()["next"] == "in"
        return browser


@cache
def hashed_password() -> str:
    """As quick as argon2 can be: the hash itself says how long checking it takes."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture(autouse=True)
def one_transaction_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread opens a transaction while it holds one: with as many requests as the vault has connections each would
    wait for the others, and nobody would be answered."""
    inside = threading.local()

    def alone(opened: Opened) -> Opened:
        @contextmanager
        def within(vault: Vault) -> Iterator[VaultTransaction]:
            assert not getattr(inside, "yes", False), "a transaction within a transaction"
            with opened(vault) as tx:
                inside.yes = True
                try:
                    yield tx
                finally:
                    inside.yes = False

        return within

    monkeypatch.setattr(Vault, "read", alone(Vault.read))
    monkeypatch.setattr(Vault, "write", alone(Vault.write))


@pytest.fixture
def house(vault: Vault, tmp_path: Path) -> House:
    """Nobody can sign in yet."""
    clock = SetClock()
    settings = NodeSettings(
        data=tmp_path / "data",
        root_key=tmp_path / "root",
        organisation=Organisation(
            ura=A, name="Ziekenhuis A", certificate=tmp_path / "a.pem", signing_key=tmp_path / "a.key"
        ),
    )
    base = Base(
        settings=settings,
        own=OwnOrganisation(A, "Ziekenhuis A", new_signing_key(), ()),
        roots=(),
        database=vault,
        spool=FileSpool(tmp_path / "spool", 0),
        sides=FileSideSpools(tmp_path / "sides", 0),
        store=FolderStore(tmp_path / "segments"),
        root_key=root_file(str(tmp_path / "root")),
        clock=clock,
    )
    return House(make_portal(base), vault, clock, base)
