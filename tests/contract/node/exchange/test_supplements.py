"""What comes late or crosses on the way is not lost: supplements, receipts, withdrawals in every awkward order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from beeldbrug.model.exchange import State
from beeldbrug.node.ports.pacs import StoreOutcome
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import A, B, House, run_both, the_patient
from tests.contract.node.exchange.small import study

UID = "2.25.77"
ANNA = the_patient()


def take_mail(house: House) -> None:
    """Take the mailbox and do nothing else."""
    for entry in house.face.mailbox(0):
        house.take.take(entry)


def interrupt(b: House, meanwhile: Callable[[], None]) -> None:
    """Have this happen during B's first C-STORE."""
    store, left = b.pacs.store, [meanwhile]

    def interrupted(
        sop_class: str, instance_uid: str, transfer_syntax: str, dataset: Iterable[bytes | memoryview]
    ) -> StoreOutcome:
        if left:
            left.pop()()
        return store(sop_class, instance_uid, transfer_syntax, dataset)

    b.pacs.store = interrupted  # type: ignore[method-assign]  # for this test


def uids(b: House) -> set[str]:
    return {uid.rsplit(".", 1)[1] for uid in b.pacs.taken}


def test_late_instance_that_arrives_during_the_import_is_imported_too(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    a.run()

    def late() -> None:
        a.receive(study(ANNA, 1, start=3, uid=UID))
        a.run()
        take_mail(b)

    interrupt(b, late)
    run_both(a, b)
    assert uids(b) == {"1", "2", "3"}
    assert (a.exchange().state, b.exchange().state, a.exchange().imported) == (State.IMPORTED, State.IMPORTED, 3)


def test_late_instance_that_is_verified_during_the_import_is_imported_too(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    a.run()

    def late_and_verified() -> None:
        a.receive(study(ANNA, 1, start=3, uid=UID))
        a.run()
        take_mail(b)
        while b.steps["fetch"].step(b.exchange().id) is not None:
            pass
        assert (b.exchange().state, b.exchange().done) == (State.VERIFIED, 3)

    interrupt(b, late_and_verified)
    run_both(a, b)
    assert uids(b) == {"1", "2", "3"}
    assert (a.exchange().state, b.exchange().state, a.exchange().imported) == (State.IMPORTED, State.IMPORTED, 3)


def test_receipt_about_the_first_manifest_does_not_end_the_supplement(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    a.run()
    b.run()
    assert b.exchange().state is State.IMPORTED
    a.receive(study(ANNA, 1, start=3, uid=UID))
    take_mail(a)  # "imported", said of the two
    assert a.exchange().state is State.SENDING
    run_both(a, b)
    assert uids(b) == {"1", "2", "3"} and a.exchange().state is State.IMPORTED


def test_supplement_that_comes_before_the_first_part_was_verified_is_no_fault(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    a.run()
    take_mail(b)
    a.receive(study(ANNA, 1, start=3, uid=UID))
    a.steps["send"].step(a.exchange().id)  # the records, no manifest yet
    b.run()
    assert b.exchange().state is State.ARRIVING, b.exchange().reason_code
    run_both(a, b)
    assert uids(b) == {"1", "2", "3"} and a.exchange().state is State.IMPORTED


def test_two_contents_of_one_uid_in_one_sending_are_a_question(houses: tuple[House, House]) -> None:
    a, b = houses
    (first,), (other,) = study(ANNA, 1, uid=UID), study(ANNA, 1, size=8192, uid=UID)
    a.receive([first, other])
    run_both(a, b)
    assert b.exchange().reason_code == "imported-before-with-other-content"
    assert not b.pacs.taken and a.exchange().state is State.FAILED


def test_import_that_had_begun_goes_on_after_a_withdrawal_that_came_too_late(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 3, uid=UID))
    a.run()

    def too_late() -> None:
        withdraw(a.database, A, a.exchange().id, "laborant", "verkeerd", a.clock.now())
        a.run()
        take_mail(b)

    interrupt(b, too_late)
    run_both(a, b)
    assert uids(b) == {"1", "2", "3"}
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert a.exchange().reason_code == "import-had-begun" and a.exchange().withdrawn is None


def test_withdrawn_before_the_offer_was_taken_the_receiver_answers_all_the_same(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    a.run()
    withdraw(a.database, A, a.exchange().id, "laborant", "verkeerd", a.clock.now())
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and a.exchange().seen is None
    assert not b.pacs.taken


def test_receipts_do_not_pile_up_while_the_hub_is_away(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 1, uid=UID))
    a.run()
    b.run()
    exchange = b.exchange().id

    def waiting() -> int:
        with b.database.read() as tx:
            return len(tx.parcels.unsent_parts(B, exchange, B))

    b.hub.down = True
    for _ in range(5):
        with pytest.raises(Exception, match="peer-unreachable"):
            b.steps["receipt"].step(exchange)
    assert waiting() == 1
    b.hub.down = False
    b.steps["receipt"].step(exchange)
    assert waiting() == 0


def test_half_a_download_that_the_disk_spoilt_is_fetched_again(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 1, uid=UID))
    a.run()
    take_mail(b)
    with b.database.read() as tx:
        rows = [row for pack in tx.packs.of_origin(B, b.exchange().id) for row in tx.packs.segments(B, pack)]
    fetch = b.face.fetch_segment

    def spoilt_first(pack: str, number: int, path: Path, padded: int) -> None:
        if not path.exists():
            fetch(pack, number, path, padded)

    for row in rows:  # what a resumed download ends as when its first half was lost with the power
        (b.folder / "incoming" / f"{row.pack}-{row.number}").write_bytes(bytes(row.padded))
    b.face.fetch_segment = spoilt_first  # type: ignore[method-assign]  # the peer's resuming, for this test
    run_both(a, b)
    assert uids(b) == {"1"} and a.exchange().state is State.IMPORTED
