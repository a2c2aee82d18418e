"""A vault on SQLite in a temporary folder, and somebody in a session: no socket is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.model.account import Account, Assurance, Role, SessionRow, Stage
from beeldbrug.model.exchange import Direction, Ground, State, Urgency
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B
from tests.vaults import fresh_vault

STAT = replace(given.terms(Urgency.STAT), ground=Ground.EMERGENCY)


@dataclass
class Ward:
    """One hospital's vault, with an exchange in it."""

    vault: Vault
    deleted: list[str] = field(default_factory=list)

    def delete_pack(self, pack: str) -> None:
        """As a store of segments does."""
        self.deleted.append(pack)

    def add(self, **changes: Any) -> None:
        """A stat arrival that came for advice, verified; with one image."""
        first: dict[str, Any] = {
            "direction": Direction.IN, "state": State.VERIFIED, "terms": STAT, "peer": B, "expires": NOW + 1e6,
        }  # fmt: skip
        new = given.exchange(**{**first, **changes})
        with self.vault.write() as tx:
            tx.exchanges.add(new)
            tx.exchanges.update(new.id, NOW, verified=NOW)
            if new.direction is Direction.IN:
                tx.packs.add(given.pack(origin=new.id))
            tx.instances.add(given.instance(origin=new.id if new.direction is Direction.IN else "own"))

    def row(self, id: str = PARCEL) -> ExchangeRow:
        """The exchange as it is now."""
        with self.vault.read() as tx:
            found = tx.exchanges.get(A, id)
        assert found is not None
        return found

    def work(self, at: float = NOW + 1e6) -> dict[str, float]:
        """What is to be done, and when."""
        with self.vault.read() as tx:
            return {row.kind: row.due for row in tx.work.due(at)}

    def events(self) -> list[str]:
        """The trail."""
        with self.vault.read() as tx:
            return [event.event for _, event in tx.audit.events(A, limit=100)]

    def alerts(self) -> list[str]:
        """Codes of those that are open."""
        with self.vault.read() as tx:
            return [alert.code for alert in tx.alerts.open(A)]

    def session(self, login: str = "johanna", *roles: Role, **limits: Any) -> Session:
        """Somebody who is signed in."""
        account = Account(login[0] * 32, A, login, login.title(), roles or (Role.CLINICIAN,), "Radiologie")
        with self.vault.write() as tx:
            if tx.accounts.get(A, account.id) is None:
                tx.accounts.add(account, "")
        row = SessionRow(A, account.id, Stage.IN, Assurance.SUBSTANTIAL, NOW, NOW, NOW + 1e6, **limits)
        return Session(login.encode(), account, row)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    root = VaultRoot(new_root())
    vault = open_vault(fresh_vault(tmp_path / "vault.sqlite"), lambda _: root)
    yield Ward(vault)
    vault.close()
