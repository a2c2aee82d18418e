"""Studies that a person chose come into their exchanges: all that was chosen, nothing else, whatever breaks off."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest

from beeldbrug.model.account import Account, Assurance, Role, SessionRow, Stage
from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound, Unavailable
from beeldbrug.model.exchange import Ground, Party, Purpose, State, Urgency
from beeldbrug.node.policy.rules import RETRIEVE_AE, RetrieveRule
from beeldbrug.node.ports.archive import ArchivedSeries, ArchivedStudy, Moved, StudyKey
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.sending import Enclosure, Gathering, GatherState, Source
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.sending.gather import GatherStep
from beeldbrug.node.usecases.sending.order import Chosen, Order, place
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import A, B, House, the_patient
from tests.e2e.studies import Made, make_study

PDF = b"%PDF-1.4\n%%EOF"
STUDY = make_study(the_patient(), 6, rows=(16,), seed="gathering", series=2)
ACCOUNT = Account("arts-id", A, "arts", "Dr. Arts", (Role.CLINICIAN,))
SESSION = Session(b"t", ACCOUNT, SessionRow(A, "arts-id", Stage.IN, Assurance.SUBSTANTIAL, 0, 0, time.time() + 9999))


@dataclass
class FakeArchive:
    """An own PACS in memory that sends to the house's title for retrieval."""

    house: House
    held: list[Made]
    breaks_after: int | None = None
    error: Unavailable | None = None
    sends_all: bool = False
    meanwhile: Callable[[], None] = lambda: None
    refused: list[str] = field(default_factory=list)
    moves: int = 0

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        raise NotImplementedError

    def find_series(self, study_uid: str) -> list[ArchivedSeries]:
        raise NotImplementedError

    def move(
        self, study_uid: str, series: Sequence[str], destination: str, still_coming: Callable[[], bool]
    ) -> Generator[Moved]:
        self.moves += 1
        assert destination == RETRIEVE_AE
        if self.error is not None:
            raise self.error
        wanted = [
            one
            for one in self.held
            if one.study_uid == study_uid and (self.sends_all or not series or one.series_uid in series)
        ]
        for number, one in enumerate(wanted):
            if self.breaks_after == number:
                self.breaks_after = None
                raise Unavailable("peer-silent", "The PACS is silent.")
            self.send(one)
            self.meanwhile()
            yield Moved(len(wanted) - number - 1, number + 1, 0, over=False)
        yield Moved(0, len(wanted) - len(self.refused), len(self.refused), over=True)

    def send(self, one: Made) -> None:
        try:
            self.house.receive([(one.sop_class, one.uid, one.syntax, one.dataset)], RETRIEVE_AE)
        except BeeldbrugError as error:
            self.refused.append(error.code)


@pytest.fixture
def house(houses: tuple[House, House]) -> House:
    a, _ = houses
    a.rules = (*a.rules, RetrieveRule(RETRIEVE_AE, A))
    return a


@pytest.fixture
def archive(house: House) -> FakeArchive:
    archive = FakeArchive(house, list(STUDY))

    @contextmanager
    def receive() -> Iterator[Receiving]:
        receiving, packing = house.receiving()
        try:
            yield receiving
        finally:
            packing.close()

    house.steps[WorkKind.GATHER] = GatherStep(
        A, house.database, house.sources, archive, receive, RETRIEVE_AE, house.clock.now
    )
    return archive


def order(*chosen: Chosen, ground: Ground = Ground.REFERRAL) -> Order:
    studies = chosen or (Chosen(STUDY[0].study_uid, Source.PACS, expected=len(STUDY)),)
    receiver = Party(B, "Ziekenhuis B")
    return Order(uuid4().hex, studies, receiver, Purpose.TREATMENT, ground, Urgency.STAT, responsible="arts")


def send(house: House, wanted: Order) -> list[str]:
    with house.database.write() as tx:
        return place(tx, SESSION, Party(A, "A", person="arts"), wanted, house.clock.now())


def finish(house: House) -> None:
    """Until nothing is due for an hour."""
    until = house.clock.now() + 3600
    house.run()
    while house.later() and house.clock.now() < until:
        house.run()


def rows(house: House, exchange: str) -> tuple[Gathering, ExchangeRow]:
    with house.database.read() as tx:
        gathering, row = tx.gatherings.get(A, exchange), tx.exchanges.get(A, exchange)
    assert gathering is not None and row is not None
    return gathering, row


def held(house: House, exchange: str) -> list[str]:
    with house.database.read() as tx:
        members = tx.exchanges.members(exchange)
        return sorted(one.instance_uid for one in tx.instances.get(A, [member.instance for member in members]))


def alerts(house: House, exchange: str) -> set[str]:
    with house.database.read() as tx:
        return {one.code for one in tx.alerts.open(A) if one.exchange == exchange}


UIDS = sorted(one.uid for one in STUDY)


def test_all_that_was_chosen_comes_and_goes_out(house: House, archive: FakeArchive) -> None:
    (exchange,) = send(house, order())
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, row.state) == (GatherState.DONE, State.ARRIVING)
    assert row.closed and held(house, exchange) == UIDS


def test_a_pacs_that_sends_more_than_was_chosen_brings_nothing_in(house: House, archive: FakeArchive) -> None:
    archive.sends_all = True
    (exchange,) = send(house, order(Chosen(STUDY[0].study_uid, Source.PACS, series=(STUDY[0].series_uid,), expected=3)))
    finish(house)
    gathering, _ = rows(house, exchange)
    assert gathering.state is GatherState.DONE
    assert held(house, exchange) == sorted(one.uid for one in STUDY if one.series_uid == STUDY[0].series_uid)
    assert set(archive.refused) == {"not-asked-for"}


def test_what_nobody_asked_for_is_refused(house: House, archive: FakeArchive) -> None:
    with pytest.raises(Denied) as refused:
        house.receive([(STUDY[0].sop_class, STUDY[0].uid, STUDY[0].syntax, STUDY[0].dataset)], RETRIEVE_AE)
    assert refused.value.code == "not-asked-for"
    with house.database.read() as tx:
        assert tx.exchanges.listing(A) == []


def test_a_pacs_that_breaks_off_is_asked_again_and_nothing_doubles(house: House, archive: FakeArchive) -> None:
    archive.breaks_after = 3
    (exchange,) = send(house, order())
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, archive.moves, row.total) == (GatherState.DONE, 2, len(STUDY))
    assert held(house, exchange) == UIDS and alerts(house, exchange) == set()


def test_a_worker_that_dies_in_the_middle_goes_on_where_it_was(house: House, archive: FakeArchive) -> None:
    (exchange,) = send(house, order())

    def die() -> None:
        archive.meanwhile = lambda: None
        raise KeyboardInterrupt

    archive.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        house.run()
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, row.total, row.closed) == (GatherState.DONE, len(STUDY), True)


def test_a_pacs_that_gives_nothing_fails_in_words_and_is_not_asked_for_ever(house: House, archive: FakeArchive) -> None:
    archive.error = Unavailable("peer-move-silent", "Silent.", "Look.")
    (exchange,) = send(house, order())
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, row.state, row.reason_code) == (GatherState.FAILED, State.FAILED, "peer-move-silent")
    assert archive.moves == 4 and alerts(house, exchange) == {"peer-move-silent"}


def test_a_pacs_that_must_be_set_up_first_is_not_asked_twice(house: House, archive: FakeArchive) -> None:
    archive.error = Unavailable("peer-move-destination-unknown", "Unknown.", "Enter it.")
    (exchange,) = send(house, order())
    finish(house)
    assert archive.moves == 1
    assert rows(house, exchange)[1].reason_code == "peer-move-destination-unknown"


def test_what_the_pacs_keeps_back_is_told_and_the_rest_is_sent(house: House, archive: FakeArchive) -> None:
    archive.held = archive.held[:4]
    (exchange,) = send(house, order())
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, gathering.code) == (GatherState.INCOMPLETE, "not-all-gathered")
    assert row.closed and row.total == 4 and alerts(house, exchange) == {"not-all-gathered"}


def test_what_is_taken_back_meanwhile_is_fetched_no_further(house: House, archive: FakeArchive) -> None:
    (exchange,) = send(house, order())

    def take_back() -> None:
        archive.meanwhile = lambda: None
        withdraw(house.database, A, exchange, "arts", "", house.clock.now())

    archive.meanwhile = take_back
    finish(house)
    gathering, row = rows(house, exchange)
    assert gathering.state is GatherState.STOPPED and row.withdrawn is not None
    with house.database.read() as tx:
        assert len(tx.exchanges.listing(A)) == 1


def test_two_sendings_of_one_study_at_once_both_get_all_of_it(house: House, archive: FakeArchive) -> None:
    (first,), (second,) = send(house, order()), send(house, order())
    finish(house)
    for exchange in (first, second):
        assert rows(house, exchange)[0].state is GatherState.DONE
        assert held(house, exchange) == UIDS


def test_the_same_sending_again_is_one_sending(house: House, archive: FakeArchive) -> None:
    wanted = order()
    assert send(house, wanted) == send(house, wanted)


def test_a_report_goes_along_and_is_kept_no_longer(house: House, archive: FakeArchive) -> None:
    with house.database.write() as tx:
        tx.gatherings.enclose(Enclosure("e", A, "arts-id", "Verslag", PDF, house.clock.now()))
    (exchange,) = send(house, order(Chosen(STUDY[0].study_uid, Source.PACS, expected=len(STUDY), enclosure="e")))
    finish(house)
    assert rows(house, exchange)[0].state is GatherState.DONE
    assert len(held(house, exchange)) == len(STUDY) + 1
    with house.database.read() as tx:
        assert tx.gatherings.enclosure(A, "e") is None


def test_a_report_of_somebody_else_is_not_there(house: House, archive: FakeArchive) -> None:
    with house.database.write() as tx:
        tx.gatherings.enclose(Enclosure("e", A, "another", "Verslag", PDF, house.clock.now()))
    with pytest.raises(NotFound):
        send(house, order(Chosen(STUDY[0].study_uid, Source.PACS, enclosure="e")))


def test_a_session_for_one_patient_sends_no_other_study(house: House, archive: FakeArchive) -> None:
    limited = replace(SESSION, row=replace(SESSION.row, studies=("1.2.3",)))
    with pytest.raises(NotFound), house.database.write() as tx:
        place(tx, limited, Party(A), order(), house.clock.now())
    launched = replace(SESSION, row=replace(SESSION.row, exchanges=("x",)))
    with pytest.raises(NotFound), house.database.write() as tx:
        place(tx, launched, Party(A), order(), house.clock.now())


def test_a_consultation_without_consent_is_parked_while_its_images_come(house: House, archive: FakeArchive) -> None:
    (exchange,) = send(house, order(ground=Ground.CONSULTATION))
    finish(house)
    gathering, row = rows(house, exchange)
    assert (gathering.state, row.state, row.reason_code) == (GatherState.DONE, State.PARKED, "consent-missing")
    assert held(house, exchange) == UIDS
