"""A sending is withdrawn from the list, and the study closes in the viewer that is open at the other end."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[4]
NAME = "Coëlho"
MOST_CLICKS = 2
"""From the message to the image."""


def test_what_is_withdrawn_on_the_list_closes_in_the_viewer_at_the_other_end(
    world: World, hand: Reach, language: str
) -> None:
    description = f"CT hals {language}"
    study = make_study(PATIENT, 3, rows=(128,), description=description)
    world.send(study, "OVERLEG_B")
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    reader, sender = hand(world.b, "arts"), hand(world.a, "arts", "/verzonden")
    row = reader.look_for(NAME, description)
    reader.look("inbox-stat")
    reader.clicks = 0
    reader.click_in(row, "Openen")
    wait_painted(reader.page)
    assert reader.clicks <= MOST_CLICKS
    expect(reader.page.get_by_text(NAME).first).to_be_visible()

    row = sender.look_for(NAME, description)
    sender.touch(row.get_by_role("button").last)
    drawer = sender.find("dialog", "Uitwisseling")
    expect(drawer.get_by_text(NAME).first).to_be_visible()
    sender.look("details")
    sender.click("button", "Intrekken…", drawer)
    asked = sender.find("dialog", "Intrekken")
    sender.look("withdraw")
    sender.click("button", "Intrekken", asked)

    reader.sees("heading", "Dit onderzoek is ingetrokken.")
    assert NAME not in reader.page.content()
    reader.look("withdrawn-open")
    reader.click("button", "Terug naar de lijst")
    world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    expect(sender.page.get_by_text(sender.say("ingetrokken")).first).to_be_visible()
    sender.look("details-withdrawn")
