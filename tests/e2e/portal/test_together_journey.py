"""A consult between two hospitals in two browsers: slice, window and pointer go along, and a key answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand, wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[5]
SLICES = 4
WINDOW = re.compile(r"W \d+ L -?\d+")


def _opened(world: World, hand: Reach, language: str) -> tuple[Hand, Hand, str]:
    """Both have it on screen: the receiver first."""
    study = make_study(PATIENT, SLICES, rows=(256,), description=f"CT hersenen {language}")
    world.send(study, "OVERLEG_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    receiver, sender = (hand(end, "arts", f"/uitwisseling/{row.id}") for end in (world.b, world.a))
    for one in (receiver, sender):
        wait_painted(one.page)
    return receiver, sender, study[0].study_uid


def _pane(one: Hand) -> Locator:
    return one.page.get_by_role("group").filter(has=one.page.locator("canvas")).first


def _answer_with_key(one: Hand, dutch: str) -> None:
    """The key that stands on the button."""
    key = one.find("button", dutch).get_attribute("aria-keyshortcuts")
    assert key is not None
    _pane(one).hover()
    one.press(key)


def test_both_see_the_same_slice_window_and_pointer_and_the_answer_by_one_key(
    world: World, hand: Reach, language: str
) -> None:
    receiver, sender, uid = _opened(world, hand, language)
    for one in (receiver, sender):
        one.click("button", "Samen kijken")
    expect(receiver.page.get_by_text("Ziekenhuis A").first).to_be_visible()
    expect(_pane(sender).get_by_text(f"1 / {SLICES}")).to_be_visible()
    _pane(receiver).click()
    receiver.press("ArrowDown")
    receiver.press("ArrowDown")
    expect(_pane(sender).get_by_text(f"3 / {SLICES}")).to_be_visible()
    receiver.press("2")
    window = WINDOW.search(_pane(receiver).get_by_text(WINDOW).inner_text())
    assert window is not None
    expect(_pane(sender).get_by_text(window.group())).to_be_visible()
    _pane(receiver).hover(position={"x": 200, "y": 200})
    expect(_pane(sender).get_by_text("Dienstdoend radioloog")).to_be_visible()
    receiver.look("consult")
    sender.look("consult-sender")
    _measured(receiver)
    _answered(receiver, sender)
    if language == "nl":
        _answer_with_key(receiver, "Komen")
        expect(sender.find("complementary", "Overleg").get_by_text(sender.say("komen")).first).to_be_visible()
        world.imported(uid)
    else:
        _answer_with_key(receiver, "Blijven")
        receiver.look("consult-stay")
        receiver.press("Enter")
        expect(sender.find("complementary", "Overleg").get_by_text(sender.say("blijven")).first).to_be_visible()
        world.wait_state(world.a, uid, State.REFUSED)


def _measured(one: Hand) -> None:
    """A length with the tool of its key; these pictures say no spacing, so that it is in pixels and says so."""
    one.press("l")
    box = _pane(one).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    one.page.mouse.move(x - 60, y)
    one.page.mouse.down()
    one.page.mouse.move(x, y, steps=4)
    one.page.mouse.move(x + 60, y, steps=4)
    one.page.mouse.up()
    expect(_pane(one).get_by_text(re.compile(r"\d+([.,]\d+)? (px|mm)")).first).to_be_visible()


def _answered(receiver: Hand, sender: Hand) -> None:
    _answer_with_key(receiver, "Bel mij")
    there, here = (one.find("complementary", "Overleg") for one in (sender, receiver))
    expect(there.get_by_text(sender.say("bel mij")).first).to_be_visible()
    expect(here.get_by_role("status").filter(has_text=receiver.say("bel mij"))).to_be_visible()
    sender.look("consult-answered")
    sender.click("button", "consult/Gelezen", there)
    expect(there.get_by_role("button", name=sender.say("consult/Gelezen"))).to_be_hidden()
