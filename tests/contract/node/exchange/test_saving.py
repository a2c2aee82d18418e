"""What people save beside an arrival goes where the arrival goes: into the PACS, further on, and away with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from uuid import uuid4

import pytest
from pydicom.dataset import Dataset

from beeldbrug.model.account import Account, Assurance, Role, SessionRow, Stage
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Ground, Party, Purpose, State, Urgency
from beeldbrug.node.policy.rules import RETRIEVE_AE, RetrieveRule
from beeldbrug.node.ports.records import OWN, InstanceRow
from beeldbrug.node.ports.saved import SavedRow
from beeldbrug.node.ports.sending import Source
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.save.asked import AreaAsked, KeyObjectsAsked, PresentationAsked, SavedImage
from beeldbrug.node.usecases.save.saving import Saving
from beeldbrug.node.usecases.sending.gather import GatherStep
from beeldbrug.node.usecases.sending.order import Chosen, Order, place
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.view.subject import Kind, Name
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import A, B, House, alerts, at_b, events, run_both, the_patient
from tests.contract.node.exchange.small import decoded, study
from tests.contract.node.exchange.test_gathering import FakeArchive

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"


def session(house: House, login: str = "arts", exchanges: tuple[str, ...] = ()) -> Session:
    account = Account(f"{login}-id", house.ura, login, "Dr. Arts", (Role.CLINICIAN,))
    row = SessionRow(
        house.ura, account.id, Stage.IN, Assurance.SUBSTANTIAL, 0, 0, time.time() + 9999, exchanges=exchanges
    )
    return Session(b"t", account, row)


def saving(house: House) -> Saving:
    return Saving(house.ura, "1", UTC, house.database, house.sources, house.clock.now)


def images(house: House, origin: str) -> list[InstanceRow]:
    with house.database.read() as tx:
        (found,) = [one for one in tx.instances.studies(house.ura, None, {}, 0, 9) if one.origin == origin]
        rows = tx.instances.instances(house.ura, origin, found.study_uid, None, {})
    return [row for row in rows if row.sop_class != KEY_OBJECTS]


def asked(rows: list[InstanceRow], id: str = "") -> KeyObjectsAsked:
    named = [SavedImage(row.series_uid, row.sop_class, row.instance_uid, []) for row in rows[:2]]
    return KeyObjectsAsked(id or uuid4().hex, named, "Kijk hier")


def mark(house: House, exchange: str) -> SavedRow:
    return saving(house).save(session(house), Name(Kind.EXCHANGE, exchange), asked(images(house, exchange)))


def uid_of(house: House, row: SavedRow) -> str:
    with house.database.read() as tx:
        return tx.instances.get(house.ura, [row.instance])[0].instance_uid


def taken(house: House, row: SavedRow) -> Dataset:
    (content,) = house.pacs.taken[uid_of(house, row)]
    return decoded(content)


def sent(a: House, b: House, *, known: bool = True) -> str:
    """A study that has come to B; into its PACS only where it knows the patient."""
    if not known:
        b.pacs.known.clear()
    a.receive(study(the_patient(), 5))
    run_both(a, b)
    return b.exchange().id


def test_what_was_saved_before_the_import_goes_into_the_pacs_with_it(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b, known=False)
    assert b.exchange().state is State.VERIFIED
    saved = mark(b, exchange)
    b.pacs.known.append(at_b(the_patient()))
    b.clock.ahead += 3600
    run_both(a, b)
    assert (b.exchange().state, a.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert taken(b, saved).PatientID == at_b(the_patient()).number.value
    assert len(b.pacs.taken) == 6
    assert (b.exchange().total, b.exchange().imported, a.exchange().imported) == (5, 5, 5)


def test_what_was_saved_after_the_import_follows_it(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b)
    assert b.exchange().state is State.IMPORTED
    saved = mark(b, exchange)
    run_both(a, b)
    found = taken(b, saved)
    assert (found.SOPClassUID, found.PatientID) == (KEY_OBJECTS, at_b(the_patient()).number.value)
    assert b.exchange().state is State.IMPORTED
    assert {"save", "saved-imported"} <= {*events(b)}
    b.steps[WorkKind.IMPORT].step(exchange)
    assert len(b.pacs.taken[uid_of(b, saved)]) == 1, "once"


@pytest.mark.parametrize("known", [True, False])
def test_a_pacs_that_takes_no_key_images_takes_the_study_all_the_same(houses: tuple[House, House], known: bool) -> None:
    a, b = houses
    exchange = sent(a, b, known=known)
    saved = mark(b, exchange)
    b.pacs.bad[uid_of(b, saved)] = 0x0122
    b.pacs.known.append(at_b(the_patient()))
    b.clock.ahead += 3600
    run_both(a, b)
    assert (b.exchange().state, b.exchange().imported) == (State.IMPORTED, 5)
    assert alerts(b) == ["saved-not-imported"]


def test_it_goes_when_the_exchange_is_taken_back(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b, known=False)
    saved = mark(b, exchange)
    withdraw(a.database, A, a.exchange().id, "arts", "", a.clock.now())
    run_both(a, b)
    assert b.exchange().state is State.WITHDRAWN
    with b.database.read() as tx:
        assert tx.saved.get(B, saved.id) is None
        assert tx.instances.get(B, [saved.instance]) == []
    with pytest.raises(BeeldbrugError, match="not-found"):
        saving(b).save(session(b), Name(Kind.EXCHANGE, exchange), asked(images(a, OWN)))


def test_a_repeat_makes_nothing_new(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b, known=False)
    name, wanted = Name(Kind.EXCHANGE, exchange), asked(images(b, exchange))
    once = saving(b).save(session(b), name, wanted)
    assert saving(b).save(session(b), name, wanted) == once
    with pytest.raises(BeeldbrugError, match="saved-already"):
        saving(b).save(session(b, "ander"), name, wanted)
    assert events(b).count("save") == 1


def test_only_who_saved_it_takes_it_back_and_only_while_it_has_gone_nowhere(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b)
    name, saved = Name(Kind.EXCHANGE, exchange), mark(b, exchange)
    with pytest.raises(BeeldbrugError, match="saved-unknown"):
        saving(b).remove(session(b, "ander"), name, saved.id)
    kept = mark(b, exchange)
    saving(b).remove(session(b), name, saved.id)
    run_both(a, b)
    with pytest.raises(BeeldbrugError, match="saved-sent"):
        saving(b).remove(session(b), name, kept.id)
    assert len(b.pacs.taken) == 6
    assert events(b).count("unsave") == 1


def test_images_that_are_not_of_the_study_are_refused(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b, known=False)
    wanted = asked(images(b, exchange))
    other = [SavedImage("1.2.3", wanted.images[0].sop_class_uid, "1.2.3.4", [])]
    with pytest.raises(BeeldbrugError, match="image-not-of-study"):
        saving(b).save(session(b), Name(Kind.EXCHANGE, exchange), KeyObjectsAsked(uuid4().hex, other))
    with pytest.raises(BeeldbrugError, match="not-found"):
        saving(b).save(session(b, exchanges=("f" * 32,)), Name(Kind.EXCHANGE, exchange), wanted)


@pytest.fixture
def gathering(houses: tuple[House, House]) -> House:
    a, _ = houses
    a.rules = (*a.rules, RetrieveRule(RETRIEVE_AE, A))

    @contextmanager
    def receive() -> Iterator[Receiving]:
        receiving, packing = a.receiving()
        try:
            yield receiving
        finally:
            packing.close()

    step = GatherStep(A, a.database, a.sources, FakeArchive(a, []), receive, RETRIEVE_AE, a.clock.now)
    a.steps[WorkKind.GATHER] = step
    return a


@pytest.mark.parametrize("source", [Source.NODE, Source.PACS])
@pytest.mark.parametrize("without", [(), ("KO", "PR")])
def test_it_goes_along_with_an_own_study_unless_left_out(
    gathering: House, houses: tuple[House, House], source: Source, without: tuple[str, ...]
) -> None:
    a, b = houses
    a.receive(study(the_patient(), 5))
    run_both(a, b)
    rows = images(a, OWN)
    saved = saving(a).save(session(a), Name(Kind.EXCHANGE, a.exchange().id), asked(rows))
    archive = a.steps[WorkKind.GATHER].archive  # type: ignore[attr-defined]  # the step of this test
    archive.move = lambda *_: iter(())
    with a.database.write() as tx:
        chosen = Chosen(rows[0].study_uid, source, expected=0)
        order = Order(
            uuid4().hex,
            (chosen,),
            Party(B, "B"),
            Purpose.TREATMENT,
            Ground.REFERRAL,
            Urgency.STAT,
            responsible="arts",
            without=without,
        )
        if source is Source.PACS:  # what the PACS gives has come before
            archive.move = lambda *_: _give(a, exchange, rows)
        (exchange,) = place(tx, session(a), Party(A, "A", person="arts"), order, a.clock.now())
    a.run()
    while a.later() and a.clock.now() < time.time() + 1800:
        a.run()
    with a.database.read() as tx:
        members = {member.instance for member in tx.exchanges.members(exchange)}
    assert {row.id for row in rows} <= members
    assert (saved.instance in members) is (not without)


def _give(house: House, exchange: str, rows: list[InstanceRow]) -> Iterator[object]:
    with house.database.write() as tx:
        for row in rows:
            tx.exchanges.add_member(exchange, house.ura, row.id)
            tx.exchanges.bump(exchange, house.clock.now(), total=1)
    yield from ()


def test_what_was_saved_goes_when_nothing_else_of_the_study_is_kept(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(the_patient(), 5))
    run_both(a, b)
    exchange = a.exchange()
    saved = saving(a).save(session(a), Name(Kind.EXCHANGE, exchange.id), asked(images(a, OWN)))
    with a.database.write() as tx:
        tx.exchanges.empty(A, exchange.id, a.clock.now() + 1, a.clock.now())
        tx.work.add(A, WorkKind.EMPTY, exchange.id, "routine", a.clock.now())
    a.run()
    with a.database.read() as tx:
        assert tx.saved.get(A, saved.id) is None
        assert tx.instances.studies(A, None, {}, 0, 9) == []


def test_a_presentation_state_refers_to_the_image_it_was_made_of(houses: tuple[House, House]) -> None:
    a, b = houses
    exchange = sent(a, b)
    (row, *_) = images(b, exchange)
    named = [SavedImage(row.series_uid, row.sop_class, row.instance_uid, [])]
    wanted = PresentationAsked(uuid4().hex, "LAESIE", named, AreaAsked(1, 1, 8, 8))
    saved = saving(b).save(session(b), Name(Kind.EXCHANGE, exchange), wanted)
    run_both(a, b)
    found = taken(b, saved)
    assert found.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID == row.instance_uid
