"""Time and people: what waits is told, what is told is told out loud, what expires goes, whatever else fails."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Malformed, NotFound, Unavailable
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.usecases import waiting as waiting_module
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.own_keys import REFUSED
from beeldbrug.node.usecases.sweep import NOTIFY_AGAIN_SECONDS, SWEEP_SECONDS
from beeldbrug.node.usecases.waiting import Waiting
from tests.contract.node.exchange.house import A, B, House, alerts, originals, run_both, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import decoded, study

ANNA = the_patient()
Houses = tuple[House, House]
DAY = 86400.0
AWAY = Unavailable("peer-unreachable", "Out of reach.", "Check the network.")


def _row(kind: str, subject: str) -> WorkRow:
    return WorkRow(1, A, kind, subject, Urgency.STAT, 0.0, 0.0)


def test_what_waits_for_the_network_is_told_until_it_goes_on(houses: Houses) -> None:
    a, _ = houses
    watch = Waiting(A, a.database, a.clock.now)
    watch.waits(_row("send", "x" * 32), AWAY)
    watch.waits(_row("send", "x" * 32), AWAY)
    watch.waits(_row("head", A), AWAY)
    with a.database.read() as tx:
        told = {(alert.exchange, alert.code): alert for alert in tx.alerts.open(A)}
    assert set(told) == {("x" * 32, "waits-send"), ("", "waits-head")}
    assert told["x" * 32, "waits-send"].remedy_en == "Check the network."
    watch.goes_on(_row("send", "x" * 32))
    assert alerts(a) == ["waits-head"]
    watch.forget()
    assert alerts(a) == []


def test_a_hub_that_is_away_is_one_alert_for_all(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    a, _ = houses
    watch = Waiting(A, a.database, a.clock.now)
    watch.deaf(AWAY)
    assert alerts(a) == [], "a short break is no news"
    monkeypatch.setattr(waiting_module, "DEAF_SECONDS", 0.0)
    watch.deaf(AWAY)
    for number in range(3):
        watch.waits(_row("send", f"{number:032x}"), AWAY)
    a.sweep.step(A)
    assert sorted(alerts(a)) == ["hub-away", *["waits-send"] * 3] and a.notices.told == ["hub-away"]
    watch.hears()
    assert "hub-away" not in alerts(a)


def test_a_fresh_process_clears_the_alert_of_a_hub_that_is_there_again(houses: Houses) -> None:
    a, _ = houses
    first = Waiting(A, a.database, a.clock.now, _deaf_since=-1e9)
    first.deaf(AWAY)
    assert alerts(a) == ["hub-away"]
    Waiting(A, a.database, a.clock.now).hears()
    assert alerts(a) == []


@pytest.mark.parametrize("error", [AWAY, NotFound("http-404", "No such hook."), Malformed("x", "Refused.")])
def test_a_web_hook_that_fails_stops_no_sweep(houses: Houses, error: Exception) -> None:
    a, _ = houses
    a.receive(study(ANNA, 1), called="BEELDBRUG")
    a.run()
    a.notices.error = error  # type: ignore[assignment]  # of the tree
    assert a.sweep.step(A) == SWEEP_SECONDS
    a.notices.error = None
    assert a.sweep.step(A) == SWEEP_SECONDS and a.notices.told == [], "it is left in peace for a while"
    a.clock.ahead += NOTIFY_AGAIN_SECONDS
    a.sweep.step(A)
    assert a.notices.told == ["for-whom"]
    a.sweep.step(A)
    assert a.notices.told == ["for-whom"], "once"


def test_what_expires_at_the_receiver_leaves_nothing_and_is_told(houses: Houses) -> None:
    a, b = houses
    b.pacs.known.clear()
    b.import_rule = None
    a.rules = tuple(rule for rule in a.rules if rule.ae_title == "NAAR_B")
    a.receive(study(ANNA, 2))
    run_both(a, b)
    for house in houses:
        house.clock.ahead = 31 * DAY
        house.sweep.step(house.ura)
    b.run()
    assert (a.exchange().state, b.exchange().state) == (State.EXPIRED, State.EXPIRED)
    assert originals(b, b.exchange().id) == {} and list(b.store.packs()) == []
    assert alerts(b) == ["expired"] and b.exchange().description == ""
    b.sweep.step(B)
    assert alerts(b) == ["expired"]


def test_a_parked_study_expires_with_a_word_and_without_its_old_alert(houses: Houses) -> None:
    a, _ = houses
    a.receive(study(ANNA, 1), called="BEELDBRUG")
    a.run()
    a.clock.ahead = 31 * DAY
    a.sweep.step(A)
    assert a.exchange().state is State.EXPIRED and alerts(a) == ["expired"]


def test_a_late_instance_after_the_end_date_is_a_new_sending(houses: Houses) -> None:
    a, b = houses
    first = list(study(ANNA, 1))
    a.receive(first)
    run_both(a, b)
    old = a.exchange().id
    for house in houses:
        house.clock.ahead = 31 * DAY
        house.steps["keys"].step(house.ura)
        house.sweep.step(house.ura)
    a.receive(study(ANNA, 1, start=2, uid=a.exchange().study_uid))
    assert a.exchange().id != old
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_an_import_that_has_begun_is_not_cut_by_the_end_date(houses: Houses) -> None:
    a, b = houses
    b.pacs.status = 0xA700
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.VERIFIED
    b.clock.ahead = 31 * DAY
    b.sweep.step(B)
    assert b.exchange().state is State.VERIFIED
    b.pacs.status = 0
    b.clock.ahead += 61
    b.run()
    assert b.exchange().state is State.IMPORTED and len(b.pacs.taken) == 2


def test_a_hub_that_refuses_our_keys_is_told(houses: Houses, hub: MemoryHub) -> None:
    a, _ = houses
    step = a.steps["keys"]
    assert step.failed(A, Malformed("statement-malformed", "No.", "Upgrade.")) is not None
    assert alerts(a) == [REFUSED]
    assert step.step(A) is not None and alerts(a) == []


def test_a_supplement_goes_where_the_rest_of_the_study_is(houses: Houses) -> None:
    """First under an emergency number; then the patient is registered; then a late instance comes."""
    a, b = houses
    known = b.pacs.known.pop()
    b.import_rule = type(b.import_rule)(B, "B", emergency_issuer="Spoed") if b.import_rule else None
    b.wire()
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    b.pacs.known.append(known)
    a.receive(study(ANNA, 1, start=3, uid=a.exchange().study_uid))
    run_both(a, b)
    numbers = {decoded(copies[0]).PatientID for copies in b.pacs.taken.values()}
    assert len(b.pacs.taken) == 3 and len(numbers) == 1 and next(iter(numbers)).startswith("SPOED")


def test_an_import_that_was_repaired_shows_no_old_reason_at_either_end(houses: Houses) -> None:
    a, b = houses
    b.pacs.status = 0xC000
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert a.exchange().reason_code == "pacs-refused-c000"
    b.pacs.status = 0
    choose(b.database, B, b.exchange().id, None, "tester", b.clock.now())
    run_both(a, b)
    assert (a.exchange().state, a.exchange().reason_code, b.exchange().reason_code) == (State.IMPORTED, "", "")
    assert alerts(a) == alerts(b) == []
