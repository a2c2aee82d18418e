"""Direct from node to node: without a hub, beside one, and over to it and back while a study is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.ways import DOOR, HUB
from beeldbrug.node.usecases.heads import HeadStep, verify
from beeldbrug.node.usecases.withdraw import withdraw
from beeldbrug.sealed.directory import Directory, sign_directory
from beeldbrug.sealed.keys import new_signing_key
from tests.contract.node.exchange.house import A, B, alerts, at_b, authority, originals, rule_to_b, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import Bare, study
from tests.contract.node.exchange.way_house import WayHouse

ANNA: PhantomPatient = the_patient()
AT_A, AT_B = "https://door.a.test", "https://door.b.test"
ROUNDS = 30


class Street:
    """A and B with their doors, and perhaps a hub."""

    def __init__(self, folder: Path) -> None:
        self.hub, self.a_door, self.b_door = MemoryHub(), MemoryHub(), MemoryHub()
        self.doors = {AT_A: self.a_door, AT_B: self.b_door}
        root = authority()
        self.a = WayHouse(A, folder / "a", root, MemoryHub(), (rule_to_b(),), doors=self.doors)
        self.b = WayHouse(B, folder / "b", root, MemoryHub(), doors=self.doors)
        self.b.import_rule = ImportRule(B, HOSPITAL_B.name)
        self.b.pacs.known.append(at_b(ANNA))

    def open(self, *, hub: bool, a_door: bool = False, b_door: bool = True) -> None:
        """Who has what; without a hub, A is told where B's door is, and B where A's is."""
        for house, door, address, has in (
            (self.a, self.a_door, AT_A, a_door),
            (self.b, self.b_door, AT_B, b_door),
        ):
            house.common = self.hub if hub else None
            house.door, house.address = (door, address) if has else (None, "")
        if not hub:
            self.a.partners = {B: AT_B if b_door else ""}
            self.b.partners = {A: AT_A} if a_door else {}
        self.b.open_ways()
        self.a.open_ways()
        self.b.run()  # what it publishes of itself at doors of others

    def run(self, until: State | None = None) -> None:
        for _ in range(ROUNDS):
            busy = self.a.run()
            busy |= self.b.run()
            if until is not None and self.a.exchange().state is until:
                return
            if not busy and not self.a.later():
                return

    def send(self, count: int = 4) -> list[Bare]:
        sent = list(study(ANNA, count))
        self.a.receive(sent)
        return sent

    def arrived(self, sent: list[Bare]) -> None:
        """All of it, once, byte for byte, and both ends know."""
        a, b = self.a.exchange(), self.b.exchange()
        assert (a.state, b.state) == (State.IMPORTED, State.IMPORTED)
        assert originals(self.b, b.id) == {uid: [content] for _, uid, _, content in sent}
        assert {uid: len(taken) for uid, taken in self.b.pacs.taken.items()} == {uid: 1 for _, uid, _, _ in sent}


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """A and B; nothing is open yet."""
    made = Street(tmp_path)
    yield made
    made.a.close()
    made.b.close()


def test_two_nodes_without_a_hub_exchange_by_the_receivers_door(street: Street) -> None:
    street.open(hub=False)
    sent = street.send()
    street.run(State.IMPORTED)
    street.arrived(sent)
    assert street.a.went(street.a.exchange().id) == [B]
    assert street.b.went(street.b.exchange().id) == [DOOR]


def test_a_partner_whose_door_does_not_know_it_yet_is_waited_for_and_nothing_is_parked(street: Street) -> None:
    street.open(hub=False)
    entry = street.b_door.book.pop(B)
    sent = street.send()
    street.a.run()
    assert street.a.exchange().state in (State.QUEUED, State.SENDING) and alerts(street.a) == []
    street.b_door.book[B] = entry
    street.a.clock.ahead += 61
    street.run(State.IMPORTED)
    street.arrived(sent)


def test_without_a_hub_the_partner_keeps_the_head_of_the_audit_trail(street: Street) -> None:
    street.open(hub=False)
    street.send()
    street.run(State.IMPORTED)
    a = street.a
    HeadStep(a.own, a.database, a.ways, a.clock.now).step("")
    assert len(street.b_door.heads) == 1
    found = verify(a.own, a.database, a.ways.heads())
    assert (found.heads, found.whole) == (1, True)
    street.b_door.down = True
    with pytest.raises(Unavailable):
        a.ways.heads()


def test_a_node_whose_partners_come_to_it_is_told_that_nobody_keeps_its_head(street: Street) -> None:
    street.open(hub=False)
    with pytest.raises(Unavailable, match="Nobody outside"):
        street.b.ways.put_head("head")
    with pytest.raises(Unavailable, match="Nobody outside"):
        street.b.ways.heads()


def test_a_node_without_a_door_fetches_at_the_senders(street: Street) -> None:
    street.open(hub=False, a_door=True, b_door=False)
    sent = street.send()
    street.run(State.IMPORTED)
    street.arrived(sent)
    assert street.a.went(street.a.exchange().id) == [DOOR]
    assert street.b.went(street.b.exchange().id) == [A]


def test_a_door_that_the_hub_tells_of_is_taken_and_the_hub_gets_no_content(street: Street) -> None:
    street.open(hub=True)
    sent = street.send()
    street.run(State.IMPORTED)
    street.arrived(sent)
    assert street.b_door.segments and not street.hub.segments
    assert {entry.sender for entry, _ in street.hub.parts.values()} == {B}, "what B says back goes where A can hear it"


@pytest.mark.parametrize("calls", range(10))
def test_a_door_that_closes_at_any_moment_is_passed_by_for_the_hub_unnoticed(street: Street, calls: int) -> None:
    street.open(hub=True)
    sent = street.send(12)
    street.b_door.calls_left = calls
    street.a.run()
    assert street.b_door.down, "all of it went by the door before this call"
    assert HUB in street.a.went(street.a.exchange().id)
    street.b_door.down, street.b_door.calls_left = False, None  # what lies there B can read
    street.run(State.IMPORTED)
    street.arrived(sent)


def test_a_sending_that_began_by_the_hub_is_gone_on_with_there_and_a_later_one_goes_direct(street: Street) -> None:
    street.open(hub=True)
    street.b_door.down = True
    sent = street.send()
    street.a.run()
    assert street.a.went(street.a.exchange().id)[-1] == HUB and street.hub.parts
    street.b_door.down = False
    street.run(State.IMPORTED)
    street.arrived(sent)


def test_a_hub_that_is_away_keeps_nothing_from_going_direct(street: Street) -> None:
    street.open(hub=True)
    street.a.ways.junction.candidates(B)  # while the hub is there, it says where the door is
    street.hub.down = True
    sent = street.send()
    street.run(State.IMPORTED)
    street.arrived(sent)


def test_what_is_withdrawn_is_deleted_on_every_way_that_it_went(street: Street) -> None:
    street.open(hub=True)
    street.send(12)
    street.b_door.calls_left = 8
    street.a.run()
    street.b_door.down, street.b_door.calls_left = False, None
    exchange = street.a.exchange()
    assert set(street.a.went(exchange.id)) == {B, HUB}
    withdraw(street.a.database, A, exchange.id, "arts", "wrong patient", street.a.clock.now())
    street.run(State.WITHDRAWN)
    assert street.a.exchange().state is State.WITHDRAWN
    for hub in (street.hub, street.b_door):
        assert not hub.segments
        assert all(body is None or entry.kind != "parcel" for entry, body in hub.parts.values())
    assert not originals(street.b, exchange.id)


def test_a_directory_that_another_key_signed_leads_nowhere(street: Street) -> None:
    street.open(hub=True)
    forged = sign_directory(Directory(B, 9, 0.0, (), "https://evil.test"), new_signing_key())
    street.hub.book[B] = type(street.hub.book[B])(
        B, B, street.hub.book[B].certificate_chain, street.hub.book[B].statement, forged
    )
    assert street.a.ways.junction.candidates(B) == [HUB]
    sent = street.send()
    street.run(State.IMPORTED)
    street.arrived(sent)


def test_a_door_without_tls_is_not_gone_to(street: Street) -> None:
    street.b.address = "http://door.b.test"
    street.doors[street.b.address] = street.b_door
    street.b.common, street.b.door = street.hub, street.b_door
    street.a.common = street.hub
    street.b.open_ways()
    street.a.open_ways()
    assert street.a.ways.junction.candidates(B) == [HUB]
