"""Key images, a presentation and a prior in Chromium: saved, imported with the study, opened beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Visit
from tests.e2e.portal.hand import faults, wait_painted
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World

SECONDS = 60.0
PICTURES = os.environ.get("BEELDBRUG_PICTURES", "")
"""A folder for pictures of the screens, for who wants to look at them."""

pytestmark = pytest.mark.timeout(420)


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def _opened(page: Page, url: str) -> None:
    page.goto(url)
    wait_painted(page)


def _arrived(world: World, study: list[Made]) -> str:
    world.send(study, "OVERLEG_B")
    return world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN).id


def _measure(page: Page) -> None:
    box = page.get_by_test_id("viewport").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.press("l")
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=5)
    page.mouse.up()


def test_what_is_saved_is_there_after_a_reload_and_is_imported_with_the_study(
    world: World, patient: PhantomPatient, visit: Visit, axe: str
) -> None:
    study = make_study(patient, 6, rows=(128,))
    exchange = _arrived(world, study)
    page = visit(world.b, "arts")
    url = f"http://127.0.0.1:{world.b.site.web_port}/uitwisseling/{exchange}"
    _opened(page, url)
    page.keyboard.press("k")
    page.get_by_role("button", name="Sleutelbeelden", exact=True).click()
    panel = page.get_by_role("complementary", name="Sleutelbeelden")
    panel.get_by_label("Toelichting (mag leeg)").fill("Bloeding links")
    panel.get_by_role("button", name="Bewaren bij het onderzoek").click()
    expect(panel.get_by_role("status")).to_contain_text("Bewaard bij het onderzoek.")
    expect(panel.get_by_text("Bloeding links")).to_be_visible()
    _picture(page, "key-images")
    assert faults(page, axe) == []
    page.keyboard.press("Escape")
    page.get_by_test_id("viewport").first.click()
    _measure(page)
    page.get_by_role("button", name="Weergaven", exact=True).click()
    panel = page.get_by_role("complementary", name="Weergaven")
    panel.get_by_label("Naam").fill("Lengte laesie")
    panel.get_by_role("button", name="Weergave bewaren").click()
    expect(panel.get_by_role("status")).to_contain_text("Bewaard bij het onderzoek.")
    expect(panel.get_by_role("button", name="Lengte laesie")).to_be_visible()
    _picture(page, "presentations")
    assert faults(page, axe) == []
    _opened(page, url)
    page.get_by_role("button", name="Sleutelbeelden", exact=True).click()
    expect(page.get_by_text("Bloeding links")).to_be_visible()
    page.get_by_role("button", name="Weergaven", exact=True).click()
    panel = page.get_by_role("complementary", name="Weergaven")
    panel.get_by_role("button", name="Lengte laesie").click()
    expect(page.locator("svg text").filter(has_text="px").first).to_be_visible()
    expect(page.get_by_label("Patiënt").get_by_text("Ziekenhuis B")).to_have_count(0)
    _picture(page, "presentation-shown")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+K")
    world.imported(study[0].study_uid)
    taken = [world.pacs.dataset(one) for one in world.pacs.received(study=study[0].study_uid)]
    assert sorted(one.Modality for one in taken) == ["CT"] * 6 + ["KO", "PR"]
    assert len({one.PatientID for one in taken}) == 1, "all under the own number"


def test_what_was_just_saved_can_be_undone(world: World, patient: PhantomPatient, visit: Visit) -> None:
    exchange = _arrived(world, make_study(patient, 4, rows=(64,)))
    page = visit(world.b, "arts")
    url = f"http://127.0.0.1:{world.b.site.web_port}/uitwisseling/{exchange}"
    _opened(page, url)
    page.keyboard.press("k")
    page.get_by_role("button", name="Sleutelbeelden", exact=True).click()
    panel = page.get_by_role("complementary", name="Sleutelbeelden")
    panel.get_by_label("Toelichting (mag leeg)").fill("Vergissing")
    panel.get_by_role("button", name="Bewaren bij het onderzoek").click()
    expect(panel.get_by_text("Vergissing")).to_be_visible()
    panel.get_by_role("button", name="Ongedaan maken").click()
    expect(panel.get_by_text("Vergissing")).to_have_count(0)
    _opened(page, url)
    page.get_by_role("button", name="Sleutelbeelden", exact=True).click()
    expect(page.get_by_text("Hier gemarkeerd")).to_be_visible()
    expect(page.get_by_text("Vergissing")).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True])
def test_an_earlier_study_is_found_and_opened_beside(
    world: World, patient: PhantomPatient, visit: Visit, axe: str, phone: bool
) -> None:
    _arrived(world, make_study(patient, 5, rows=(64,), description="CT hersenen eerder"))
    exchange = _arrived(world, make_study(patient, 6, rows=(128,)))
    language = "en" if phone else "nl"
    sign_in(world.b, "arts").post("/me/preferences", {"language": language, "theme": "auto"})
    page = visit(world.b, "arts", phone=phone, language=language)
    _opened(page, f"http://127.0.0.1:{world.b.site.web_port}/uitwisseling/{exchange}")
    where, compare, beside = {
        "nl": ("Andere onderzoeken", "Om mee te vergelijken", "Ernaast zetten"),
        "en": ("Other studies", "To compare with", "View"),
    }[language]
    page.get_by_role("button", name=where, exact=True).click()
    panel = page.get_by_role("complementary", name=where)
    expect(panel.get_by_text(compare).first).to_be_visible()
    _picture(page, f"priors-{language}-{'phone' if phone else 'desktop'}")
    assert faults(page, axe) == []
    panel.get_by_role("button", name=beside).first.click()
    header = page.get_by_role("banner").first
    expect(header.get_by_text("CT hersenen eerder").first).to_be_visible()
    expect(page.get_by_test_id("viewport").locator("visible=true")).to_have_count(1 if phone else 2)
    wait_painted(page)
    page.wait_for_timeout(1500)
    _picture(page, f"beside-{language}-{'phone' if phone else 'desktop'}")
    sign_in(world.b, "arts").post("/me/preferences", {"language": "nl", "theme": "auto"})
    expect(page.get_by_text("Twee patiënten in dit venster")).to_have_count(0)
    expect(page.get_by_text("Two patients in this window")).to_have_count(0)
