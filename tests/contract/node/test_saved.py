"""What people saved beside a study: one set of promises for both engines."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Conflict
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.ports.saved import SavedKind, SavedRow
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, SERIES, STUDY, A, B

FIRST, SECOND = "1" * 32, "2" * 32


def _row(id: str, instance: int, created: float = NOW, organisation: str = A) -> SavedRow:
    return SavedRow(id, organisation, instance, SERIES, "account", SavedKind.KEY_OBJECTS, created)


def test_what_was_saved_comes_back_by_its_id_and_by_its_study(vault: Vault) -> None:
    with vault.write() as tx:
        one, two = tx.instances.add(given.instance(1)), tx.instances.add(given.instance(2))
        tx.saved.add(_row(SECOND, two, NOW + 1))
        tx.saved.add(_row(FIRST, one))
    with vault.read() as tx:
        assert tx.saved.get(A, FIRST) == _row(FIRST, one)
        assert [row.id for row in tx.saved.of_study(A, OWN, STUDY)] == [FIRST, SECOND]
        assert tx.saved.of_study(A, PARCEL, STUDY) == []
        assert tx.saved.get(A, "3" * 32) is None


def test_an_id_is_taken_once_in_an_organisation(vault: Vault) -> None:
    with vault.write() as tx:
        one, two = tx.instances.add(given.instance(1)), tx.instances.add(given.instance(2))
        other = tx.instances.add(given.instance(3, B))
        tx.saved.add(_row(FIRST, one))
        with pytest.raises(Conflict):
            tx.saved.add(_row(FIRST, two))
        tx.saved.add(_row(FIRST, other, organisation=B))
    with vault.read() as tx:
        assert [row.instance for row in tx.saved.of_study(A, OWN, STUDY)] == [one]
        assert [row.instance for row in tx.saved.of_study(B, OWN, STUDY)] == [other]


def test_it_goes_with_its_instance_and_with_its_origin(vault: Vault) -> None:
    with vault.write() as tx:
        own, came = tx.instances.add(given.instance(1)), tx.instances.add(given.instance(2, origin=PARCEL))
        tx.saved.add(_row(FIRST, own))
        tx.saved.add(_row(SECOND, came))
        tx.instances.delete(A, [own])
        assert tx.saved.get(A, FIRST) is None
        assert tx.saved.get(A, SECOND) is not None
        tx.instances.delete_origin(A, PARCEL)
        assert tx.saved.get(A, SECOND) is None
