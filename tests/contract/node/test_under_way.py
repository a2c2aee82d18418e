"""The vault's questions about what is under way, on both engines: each gives what is new and nothing else."""

from __future__ import annotations

import math

from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import OWN, ImportRow, InstanceState, PartRow, SegmentRow, SegmentState
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A, B

STATES = {1: SegmentState.STORED, 2: SegmentState.WANTED, 3: SegmentState.STORED, 4: SegmentState.OPEN}


def _numbers(rows: list[SegmentRow]) -> list[int]:
    return sorted(row.number for row in rows)


def test_segments_go_from_stored_to_uploaded_to_announced(vault: Vault) -> None:
    with vault.write() as tx:
        for number, state in STATES.items():
            tx.packs.put_segment(given.segment(number, state=state))
            tx.parcels.want_sending(PARCEL, A, PACK, number)
        assert _numbers(tx.parcels.to_upload(PARCEL, 10)) == [1, 3]
        assert len(tx.parcels.to_upload(PARCEL, 1)) == 1
        assert tx.parcels.to_announce(PARCEL, 10) == []
        tx.parcels.uploaded(PARCEL, PACK, 1, NOW)
        tx.parcels.uploaded(PARCEL, PACK, 3, NOW)
        assert tx.parcels.to_upload(PARCEL, 10) == []
        assert _numbers(tx.parcels.to_announce(PARCEL, 10)) == [1, 3]
        assert tx.parcels.here(PARCEL) == [(PACK, 1), (PACK, 3)]
        tx.parcels.announced(PARCEL, [(PACK, 1)], 5)
        assert _numbers(tx.parcels.to_announce(PARCEL, 10)) == [3]
        assert tx.parcels.segments(PARCEL) == [given.segment(1).segment]
        assert tx.parcels.carried(PARCEL) == (4, 4 * 1024)
        assert tx.parcels.under_way(PARCEL)


def test_what_was_announced_is_fetched_until_it_is_here(vault: Vault) -> None:
    with vault.write() as tx:
        for number in (1, 2):
            tx.packs.put_segment(given.segment(number, state=STATES[number]))
            tx.parcels.want_sending(PARCEL, A, PACK, number)
        assert tx.parcels.to_fetch(PARCEL, 10) == []
        tx.parcels.announced(PARCEL, [(PACK, 1), (PACK, 2)], 3)
        assert _numbers(tx.parcels.to_fetch(PARCEL, 10)) == [1, 2]
        for number in (1, 2):
            assert tx.parcels.under_way(PARCEL)
            tx.parcels.uploaded(PARCEL, PACK, number, NOW)
        assert tx.parcels.to_fetch(PARCEL, 10) == [] and not tx.parcels.under_way(PARCEL)
        tx.parcels.delete_sendings(A, PARCEL)
        assert tx.parcels.here(PARCEL) == [] and tx.parcels.carried(PARCEL) == (0, 0)


def test_only_parts_that_never_left_are_retracted(vault: Vault) -> None:
    with vault.write() as tx:
        for number in (1, 2, 3):
            done = NOW if number == 1 else None
            tx.parcels.add_part(PartRow(A, PARCEL, A, number, "parcel", f"e{number}", b"x", done))
        assert tx.parcels.retract(A, PARCEL, A) == 2
        last = tx.parcels.last_part(A, PARCEL, A)
        assert last is not None and last.number == 1 and tx.parcels.retract(A, PARCEL, A) == 0


def test_a_manifest_lists_every_member_in_order(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        ids = [tx.instances.add(given.instance(number)) for number in (1, 2, 3)]
        for ordinal, id_ in zip((3, 1, 2), ids, strict=True):
            tx.exchanges.add_member(PARCEL, A, id_, ordinal)
        tx.instances.mark(ids[:1], InstanceState.VERIFIED)
        rows = tx.exchanges.manifest(PARCEL)
    size = given.instance(1).size
    states = (InstanceState.COMPLETE, InstanceState.COMPLETE, InstanceState.VERIFIED)
    hashes = [number.to_bytes(32, "big") for number in (2, 3, 1)]
    assert rows == [(place, size, hashes[place - 1], states[place - 1]) for place in (1, 2, 3)]


def test_what_has_expired_is_found_first_to_end_first(vault: Vault) -> None:
    with vault.write() as tx:
        for number, (direction, state, seconds) in enumerate(
            (
                (Direction.OUT, State.SENDING, -5),
                (Direction.IN, State.IMPORTED, -9),
                (Direction.OUT, State.IMPORTED, -5),
                (Direction.IN, State.EXPIRED, -5),
                (Direction.IN, State.WITHDRAWN, -5),
                (Direction.IN, State.ARRIVING, 5),
            )
        ):
            id_ = f"{number:032x}"
            tx.exchanges.add(given.exchange(id_, direction=direction, state=state, expires=NOW + seconds))
        tx.exchanges.add(given.exchange("f" * 32, expires=0.0))
        found = [int(row.id, 16) for row in tx.exchanges.expired(A, NOW)]
        assert found == [1, 0] and len(tx.exchanges.expired(A, NOW, 1)) == 1


def test_what_is_silent_is_found_by_state_and_time(vault: Vault) -> None:
    with vault.write() as tx:
        for number, state in enumerate((State.SENDING, State.ARRIVING, State.SENDING)):
            tx.exchanges.add(given.exchange(f"{number:032x}", state=state))
            tx.exchanges.update(f"{number:032x}", NOW + number * 10, reason_code="")
        silent = tx.exchanges.silent(A, (State.SENDING,), NOW + 15)
        assert [int(row.id, 16) for row in silent] == [0]
        assert len(tx.exchanges.silent(A, (State.SENDING, State.ARRIVING), NOW + 20)) == 3


def test_origins_of_a_pack_are_known(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.packs.origins(A, PACK) == []
        tx.packs.add(given.pack())
        tx.packs.add(given.pack(origin=PARCEL))
        assert tx.packs.origins(A, PACK) == sorted((OWN, PARCEL))
        assert tx.packs.origins(B, PACK) == []


def test_an_import_is_read_in_pieces(vault: Vault) -> None:
    with vault.write() as tx:
        ids = [tx.instances.add(given.instance(number)) for number in (1, 2, 3)]
        assert not tx.imports.begun(PARCEL)
        rows = [ImportRow(PARCEL, id_, b"head", (Piece(PieceKind.HEADER, 4),), "1.2") for id_ in ids]
        tx.imports.fix(A, rows)
        tx.imports.answered(PARCEL, ids[1], 0, "", NOW)
        assert tx.imports.begun(PARCEL) and tx.imports.fixed(PARCEL) == ids
        assert tx.imports.waiting(PARCEL) == [ids[0], ids[2]]
        assert tx.imports.rows(PARCEL, [ids[2], 999, ids[0]]) == [rows[2], rows[0]]


def test_the_next_due_time_is_known(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.work.next_due(NOW) == math.inf
        for subject, due in (("a", NOW - 1), ("b", NOW + 5), ("c", NOW + 9)):
            tx.work.add(A, "send", subject, "routine", due)
        assert tx.work.next_due(NOW) == NOW + 5
