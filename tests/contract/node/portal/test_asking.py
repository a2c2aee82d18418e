"""Asking for what is missing over the portal's API: who may, what it says, and the text for who has no connection."""

from __future__ import annotations

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Route
from beeldbrug.model.identity import PatientNumber
from tests.contract.node.given import A
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_launch import ARRIVED, BIRTH, BSN, MINE, arrive


@pytest.fixture
def arrived(house: House) -> House:
    arrive(house, ARRIVED, MINE, PatientNumber(BSN, "NLMINBIZA"), BIRTH, 1)
    with house.vault.write() as tx:
        tx.exchanges.update(ARRIVED, house.clock.at, first_part=house.clock.at)
    return house


def test_the_desk_asks_once_and_sees_how_it_stands(arrived: House) -> None:
    desk = arrived.signed_in("balie", Role.IMAGE_DESK)
    assert "ask" in desk.get(f"/exchanges/{ARRIVED}").json()["may"]
    body = {"kinds": ["all-series"], "text": "Alles", "urgency": "asap"}
    for _ in range(2):
        found = desk.post(f"/exchanges/{ARRIVED}/requests", body).json()
    (one,) = found["requests"]
    assert (one["number"], one["state"], one["kinds"], one["text"]) == (1, "asked", ["all-series"], "Alles")
    assert one["own"] and not one["sent"] and one["reply"] is None
    listed = desk.post("/exchanges/search", {"asked": True}).json()["rows"]
    assert [row["id"] for row in listed] == [ARRIVED]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_who_does_not_receive_patients_asks_for_nothing(arrived: House, role: Role) -> None:
    somebody = arrived.signed_in("iemand", role)
    assert somebody.post(f"/exchanges/{ARRIVED}/requests", {"kinds": ["report"]}).status == 403
    assert somebody.get(f"/exchanges/{ARRIVED}/askable").status == 403


@pytest.mark.parametrize(
    "body",
    [{}, {"kinds": ["everything"]}, {"text": "x" * 501}, {"series": ["*"]}, {"kinds": ["report"], "urgency": "x"}],
)
def test_a_question_without_sense_is_refused(arrived: House, body: dict[str, object]) -> None:
    desk = arrived.signed_in("balie", Role.IMAGE_DESK)
    assert desk.post(f"/exchanges/{ARRIVED}/requests", body).code == "image-request-malformed"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_for_what_was_brought_there_is_a_text_that_names_nobody(arrived: House, language: str) -> None:
    with arrived.vault.write() as tx:
        tx.exchanges.update(ARRIVED, arrived.clock.at, route=Route.DISC, description="CT Jansen")
    desk = arrived.signed_in("balie", Role.IMAGE_DESK)
    askable = desk.get(f"/exchanges/{ARRIVED}/askable").json()
    assert (askable["reachable"], askable["why"]["code"]) == (False, "nobody-to-ask")
    assert desk.post(f"/exchanges/{ARRIVED}/requests", {"kinds": ["report"]}).code == "nobody-to-ask"
    asked = {"kinds": ["thin-slices", "report"], "phone": "030 555 0100", "language": language}
    text = desk.post(f"/exchanges/{ARRIVED}/requests/letter", asked).json()["text"]
    assert ARRIVED[:8] in text and "030 555 0100" in text
    assert {"nl": "de dunne coupes, het verslag", "en": "the thin slices, the report"}[language] in text
    with arrived.vault.read() as tx:
        (study,) = tx.instances.studies(A, [(ARRIVED, MINE)], {}, 0, 1)
    for identity in (study.patient_name, study.patient_name.partition("^")[0], BSN, BIRTH, MINE, "Jansen"):
        assert identity == "" or identity not in text


def test_a_request_is_answered_at_the_sending_alone(arrived: House) -> None:
    desk = arrived.signed_in("balie", Role.IMAGE_DESK)
    desk.post(f"/exchanges/{ARRIVED}/requests", {"kinds": ["report"]})
    assert desk.post(f"/exchanges/{ARRIVED}/requests/1/supply", {}).status == 404
    assert desk.post(f"/exchanges/{ARRIVED}/requests/1/refuse", {"reason": "see-text"}).status == 404
    assert desk.get(f"/exchanges/{ARRIVED}/requests/1/unsent").status == 404
    for number in ("x", "-1", "9" * 12, "²"):
        assert desk.post(f"/exchanges/{ARRIVED}/requests/{number}/heard", {}).status in (400, 404)
