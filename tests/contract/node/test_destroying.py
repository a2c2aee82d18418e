"""A destroyed key is gone from the disk: not in a free page, not in the journal (DESIGN section 4, Withdrawing)."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.node.ports.records import OWN, TransportKeyRow
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, A

KEYS = 300
"""So many that deleting them frees whole pages."""


def _wrapped(vault: Vault, table: str) -> list[bytes]:
    with vault.write() as tx:
        found = tx.connection.exec_driver_sql(f"SELECT wrapped FROM {table}").scalars()  # noqa: S608 - the schema's names
        return [bytes(one) for one in found if one is not None]


def test_destroyed_keys_are_in_no_file(vault: Vault, tmp_path: Path) -> None:
    if vault.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL overwrites by autovacuum")
    with vault.write() as tx:
        for number in range(KEYS):
            tx.packs.add(given.pack(f"{number:032x}"))
            row = TransportKeyRow(A, f"{number:032x}", f"age1{number}", f"AGE-SECRET-KEY-1{number}", NOW, NOW)
            tx.keys.add_transport(row)
    wrapped = _wrapped(vault, "pack_key") + _wrapped(vault, "transport_key")
    assert len(wrapped) == 2 * KEYS and vault.scrub()
    assert all(one in _files(tmp_path) for one in wrapped)
    with vault.write() as tx:
        tx.packs.delete_origin(A, OWN)
        for number in range(KEYS):
            tx.keys.destroy_transport(A, f"{number:032x}", NOW)
    assert vault.scrub()
    content = _files(tmp_path)
    assert not [one for one in wrapped if one in content]


def test_a_reader_puts_scrubbing_off_and_nothing_more(vault: Vault) -> None:
    with vault.read() as tx:
        tx.facts.get(A, "x")
        with vault.write() as other:
            other.facts.set(A, "x", "1")
        if vault.engine.dialect.name == "sqlite":
            assert not vault.scrub()
    assert vault.scrub()


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("vault.sqlite*")))
