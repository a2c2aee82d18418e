"""A study that was sent to the general AE title: who it is for is said in two clicks, and it goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[1]
MOST_CLICKS = 2


def test_for_whom_is_said_in_two_clicks_and_it_goes(world: World, hand: Reach, language: str) -> None:
    description = f"CT thorax {language}"
    study = make_study(PATIENT, 2, description=description)
    world.send(study, "BEELDBRUG")
    world.wait_state(world.a, study[0].study_uid, State.PARKED)
    desk = hand(world.a, "balie", "/verzonden")
    row = desk.look_for("IJsselmonde", description)
    desk.look("outbox-parked")
    desk.click_in(row, "Voor wie?")
    dialog = desk.find("dialog", "Voor wie is dit onderzoek?")
    expect(dialog.get_by_text("IJsselmonde").first).to_be_visible()
    expect(dialog.get_by_role("list").get_by_role("button").first).to_be_visible()
    desk.look("for-whom")
    desk.clicks = 0
    desk.touch(dialog.get_by_role("list").get_by_role("button", name="Ziekenhuis B").first)
    expect(dialog.get_by_role("button", name=desk.say("Andere ontvanger"))).to_be_visible()
    desk.click("button", "send/Versturen", dialog)
    expect(dialog).to_be_hidden()
    assert desk.clicks <= MOST_CLICKS
    arrived = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN, State.IMPORTED)
    assert arrived.total == len(study)
    expect(row.get_by_role("button", name=desk.say("Voor wie?"))).to_be_hidden()
