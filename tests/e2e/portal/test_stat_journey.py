"""A stat CT in Chromium: it stands on B's list, its picture is on screen, "come" is said with a key, it is imported."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach, Visit
from tests.e2e.portal.hand import faults, wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

SECONDS = 60.0

pytestmark = pytest.mark.timeout(300)


def test_a_stat_study_is_opened_from_the_list_answered_with_a_key_and_imported(
    world: World, patient: PhantomPatient, visit: Visit, axe: str
) -> None:
    study = make_study(patient, 6, rows=(128,))
    uid = study[0].study_uid
    page = visit(world.b, "arts")
    expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible()
    world.send(study, "OVERLEG_B")
    row = world.wait_state(world.b, uid, State.VERIFIED, State.SEEN)
    page.get_by_text(patient.surname, exact=False).first.wait_for()
    page.goto(f"http://127.0.0.1:{world.b.site.web_port}/uitwisseling/{row.id}")
    wait_painted(page)
    shown = page.locator("[data-viewer]").inner_text()
    assert patient.surname.split()[-1] in shown
    assert "Niet voor primaire diagnostiek" in shown
    assert faults(page, axe) == []
    page.keyboard.press("Shift+K")
    at_a = sign_in(world.a, "arts")
    sent = world.a.exchange(uid)
    assert sent is not None
    wait_until(
        lambda: [one["answer"] for one in at_a.get(f"/exchanges/{sent.id}")["answers"]] == ["come"],
        "the answer does not reach A",
        SECONDS,
    )
    world.imported(uid)


def test_one_click_on_the_list_brings_a_study_into_the_own_pacs(world: World, hand: Reach, language: str) -> None:
    description = f"CT bekken {language}"
    study = make_study(KNOWN[7], 3, description=description)
    world.send(study, "OVERLEG_B")
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    one = hand(world.b, "arts")
    row = one.look_for(KNOWN[7].surname, description)
    one.clicks = 0
    one.click_in(row, "Naar mijn PACS")
    world.imported(study[0].study_uid)
    assert one.clicks == 1
