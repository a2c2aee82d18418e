"""Stat arrives while the portal stands in the background: a notice on the desktop and a sound, without a name."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import person
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.duty import put_on_duty
from tests.e2e.portal.hand import Hand, wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[8]
TRACES = ("Vries", "Renée", "1994", "4508880", "999991504", "CT enkel")
MOST_CLICKS = 2

LISTENS = """
window.heard = {notices: [], tones: 0};
const Told = window.Notification;
window.Notification = class extends Told {
  constructor(title, options) {
    super(title, options);
    window.heard.notices.push([title, options]);
  }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.heard.tones += 1;
  return start.apply(this, when);
};
"""
"""What the page hands to the operating system, written down on its way there."""


def _in_the_background(one: Hand) -> None:
    """Another window has the focus. Playwright gives every page the focus unless told otherwise."""
    session = one.page.context.new_cdp_session(one.page)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    one.page.context.new_page().bring_to_front()
    one.page.wait_for_function("() => !document.hasFocus() || document.visibilityState !== 'visible'")


def test_stat_is_told_on_the_desktop_and_heard_without_a_name(world: World, hand: Reach, language: str) -> None:
    login = f"wacht-{language}"
    put_on_duty(world.b, [person(world.b, login)], "Wekkers")
    one = hand(world.b, login)
    one.page.context.grant_permissions(["notifications"])
    one.page.context.add_init_script(LISTENS)
    one.page.reload()
    one.sees("heading", "list/Ontvangen")
    _in_the_background(one)
    study = make_study(PATIENT, 3, rows=(128,), description=f"CT enkel {language}")
    world.send(study, "WEK_B")
    one.page.wait_for_function("() => window.heard.notices.length > 0 && window.heard.tones > 0", timeout=60_000)
    heard = one.page.evaluate("() => window.heard")
    title, options = heard["notices"][0]
    assert title == f"{one.say('words/spoed')}: Ziekenhuis A"
    assert not [trace for trace in TRACES if trace in str(heard["notices"])]
    one.page.bring_to_front()
    toast = one.find("article", "Melding van {0}", _0="Ziekenhuis A")
    expect(toast).to_be_visible()
    assert not [trace for trace in TRACES if trace in toast.inner_text()]
    assert options["body"] in [one.say("Eerste beeld; komt nog binnen."), one.say("Beelden compleet en gecontroleerd.")]
    one.look("notice")
    one.clicks = 0
    one.click("button", "Bekijken", toast)
    wait_painted(one.page)
    assert one.clicks <= MOST_CLICKS
    expect(toast).to_be_hidden()
    _told_afterwards(one, f"CT enkel {language}", login)


def _told_afterwards(one: Hand, description: str, login: str) -> None:
    """The details say who was called and who looked; and whether the examination was spared is said with one touch."""
    one.click("button", "Terug naar de lijst")
    row = one.look_for("Vries", description)
    one.touch(row.get_by_role("button").last)
    drawer = one.find("dialog", "Uitwisseling")
    expect(drawer.get_by_text(one.say("Wie is gewaarschuwd"))).to_be_visible()
    expect(drawer.get_by_text(one.say("in het portaal")).first).to_be_visible()
    one.clicks = 0
    one.touch(drawer.get_by_text(one.say("Niet opnieuw gemaakt"), exact=True))
    assert one.clicks == 1
    expect(one.find("radio", "Niet opnieuw gemaakt", drawer)).to_be_checked()
    expect(drawer.get_by_text(login).first).to_be_visible()
    one.look("details-called")
