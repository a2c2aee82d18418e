"""The desk compares an arrival's patient with its own, side by side, and chooses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from beeldbrug.dicom.phantom.patients import HOSPITAL_B
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SECONDS = 60.0
PATIENT = KNOWN[1]
BORN = PATIENT.birth_date
SWAPPED = BORN[:4] + BORN[6:] + BORN[4:6]
"""Day and month changed about."""


def test_the_desk_sees_what_differs_side_by_side_and_chooses_the_own_patient(
    world: World, hand: Reach, language: str
) -> None:
    description = f"CT buik {language}"
    study = make_study(replace(PATIENT, birth_date=SWAPPED), 2, description=description)
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
    desk.look("desk-compared")
    desk.click("button", "Naar mijn PACS", asked)
    world.imported(uid)
    assert first["patient"]["number"] == dict(PATIENT.numbers)[HOSPITAL_B.key]
