"""A large instance is seen and travels while it still comes in; one that never comes in whole, or that was here
already, leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS, PhantomPatient
from beeldbrug.model.capsule import HEADER_INLINE_BYTES
from beeldbrug.model.errors import Malformed, NotFound, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.rules import GeneralRule, ImportRule
from beeldbrug.node.ports.reception import Peer, StoreRequest
from beeldbrug.node.ports.records import OWN, ExchangeRow, InstanceRow, InstanceState, SegmentState, TokenRow
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.read.scope import Scope, hash_token
from beeldbrug.node.usecases.receive.arrival import InstanceArrival
from beeldbrug.node.usecases.receive.packing import Packing
from beeldbrug.node.usecases.receive.recover import recover
from beeldbrug.node.usecases.receive.session import Session
from tests.contract.node.exchange.house import A, B, House, authority, rule_to_b, run_both
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import Bare, dataset, encoded, study

MIB = 1 << 20
FRAME_BYTES = 2 * MIB
SECONDS = 60.0
ANNA: PhantomPatient = next(one for one in PATIENTS if one.bsn)
LEVELS: dict[str, dict[str, str]] = {"study": {}, "series": {}, "instance": {}}


@dataclass
class Feeding:
    """An association at A that is still open."""

    session: Session
    packing: Packing

    def begin(self, one: Bare) -> InstanceArrival:
        return self.session.begin(StoreRequest(*one[:3]))

    def give(self, one: Bare, upto: int) -> InstanceArrival:
        """Begin an instance and write its first ``upto`` bytes."""
        arrival = self.begin(one)
        write(arrival, one[3][:upto])
        return arrival

    def whole(self, one: Bare) -> None:
        self.give(one, len(one[3])).commit()

    def end(self, clean: bool = True) -> None:
        self.session.end(clean)
        self.packing.close()


def write(arrival: InstanceArrival, data: bytes) -> None:
    for start in range(0, len(data), 128 * 1024):
        arrival.write(memoryview(data[start : start + 128 * 1024]))


def large(frames: int = 8, study_uid: str = "", header_bytes: int = 0, number: int = 900) -> Bare:
    """An instance of ``frames`` times 2 MiB."""
    study_uid = study_uid or generate_uid(prefix="2.25.")[:48]
    pixels = b"".join(bytes([frame + 1]) * FRAME_BYTES for frame in range(frames))
    made = dataset(ANNA, study_uid, study_uid + ".9", f"{study_uid}.9.{number}", number, b"\0" * 32)
    made.Rows, made.Columns, made.NumberOfFrames, made.PixelData = 1024, 1024, frames, pixels
    made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 15, 0
    if header_bytes:
        made.DerivationCodeSequence = [_filler(count) for count in range(-(-header_bytes // 10_000))]
    return encoded(made)


def _filler(count: int) -> Dataset:
    item = Dataset()
    item.TextValue = f"{count} " + "x" * 10_000
    return item


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub()


@pytest.fixture
def houses(tmp_path: Path, hub: MemoryHub) -> Iterator[tuple[House, House]]:
    root = authority()
    a = House(A, tmp_path / "a", root, hub, (rule_to_b(), GeneralRule("BEELDBRUG", A)))
    b = House(B, tmp_path / "b", root, hub, import_rule=ImportRule(B, HOSPITAL_B.name))
    b.pacs.known.append(ANNA.identity(HOSPITAL_B))
    yield a, b
    a.close()
    b.close()


def feed(a: House, called: str = "NAAR_B") -> Feeding:
    receiving, packing = a.receiving()
    return Feeding(receiving.admit(Peer("PACSA", called, "127.0.0.1")), packing)


def move(a: House, b: House, until: Callable[[], bool]) -> None:
    """Let both ends work while associations are open, until something is so."""
    deadline = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < deadline, "it did not come to that in time"
        a._work()
        for entry in b.face.mailbox(0):
            b.take.take(entry)
        b._work()


def exchanges(house: House) -> list[ExchangeRow]:
    with house.database.read() as tx:
        return tx.exchanges.listing(house.ura)


def rows(house: House) -> list[InstanceRow]:
    with house.database.read() as tx:
        return [
            row
            for one in tx.instances.studies(house.ura, None, {}, 0, 100)
            for row in tx.instances.instances(house.ura, one.origin, one.study_uid, None, {})
        ]


def contents(house: House) -> dict[str, bytes]:
    """Every instance as the vault gives it back."""
    places = Places(house.sources, house.ura)
    return {row.instance_uid: b"".join(read_original(house.sources, places, row)) for row in rows(house)}


def kept_in(house: House) -> tuple[list[str], list[str], list[str]]:
    """Own packs in the vault, and the files of spool and store."""
    with house.database.read() as tx:
        packs = tx.packs.of_origin(house.ura, OWN)
    spool, store = (
        sorted(str(one) for one in (house.folder / name).rglob("*") if one.is_file()) for name in ("spool", "segments")
    )
    return packs, spool, store


def stored_at(house: House) -> int:
    """Segments of arrived exchanges that are in the store."""
    with house.database.read() as tx:
        return sum(
            row.state is SegmentState.STORED
            for exchange in tx.exchanges.listing(house.ura)
            for pack in tx.packs.of_origin(house.ura, exchange.id)
            for row in tx.packs.segments(house.ura, pack)
        )


def reader(house: House) -> tuple[Reading, Scope]:
    row = TokenRow(house.ura, "radiologist", "01.015", "TREAT", house.clock.now() + 3600)
    with house.database.write() as tx:
        tx.tokens.add(hash_token("t"), row)
    reading = Reading(house.sources)
    return reading, reading.authorise("t")


def names(one: Bare) -> tuple[str, str, str]:
    """Study, series and instance UID."""
    return one[1].rsplit(".", 2)[0], one[1].rsplit(".", 1)[0], one[1]


def test_a_large_instance_is_seen_and_travels_while_it_comes_in(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(12), feed(a)
    arrival = feeding.give(one, 18 * MIB)
    move(a, b, lambda: len(rows(b)) == 1 and stored_at(b) >= 2)
    assert [row.state for row in rows(b)] == [InstanceState.HEADER]
    assert (a.exchange().total, b.exchange().total, b.exchange().done) == (1, 1, 0)
    reading, scope = reader(b)
    (metadata,) = reading.describe(scope, *names(one), base="").instances
    assert metadata["00100010"]["Value"] == [{"Alphabetic": ANNA.person_name}] and metadata["00280008"]["Value"] == [12]
    (found,) = reading.find_instances(scope, LEVELS, 0, 9).results
    assert found.row.instance_uid == one[1]
    with pytest.raises(Unavailable, match="still-arriving"):
        reading.frames(scope, *names(one), [1])
    write(arrival, one[3][18 * MIB :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert (a.exchange().state, a.exchange().total, a.exchange().imported) == (State.IMPORTED, 1, 1)
    assert contents(a) == contents(b) == {one[1]: one[3]}
    frame = reading.frames(scope, *names(one), [12])
    assert b"".join(reading.read_frame(frame, 0)) == b"\x0c" * FRAME_BYTES
    assert [len(copies) for copies in b.pacs.taken.values()] == [1]


def test_a_slow_instance_is_seen_before_it_has_come_in(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(1), feed(a)
    arrival = feeding.give(one, MIB)
    assert rows(a) == []
    a.clock.ahead += 1.1
    write(arrival, one[3][MIB : MIB + 1000])
    assert [row.state for row in rows(a)] == [InstanceState.HEADER]
    write(arrival, one[3][MIB + 1000 :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert contents(b) == {one[1]: one[3]} and a.exchange().state is State.IMPORTED


def test_a_long_header_goes_ahead_in_an_identity_pack(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(6, header_bytes=HEADER_INLINE_BYTES * 2), feed(a)
    arrival = feeding.give(one, 11 * MIB)
    reading, scope = reader(b)

    def readable() -> bool:
        try:
            (metadata,) = reading.describe(scope, *names(one), base="").instances
        except (NotFound, Unavailable):
            return False
        return bool(metadata["00100010"]["Value"])

    move(a, b, readable)
    write(arrival, one[3][11 * MIB :])
    arrival.commit()
    (kept,) = rows(a)
    assert kept.header_place is not None and kept.state is InstanceState.COMPLETE
    feeding.end()
    run_both(a, b)
    assert contents(a) == contents(b) == {one[1]: one[3]}


@pytest.mark.parametrize("how", ["abort", "cut-short", "lost"])
def test_what_breaks_off_leaves_no_trace_and_no_wrong_count(houses: tuple[House, House], how: str) -> None:
    a, b = houses
    one, feeding = large(8), feed(a)
    study_uid = names(one)[0]
    before, after = study(ANNA, 2, uid=study_uid)
    feeding.whole(before)
    arrival = feeding.give(one, 12 * MIB)
    move(a, b, lambda: len(rows(b)) == 2 and a.exchange().total == 2)
    if how == "abort":
        arrival.abort()
    elif how == "cut-short":
        with pytest.raises(Malformed):
            arrival.commit()
    if how != "lost":
        feeding.whole(after)
        assert a.exchange().total == 2
    feeding.end(clean=False)
    run_both(a, b)
    sent = [before] if how == "lost" else [before, after]
    assert contents(a) == contents(b) == {uid: content for _, uid, _, content in sent}
    for house in houses:
        row = house.exchange()
        assert (row.state, row.total, row.done, row.imported) == (State.IMPORTED, len(sent), len(sent), len(sent))
    reading, scope = reader(b)
    assert len(reading.find_instances(scope, LEVELS, 0, 9).results) == len(sent)
    with pytest.raises(NotFound):
        reading.describe(scope, *names(one), base="")


def test_a_sending_of_which_nothing_came_in_is_taken_back_and_the_next_try_arrives(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(8), feed(a)
    feeding.give(one, 12 * MIB)
    move(a, b, lambda: len(rows(b)) == 1)
    feeding.end(clean=False)
    again = feed(a)
    again.whole(one)
    again.end()
    run_both(a, b)
    assert [row.state for row in exchanges(a)] == [State.IMPORTED, State.WITHDRAWN]
    assert {row.state for row in exchanges(b)} == {State.IMPORTED, State.WITHDRAWN}
    assert contents(b) == {one[1]: one[3]} and len(b.pacs.taken) == 1


def test_nothing_waits_for_a_human_when_nothing_came_in(houses: tuple[House, House]) -> None:
    a, b = houses
    feeding = feed(a, "BEELDBRUG")
    arrival = feeding.give(large(8), 12 * MIB)
    move(a, b, lambda: a.exchange().state is State.PARKED)
    arrival.abort()
    feeding.end(clean=False)
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and rows(a) == [] and exchanges(b) == []
    with a.database.read() as tx:
        assert tx.alerts.open(A) == []


def test_a_process_that_died_leaves_what_it_acknowledged_and_nothing_else(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(8), feed(a)
    (small,) = study(ANNA, 1, uid=names(one)[0])
    feeding.whole(small)
    feeding.give(one, 12 * MIB)
    move(a, b, lambda: len(rows(b)) == 2)
    feeding.packing._stopping.set()  # the process dies here
    for _ in range(2):
        recover(a.database, a.spool, a.store, "test", a.clock.now())
    assert contents(a) == {small[1]: small[3]} and a.exchange().total == 1
    run_both(a, b)
    assert contents(b) == {small[1]: small[3]} and a.exchange().state is State.IMPORTED
    assert (b.exchange().total, b.exchange().done) == (1, 1)


def test_the_same_instance_in_two_associations_is_kept_once(houses: tuple[House, House]) -> None:
    a, b = houses
    one, first, second = large(8), feed(a), feed(a)
    arrivals = [first.give(one, 12 * MIB), second.give(one, 12 * MIB)]
    move(a, b, lambda: b.exchange().total == 2 if exchanges(b) else False)
    for arrival in arrivals:
        write(arrival, one[3][12 * MIB :])
        arrival.commit()
    first.end()
    second.end()
    assert a.exchange().total == 1
    run_both(a, b)
    assert contents(a) == contents(b) == {one[1]: one[3]}
    assert (b.exchange().state, b.exchange().total, len(b.pacs.taken)) == (State.IMPORTED, 1, 1)


def test_what_is_kept_already_does_not_travel_again_before_its_hash_is_known(houses: tuple[House, House]) -> None:
    a, b = houses
    one = large(8)
    a.receive([one])
    run_both(a, b)
    feeding = feed(a)
    arrival = feeding.give(one, 14 * MIB)
    assert a.exchange().state is State.IMPORTED
    assert contents(a) == {one[1]: one[3]}
    write(arrival, one[3][14 * MIB :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert (a.exchange().state, a.exchange().total, len(b.pacs.taken)) == (State.IMPORTED, 1, 1)


@pytest.mark.parametrize("frames", [1, 8])
def test_what_comes_in_again_takes_no_room(houses: tuple[House, House], frames: int) -> None:
    a, b = houses
    one = large(frames)
    more = list(study(ANNA, 3, uid=names(one)[0]))
    a.receive([one, *more])
    run_both(a, b)
    before, uploaded = kept_in(a), set(a.hub.segments)
    a.receive([one, *more])
    run_both(a, b)
    assert (kept_in(a), set(a.hub.segments)) == (before, uploaded)
    assert contents(a) == {bare[1]: bare[3] for bare in (one, *more)}
    fresh = next(iter(study(ANNA, 1, start=9, uid=names(one)[0])))
    a.receive([one, *more, fresh])  # what is new keeps its pack, with what came again in it
    run_both(a, b)
    assert contents(a) == contents(b) == {bare[1]: bare[3] for bare in (one, *more, fresh)}


@pytest.mark.parametrize("size", [MIB, 12 * MIB])
def test_what_is_given_up_takes_no_room(houses: tuple[House, House], size: int) -> None:
    a, b = houses
    one = large(8)
    a.receive([one])
    before = kept_in(a)
    feeding = feed(a)
    feeding.give(one, size).abort()  # its UID is kept already, so it is not announced
    feeding.end(clean=False)
    run_both(a, b)
    assert kept_in(a) == before and contents(a) == {one[1]: one[3]}


def test_a_pack_released_without_need_takes_nothing_more(houses: tuple[House, House]) -> None:
    a, _ = houses
    feeding = feed(a)
    (one,) = study(ANNA, 1)
    arrival = feeding.give(one, len(one[3]))
    feeding.packing.close()
    with pytest.raises(Unavailable, match="stopping"):
        arrival.commit()
    assert rows(a) == [] and kept_in(a) == ([], [], [])


def test_a_large_supplement_travels_while_it_comes_in(houses: tuple[House, House]) -> None:
    a, b = houses
    one = large(8)
    a.receive(study(ANNA, 2, uid=names(one)[0]))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    before, feeding = stored_at(b), feed(a)
    arrival = feeding.give(one, 14 * MIB)
    move(a, b, lambda: stored_at(b) > before)
    assert (b.exchange().state, b.exchange().total) == (State.ARRIVING, 3)
    write(arrival, one[3][14 * MIB :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert (a.exchange().state, a.exchange().total, len(b.pacs.taken)) == (State.IMPORTED, 3, 3)


def test_a_sending_withdrawn_meanwhile_is_made_anew_for_what_comes_in_whole(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b()),)
    one, feeding = large(8), feed(a)
    arrival = feeding.give(one, 12 * MIB)
    with a.database.write() as tx:
        tx.exchanges.update(a.exchange().id, a.clock.now(), state=State.WITHDRAWN, withdrawn=a.clock.now())
    write(arrival, one[3][12 * MIB :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert [(row.state, row.total) for row in exchanges(a)] == [(State.IMPORTED, 1), (State.WITHDRAWN, 0)]
    assert contents(a) == {one[1]: one[3]}


def test_files_of_any_size_go_through_byte_for_byte(houses: tuple[House, House]) -> None:
    a, b = houses
    one, feeding = large(8), feed(a)
    content = bytes(128) + b"DICM" + _meta(one) + one[3]
    arrival = feeding.session.begin_file()
    write(arrival, content[: 12 * MIB])
    assert [(row.origin, row.part10, row.state) for row in rows(a)] == [(OWN, True, InstanceState.HEADER)]
    write(arrival, content[12 * MIB :])
    arrival.commit()
    feeding.end()
    run_both(a, b)
    assert contents(a) == contents(b) == {one[1]: content}


def _meta(one: Bare) -> bytes:
    """File meta information group (PS3.10 section 7.1)."""
    sop_class, uid, syntax, _ = one

    def element(number: int, vr: bytes, value: bytes) -> bytes:
        value += b"\0" * (len(value) % 2)
        return b"\x02\x00" + number.to_bytes(2, "little") + vr + len(value).to_bytes(2, "little") + value

    body = b"".join(
        element(number, b"UI", value.encode()) for number, value in ((0x02, sop_class), (0x03, uid), (0x10, syntax))
    )
    return element(0, b"UL", len(body).to_bytes(4, "little")) + body
