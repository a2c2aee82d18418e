"""ports.exchanges.Exchanges on both engines: sealed terms, counters, members in order, associations."""

from __future__ import annotations

import threading

import pytest

from beeldbrug.model.errors import Conflict, NotFound, Unsupported
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.node.ports.records import InstanceState, Member
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B


def test_an_exchange_comes_back_as_it_was_opened(vault: Vault) -> None:
    new = given.exchange(terms=given.terms(Urgency.STAT), undo_until=NOW + 30)
    with vault.write() as tx:
        tx.exchanges.add(new)
        row = tx.exchanges.get(A, PARCEL)
    assert row is not None
    for name in (
        "id",
        "organisation",
        "direction",
        "peer",
        "terms",
        "study_uid",
        "state",
        "created",
        "expires",
        "rule",
    ):
        assert getattr(row, name) == getattr(new, name)
    assert (row.urgency, row.undo_until, row.updated) == (Urgency.STAT, NOW + 30, NOW)
    assert (row.total, row.done, row.imported, row.closed, row.closed_hash) == (0, 0, 0, False, b"")
    assert (row.first_part, row.local_number, row.description, row.modalities) == (None, "", "", ())


def test_an_id_is_taken_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
    with pytest.raises(Conflict), vault.write() as tx:
        tx.exchanges.add(given.exchange())


def test_every_settable_column_is_kept(vault: Vault) -> None:
    changes = {
        "state": State.VERIFIED,
        "terms": given.terms(Urgency.STAT),
        "closed": True,
        "closed_hash": b"c" * 32,
        "first_part": NOW + 1.5,
        "verified": NOW + 2,
        "seen": NOW + 3,
        "imported_at": NOW + 4,
        "withdrawn": NOW + 5,
        "local_number": "7654321",
        "description": "CT hersenen",
        "modalities": ("CT", "SR"),
        "reason_code": "x",
        "expires": NOW + 6,
        "total": 7,
    }
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.update(PARCEL, NOW + 9, **changes)
        row = tx.exchanges.get(A, PARCEL)
        assert row is not None
        assert {name: getattr(row, name) for name in changes} == changes
        assert (row.updated, row.urgency) == (NOW + 9, Urgency.STAT)
        with pytest.raises(Unsupported):
            tx.exchanges.update(PARCEL, NOW, organisation=B)
        for columns in ({"state": State.FAILED}, {"description": "x"}):
            with pytest.raises(NotFound):
                tx.exchanges.update("c" * 32, NOW, **columns)


def test_counters_add_up_and_only_growth_is_a_last_instance(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.bump(PARCEL, NOW + 1, total=2)
        tx.exchanges.bump(PARCEL, NOW + 2, done=1, imported=1)
        row = tx.exchanges.get(A, PARCEL)
    assert row is not None
    assert (row.total, row.done, row.imported, row.updated, row.last_instance) == (2, 1, 1, NOW + 2, NOW + 1)


def test_members_are_numbered_without_gap_and_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        ids = [tx.instances.add(given.instance(number)) for number in range(1, 5)]
        assert [tx.exchanges.add_member(PARCEL, A, id_) for id_ in ids[:3]] == [1, 2, 3]
        assert tx.exchanges.add_member(PARCEL, A, ids[1]) is None
        assert tx.exchanges.add_member(PARCEL, A, ids[3], 9) == 9
        assert [member.ordinal for member in tx.exchanges.members(PARCEL)] == [1, 2, 3, 9]
        assert [member.ordinal for member in tx.exchanges.members(PARCEL, after=1, limit=2)] == [2, 3]
        assert tx.exchanges.exchanges_of(A, ids[0]) == [PARCEL]


def test_a_number_is_never_given_again(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        ids = [tx.instances.add(given.instance(number)) for number in range(1, 5)]
        for id_ in ids[:3]:
            tx.exchanges.add_member(PARCEL, A, id_)
        assert tx.exchanges.remove_member(PARCEL, ids[2]) and tx.exchanges.remove_member(PARCEL, ids[1])
        assert not tx.exchanges.remove_member(PARCEL, ids[2])
        assert [member.ordinal for member in tx.exchanges.members(PARCEL)] == [1]
        assert [member.ordinal for member in tx.exchanges.unsent_members(PARCEL)] == [1]
        assert tx.exchanges.exchanges_of(A, ids[2]) == []
        assert tx.exchanges.add_member(PARCEL, A, ids[3]) == 4
        assert tx.exchanges.add_member(PARCEL, A, ids[2]) == 5


def test_what_a_process_was_bringing_is_found_until_its_associations_end(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.association_opened(PARCEL, A, "one", "process-1", NOW)
        tx.exchanges.association_opened(PARCEL, A, "two", "process-1", NOW)
        whole = tx.instances.add(given.instance(1))
        early = tx.instances.add(given.instance(2, state=InstanceState.HEADER))
        arriving = tx.instances.add(given.instance(3, origin="e" * 32, state=InstanceState.HEADER))
        for id_ in (whole, early, arriving):
            tx.exchanges.add_member(PARCEL, A, id_)
        assert tx.exchanges.unfinished("process-1") == [(A, early)]
        assert tx.exchanges.unfinished("process-2") == []
        tx.exchanges.process_ended("process-1", NOW)
        assert tx.exchanges.unfinished("process-1") == []


def test_parts_of_members_are_noted_apart(vault: Vault) -> None:
    with vault.write() as tx:
        ids = [tx.instances.add(given.instance(number)) for number in (1, 2, 3)]
        for id_ in ids:
            tx.exchanges.add_member(PARCEL, A, id_)
        tx.exchanges.set_member_parts(PARCEL, [1, 2], header_part=4, bulk_part=None)
        tx.exchanges.set_member_parts(PARCEL, [2], header_part=None, bulk_part=5)
        assert tx.exchanges.members(PARCEL)[1] == Member(PARCEL, 2, ids[1], 4, 5)
        assert [member.ordinal for member in tx.exchanges.unsent_members(PARCEL)] == [1, 3]


def test_two_writers_never_give_one_number_twice(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
    failures: list[BaseException] = []

    def feed(first: int) -> None:
        try:
            for number in range(first, first + 20):
                with vault.write() as tx:
                    id_ = tx.instances.add(given.instance(number))
                    tx.exchanges.add_member(PARCEL, A, id_)
                    tx.exchanges.bump(PARCEL, NOW, total=1)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=feed, args=(first,)) for first in (1, 101, 201)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failures == []
    with vault.read() as tx:
        assert [member.ordinal for member in tx.exchanges.members(PARCEL)] == list(range(1, 61))
        row = tx.exchanges.get(A, PARCEL)
        assert row is not None and row.total == 60


def test_listings_are_newest_first_and_page(vault: Vault) -> None:
    with vault.write() as tx:
        for number in range(5):
            state = State.SENDING if number % 2 else State.IMPORTED
            tx.exchanges.add(given.exchange(f"{number:032x}", created=NOW + number, state=state))
        tx.exchanges.add(given.exchange("f" * 32, B, direction=Direction.IN, created=NOW + 99))
        listing = tx.exchanges.listing
        assert [row.created - NOW for row in listing(A)] == [4, 3, 2, 1, 0]
        assert [row.created - NOW for row in listing(A, limit=2, before=NOW + 3)] == [2, 1]
        assert [row.created - NOW for row in listing(A, states=(State.SENDING,))] == [3, 1]
        assert listing(A, Direction.IN) == []
        assert [row.organisation for row in listing(None, limit=2)] == [B, A]


def test_a_late_instance_finds_the_newest_exchange_that_it_supplements(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.exchanges.find_open(A, "rule-1", given.STUDY) is None
        states = (State.IMPORTED, State.SENDING, State.WITHDRAWN, State.FAILED)
        for number, state in enumerate(states):
            tx.exchanges.add(given.exchange(f"{number:032x}", created=NOW + number, state=state))
        found = tx.exchanges.find_open(A, "rule-1", given.STUDY)
        assert found is not None and found.created == NOW + 1
        assert tx.exchanges.find_open(A, "rule-2", given.STUDY) is None
        assert tx.exchanges.find_open(A, "rule-1", "1.2.4") is None
        tx.exchanges.update(found.id, NOW, state=State.REFUSED)
        found = tx.exchanges.find_open(A, "rule-1", given.STUDY)
        assert found is not None and found.state is State.IMPORTED
        tx.exchanges.update(found.id, NOW, withdrawn=NOW)
        assert tx.exchanges.find_open(A, "rule-1", given.STUDY) is None


def test_associations_are_counted_until_they_or_their_process_end(vault: Vault) -> None:
    with vault.write() as tx:
        for _ in range(2):
            tx.exchanges.association_opened(PARCEL, A, "one", "process-1", NOW)
        tx.exchanges.association_opened(PARCEL, A, "two", "process-2", NOW)
        assert tx.exchanges.associations_open(PARCEL) == 2
        assert tx.exchanges.association_last_end(PARCEL) is None
        tx.exchanges.association_ended("one", NOW + 5)
        assert tx.exchanges.associations_open(PARCEL) == 1
        tx.exchanges.process_ended("process-2", NOW + 7)
        tx.exchanges.association_ended("two", NOW + 9)
        assert tx.exchanges.associations_open(PARCEL) == 0
        assert tx.exchanges.association_last_end(PARCEL) == NOW + 7
