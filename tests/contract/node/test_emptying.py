"""What emptying an exchange asks of the stores, on both engines: what is alone, what is still needed, and no race."""

from __future__ import annotations

import threading
import time

from beeldbrug.model.exchange import ENDED, Direction, State
from beeldbrug.node.ports.records import EMPTIED, OWN, SegmentState
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A

OTHER = "c" * 32
DAY = 86400.0


def _sent(vault: Vault, id: str = PARCEL, **changes: object) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(id))
        tx.exchanges.update(id, NOW, **{"state": State.IMPORTED, **changes})


def _full(vault: Vault, since: float = NOW) -> list[str]:
    with vault.read() as tx:
        return [row.id for row in tx.exchanges.full(A, Direction.OUT, sorted(ENDED), since)]


def test_what_has_ended_and_been_quiet_is_found_until_it_is_emptied(vault: Vault) -> None:
    _sent(vault)
    assert _full(vault) == [PARCEL] and _full(vault, NOW - 1) == []
    with vault.write() as tx:
        assert tx.exchanges.full(A, Direction.IN, sorted(ENDED), NOW) == []
        assert tx.exchanges.empty(A, PARCEL, NOW, NOW + 1)
        assert not tx.exchanges.empty(A, PARCEL, NOW + 9, NOW + 9), "once"
        row = tx.exchanges.get(A, PARCEL)
    assert row is not None and row.emptied == NOW + 1
    assert _full(vault, NOW + DAY) == []


def test_what_is_not_over_or_is_being_taken_back_is_not_found(vault: Vault) -> None:
    _sent(vault, state=State.SENDING)
    assert _full(vault) == []
    with vault.write() as tx:
        tx.exchanges.update(PARCEL, NOW, state=State.IMPORTED, withdrawn=NOW)
    assert _full(vault) == []
    with vault.write() as tx:
        tx.exchanges.update(PARCEL, NOW, state=State.WITHDRAWN)
    assert _full(vault) == [PARCEL]


def test_what_changed_meanwhile_is_not_emptied(vault: Vault) -> None:
    _sent(vault)
    with vault.write() as tx:
        tx.exchanges.update(PARCEL, NOW + 5, closed=False, state=State.SENDING)
        assert not tx.exchanges.empty(A, PARCEL, NOW, NOW + 6)


def test_nothing_is_added_to_what_was_emptied_at_either_end(vault: Vault) -> None:
    _sent(vault)
    with vault.write() as tx:
        assert tx.exchanges.find_open(A, "rule-1", given.STUDY) is not None
        tx.exchanges.update(PARCEL, NOW, reason_code=EMPTIED)
        assert tx.exchanges.find_open(A, "rule-1", given.STUDY) is None
        tx.exchanges.update(PARCEL, NOW, reason_code="")
        tx.exchanges.empty(A, PARCEL, NOW, NOW)
        assert tx.exchanges.find_open(A, "rule-1", given.STUDY) is None


def test_what_was_imported_and_emptied_does_not_expire(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(direction=Direction.IN, state=State.IMPORTED))
        later = NOW + 2 * DAY
        assert [row.id for row in tx.exchanges.expired(A, later)] == [PARCEL]
        tx.exchanges.empty(A, PARCEL, NOW, NOW)
        assert tx.exchanges.expired(A, later) == []
        tx.exchanges.update(PARCEL, NOW, state=State.REFUSED)
        assert [row.id for row in tx.exchanges.expired(A, later)] == [PARCEL]


def test_leaving_tells_what_is_in_no_other_exchange(vault: Vault) -> None:
    _sent(vault)
    _sent(vault, OTHER)
    with vault.write() as tx:
        one, two = (tx.instances.add(given.instance(number)) for number in (1, 2))
        for exchange, instance in ((PARCEL, one), (PARCEL, two), (OTHER, two)):
            tx.exchanges.add_member(exchange, A, instance)
        assert tx.exchanges.leave(A, PARCEL, [one, two]) == [one]
        assert tx.exchanges.members(PARCEL) == []
        assert tx.exchanges.leave(A, OTHER, [two]) == [two]


def test_packs_are_used_by_header_bulk_and_frame_index_alike(vault: Vault) -> None:
    header = given.place(pack="d" * 32)
    with vault.write() as tx:
        tx.instances.add(given.instance(1))
        tx.instances.add(given.instance(2, header=None, header_place=header))
        tx.instances.add(given.instance(3, origin=PARCEL, header=None, header_place=given.place(pack="e" * 32)))
        assert tx.instances.packs_used(A, OWN, given.STUDY) == {PACK, "d" * 32}
        assert tx.instances.packs_used(A, OWN, "1.2.4") == set()


def test_only_the_packs_named_go_with_key_and_segments(vault: Vault) -> None:
    with vault.write() as tx:
        for pack in (PACK, "d" * 32):
            tx.packs.add(given.pack(pack))
        tx.packs.put_segment(given.segment())
        assert tx.packs.delete(A, OWN, [PACK]) == [PACK]
        assert tx.packs.of_origin(A, OWN) == ["d" * 32]
        assert tx.packs.segments(A, PACK) == [] and tx.packs.in_state(SegmentState.STORED) == []
        count = tx.connection.exec_driver_sql("SELECT COUNT(*) FROM pack_key").scalar_one()
    assert count == 1


def test_packs_that_another_exchange_of_the_study_sends_are_not_only_here(vault: Vault) -> None:
    _sent(vault)
    _sent(vault, OTHER)
    with vault.write() as tx:
        for exchange, pack in ((PARCEL, PACK), (PARCEL, "d" * 32), (OTHER, "d" * 32)):
            tx.parcels.want_sending(exchange, A, pack, 1)
        assert tx.parcels.only_here(A, PARCEL) == [PACK]
        tx.parcels.delete_sendings(A, OTHER)
        assert tx.parcels.only_here(A, PARCEL) == [PACK, "d" * 32]


def test_a_study_is_fed_while_an_association_of_any_of_its_exchanges_is_open(vault: Vault) -> None:
    _sent(vault)
    with vault.write() as tx:
        assert not tx.exchanges.study_is_fed(A, given.STUDY)
        tx.exchanges.association_opened(PARCEL, A, "one", "process", NOW)
        assert tx.exchanges.study_is_fed(A, given.STUDY)
        tx.exchanges.association_ended("one", NOW)
        assert not tx.exchanges.study_is_fed(A, given.STUDY)


def test_an_instance_that_comes_in_again_while_it_is_emptied_is_never_a_member_without_content(vault: Vault) -> None:
    """Two processes on one vault: whoever is first, what was acknowledged has its row."""
    new = given.instance(1)
    _sent(vault)
    with vault.write() as tx:
        tx.exchanges.add_member(PARCEL, A, tx.instances.add(new))
    found = threading.Event()

    def comes_in_again() -> None:
        with vault.write() as tx:
            there = tx.instances.find(A, OWN, new.index.instance_uid, new.hash)
            found.set()
            time.sleep(0.3)
            tx.exchanges.add(given.exchange(OTHER))
            tx.exchanges.add_member(OTHER, A, tx.instances.add(new) if there is None else there)

    def is_emptied() -> None:
        found.wait(10)
        with vault.write() as tx:
            alone = tx.exchanges.leave(A, PARCEL, [member.instance for member in tx.exchanges.members(PARCEL)])
            tx.instances.delete(A, alone)

    threads = [threading.Thread(target=work) for work in (comes_in_again, is_emptied)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with vault.read() as tx:
        (member,) = tx.exchanges.members(OTHER)
        assert [row.hash for row in tx.instances.get(A, [member.instance])] == [new.hash]


def test_a_late_instance_and_the_emptying_of_its_exchange_never_both_win(vault: Vault) -> None:
    _sent(vault)
    found = threading.Event()
    emptied: list[bool] = []

    def late() -> None:
        with vault.write() as tx:
            there = tx.exchanges.find_open(A, "rule-1", given.STUDY)
            assert there is not None
            found.set()
            time.sleep(0.3)
            tx.exchanges.update(there.id, NOW + 1, closed=False, state=State.SENDING)

    def empty() -> None:
        found.wait(10)
        with vault.write() as tx:
            emptied.append(tx.exchanges.empty(A, PARCEL, NOW, NOW + 1))

    threads = [threading.Thread(target=work) for work in (late, empty)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert emptied == [False]
