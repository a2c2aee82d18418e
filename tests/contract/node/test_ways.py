"""Which ways parcels went is kept by organisation, in order, once."""

from __future__ import annotations

from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import A, B

PARCEL = "a" * 32


def test_ways_are_kept_once_and_in_order(vault: Vault) -> None:
    with vault.write() as tx:
        tx.ways.note(A, PARCEL, "hub", 2.0)
        tx.ways.note(A, PARCEL, "00000002", 3.0)
        tx.ways.note(A, PARCEL, "hub", 9.0)
        tx.ways.note(B, PARCEL, "door", 1.0)
    with vault.read() as tx:
        assert tx.ways.of(A, PARCEL) == ["hub", "00000002"]
        assert tx.ways.of(B, PARCEL) == ["door"]
        assert tx.ways.of(A, "b" * 32) == []
        assert tx.ways.since(A, 2.5) == {"00000002": 3.0}
        assert tx.ways.since(A, 0.0) == {"hub": 2.0, "00000002": 3.0}
