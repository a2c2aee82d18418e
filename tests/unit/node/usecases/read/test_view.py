"""Every disclosure is on record before it happens, and the first one marks the exchange as seen."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from beeldbrug.model.errors import NotFound, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.usecases.read import view
from tests.ingest import HOME, NOW, Bench, add_exchange
from tests.instances import STUDY, make

PARCEL = "ab" * 16
SERIES, INSTANCE = STUDY + ".1", STUDY + ".1.1"


def events(bench: Bench, kind: str = "view") -> list[AuditEvent]:
    with bench.vault.read() as transaction:
        assert transaction.audit.verify(HOME)[1] is None
        return [event for _, event in transaction.audit.events(HOME) if event.event == kind]


def test_a_viewing_is_one_event_however_many_frames(bench: Bench) -> None:
    bench.ingest().add(make(frames=5))
    scope = bench.scope()
    for frame in (1, 2, 3, 4, 5):
        bench.reading.frames(scope, STUDY, SERIES, INSTANCE, [frame])
    bench.reading.retrieve(scope, STUDY)
    bench.reading.describe(scope, STUDY, None, None, "")
    (event,) = events(bench)
    assert (event.actor, event.role, event.purpose, event.action) == ("radiologist", "01.015", "TREAT", "R")
    assert (event.study_uid, event.patient, event.at) == (STUDY, "999990019", NOW)


def test_another_token_or_a_quarter_of_an_hour_is_another_viewing(bench: Bench) -> None:
    bench.ingest().add(make())
    first, second = bench.scope(), bench.scope(user="other")
    for scope in (first, second, first):
        bench.reading.retrieve(scope, STUDY)
    assert [event.actor for event in events(bench)] == ["radiologist", "other"]
    bench.clock.advance(view.VIEWING_SECONDS)
    bench.reading.retrieve(first, STUDY)
    assert len(events(bench)) == 3


def test_the_first_viewing_marks_the_exchange_seen_and_wishes_for_a_receipt(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    bench.ingest(PARCEL).add(make())
    bench.clock.advance(5.0)
    scope = bench.scope()
    bench.reading.frames(scope, STUDY, SERIES, INSTANCE, [1])
    with bench.vault.read() as transaction:
        row = transaction.exchanges.get(HOME, PARCEL)
        work = transaction.work.due(NOW + 10)
    assert row is not None and (row.state, row.seen) == (State.SEEN, NOW + 5)
    assert [(item.kind, item.subject, item.organisation) for item in work] == [("receipt", PARCEL, HOME)]
    (event,) = events(bench)
    assert (event.exchange, event.peer, event.ground) == (PARCEL, "00000010", "referral")
    bench.clock.advance(view.VIEWING_SECONDS)
    bench.reading.retrieve(scope, STUDY)
    with bench.vault.read() as transaction:
        again = transaction.exchanges.get(HOME, PARCEL)
    assert again is not None and again.seen == NOW + 5


def test_a_viewing_while_arriving_marks_seen_and_leaves_the_state(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    bench.ingest(PARCEL).add(make())
    bench.reading.retrieve(bench.scope(), STUDY)
    with bench.vault.read() as transaction:
        row = transaction.exchanges.get(HOME, PARCEL)
    assert row is not None and (row.state, row.seen) == (State.ARRIVING, NOW)


def test_nothing_is_shown_when_the_audit_trail_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.ingest().add(make())
    scope = bench.scope()

    def full(deed: object) -> Future[None]:
        future: Future[None] = Future()
        future.set_exception(Unavailable("disk-full", "The disk is full."))
        return future

    monkeypatch.setattr(bench.vault, "submit", full)
    for deed in (
        lambda: bench.reading.retrieve(scope, STUDY),
        lambda: bench.reading.frames(scope, STUDY, SERIES, INSTANCE, [1]),
        lambda: bench.reading.describe(scope, STUDY, None, None, ""),
        lambda: bench.reading.find_studies(scope, {"study": {}, "series": {}, "instance": {}}, 0, 10),
    ):
        with pytest.raises(Unavailable, match="disk-full"):
            deed()
    monkeypatch.setattr(bench.vault, "submit", lambda deed: Future())
    monkeypatch.setattr(view, "WRITE_SECONDS", 0.05)
    with pytest.raises(Unavailable, match="audit-not-written"):
        bench.reading.retrieve(scope, STUDY)


def test_a_withdrawal_that_comes_between_finding_and_showing_wins(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    bench.ingest(PARCEL).add(make())
    scope = bench.scope()
    submit = bench.vault.submit

    def withdraw_first(deed: object) -> Future[None]:
        with bench.vault.write() as transaction:
            transaction.exchanges.update(PARCEL, NOW, state=State.WITHDRAWN, withdrawn=NOW)
        return submit(deed)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(bench.vault, "submit", withdraw_first)
    with pytest.raises(NotFound):
        bench.reading.retrieve(scope, STUDY)
    assert events(bench) == []
    with bench.vault.read() as transaction:
        row = transaction.exchanges.get(HOME, PARCEL)
    assert row is not None and row.seen is None


def test_a_search_is_on_record_once_and_without_what_was_searched_for(bench: Bench) -> None:
    bench.ingest().add(make())
    scope = bench.scope()
    match = {"study": {"PatientName": "VRIES*"}, "series": {}, "instance": {}}
    for _ in range(3):
        assert len(bench.reading.find_studies(scope, match, 0, 10).results) == 1
    (event,) = events(bench, "search")
    assert event.details["results"] == 1
    assert "VRIES" not in repr(event)
    bench.reading.find_studies(scope, {**match, "study": {"PatientName": "Jansen"}}, 0, 10)
    assert len(events(bench, "search")) == 2


def test_asking_for_what_is_outside_the_token_is_on_record_once(bench: Bench) -> None:
    bench.ingest().add(make())
    scope = bench.scope(studies=("2.25.7",))
    for _ in range(3):
        with pytest.raises(NotFound):
            bench.reading.frames(scope, STUDY, SERIES, INSTANCE, [1])
    (event,) = events(bench)
    assert (event.outcome, event.study_uid, event.patient) == ("failure", STUDY, "")
