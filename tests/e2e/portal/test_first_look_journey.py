"""The first picture of a study is on the screen before the program is loaded, and the viewer goes on from it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach, Visit
from tests.e2e.portal.hand import wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[4]
NAME = "Coëlho"
PROGRAM = "**/assets/main-*.js"
SLICES = 6
PLACE = "() => document.querySelector('[data-place]')?.textContent ?? ''"


def held(page: Page) -> list[Route]:
    """The program does not come until these are let go."""
    routes: list[Route] = []
    page.route(PROGRAM, lambda route: routes.append(route))
    return routes


def sent(world: World, description: str) -> str:
    """Path of an exchange at B."""
    study = make_study(PATIENT, SLICES, rows=(256,), description=description)
    world.send(study, "OVERLEG_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    return f"/uitwisseling/{row.id}"


def test_the_first_picture_is_there_before_the_program_and_the_viewer_goes_on_from_it(
    world: World, hand: Reach, language: str
) -> None:
    path = sent(world, f"CT eerste blik {language}")
    reader = hand(world.b, "arts", "/ontvangen")
    page = reader.page
    routes = held(page)
    page.goto(page.url.replace("/ontvangen", path))
    look = reader.find("region", "Eerste beeld")
    expect(look).to_be_visible()
    expect(look.get_by_text(NAME)).to_be_visible()
    expect(look.get_by_text(reader.say("Niet voor primaire diagnostiek"))).to_be_visible()
    assert page.locator("[data-testid=viewport]").count() == 0, "the viewer itself is not there"
    reader.look("first-look")

    before = int(str(page.evaluate(PLACE)).split(" / ")[0])
    page.keyboard.press("ArrowDown" if before < SLICES else "ArrowUp")
    after = before + (1 if before < SLICES else -1)
    wait_until(lambda: page.evaluate(PLACE) == f"{after} / {SLICES}", "the next picture does not come", 20.0)

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for route in routes:
        route.continue_()
    page.unroute(PROGRAM)
    expect(look).to_be_hidden()
    wait_painted(page)
    expect(page.get_by_text(f"{after} / {SLICES}")).to_be_visible()
    assert not [url for url in asked if url.endswith("/study")], "the study is opened once"


def test_a_wheel_scrolls_the_first_picture_and_escape_leaves_it(world: World, visit: Visit) -> None:
    page = visit(world.b, "arts", "/ontvangen")
    held(page)
    page.goto(page.url.replace("/ontvangen", sent(world, "CT eerste blik wiel")))
    look = page.get_by_role("region", name="Eerste beeld")
    expect(look).to_be_visible()
    look.hover()
    before = page.evaluate(PLACE)
    page.mouse.wheel(0, 100)
    page.mouse.wheel(0, 100)
    wait_until(lambda: page.evaluate(PLACE) not in ("", before), "the wheel does nothing", 20.0)
    page.keyboard.press("Escape")
    expect(look).to_be_hidden()
    assert NAME not in page.content()


def test_whoever_has_not_signed_in_sees_the_sign_in_screen_and_nothing_before_it(world: World, visit: Visit) -> None:
    path = sent(world, "CT eerste blik niemand")
    page = visit(world.b, "", path)
    expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()
    assert page.get_by_role("region", name="Eerste beeld").count() == 0
    assert NAME not in page.content()


def test_a_study_that_is_not_there_is_told_by_the_viewer(world: World, visit: Visit) -> None:
    page = visit(world.b, "arts", f"/uitwisseling/{'0' * 32}")
    expect(page.get_by_role("button", name="Terug naar de lijst")).to_be_visible()
    assert page.get_by_role("region", name="Eerste beeld").count() == 0
