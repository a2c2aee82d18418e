"""ports.vault.Packs on both engines: keys only for who was granted them, segments that never shrink."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.node.ports.records import OWN, SegmentState
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import PACK, PARCEL, A, B


def test_a_key_comes_back_until_it_is_destroyed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.packs.add(given.pack())
        tx.packs.add(given.pack())
        assert tx.packs.key(A, PACK) == b"k" * 16
        assert tx.packs.line(A, PACK) is Line.PIXEL
        assert tx.packs.of_origin(A, OWN) == [PACK]
        assert tx.packs.delete_keys(A, OWN) == 1
        with pytest.raises(NotFound) as gone:
            tx.packs.key(A, PACK)
        assert tx.packs.of_origin(A, OWN) == [PACK]
    assert gone.value.code == "key-not-here"


def test_no_key_stands_in_the_database_unwrapped(vault: Vault) -> None:
    with vault.write() as tx:
        tx.packs.add(given.pack())
        (wrapped,) = tx.connection.exec_driver_sql("SELECT wrapped FROM pack_key").scalars()
    assert b"k" * 16 not in bytes(wrapped)


def test_a_pack_granted_anew_with_another_key_is_refused(vault: Vault) -> None:
    with vault.write() as tx:
        tx.packs.add(given.pack())
        for other in (given.pack(origin=PARCEL, key=b"x" * 16), replace(given.pack(), line=Line.IDENTITY)):
            with pytest.raises(Conflict) as refused:
                tx.packs.add(other)
            assert refused.value.code == "pack-differs"
        assert tx.packs.key(A, PACK) == b"k" * 16


def test_the_end_of_one_parcel_leaves_the_pack_to_the_other(vault: Vault) -> None:
    first, second = "1" * 32, "2" * 32
    with vault.write() as tx:
        for origin in (first, second):
            tx.packs.add(given.pack(origin=origin))
        tx.packs.put_segment(given.segment())
        assert tx.packs.delete_origin(A, first) == []
        assert tx.packs.key(A, PACK) == b"k" * 16
        assert len(tx.packs.segments(A, PACK)) == 1
        assert tx.packs.delete_origin(A, second) == [PACK]
        assert tx.packs.segments(A, PACK) == []
        with pytest.raises(NotFound):
            tx.packs.line(A, PACK)


def test_files_that_another_organisation_still_holds_are_not_given_up(vault: Vault) -> None:
    with vault.write() as tx:
        tx.packs.add(given.pack())
        tx.packs.add(given.pack(organisation=B, origin=PARCEL))
        assert tx.packs.owner(PACK) == A
        assert tx.packs.delete_origin(A, OWN) == []
        assert tx.packs.owner(PACK) == B
        assert tx.packs.delete_origin(B, PARCEL) == [PACK]
        assert tx.packs.owner(PACK) is None


def test_an_acknowledged_length_never_shrinks_and_a_closed_segment_stays_closed(vault: Vault) -> None:
    with vault.write() as tx:
        for length in (100, 5_000_000_000, 200):
            tx.packs.grow_segment(A, PACK, 1, length)
        row = tx.packs.segment(A, PACK, 1)
        assert row is not None and (row.state, row.length) == (SegmentState.OPEN, 5_000_000_000)
        tx.packs.put_segment(given.segment(1, state=SegmentState.CLOSED))
        tx.packs.grow_segment(A, PACK, 1, 9_000_000_000)
        assert tx.packs.segment(A, PACK, 1) == given.segment(1, state=SegmentState.CLOSED)
        assert tx.packs.segment(A, PACK, 2) is None


def test_segments_are_found_by_state_and_by_pack_in_order(vault: Vault) -> None:
    with vault.write() as tx:
        for number in (3, 1, 2):
            tx.packs.put_segment(given.segment(number, state=SegmentState.WANTED))
        tx.packs.put_segment(given.segment(4))
        assert [row.number for row in tx.packs.in_state(SegmentState.WANTED)] == [1, 2, 3]
        assert [row.number for row in tx.packs.in_state(SegmentState.WANTED, 2)] == [1, 2]
        assert [row.number for row in tx.packs.in_state(SegmentState.STORED)] == [4]
        assert [row.number for row in tx.packs.segments(A, PACK)] == [1, 2, 3, 4]
        assert tx.packs.segments(A, PACK)[3] == given.segment(4)
