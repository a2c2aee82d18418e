"""Pictures without a name on record: one set of promises for both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.pictures import PictureRow, TextFound
from beeldbrug.node.ports.records import OWN, PICTURE_OF
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B

EXCHANGE = "1" * 32
UID = "1.2.826.0.1.3680043.10.1234567"


def _row(organisation: str = A) -> PictureRow:
    file = (b"\x05" * 32, 4711, "image/png")
    return PictureRow(EXCHANGE, organisation, "account", UID, 3, *file, TextFound.UNSURE, 2, 1, NOW)


def test_a_picture_comes_back_by_its_exchange_within_its_organisation(vault: Vault) -> None:
    with vault.write() as tx:
        tx.saved.add_picture(_row())
        tx.saved.add_picture(_row(B))
        with pytest.raises(Conflict):
            tx.saved.add_picture(_row())
    with vault.read() as tx:
        assert tx.saved.picture(A, EXCHANGE) == _row()
        assert tx.saved.picture(B, EXCHANGE) == _row(B)
        assert tx.saved.picture(A, "2" * 32) is None


def test_which_instance_it_is_of_is_sealed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.saved.add_picture(_row())
    with vault.engine.connect() as connection:
        sealed = bytes(connection.execute(text("SELECT instance FROM picture")).scalar_one())
    assert len(sealed) > len(UID)
    assert UID.encode() not in sealed


def test_the_list_knows_whose_study_it_is_wherever_that_lies(vault: Vault) -> None:
    with vault.write() as tx:
        tx.instances.add(given.instance(1, origin=PARCEL))
        for id, origin in (("2" * 32, PARCEL), ("3" * 32, OWN)):
            tx.exchanges.add(given.exchange(id=id, route=Route.PICTURE, rule=PICTURE_OF + origin))
    with vault.read() as tx:
        rows = [tx.exchanges.get(A, "2" * 32), tx.exchanges.get(A, "3" * 32)]
        shown = tx.listings.patients([row for row in rows if row is not None])
    assert set(shown) == {"2" * 32}, "nothing of the study is among the hospital's own"
