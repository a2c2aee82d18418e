"""The desk compares an arrival's patient with its own, side by side, and chooses."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from beeldbrug.dicom.phantom.patients import HOSPITAL_B
from beeldbrug.model.exchange import State
from beeldbrug.node.app.live import Models
from beeldbrug.node.ports.configuration import Kind
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.dcmtk import StartWorklist, scheduled
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SECONDS = 60.0
PATIENT = KNOWN[1]
BORN = PATIENT.birth_date
SWAPPED = BORN[:4] + BORN[6:] + BORN[4:6]
"""Day and month changed about."""


def test_the_desk_sees_what_differs_side_by_side_and_chooses_the_own_patient(
    world: World, hand: Reach, language: str, worklist: str
) -> None:
    description = f"CT buik {language}"
    study = make_study(replace(PATIENT, birth_date=SWAPPED), 4, series=2, description=description)
    uid = study[0].study_uid
    world.send(study, "ROUTINE_B")
    row = world.wait_state(world.b, uid, State.VERIFIED, State.SEEN)
    api = sign_in(world.b, "balie")
    wait_until(
        lambda: (api.get(f"/exchanges/{row.id}")["reason"] or {}).get("code") == "demographics-differ",
        "the import does not wait for a human",
        SECONDS,
    )
    known = api.get(f"/exchanges/{row.id}/candidates")
    first = known["patients"][0]
    assert (first["likeness"]["bsn"], first["likeness"]["birth_date"]) == ("same", "alike")
    assert known["bsn"] == first["bsn"] == PATIENT.bsn and known["bsn_source"]

    waiting = api.post("/exchanges/search", {"direction": "in", "at_desk": True})["rows"]
    assert row.id in [one["id"] for one in waiting]

    desk = hand(world.b, "balie")
    desk.touch(desk.page.get_by_role("button", name=desk.say("Balie: {atDesk}", _atDesk=str(len(waiting))), exact=True))
    line = desk.look_for(PATIENT.surname, description)
    desk.look("desk-list")
    desk.click_in(line, "Naar mijn PACS")
    asked = desk.find("dialog", "Wie is dit bij ons?")
    choice = asked.get_by_role("radio").first
    expect(asked.get_by_text(desk.say("{name} bijna gelijk", _name=desk.say("geboortedatum"))).first).to_be_visible()
    expect(choice).to_have_css("padding-left", "14px")  # the room's own styles stand above the library's
    desk.look("desk-candidates")
    desk.touch(choice)
    side_by_side = asked.get_by_role("table")
    expect(side_by_side.get_by_text(desk.say("Bij ons"))).to_be_visible()
    expect(side_by_side.locator("[data-agreement=alike]")).to_have_count(1)
    order = asked.get_by_role("radio", name=worklist)
    expect(asked.get_by_role("button", name=desk.say("Naar mijn PACS"))).to_be_disabled()  # two orders fit
    desk.touch(order)
    desk.touch(asked.get_by_text(desk.say("Reeksen: {0} van {1} naar het PACS", _0="2", _1="2")))
    desk.touch(asked.get_by_role("checkbox").last)
    desk.look("desk-compared")
    other = hand(world.b, "coordinator")
    other.look_for(PATIENT.surname, description)
    expect(other.page.get_by_text(re.compile(other.say("{name} is hiermee bezig.", _name=".+"))).first).to_be_visible()
    desk.click("button", "Naar mijn PACS", asked)
    row = world.wait_state(world.b, uid, State.IMPORTED)
    assert first["patient"]["number"] == dict(PATIENT.numbers)[HOSPITAL_B.key]
    assert row.imported == 2
    with world.b.vault.database.read() as tx:
        found = tx.plans.get(world.b.site.ura, row.id).order
    assert found is not None and found.accession_number == worklist

    desk.touch(desk.page.get_by_role("button", name=desk.say("Wis filters")))
    line = desk.look_for(PATIENT.surname, description)
    expect(line.get_by_text(desk.say("{some} van {all} reeksen in het PACS", _some="1", _all="2"))).to_be_visible()
    desk.touch(line.get_by_role("button", name=re.compile(desk.say("Details van {whom}", _whom=""))))
    desk.look("desk-part-imported")
    desk.click("button", "Import ongedaan maken…")
    asked = desk.find("dialog", "Import ongedaan maken")
    desk.touch(asked.get_by_role("radio").first)
    desk.look("desk-undo")
    desk.touch(asked.get_by_role("button", name=desk.say("list/Ongedaan maken"), exact=True))
    wait_until(lambda: api.get(f"/exchanges/{row.id}")["state"] == "failed", "the import is not undone", SECONDS)
    desk.click("button", "Uit het PACS gehaald…")
    desk.look("desk-removed")
    desk.click("button", "Ja, het staat er niet meer")
    wait_until(
        lambda: (api.get(f"/exchanges/{row.id}")["reason"] or {}).get("code") == "undone-and-removed",
        "nobody noted that it is out of the PACS",
        SECONDS,
    )
    assert "import" in api.get(f"/exchanges/{row.id}")["may"]


@pytest.fixture
def worklist(world: World, wlmscpfs: StartWorklist) -> Iterator[str]:
    """A worklist of hospital B with two orders that fit; gives the accession number of the second."""
    number, today = dict(PATIENT.numbers)[HOSPITAL_B.key], time.strftime("%Y%m%d")
    steps = [scheduled(number, PATIENT.surname, f"B-10{one}", "CT", today, "CT van elders", BORN) for one in (1, 2)]
    set_worklist(world, {"ae_title": "WORKLIST", "host": "127.0.0.1", "port": wlmscpfs(steps)})
    yield "B-102"
    set_worklist(world, None)


def set_worklist(world: World, value: dict[str, object] | None) -> None:
    """As somebody does in administration."""
    base = world.b.vault
    text = "" if value is None else Models(base.live).checked(Kind.WORKLIST, value)[1]
    with base.database.write() as tx:
        tx.settings.add(base.own.ura, Kind.WORKLIST, "", text, "test", base.clock.now())
