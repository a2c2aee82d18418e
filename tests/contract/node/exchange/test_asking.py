"""Asking for what is missing, from B to A and back: nothing is asked twice, nothing of it is lost, and it ends by
itself when the images have been verified.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from beeldbrug.model.account import Account, Role
from beeldbrug.model.answer import Answerer
from beeldbrug.model.errors import BeeldbrugError, Conflict, Malformed, Unavailable
from beeldbrug.model.exchange import Route, State, Urgency
from beeldbrug.model.image_request import RequestState, Want, Wanted
from beeldbrug.node.policy.rules import RETRIEVE_AE, RetrieveRule
from beeldbrug.node.ports.archive import ArchivedSeries, ArchivedStudy, Moved, StudyKey
from beeldbrug.node.ports.image_requests import ImageRequestRow
from beeldbrug.node.ports.sending import GatherState
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.asking.ask import Asking, ask
from beeldbrug.node.usecases.asking.hear import hear_refusal
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.sending.gather import GatherStep
from beeldbrug.node.usecases.sending.supply import Replying, Supply
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.faults import Fault, Faults, plant, run_on
from tests.contract.node.exchange.house import A, B, House, alerts, events, originals, run_both, the_patient
from tests.e2e.studies import Made, make_study

STUDY = make_study(the_patient(), 6, rows=(16,), seed="asking", series=2)
FIRST = [one for one in STUDY if one.series_uid == STUDY[0].series_uid]
REST = [one for one in STUDY if one.series_uid != STUDY[0].series_uid]
WHO = Answerer("Beelddesk B", "image-desk", "Radiologie")
Houses = tuple[House, House]


@dataclass
class Archive:
    """A's PACS: it lists what it holds, and sends to the title for retrieval."""

    house: House
    held: list[Made]
    counts: bool = True
    error: Unavailable | None = None
    asked: list[Sequence[str]] = field(default_factory=list)

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        yield from ()

    def find_series(self, study_uid: str) -> list[ArchivedSeries]:
        found: dict[str, int] = {}
        for one in self.held:
            if one.study_uid == study_uid:
                found[one.series_uid] = found.get(one.series_uid, 0) + 1
        return [ArchivedSeries(uid, "CT", None, "", "", n if self.counts else None) for uid, n in found.items()]

    def find_instances(self, study_uid: str, series_uid: str) -> list[str]:
        return [one.uid for one in self.held if one.series_uid == series_uid]

    def move(self, study_uid: str, series: Sequence[str], destination: str, still_coming: object) -> Generator[Moved]:
        self.asked.append(tuple(series))
        if self.error is not None:
            raise self.error
        wanted = [one for one in self.held if one.study_uid == study_uid and (not series or one.series_uid in series)]
        for number, one in enumerate(wanted):
            self.house.receive([(one.sop_class, one.uid, one.syntax, one.dataset)], RETRIEVE_AE)
            yield Moved(len(wanted) - number - 1, number + 1, 0, over=False)
        yield Moved(0, len(wanted), 0, over=True)


def connect(house: House, archive: Archive) -> None:
    """Give the house's worker its PACS; ``wire`` makes the worker anew, so this follows it."""

    @contextmanager
    def receive() -> Iterator[Receiving]:
        receiving, packing = house.receiving()
        try:
            yield receiving
        finally:
            packing.close()

    house.steps[WorkKind.GATHER] = GatherStep(
        A, house.working, house.sources, archive, receive, RETRIEVE_AE, house.clock.now
    )


@pytest.fixture
def archive(houses: Houses) -> Archive:
    a, _ = houses
    a.rules = (*a.rules, RetrieveRule(RETRIEVE_AE, A))
    archive = Archive(a, list(STUDY))
    connect(a, archive)
    return archive


def bring(houses: Houses, some: Sequence[Made] = FIRST) -> None:
    """A sends these, and B imports them."""
    a, b = houses
    a.receive([(one.sop_class, one.uid, one.syntax, one.dataset) for one in some])
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED


def asks(
    b: House, *kinds: Wanted, series: tuple[str, ...] = (), text: str = "", urgency: Urgency = Urgency.ROUTINE
) -> ImageRequestRow:
    asking = Asking(Want(kinds, series, text), WHO, "desk", "030 555 0199", urgency)
    return ask(b.database, B, b.exchange().id, asking, b.clock.now())


def supply(a: House, archive: Archive, known: bool = True) -> Supply:
    return Supply(A, a.database, archive, lambda: True, lambda _: known, a.clock.now)


def rest(*houses: House) -> None:
    """Until nothing moves, and nothing is due."""
    run_on(*houses)


def request(house: House, exchange: str, number: int = 1) -> ImageRequestRow:
    with house.database.read() as tx:
        found = tx.image_requests.get(house.ura, exchange, number)
    assert found is not None
    return found


REPLYING = Replying(Answerer("Coördinator A"), "coordinator")


def test_what_is_missing_is_asked_for_sent_and_then_answered_by_itself(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    asks(b, Wanted.ALL_SERIES, text="De axiale reeks ontbreekt")
    run_both(a, b)
    asked = request(a, id)
    assert asked.want == Want((Wanted.ALL_SERIES,), (), "De axiale reeks ontbreekt")
    assert (asked.state, asked.who, asked.phone, asked.login) == (RequestState.ASKED, WHO, "030 555 0199", "")
    assert alerts(a) == ["images-asked"]
    unsent = supply(a, archive).unsent(id)
    assert [(one.series_uid, one.sent, one.missing) for one in unsent] == [(REST[0].series_uid, 0, len(REST))]
    supply(a, archive).send(id, 1, REPLYING)
    assert alerts(a) == []
    rest(a, b)
    assert originals(b, id).keys() == {one.uid for one in STUDY}
    assert request(a, id).state is request(b, id).state is RequestState.ANSWERED
    assert b.exchange().state is State.IMPORTED and b.exchange().id == id, "a supplement of the same exchange"
    assert archive.asked == [(REST[0].series_uid,)], "what was sent is not fetched again"
    assert alerts(a) == alerts(b) == []
    assert {"images-ask", "images-reply", "images-answered"} <= set(events(b))
    assert {"images-asked", "images-supply", "images-answered"} <= set(events(a))


def test_between_asking_and_coming_both_ends_see_how_it_stands(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    asks(b, Wanted.ALL_SERIES)
    assert (request(b, id).state, request(b, id).part) == (RequestState.ASKED, None)
    b.run()
    assert request(b, id).part is not None, "it has left"
    a.run()
    supply(a, archive).send(id, 1, replace(REPLYING, text="Komt eraan", phone="010"))
    a.steps[WorkKind.ASK].step(id)
    for entry in b.face.mailbox(0):
        b.take.take(entry)
    coming = request(b, id)
    assert coming.state is RequestState.COMING and coming.reply is not None
    assert (coming.reply.text, coming.reply.phone, coming.reply.who.name) == ("Komt eraan", "010", "Coördinator A")


def test_a_refusal_travels_back_with_its_reason_and_stands_until_somebody_has_read_it(houses: Houses) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    asks(b, Wanted.PRIORS)
    run_both(a, b)
    nothing = Archive(a, [])
    supply(a, nothing).refuse(id, 1, replace(REPLYING, text="Elders gemaakt"), "images-not-here")
    run_both(a, b)
    refused = request(b, id)
    assert refused.state is RequestState.REFUSED and refused.reply is not None
    assert (refused.reply.reason, refused.reply.text) == ("images-not-here", "Elders gemaakt")
    assert alerts(a) == [] and alerts(b) == ["images-refused"]
    hear_refusal(b.database, B, id, 1, "desk", b.clock.now())
    assert alerts(b) == []
    with pytest.raises(Conflict) as again:
        supply(a, nothing).refuse(id, 1, REPLYING, "images-not-here")
    assert again.value.code == "image-request-answered"


def test_asking_twice_is_one_request_until_it_is_answered(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    first = asks(b, Wanted.THIN_SLICES, Wanted.ALL_SERIES, text=" dun ")
    run_both(a, b)
    assert asks(b, Wanted.ALL_SERIES, Wanted.THIN_SLICES, text="dun").number == first.number
    run_both(a, b)
    with a.database.read() as tx:
        assert len(tx.image_requests.of(A, [id])[id]) == 1
    assert asks(b, Wanted.REPORT).number == 2, "another question is another request"
    assert asks(b, Wanted.THIN_SLICES, Wanted.ALL_SERIES, text="dun", urgency=Urgency.STAT).number == 3
    supply(a, archive).send(id, 1, REPLYING)
    rest(a, b)
    assert request(b, id).state is RequestState.ANSWERED
    assert asks(b, Wanted.THIN_SLICES, Wanted.ALL_SERIES, text="dun").number == 4, "asked anew once it was answered"


def test_a_request_that_names_series_is_answered_by_those_series_only(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses, FIRST[:1])
    id = b.exchange().id
    asks(b, series=(REST[0].series_uid,))
    run_both(a, b)
    a.receive([(one.sop_class, one.uid, one.syntax, one.dataset) for one in FIRST[1:]])
    rest(a, b)
    assert request(b, id).state is request(a, id).state is RequestState.ASKED
    a.receive([(one.sop_class, one.uid, one.syntax, one.dataset) for one in REST])
    rest(a, b)
    assert request(b, id).state is request(a, id).state is RequestState.ANSWERED, "sent by the PACS, without a word"


def test_a_series_of_which_some_was_sent_is_completed(houses: Houses, archive: Archive) -> None:
    a, b = houses
    archive.counts = False
    bring(houses, FIRST[:1])
    id = b.exchange().id
    asks(b, Wanted.ALL_SERIES)
    run_both(a, b)
    unsent = supply(a, archive).unsent(id)
    assert {(one.series_uid, one.sent, one.missing) for one in unsent} == {
        (FIRST[0].series_uid, 1, len(FIRST) - 1),
        (REST[0].series_uid, 0, len(REST)),
    }
    supply(a, archive).send(id, 1, REPLYING)
    rest(a, b)
    assert originals(b, id).keys() == {one.uid for one in STUDY}
    assert all(len(contents) == 1 for contents in originals(b, id).values()), "nothing is there twice"
    assert request(b, id).state is RequestState.ANSWERED


def test_two_requests_after_each_other_each_bring_their_series(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses, FIRST[:1])
    id = b.exchange().id
    for number, series in ((1, FIRST[0].series_uid), (2, REST[0].series_uid)):
        asks(b, series=(series,))
        run_both(a, b)
        supply(a, archive).send(id, number, REPLYING, [series])
        rest(a, b)
        assert request(b, id, number).state is RequestState.ANSWERED
    assert originals(b, id).keys() == {one.uid for one in STUDY}
    assert archive.asked == [(FIRST[0].series_uid,), (REST[0].series_uid,)]


def test_when_everything_was_sent_there_is_nothing_to_send(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses, STUDY)
    asks(b, Wanted.REPORT)
    run_both(a, b)
    with pytest.raises(Conflict) as error:
        supply(a, archive).send(b.exchange().id, 1, REPLYING)
    assert error.value.code == "nothing-unsent"
    assert request(a, b.exchange().id).state is RequestState.ASKED


def test_a_pacs_that_gives_nothing_leaves_the_request_open_to_be_sent_or_refused(
    houses: Houses, archive: Archive
) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    asks(b, Wanted.ALL_SERIES)
    run_both(a, b)
    archive.error = Unavailable("peer-move-denied", "The PACS lets us retrieve nothing.", "Have it allowed.")
    supply(a, archive).send(id, 1, REPLYING)
    rest(a, b)
    assert request(a, id).state is request(b, id).state is RequestState.COMING
    assert "peer-move-denied" in alerts(a)
    with a.database.read() as tx:
        gathering = tx.gatherings.get(A, id)
    assert gathering is not None and gathering.state is GatherState.INCOMPLETE
    archive.error = None
    supply(a, archive).send(id, 1, REPLYING)
    rest(a, b)
    assert request(b, id).state is RequestState.ANSWERED


@pytest.mark.parametrize("kind", ["withdrawn", "expired"])
def test_nothing_is_asked_or_sent_after_the_exchange_has_ended(houses: Houses, archive: Archive, kind: str) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.receive([(one.sop_class, one.uid, one.syntax, one.dataset) for one in FIRST])
    run_both(a, b)
    id = b.exchange().id
    asks(b, Wanted.ALL_SERIES)
    run_both(a, b)
    if kind == "withdrawn":
        withdraw(a.database, A, id, "tester", "", a.clock.now())
        run_both(a, b)
    else:
        for house in houses:
            house.clock.ahead += 400 * 86400
    with pytest.raises(Conflict):
        asks(b, Wanted.REPORT)
    with pytest.raises(Conflict) as error:
        supply(a, archive).send(id, 1, REPLYING)
    assert error.value.code in ("asking-withdrawn", "asking-past")
    with pytest.raises(Conflict):
        supply(a, archive).refuse(id, 1, REPLYING, "see-text")
    assert archive.asked == []


def test_what_was_asked_before_a_withdrawal_but_comes_after_it_is_on_record_and_nothing_else(houses: Houses) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.receive([(one.sop_class, one.uid, one.syntax, one.dataset) for one in FIRST])
    run_both(a, b)
    asks(b, Wanted.ALL_SERIES)
    b.steps[WorkKind.ASK].step(b.exchange().id)
    withdraw(a.database, A, a.exchange().id, "tester", "", a.clock.now())
    a.run()
    with a.database.read() as tx:
        assert tx.image_requests.of(A, [a.exchange().id]) == {}
        asked = [event for _, event in tx.audit.events(A) if event.event == "images-asked"]
    assert [event.outcome for event in asked] == ["asking-withdrawn"]


def test_policy_that_would_not_send_sends_nothing_more(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses)
    asks(b, Wanted.ALL_SERIES)
    run_both(a, b)
    with pytest.raises(Conflict) as error:
        supply(a, archive, known=False).send(b.exchange().id, 1, REPLYING)
    assert error.value.code == "receiver-unknown"


def test_after_the_copies_have_gone_it_comes_as_an_exchange_of_its_own(houses: Houses, archive: Archive) -> None:
    a, b = houses
    bring(houses)
    id = b.exchange().id
    with a.database.write() as tx:
        assert tx.exchanges.empty(A, id, a.clock.now() + 9e9, a.clock.now())
    asks(b, Wanted.ALL_SERIES)
    run_both(a, b)
    supply(a, archive).send(id, 1, REPLYING)
    rest(a, b)
    new = b.exchange()
    assert new.id != id and new.state is State.IMPORTED
    assert new.terms == a.exchange().terms and request(b, id).state is request(a, id).state is RequestState.ANSWERED
    reply = request(b, id).reply
    assert reply is not None and reply.parcels == (new.id,) and not reply.supplement


def test_of_what_was_brought_there_is_nobody_to_ask(houses: Houses) -> None:
    _, b = houses
    bring(houses)
    with b.database.write() as tx:
        tx.exchanges.update(b.exchange().id, b.clock.now(), route=Route.DISC)
    with pytest.raises(Conflict) as error:
        asks(b, Wanted.ALL_SERIES)
    assert error.value.code == "nobody-to-ask"
    with b.database.read() as tx:
        denied = [event for _, event in tx.audit.events(B) if event.event == "images-ask"]
    assert [(event.outcome, event.decision) for event in denied] == [("nobody-to-ask", ("nobody-to-ask",))]


@pytest.mark.parametrize(
    ("want", "phone"),
    [
        (Want(), ""),
        (Want(text="x" * 501), ""),
        (Want(series=("*",)), ""),
        (Want(series=("1.2\\1.3",)), ""),
        (Want(series=tuple(f"1.2.{n}" for n in range(201))), ""),
        (Want((Wanted.REPORT,)), "0" * 41),
    ],
)
def test_a_question_without_sense_is_refused(houses: Houses, want: Want, phone: str) -> None:
    _, b = houses
    bring(houses)
    with pytest.raises(Malformed) as error:
        ask(b.database, B, b.exchange().id, Asking(want, WHO, "desk", phone), b.clock.now())
    assert error.value.code == "image-request-malformed"


def test_stat_wakes_whoever_has_duty_at_the_sender_though_the_sending_was_routine(houses: Houses) -> None:
    a, b = houses
    bring(houses)
    with a.database.write() as tx:
        tx.accounts.add(Account("c1", A, "coordinator", "Coördinator A", (Role.COORDINATOR,)), "x")
    asks(b, Wanted.ALL_SERIES, urgency=Urgency.STAT)
    b.run()
    a.take.take(next(iter(a.face.mailbox(0))))
    with a.database.read() as tx:
        due = [(row.kind, row.urgency) for row in tx.work.due(a.clock.now() + 1) if row.kind == WorkKind.NOTIFY]
    assert due == [(WorkKind.NOTIFY, Urgency.STAT)]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("side", ["sender", "receiver"])
@pytest.mark.parametrize("what", ["hub", "database"])
def test_a_fault_anywhere_in_asking_and_sending_changes_nothing_in_the_end(
    houses: Houses, archive: Archive, side: str, what: str
) -> None:
    a, b = houses
    faults = Faults()
    plant(a if side == "sender" else b, **{what: faults})
    connect(a, archive)
    places = 0
    for fault in Fault:
        at = 1
        while True:
            faults.plan(0, fault)
            _ask_and_send(a, b, archive, f"{fault.value} {at}", partial(faults.plan, at, fault))
            if not faults.met:
                break
            at += 1
        places = max(places, at - 1)
        for house in houses:
            house.wire()
        connect(a, archive)
    assert places > 3


def _ask_and_send(a: House, b: House, archive: Archive, name: str, begin: Callable[[], None]) -> None:
    """Meet one fault between asking and the last receipt, with a study of its own."""
    made = make_study(the_patient(), 2, rows=(16,), seed=f"asking {name}", series=2)
    archive.held = made
    bring((a, b), made[:1])
    begin()
    asks(b, Wanted.ALL_SERIES)
    _calm(a, b, archive)
    id = b.exchange().id
    assert request(a, id).state is RequestState.ASKED, name
    supply(a, archive).send(id, 1, REPLYING)
    _calm(a, b, archive)
    assert originals(b, id).keys() == {one.uid for one in made}, name
    assert all(len(contents) == 1 for contents in originals(b, id).values()), name
    assert request(a, id).state is request(b, id).state is RequestState.ANSWERED, name
    assert alerts(a) == alerts(b) == [], name


def _calm(a: House, b: House, archive: Archive) -> None:
    """As ``run_on``, with a killed sender's PACS connected again."""
    wire = a.wire

    def wired() -> None:
        wire()
        connect(a, archive)

    a.wire = wired  # type: ignore[method-assign]  # for this test
    run_on(a, b, rounds=600)  # while a fetch rests after a fault, sending looks five times a second
    del a.wire


def test_errors_name_nobody(houses: Houses) -> None:
    _, b = houses
    bring(houses)
    with pytest.raises(BeeldbrugError) as error:
        asks(b, text="Jansen " * 100)
    assert "Jansen" not in f"{error.value!r} {error.value.text} {error.value.remedy}"
