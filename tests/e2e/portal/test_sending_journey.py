"""A selection of series with a prior is sent from one dialog in at most six clicks, and taken back with one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.studies import DATE, Made, make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENTS = {"nl": STRANGERS[5], "en": STRANGERS[6]}
"""Of whom no other test makes a study: all that A has of a patient is offered."""
MOST_CLICKS = 6
EARLIER = "20240110"


def _dated(study: Sequence[Made], date: str) -> list[Made]:
    return [replace(one, dataset=one.dataset.replace(DATE.encode(), date.encode())) for one in study]


def _held(world: World, patient: PhantomPatient) -> tuple[list[Made], list[Made]]:
    """A study of two series and a prior, at A since they were sent there before."""
    now = make_study(patient, 4, series=2, description="CT hersenen")
    prior = _dated(make_study(patient, 2, description="CT hersenen"), EARLIER)
    for study in (now, prior):
        world.send(study, "ROUTINE_B")
    for study in (now, prior):
        world.wait_state(world.b, study[0].study_uid, State.VERIFIED)
    return now, prior


def _find(one: Hand, number: str) -> None:
    one.find("textbox", "Patiënt").fill(number)
    one.press("Enter")


def _quick(one: Hand) -> Locator:
    return one.find("list", "Favoriet en laatst gebruikt").get_by_role("button", name="Ziekenhuis B").first


def _fold(one: Hand) -> Locator:
    """What opens the series of the newest study."""
    return one.page.get_by_role("button", name=one.say("Series van {name}, {day}").partition("{")[0]).first


def _studies(one: Hand) -> Locator:
    return one.page.get_by_role("checkbox", name="CT hersenen")


def _arrived(world: World, study: Sequence[Made], wanted: set[str]) -> None:
    """This sending, and not an earlier one of the study, brought these images to B and no others."""
    sent = world.a.exchange(study[0].study_uid)
    assert sent is not None
    there = (State.VERIFIED, State.SEEN, State.IMPORTED)
    world.wait_row(
        world.b, study[0].study_uid, lambda row: row.id == sent.id and row.state in there, "the sending at B"
    )
    assert {one.instance_uid for one in world.b.instances(sent.id)} == wanted


def test_series_with_a_prior_are_sent_in_six_clicks_and_taken_back(world: World, hand: Reach, language: str) -> None:
    patient = PATIENTS[language]
    now, prior = _held(world, patient)
    one = hand(world.a, "arts", "/verzonden")
    one.sees("heading", "list/Verzonden")
    one.clicks = 0
    one.touch(one.find("link", "app/Versturen").first)
    one.look("send-find")
    _find(one, dict(patient.numbers)["A"])
    expect(_studies(one)).to_have_count(2)
    one.find("textbox", "Vraag").fill("Bloeding hersenen? Vergelijken met vorig jaar.")
    expect(_studies(one).nth(0)).to_be_checked()
    expect(_studies(one).nth(1)).to_be_checked()
    one.touch(_fold(one))
    series = one.page.get_by_role("checkbox", name=one.say("send/Zonder omschrijving"))
    expect(series).to_have_count(2)
    one.touch(series.nth(1))
    one.touch(_quick(one))
    summary = one.find("complementary", "Samenvatting")
    expect(summary.get_by_text("Ziekenhuis B").first).to_be_visible()
    one.look("send-compose")
    one.click("button", "send/Versturen", summary)
    one.sees("link", "Naar verzonden")
    assert one.clicks <= MOST_CLICKS
    _arrived(world, now, {made.uid for made in now if made.series_uid != now[0].series_uid})
    _arrived(world, prior, {made.uid for made in prior})
    one.look("sent")
    _taken_back(one, dict(patient.numbers)["A"])
    world.wait_state(world.a, now[0].study_uid, State.WITHDRAWN)


def _taken_back(one: Hand, number: str) -> None:
    """The same is sent once more, and undone with one click while that can be."""
    one.click("button", "Nog iets versturen")
    _find(one, number)
    expect(_studies(one)).to_have_count(2)
    one.touch(_quick(one))
    one.click("button", "send/Versturen", one.find("complementary", "Samenvatting"))
    undo, withdraw = one.say("Ongedaan maken ({left} s)").partition(" (")[0], one.say("send/Intrekken")
    one.clicks = 0
    one.touch(one.page.get_by_role("button", name=re.compile(f"^({undo}|{withdraw})")))
    one.reads("Teruggenomen. De ontvanger houdt hier niets van over, tenzij het daar al in het PACS stond.")
    assert one.clicks == 1
    one.look("taken-back")
