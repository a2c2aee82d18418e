"""A hub that lies, forgets, repeats or reorders: nothing false is believed, nothing waits in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from beeldbrug.model.errors import BeeldbrugError, Denied, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.route import Correspondent, MailboxEntry
from beeldbrug.node.protocols.hub.listen import Mailbox
from beeldbrug.node.usecases.own_keys import GRACE_SECONDS, current_statement, destroy_spent, note_walk, publish
from beeldbrug.node.usecases.sweep import SILENT_SECONDS
from beeldbrug.node.usecases.withdraw import ANSWER_SECONDS, withdraw
from beeldbrug.sealed.keys import ROTATION_SECONDS
from tests.contract.node.exchange.house import (
    A,
    B,
    HandClock,
    House,
    alerts,
    authority,
    events,
    originals,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import study

ANNA = the_patient()
Houses = tuple[House, House]
DAY = 86400.0


def test_parts_in_any_order_and_many_times_are_taken_once(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 3))
    a.run()
    entries = list(hub.boxes[B])
    for entry in [*reversed(entries), *entries, *entries]:
        b.take.take(entry)
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and all(len(copies) == 1 for copies in b.pacs.taken.values())
    assert alerts(b) == []


def test_a_part_that_the_hub_drops_is_told_at_both_ends(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    del hub.boxes[B][1]
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.ARRIVING, State.ARRIVING)
    for house in houses:
        house.sweep.step(house.ura)
        assert alerts(house) == []
        house.clock.ahead += SILENT_SECONDS + 1
        house.sweep.step(house.ura)
        assert alerts(house) == ["no-progress"] == house.notices.told


def test_what_moves_again_is_no_longer_told(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    dropped = hub.boxes[B].pop(1)
    run_both(a, b)
    b.clock.ahead += SILENT_SECONDS + 1
    b.sweep.step(B)
    assert alerts(b) == ["no-progress"]
    hub.boxes[B].insert(1, dropped)
    run_both(a, b)
    b.sweep.step(B)
    assert b.exchange().state is State.IMPORTED and alerts(b) == []


def test_a_body_of_another_part_is_refused(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    (first, second), entry = sorted(hub.parts)[:2], hub.boxes[B][0]
    hub.parts[first] = (hub.parts[first][0], hub.parts[second][1])
    b.run()
    assert "part-hash-differs" in alerts(b) and b.take.take(entry) is False
    assert (b.exchange().state, b.exchange().first_part) == (State.FAILED, None)


def test_another_organisations_certificate_is_not_believed(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    hub.book[A] = replace(hub.book[A], certificate_chain=hub.book[B].certificate_chain)
    a.receive(study(ANNA, 1))
    a.run()
    b.run()
    assert b.take.take(hub.boxes[B][0]) is False and "part-refused" in events(b)
    with b.database.read() as tx:
        assert tx.exchanges.listing(B) == [], "nothing is made of a part whose signature was not checked"


def test_a_certificate_of_another_root_is_not_believed(tmp_path: Path, houses: Houses, hub: MemoryHub) -> None:
    a, _ = houses
    stranger = House("00000009", tmp_path / "x", authority(), MemoryHub())
    hub.book[B] = Correspondent(B, B, stranger.own.certificate_chain, hub.book[B].statement, "")
    a.trust.forget(B)
    a.receive(study(ANNA, 1))
    a.run()
    assert a.exchange().state is State.PARKED and alerts(a) == ["receiver-unknown"]
    stranger.close()


def test_a_renewed_certificate_refuses_no_part(houses: Houses, hub: MemoryHub) -> None:
    """B has the old certificate at hand; the part is signed by the new key."""
    a, b = houses
    b.trust.certified(A)
    fresh = House(A, a.folder.parent / "fresh", a.root, hub)
    a.own = fresh.own
    a.wire()
    publish(a.own, a.database, a.face, a.clock.now())
    a.receive(study(ANNA, 1))
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and alerts(b) == []
    fresh.close()


def test_an_address_book_set_back_changes_nothing_also_after_a_restart(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    old = hub.book[B]
    a.clock.ahead = b.clock.ahead = 2 * DAY
    publish(b.own, b.database, b.face, b.clock.now())
    newest = a.trust.transport_key(B)
    hub.book[B] = old
    a.wire()  # the process starts anew: what it remembers of statements is in the vault
    assert a.trust.transport_key(B) == newest
    a.receive(study(ANNA, 1))
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_a_book_that_stays_set_back_holds_and_is_told(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    old = hub.book[B]
    a.clock.ahead = b.clock.ahead = 2 * DAY
    publish(b.own, b.database, b.face, b.clock.now())
    a.trust.transport_key(B)
    hub.book[B] = old
    a.wire()
    a.clock.ahead += 10 * DAY
    a.receive(study(ANNA, 1))
    a.run()
    assert a.exchange().state is State.SENDING and a.exchange().reason_code == "statement-rolled-back"
    assert alerts(a) == ["statement-rolled-back"] and not hub.boxes.get(B)
    hub.book.pop(B)
    b.clock.ahead = a.clock.ahead
    for house in houses:
        publish(house.own, house.database, house.face, house.clock.now())
    a.clock.ahead += 61
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and alerts(a) == []


@pytest.mark.parametrize("days", [9, 40])
def test_keys_published_under_a_clock_that_stood_wrong_are_replaced_when_it_is_right(houses: Houses, days: int) -> None:
    """After 40 days a transport key that begins in 40 days was made as well: nobody would seal to that."""
    a, b = houses
    b.clock.ahead = days * DAY
    publish(b.own, b.database, b.face, b.clock.now())
    b.clock.ahead = 0.0
    publish(b.own, b.database, b.face, b.clock.now())
    assert a.trust.transport_key(B).not_before <= a.clock.now()
    a.receive(study(ANNA, 1))
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_an_organisation_that_has_not_published_its_keys_is_waited_for(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    hub.book[B] = replace(hub.book[B], statement="")
    a.receive(study(ANNA, 1))
    a.run()
    assert (a.exchange().state, a.exchange().reason_code) == (State.SENDING, "statement-missing")
    publish(b.own, b.database, b.face, b.clock.now())
    a.clock.ahead += 61
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_a_hub_that_refuses_a_part_fails_the_sending_visibly_and_it_can_be_sent_again(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = houses
    sent = list(study(ANNA, 1))

    def refuse(*_: object) -> None:
        raise Denied("parcel-not-yours", "Not yours.", "Use a new parcel.")

    with monkeypatch.context() as patch:
        patch.setattr(type(a.face), "put_part", refuse)
        a.receive(sent)
        a.run()
    assert (a.exchange().state, a.exchange().reason_code) == (State.FAILED, "parcel-not-yours")
    assert alerts(a) == ["parcel-not-yours"] and "send" in events(a)
    a.receive(sent)
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and len(b.pacs.taken) == 1


def test_a_hub_that_lost_a_pack_is_given_it_again(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    uid = ""
    for number in (1, 2):
        one = list(study(ANNA, 1, start=number, uid=uid))
        uid = one[0][1].rsplit(".", 2)[0]
        a.receive(one)
        run_both(a, b)
        hub.packs.clear()
        hub.segments.clear()
    assert a.exchange().state is State.IMPORTED and a.exchange().total == 2


def test_withdrawing_what_b_had_only_begun_to_take(houses: Houses, hub: MemoryHub) -> None:
    """Parts between are gone from the hub; the withdrawal is obeyed all the same."""
    a, b = houses
    a.receive(study(ANNA, 3))
    a.run()
    assert b.take.take(hub.boxes[B][0])
    left = list(hub.boxes[B])
    withdraw(a.database, A, a.exchange().id, "tester", "wrong patient", a.clock.now())
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.WITHDRAWN, State.WITHDRAWN)
    assert originals(b, b.exchange().id) == {} and alerts(b) == [] and hub.boxes[B] == []
    for entry in left:
        b.take.take(entry)
    assert alerts(b) == [], "what came before the withdrawal is no refusal"


def test_withdrawing_what_b_never_took(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    withdraw(a.database, A, a.exchange().id, "tester", "wrong patient", a.clock.now())
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and alerts(a) == alerts(b) == []


def test_what_never_reached_the_hub_does_not_go_out_after_a_withdrawal(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    put_part = type(a.face).put_part

    def away(*_: object) -> None:
        raise Unavailable("peer-unreachable", "The hub is down.")

    try:
        type(a.face).put_part = away  # type: ignore[method-assign,assignment]  # the connection breaks at the first part
        a.run()
    finally:
        type(a.face).put_part = put_part  # type: ignore[method-assign]  # it is there again
    with a.database.read() as tx:
        assert tx.parcels.unsent_parts(A, a.exchange().id, A)
    assert withdraw(a.database, A, a.exchange().id, "tester", "wrong", a.clock.now()) == "undoing"
    a.clock.ahead += 61
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and not hub.parts and not hub.segments
    with b.database.read() as tx:
        assert tx.exchanges.listing(B) == []


def test_parts_that_wait_for_the_hub_are_taken_out_by_a_withdrawal(houses: Houses, hub: MemoryHub) -> None:
    """Some parts had reached the hub, some had not: the receiver gets the withdrawal and none of those."""
    a, b = houses
    a.receive(study(ANNA, 1), called="NAAR_B")
    a.run()
    before = len([key for key in hub.parts if key[1] == A])
    uid = a.exchange().study_uid
    a.receive(study(ANNA, 1, start=2, uid=uid))
    exchange = a.exchange()
    face, sealed = type(a.face).put_part, []

    def away(*arguments: object) -> None:
        sealed.append(arguments)
        raise Unavailable("peer-unreachable", "The hub is down.")

    try:
        type(a.face).put_part = away  # type: ignore[method-assign,assignment]  # breaks for the supplement
        a.run()
    finally:
        type(a.face).put_part = face  # type: ignore[method-assign]  # it is there again
    assert sealed
    withdraw(a.database, A, exchange.id, "tester", "wrong", a.clock.now())
    a.clock.ahead += 61
    run_both(a, b)
    kinds = [entry.kind for (_, sender, _), (entry, _) in sorted(hub.parts.items()) if sender == A]
    assert len(kinds) == before + 1 and kinds[-1] == "withdraw"
    assert a.exchange().state is State.WITHDRAWN


def test_a_withdrawal_that_is_not_answered_is_told(houses: Houses) -> None:
    a, _ = houses
    a.receive(study(ANNA, 1))
    a.run()
    withdraw(a.database, A, a.exchange().id, "tester", "wrong", a.clock.now())
    a.run()
    assert alerts(a) == []
    a.clock.ahead += ANSWER_SECONDS + 1
    a.run()
    assert alerts(a) == ["withdrawal-unanswered"]


def test_a_transport_key_outlives_what_was_sealed_to_it_and_waits_in_the_mailbox(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    a.run()
    b.clock.ahead += ROTATION_SECONDS + GRACE_SECONDS + DAY  # B was away all this time
    a.clock.ahead = b.clock.ahead
    assert destroy_spent(B, b.database, b.clock.now()) == 0
    b.run()
    assert b.exchange().first_part is not None, "it could still be opened"
    current_statement(b.own, b.database, b.clock.now())
    note_walk(B, b.database, b.clock.now())
    b.clock.ahead += 40 * DAY
    b.sweep.step(B)
    note_walk(B, b.database, b.clock.now())
    b.sweep.step(B)
    assert "transport-key-destroyed" in events(b)


class _Listener:
    """An ear that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[MailboxEntry] = []
        self.deaf_for: list[str] = []

    def prepare(self) -> None:
        return

    def take(self, entry: MailboxEntry) -> bool:
        self.heard.append(entry)
        return True

    def broke(self, entry: MailboxEntry) -> None:
        return

    def walked(self, began: float) -> None:
        return

    def deaf(self, error: BeeldbrugError) -> None:
        self.deaf_for.append(error.code)


class _Box:
    """A hub of which only the mailbox is used."""

    def __init__(self, pages: list[list[MailboxEntry]]) -> None:
        self.pages = pages

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        return self.pages.pop(0) if self.pages else []

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        return iter(())


def _entry(cursor: int, urgency: str) -> MailboxEntry:
    return MailboxEntry(cursor, "a" * 32, A, cursor, "parcel", urgency, 1, "e")


def test_stat_is_taken_first_of_a_full_mailbox() -> None:
    entries = [_entry(cursor, "stat" if cursor in (7, 9) else "routine") for cursor in range(1, 11)]
    ear = _Listener()
    Mailbox(_Box([entries[:5], entries[5:]]), ear, HandClock()).listen()  # type: ignore[arg-type]  # the part it uses
    assert [entry.cursor for entry in ear.heard] == [7, 9, 1, 2, 3, 4, 5, 6, 8, 10]


def test_a_mailbox_that_does_not_go_forward_is_no_endless_loop() -> None:
    page = [_entry(3, "stat"), _entry(3, "stat")]
    with pytest.raises(Unavailable, match="hub-answer"):
        Mailbox(_Box([page, page]), _Listener(), HandClock()).listen()  # type: ignore[arg-type]  # the part it uses
