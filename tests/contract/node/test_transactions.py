"""The vault's transactions on both engines: whole or not at all, one view, a version that tells of every commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import BeeldbrugError, Conflict, Denied, Unavailable
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.stores.schema.upgrade import check_schema, newest
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node import given
from tests.contract.node.given import PARCEL, A

TOKEN = TokenRow(A, "gebruiker-geheim", "radioloog", "TREAT", given.NOW)


def _ingest(number: int) -> Callable[[Transaction], int | None]:
    def deed(tx: Transaction) -> int | None:
        id_ = tx.instances.add(given.instance(number))
        tx.packs.grow_segment(A, given.PACK, 1, number)
        ordinal = tx.exchanges.add_member(PARCEL, A, id_)
        tx.exchanges.bump(PARCEL, given.NOW, total=1)
        return ordinal

    return deed


def test_a_shared_commit_keeps_each_deed_apart(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())

    def failing(tx: Transaction) -> None:
        tx.instances.add(given.instance(99))
        tx.exchanges.add(given.exchange())  # is there

    futures: list[Any] = []
    for number in range(1, 21):
        futures.append(vault.submit(_ingest(number)))
        futures.append(vault.submit(failing))
    ordinals = [future.result(30) for future in futures[::2]]
    assert ordinals == list(range(1, 21))
    for future in futures[1::2]:
        with pytest.raises(Conflict):
            future.result(30)
    with vault.read() as tx:
        row = tx.exchanges.get(A, PARCEL)
        assert row is not None and row.total == 20
        assert not tx.instances.has_other_content(A, "own", "1.2.3.1.99", b"any")


def test_a_block_that_fails_leaves_nothing(vault: Vault) -> None:
    with pytest.raises(RuntimeError), vault.write() as tx:
        tx.facts.set(A, "cursor", "1")
        raise RuntimeError
    with vault.read() as tx:
        assert tx.facts.get(A, "cursor") is None


def test_a_reader_sees_one_moment_while_others_write(vault: Vault) -> None:
    with vault.read() as tx:
        assert tx.facts.get(A, "cursor") is None
        with vault.write() as other:
            other.facts.set(A, "cursor", "1")
        assert tx.facts.get(A, "cursor") is None
    with vault.read() as tx:
        assert tx.facts.get(A, "cursor") == "1"


def test_the_version_changes_with_every_commit_of_anybody_and_holds_up_nobody(vault: Vault) -> None:
    other = Vault(open_engine(vault.engine.url.render_as_string(hide_password=False)), vault.seal.root)
    seen = [vault.version()]
    for writer in (vault, other, vault, other):
        with writer.write() as tx:
            tx.facts.set(A, "cursor", str(len(seen)))
        seen.append(vault.version())
    assert len(set(seen)) == len(seen)
    with vault.read() as tx:
        tx.facts.get(A, "cursor")
    assert vault.version() == seen[-1]
    other.close()


def test_an_error_of_the_database_shows_no_values(vault: Vault) -> None:
    with vault.write() as tx:
        tx.tokens.add(b"\x01" * 32, TOKEN)
    with pytest.raises(BeeldbrugError) as refused, vault.write() as tx:
        tx.tokens.add(b"\x01" * 32, TOKEN)
    assert refused.value.code == "row-conflict"
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
    for value in ("gebruiker-geheim", "0101", "\\x01"):
        assert value not in str(refused.value)


def test_another_root_key_is_refused_at_the_door(vault: Vault) -> None:
    with pytest.raises(Denied) as refused:
        open_vault(vault.engine, lambda _: VaultRoot(new_root()))
    assert refused.value.code == "root-key-wrong"


def test_the_door_says_which_root_key_it_wants(vault: Vault) -> None:
    asked: list[str | None] = []

    def provide(expected: str | None) -> VaultRoot:
        asked.append(expected)
        return vault.seal.root

    open_vault(vault.engine, provide)
    assert asked == [vault.seal.root.key_id]


def test_a_schema_of_another_version_is_refused(vault: Vault, database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(Unavailable) as older:
        check_schema(engine)
    assert older.value.code == "schema-older"
    with vault.write() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(Unavailable) as newer:
            check_schema(vault.engine)
        assert newer.value.code == "schema-newer"
    finally:
        with vault.write() as tx:
            tx.connection.execute(text("UPDATE alembic_version SET version_num = :this"), {"this": newest()})
    engine.dispose()
