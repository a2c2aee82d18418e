"""The privacy officer answers a patient in Chromium: who looked, on what ground; and that it was asked is on record."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("phone", [False, True])
def test_who_looked_at_a_patient_is_found_with_ground_and_taken_along(
    world: World, patient: PhantomPatient, hand: Reach, phone: bool, tmp_path: Path
) -> None:
    study = make_study(patient, 1, description="CT schedel log")
    number = patient.number(HOSPITAL_A)
    world.send(study, "OVERLEG_B")
    exchange = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN, State.IMPORTED).id
    doctor = hand(world.b, "arts", f"/uitwisseling/{exchange}")
    wait_painted(doctor.page)
    officer = hand(world.b, "fg", "/", phone=phone)
    page = officer.page
    officer.sees("heading", "Logboek")
    officer.look("log-empty")
    officer.fill("Patiëntnummer of BSN", number)
    page.get_by_role("combobox", name=officer.say("Wat"), exact=True).click()
    officer.click("option", "Ingezien")
    officer.click("button", "Zoeken")
    row = page.get_by_role("row").filter(has_text=officer.say("Bekeken")).first
    expect(row).to_contain_text("arts")
    expect(row).to_contain_text(number)
    row.get_by_role("button").click()
    expect(row).to_contain_text(exchange)
    officer.look("log-found")
    assert number not in page.url
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").click()
    file = tmp_path / "audit.csv"
    coming.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as text:
        rows = [one for one in csv.DictReader(text) if one["event"] == "view"]
    assert ("arts", exchange) in {(one["actor"], one["exchange"]) for one in rows}
    with world.b.vault.database.read() as tx:
        reads = [one for _, one in tx.audit.events(world.b.site.ura, event="audit-read", limit=10_000)]
    mine = [one for one in reads if one.patient == number]
    assert {one.details["means"] for one in mine} == {"portal", "table"}
    assert {one.actor for one in mine} == {"fg"}
