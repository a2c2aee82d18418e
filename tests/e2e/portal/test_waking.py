"""A stat study arrives: who is on duty hears of it before it is complete, then the next one, until somebody looks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import pytest
from pydicom import dcmread

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from beeldbrug.model.notice import Channel
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from tests.e2e.portal.api import Api, sign_in
from tests.e2e.portal.duty import Got, letters, put_on_duty
from tests.e2e.studies import Made, make_study
from tests.e2e.world import End, World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(240)

SECONDS = 60.0
"""How long anything here may take on a busy machine."""
WAIT = 4.0
SILENCE = 3 * WAIT
TITLE = "WEK_B"


@contextmanager
def _half_sent(world: World, study: Sequence[Made]) -> Iterator[None]:
    """A modality that has sent the first half; it sends the rest at the end."""
    pairs = list(dict.fromkeys((one.sop_class, one.syntax) for one in study))
    half = len(study) // 2
    with StoreScu(Application(TITLE, "127.0.0.1", world.a.site.dimse_port, "PACSA"), pairs) as association:
        for one in study[:half]:
            assert association.store(one.sop_class, one.uid, one.syntax, [one.dataset]).status == 0
        yield
        for one in study[half:]:
            assert association.store(one.sop_class, one.uid, one.syntax, [one.dataset]).status == 0


def _of(end: End, exchange: str) -> list[Got]:
    return [one for one in letters(end) if exchange in one.text]


def _values(study: Sequence[Made]) -> set[str]:
    """Every value of the headers that is long enough to be told from chance."""
    found = set()
    for made in study:
        for element in dcmread(BytesIO(made.dataset), force=True, stop_before_pixels=True).iterall():
            if element.VR not in ("SQ", "OB", "OW", "UN", "US", "UL"):
                values = element.value if element.VM > 1 else [element.value]
                parts = [part for value in values for part in str(value).replace("=", "^").split("^")]
                found |= {part.casefold() for part in parts if len(part) >= 4}
    return found


def _wait_for(end: End, exchange: str, count: int, what: str) -> list[Got]:
    wait_until(lambda: len(_of(end, exchange)) >= count, what, SECONDS, 0.2)
    return _of(end, exchange)


def _called(api: Api, exchange: str) -> dict[str, object]:
    (called,) = api.get(f"/exchanges/{exchange}/called")["called"]
    found: dict[str, object] = called
    return found


def test_stat_wakes_the_first_before_it_is_complete_then_the_next_and_then_nobody_once_seen(
    world: World, patient: PhantomPatient
) -> None:
    first, second = sign_in(world.b, "wekker1"), sign_in(world.b, "wekker2")
    put_on_duty(world.b, [first.account, second.account], "Wekkers", WAIT, Channel.SMS)
    study = make_study(patient, 6, seed="waking")
    with second.listening() as heard:
        with _half_sent(world, study):
            arrival = world.wait_row(world.b, study[0].study_uid, lambda row: row.done > 0, "the first image at B")
            (letter,) = _wait_for(world.b, arrival.id, 1, "nobody was told at the first image")
            row = world.b.exchange(study[0].study_uid)
            assert row is not None and row.state is State.ARRIVING and not row.closed
            assert letter.address == "wekker1@sms" and "Eerste beeld; komt nog binnen." in letter.text
            assert [one["exchange"] for one in first.get("/me/notices")["notices"]] == [arrival.id]
            assert second.get("/me/notices")["notices"] == []
        told = _wait_for(world.b, arrival.id, 2, "the second was not called")
        assert [one.address for one in told] == ["wekker1@sms", "wekker2@sms"]
        event = heard.wait_for(lambda name, data: name == "notice" and data["exchange"] == arrival.id, "no event")
        assert (event["cause"], event["urgency"], event["hospital"], event["over"]) == (
            event["cause"],
            "stat",
            "Ziekenhuis A",
            False,
        )
        assert second.post(f"/exchanges/{arrival.id}/acknowledge") == {"stopped": True}
        heard.wait_for(lambda name, data: name == "notice" and data["over"], "the page does not hear that it is over")
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN, State.IMPORTED)
    time.sleep(SILENCE)
    assert len(_of(world.b, arrival.id)) == 2
    assert first.get("/me/notices")["notices"] == []
    called = _called(first, arrival.id)
    assert called["acknowledged_by"] == "wekker2" and called["outcome"] == "acknowledged"
    assert "not-acknowledged" not in [alert.code for alert in world.b.alerts(arrival.id)]
    assert world.b.events(arrival.id).count("notice") == 2
    said = " ".join(one.text for one in _of(world.b, arrival.id)).casefold().replace(arrival.id, "")
    assert not [value for value in _values(study) if value in said]


def test_when_nobody_looks_both_ends_see_so_and_opening_it_ends_that(world: World, patient: PhantomPatient) -> None:
    only = sign_in(world.b, "wekker3")
    put_on_duty(world.b, [only.account], "Wekkers", 1.5, Channel.SMS)
    study = make_study(patient, 2, seed="waking-nobody")
    world.send(study, TITLE)
    at_a, at_b = world.imported(study[0].study_uid)

    def codes(end: End, exchange: str) -> list[str]:
        return [alert.code for alert in end.alerts(exchange)]

    wait_until(lambda: "not-acknowledged" in codes(world.b, at_b.id), "B does not see it", SECONDS, 0.2)
    wait_until(lambda: "receiver-not-acknowledged" in codes(world.a, at_a.id), "A does not see it", SECONDS, 0.2)
    assert len(_wait_for(world.b, at_b.id, 3, "the last one is not called again")) >= 3
    only.raw("GET", f"/exchanges/{at_b.id}/study")
    wait_until(lambda: "not-acknowledged" not in codes(world.b, at_b.id), "B's alert stays", SECONDS, 0.2)
    wait_until(lambda: "receiver-not-acknowledged" not in codes(world.a, at_a.id), "A's alert stays", SECONDS, 0.2)
    assert _called(only, at_b.id)["acknowledged_by"] == "wekker3"
    count = len(_of(world.b, at_b.id))
    time.sleep(SILENCE)
    assert len(_of(world.b, at_b.id)) == count


def test_killed_again_and_again_no_notice_is_lost(world: World, patient: PhantomPatient) -> None:
    first, second = sign_in(world.b, "wekker4"), sign_in(world.b, "wekker5")
    put_on_duty(world.b, [first.account, second.account], "Wekkers", WAIT, Channel.SMS, Channel.MAIL)
    study = make_study(patient, 2, seed="waking-killed")
    world.send(study, TITLE)
    arrival = world.wait_row(world.b, study[0].study_uid, lambda row: row.done > 0, "the first image at B")
    world.b.program.kill("worker")
    _wait_for(world.b, arrival.id, 1, "the first was lost")
    world.b.program.kill("worker")
    told = _wait_for(world.b, arrival.id, 2, "the second was lost")
    assert {one.address for one in told} >= {"wekker4@sms", "wekker5@sms"}
    assert second.post(f"/exchanges/{arrival.id}/acknowledge") == {"stopped": True}
