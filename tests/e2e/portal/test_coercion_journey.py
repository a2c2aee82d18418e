"""The import table is tried out on an arrival, saved, written into the PACS, and taken back, all in the portal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Route, expect

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import Refused, person, sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.portal.test_administration import take_away
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[3]
SWAPPED = PATIENT.birth_date[:4] + PATIENT.birth_date[6:] + PATIENT.birth_date[4:6]
"""Day and month changed about: it waits for a human, who is shown the own patient."""


@pytest.fixture
def afterwards(world: World) -> Iterator[None]:
    """Other journeys import as delivered."""
    yield
    try:
        take_away(sign_in(world.b, "beheer"), "coercion")
    except Refused as refused:
        assert refused.code == "setting-unknown"


def _line(one: Hand, dutch: str) -> Locator:
    header = one.page.get_by_role("rowheader", name=one.say(dutch), exact=True)
    return one.page.get_by_role("row").filter(has=header)


def test_the_table_is_tried_on_an_arrival_saved_written_and_taken_back(
    world: World, hand: Reach, language: str, afterwards: None
) -> None:
    study = make_study(replace(PATIENT, birth_date=SWAPPED), 2, description=f"CT tabel {language}")
    world.send(study, "ROUTINE_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    person(world.b, f"functioneel-{language}", Role.ADMINISTRATOR, Role.IMAGE_DESK)
    one = hand(world.b, f"functioneel-{language}", "/beheer/importtabel")
    one.sees("heading", "admin/Importtabel")
    expect(_line(one, "admin/Patiëntnummer")).to_contain_text(one.say("admin/overschreven"))
    one.look("coercion")
    one.page.get_by_text(one.say("Een ontvangst"), exact=True).click()
    one.page.get_by_label(one.say("admin/Ontvangst"), exact=True).select_option(row.id)
    own = dict(PATIENT.numbers)["B"]
    expect(_line(one, "admin/Patiëntnummer")).to_contain_text(own)

    one.page.get_by_label(one.say("Vóór elke omschrijving")).fill("EXT ")
    one.find("combobox", "admin/Onderzoeksnummer (accession number)").select_option("sent")
    one.reads("Het onderzoeksnummer en de uitgever ervan komen nu uit verschillende bronnen. "
              "Een nummer kan dan van een ander ziekenhuis lijken dan waar het bij hoort.")  # fmt: skip
    one.find("combobox", "admin/Uitgever van het onderzoeksnummer").select_option("sent")
    description = _line(one, "admin/Omschrijving")
    expect(description).to_contain_text(f"EXT CT tabel {language}")
    expect(description).to_contain_text(one.say("anders dan nu"))
    one.look("coercion-tried")
    one.click("button", "Opslaan; geldt voor de volgende import")
    expect(one.find("button", "Opslaan; geldt voor de volgende import")).to_be_disabled()
    expect(one.page.get_by_role("row").filter(has_text=f"functioneel-{language}").first).to_contain_text("EXT")
    one.look("coercion-saved")

    desk = sign_in(world.b, f"functioneel-{language}")
    desk.post(f"/exchanges/{row.id}/import", {"number": own})
    world.imported(study[0].study_uid)
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert {str(world.pacs.dataset(one).StudyDescription) for one in stored} == {f"EXT CT tabel {language}"}

    one.page.reload()
    one.page.get_by_label(one.say("Vóór elke omschrijving")).fill("")
    one.click("button", "Opslaan; geldt voor de volgende import")
    rows = one.page.get_by_role("row").filter(has_text=f"functioneel-{language}")
    expect(rows).to_have_count(2)
    one.touch(rows.nth(1).get_by_role("button"))
    expect(one.page.get_by_label(one.say("Vóór elke omschrijving"))).to_have_value("EXT ")
    one.click("button", "Wijzigingen weggooien")
    expect(one.page.get_by_label(one.say("Vóór elke omschrijving"))).to_have_value("")


def test_who_sees_no_patient_tries_it_with_a_made_up_one(world: World, hand: Reach, language: str) -> None:
    one = hand(world.a, "beheer", "/beheer/importtabel")
    one.sees("heading", "admin/Importtabel")
    expect(one.page.get_by_text(one.say("Een ontvangst"), exact=True)).to_have_count(0)
    one.page.get_by_text(one.say("Voorbeeldwaarden bekijken of wijzigen (een verzonnen patiënt)")).click()
    one.page.get_by_label(one.say("admin/Instelling"), exact=True).last.fill("Elders, locatie Zuid")
    expect(_line(one, "admin/Instelling")).to_contain_text("Elders, locatie Zuid")
    one.look("coercion-typed")


def test_a_table_of_the_settings_file_is_shown_read_only_and_can_be_tried(
    world: World, hand: Reach, language: str
) -> None:
    """As the node says it of a file; that the file decides is a promise of ``tests/contract``."""
    one = hand(world.a, "beheer", "/beheer")

    def of_file(route: Route) -> None:
        answer = route.fetch()
        settings = answer.json()
        table = next(setting for setting in settings["settings"] if setting["kind"] == "coercion")
        table["source"] = "file"
        route.fulfill(response=answer, json=settings)

    one.page.route("**/api/v1/administration/settings", of_file)
    one.page.goto(one.page.url.split("/beheer")[0] + "/beheer/importtabel")
    expect(one.page.get_by_text("[coercion]")).to_be_visible()
    expect(one.page.get_by_role("combobox")).to_have_count(0)
    expect(one.page.get_by_role("button", name=one.say("Opslaan; geldt voor de volgende import"))).to_have_count(0)
    expect(_line(one, "admin/Patiëntnummer")).to_contain_text(one.say("admin/overschreven"))
    one.look("coercion-of-file")
