"""Backup and restore on both engines, and from one to the other: all of it, without keys, checked, over nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import Conflict, Denied, Malformed, NotFound
from beeldbrug.node.ports.records import TransportKeyRow
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.sql.backup import back_up, restore
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A

CONTENT = b"sealed" * 100
TRANSPORT = "AGE-SECRET-KEY-1PLAIN"


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A store with the one segment that the rows speak of."""
    made = FolderStore(tmp_path / "packs")
    (tmp_path / "segment").write_bytes(CONTENT)
    made.put_file(PACK, 1, tmp_path / "segment")
    return made


@pytest.fixture
def filled(vault: Vault) -> Vault:
    with vault.write() as tx:
        ids = [tx.instances.add(given.instance(number)) for number in range(1, 1201)]
        tx.exchanges.add(given.exchange())
        for id_ in ids:
            tx.exchanges.add_member(PARCEL, A, id_)
        tx.packs.add(given.pack())
        row = given.segment(1)
        tx.packs.put_segment(type(row)(A, PACK, 1, row.state, len(CONTENT), len(CONTENT), row.hash))
        tx.keys.add_transport(TransportKeyRow(A, "1" * 32, "age1x", TRANSPORT, NOW, NOW))
        for _ in range(3):
            tx.audit.append(given.event())
    return vault


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[str]:
    """An empty database of each engine, whichever the vault has."""
    yield database_url.replace("test.sqlite", "restored.sqlite")


def test_what_is_restored_is_what_was_backed_up(
    filled: Vault, empty: str, root: VaultRoot, store: FolderStore, tmp_path: Path
) -> None:
    manifest = back_up(filled, tmp_path / "backup", NOW, store)
    assert (manifest.segments, manifest.missing, manifest.rows["instance"]) == (1, 0, 1200)
    engine = open_engine(empty)
    fresh = FolderStore(tmp_path / "restored-packs")
    done = restore(tmp_path / "backup", engine, root, fresh)
    assert (done.events, done.segments, done.missing, done.rows) == (3, 1, 0, manifest.rows)
    assert fresh.read(PACK, 1, 0, len(CONTENT)) == CONTENT
    vault = open_vault(engine, lambda _: root)
    with filled.read() as old, vault.read() as new:
        assert new.exchanges.get(A, PARCEL) == old.exchanges.get(A, PARCEL)
        ids = [member.instance for member in old.exchanges.members(PARCEL)]
        assert new.instances.get(A, ids) == old.instances.get(A, ids)
        assert new.instances.header(A, ids[0]) == given.HEADER
        assert new.packs.key(A, PACK) == b"k" * 16
        assert new.keys.transport(A)[0].secret == TRANSPORT
        assert new.audit.events(A) == old.audit.events(A)
    with vault.write() as tx:
        assert tx.instances.add(given.instance(5000)) > max(ids)
        assert tx.audit.append(given.event()).sequence == 4
    vault.close()


def test_the_ordinary_backup_holds_no_key_and_nothing_plain_but_search_columns(filled: Vault, tmp_path: Path) -> None:
    with filled.read() as tx:
        wrapped = [bytes(row[0]) for row in tx.connection.exec_driver_sql("SELECT wrapped FROM pack_key")]
    back_up(filled, tmp_path / "backup", NOW)
    rows = (tmp_path / "backup" / "vault.sqlite").read_bytes()
    keys = (tmp_path / "backup" / "keys.sealed").read_bytes()
    assert wrapped and all(one not in rows and one not in keys for one in wrapped)
    assert b"Bloeding" not in rows and b"AGE-SECRET" not in rows + keys
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == [
        "keys.sealed", "manifest.json", "segments.jsonl", "vault.sqlite",
    ]  # fmt: skip


def test_nothing_is_overwritten(filled: Vault, root: VaultRoot, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup", NOW)
    with pytest.raises(Conflict) as refused:
        back_up(filled, tmp_path / "backup", NOW)
    assert refused.value.code == "backup-is-here"
    with pytest.raises(Conflict) as refused:
        restore(tmp_path / "backup", filled.engine, root)
    assert refused.value.code == "vault-not-empty"
    with filled.read() as tx:
        assert tx.audit.verify(A) == (3, None)


def test_a_damaged_backup_leaves_the_database_empty(filled: Vault, empty: str, root: VaultRoot, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup", NOW)
    engine = open_engine(empty)
    with pytest.raises(Denied) as other:
        restore(tmp_path / "backup", engine, VaultRoot(new_root()))
    assert other.value.code == "root-key-wrong"
    path = tmp_path / "backup" / "manifest.json"
    manifest = json.loads(path.read_text())
    for name in ("rows", "heads", "hashes"):
        changed = json.loads(json.dumps(manifest))
        changed[name] = {"rows": {"instance": 7}, "heads": {A: [2, "00"]}, "hashes": {"vault.sqlite": "00"}}[name]
        path.write_text(json.dumps(changed))
        with pytest.raises((Malformed, Denied)):
            restore(tmp_path / "backup", engine, root)
    path.write_text(json.dumps(manifest))
    assert restore(tmp_path / "backup", engine, root).rows["instance"] == 1200
    engine.dispose()


def test_a_broken_audit_trail_is_not_backed_up_as_if_it_held(filled: Vault, tmp_path: Path) -> None:
    with filled.write() as tx:
        tx.connection.exec_driver_sql("UPDATE audit_event SET actor = 'x' WHERE sequence = 2")
    with pytest.raises(Denied) as refused:
        back_up(filled, tmp_path / "backup", NOW)
    assert refused.value.code == "audit-chain-broken"
    assert list(tmp_path.glob("*backup*")) + list(tmp_path.glob(".tmp-*")) == []


def test_segments_that_are_not_there_are_counted(filled: Vault, empty: str, root: VaultRoot, tmp_path: Path) -> None:
    bare = FolderStore(tmp_path / "bare")
    assert back_up(filled, tmp_path / "backup", NOW, bare).missing == 1
    engine = open_engine(empty)
    assert restore(tmp_path / "backup", engine, root, bare).missing == 1
    with pytest.raises(NotFound):
        bare.read(PACK, 1, 0, 1)
    engine.dispose()
