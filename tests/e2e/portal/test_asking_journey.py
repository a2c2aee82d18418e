"""The desk at B asks for what is missing, the coordinator at A sends it out of its PACS (Orthanc), or says why not."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from beeldbrug.model.exchange import State
from beeldbrug.node.policy.rules import RETRIEVE_AE
from tests.e2e.archive import Archive
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.api import Api, sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World, build_world
from tests.peers.orthanc import Orthanc, start_orthanc
from tests.peers.processes import wait_until

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

PATIENTS = {"nl": STRANGERS[2], "en": STRANGERS[3]}
B = {"organisation": "00000002", "name": "", "location": "", "department": "", "person": "", "phone": ""}
WORDS = "Alleen de eerste reeks kwam mee."


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Orthanc]]:
    """A world in which A's own PACS is an Orthanc that knows A's title for retrieval."""
    folder = tmp_path_factory.mktemp("asking")
    with ExitStack() as stack:
        pacs = start_orthanc(stack, folder / "pacs-a", "PACSA", {}, {})
        world = build_world(folder, Archive(folder / "nobody", 0), ports=(pacs.dicom_port, 1))
        stack.callback(world.stop)
        world.start()
        pacs.know("retrieve", (RETRIEVE_AE, "127.0.0.1", world.a.site.dimse_port))
        yield world, pacs


def part_sent(world: World, pacs: Orthanc, folder: Path, study: list[Made], number: str) -> tuple[Api, str]:
    """The study in A's PACS; its first series sent to B. The exchange."""
    for one in study:
        pacs.put(one.write(folder))
    api = sign_in(world.a, "coordinator")
    found = api.post("/sending/search", {"text": number})["studies"]
    chosen = next(one for one in found if one["study_uid"] == study[0].study_uid)
    names = ("study_uid", "source", "origin", "description", "modalities")
    some = {name: chosen[name] for name in names} | {"series": [study[0].series_uid], "expected": 3}
    terms = {"receiver": B, "question": "Graag beoordelen."}
    api.post("/sending", {"bundle": secrets.token_hex(16), "studies": [some], "terms": terms})
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, seconds=90)
    return api, row.id


def details(one: Hand, surname: str, description: str) -> None:
    line = one.look_for(surname, description)
    one.touch(line.get_by_role("button", name=re.compile(one.say("Details van {whom}", _whom=""))))


def states(api: Api, exchange: str) -> list[str]:
    found: dict[str, Any] = api.get(f"/exchanges/{exchange}")
    return [one["state"] for one in found["requests"]]


def test_the_desk_asks_and_the_coordinator_sends_or_says_why_not(
    own: tuple[World, Orthanc], hand: Reach, language: str, tmp_path: Path
) -> None:
    world, pacs = own
    patient, description = PATIENTS[language], f"CT hals {language}"
    study = make_study(patient, 6, rows=(64,), series=2, seed=f"journey {language}", description=description)
    at_a, id = part_sent(world, pacs, tmp_path, study, dict(patient.numbers)["A"])

    desk = hand(world.b, "balie")
    details(desk, patient.surname, description)
    desk.click("button", "Vraag wat ontbreekt…")
    asked = desk.find("dialog", "Vragen wat ontbreekt")
    expect(asked.get_by_role("checkbox").first).to_be_visible()
    desk.look("ask-missing")
    desk.touch(asked.get_by_role("checkbox", name=desk.say("missing/alle reeksen")))
    desk.fill("In uw woorden", WORDS)
    desk.touch(asked.get_by_role("button", name=re.compile(f"^{desk.say('Vraag {name}', _name='')}")))
    expect(desk.page.locator("[data-request=asked]")).to_contain_text(WORDS)

    coordinator = hand(world.a, "coordinator", "/verzonden?toestand=gevraagd")
    details(coordinator, patient.surname, description)
    coordinator.look("asked-for")
    coordinator.click("button", "Nasturen…")
    sending = coordinator.find("dialog", "Nasturen")
    expect(sending.get_by_role("checkbox")).to_have_count(1)  # the series that was not sent
    coordinator.look("send-missing")
    coordinator.click("button", "missing/Versturen", sending)
    expect(coordinator.page.locator("[data-request=coming],[data-request=answered]")).to_have_count(1)

    at_b = sign_in(world.b, "balie")
    wait_until(lambda: states(at_b, id) == states(at_a, id) == ["answered"], "what was missing did not come", 90)
    assert {one.instance_uid for one in world.b.instances(id)} == {one.uid for one in study}
    expect(desk.page.locator("[data-request=answered]")).to_have_count(1)

    desk.click("button", "Vraag wat ontbreekt…")
    desk.touch(asked.get_by_role("checkbox", name=desk.say("missing/eerdere onderzoeken")))
    desk.touch(asked.get_by_role("button", name=re.compile(f"^{desk.say('Vraag {name}', _name='')}")))
    coordinator.click("button", "Niet sturen…")
    refusing = coordinator.find("dialog", "Niet sturen")
    why = "Er is geen eerder onderzoek."
    coordinator.touch(refusing.get_by_role("radio").first)
    coordinator.fill("Uw toelichting", why)
    coordinator.look("refuse-missing")
    coordinator.click("button", "missing/Antwoorden", refusing)
    expect(desk.page.locator("[data-request=refused]")).to_contain_text(why, timeout=60_000)
    desk.look("missing-refused")
    desk.click("button", "missing/Gelezen")
    wait_until(lambda: at_b.get(f"/exchanges/{id}")["requests"][1]["heard"], "nobody noted the refusal", 30)
    assert at_b.get(f"/exchanges/{id}")["alerts"] == []
