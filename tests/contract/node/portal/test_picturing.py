"""Pictures without a name over the portal's API, on both engines: who may, what policy demands, what is on record."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import PICTURED, Route, State
from beeldbrug.node.ports.records import AuditEvent
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_saving import ANNA, PATH, arrival, plan
from tests.e2e.studies import Made, make_study

HASH = "ab" * 32


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "frame": 1,
        "hash": HASH,
        "size": 4711,
        "media_type": "image/png",
        "receiver": "Refereeravond radiologie",
        "responsible": "dr. J. Vries",
        "purpose": "TRAIN",
        "ground": "anonymous",
        "text": "none",
        "spots": 0,
        "covered": 0,
        "looked": True,
        **changes,
    }


@pytest.fixture
def study(house: House) -> list[Made]:
    made = make_study(ANNA, 2, seed="picturing")
    arrival(house, made)
    return made


def instance(browser: Browser) -> int:
    return next(int(line["id"]) for line in plan(browser, PATH) if line["type"] == "instance")


def events(house: House) -> list[AuditEvent]:
    with house.vault.read() as tx:
        return [event for _, event in tx.audit.events(A) if event.event == "picture"]


def test_a_picture_is_a_row_of_the_outbox_with_who_for_what_to_whom_and_its_hash(
    house: House, study: list[Made]
) -> None:
    browser = house.signed_in("johanna")
    body, row = asked(text="found", spots=1, covered=2), instance(browser)
    answer = browser.post(f"{PATH}/instances/{row}/picture", body)
    assert answer.status == 200, answer.body
    shown = browser.get(f"/exchanges/{body['id']}").json()
    assert (shown["direction"], shown["state"], shown["route"]) == ("out", "delivered", "picture")
    assert (shown["purpose"], shown["ground"], shown["responsible"]) == ("TRAIN", "anonymous", "dr. J. Vries")
    assert shown["other"]["person"] == "Refereeravond radiologie"
    assert shown["patient"] is not None, "the list knows whose it is, the picture does not"
    assert shown["may"] == [], "nothing of it is here: it can be neither opened nor withdrawn"
    record = browser.get(f"/exchanges/{body['id']}/picture").json()
    assert (record["hash"], record["size"], record["frame"], record["text"]) == (HASH, 4711, 1, "found")
    assert (record["spots"], record["covered"]) == (1, 2)
    with house.vault.read() as tx:
        kept = tx.saved.picture(A, body["id"])
        exchange = tx.exchanges.get(A, body["id"])
    assert kept is not None
    assert exchange is not None
    assert kept.instance_uid in {one.uid for one in study}
    assert (exchange.route, exchange.state, exchange.peer) == (Route.PICTURE, State.DELIVERED, PICTURED)
    assert exchange.emptied is not None, "there is nothing of it to keep, so nothing to empty"
    (event,) = events(house)
    assert (event.actor, event.outcome, event.exchange) == ("johanna", "success", body["id"])
    assert event.details["hash"] == HASH
    assert event.details["obligations"] == "looked-for-text"
    assert event.patient
    history = [deed["event"] for deed in browser.get(f"/exchanges/{body['id']}/history").json()["deeds"]]
    assert "picture" in history


def test_a_repeat_is_one_row_and_the_same_id_for_something_else_is_refused(house: House, study: list[Made]) -> None:
    browser, other, body = house.signed_in("johanna"), house.signed_in("piet"), asked()
    path = f"{PATH}/instances/{instance(browser)}/picture"
    assert browser.post(path, body).json() == browser.post(path, body).json()
    assert len(events(house)) == 1
    assert browser.post(path, {**body, "hash": "cd" * 32}).code == "picture-already"
    assert other.post(path, body).code == "picture-already"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"looked": False}, "picture-not-looked-at"),
        ({"responsible": " "}, "picture-for-whom"),
        ({"receiver": " "}, "picture-for-whom"),
        ({"purpose": "HRESCH"}, "picture-ground"),
        ({"ground": "research"}, "picture-ground"),
        ({"ground": "index"}, "picture-ground"),
        ({"ground": "consultation"}, "picture-consent"),
    ],
)
def test_what_policy_denies_leaves_no_row_and_stands_in_the_trail(
    house: House, study: list[Made], change: dict[str, Any], reason: str
) -> None:
    browser, body = house.signed_in("johanna"), asked(**change)
    answer = browser.post(f"{PATH}/instances/{instance(browser)}/picture", body)
    assert (answer.status, answer.code) == (403, "picture-not-permitted")
    assert reason.encode() in answer.body
    assert browser.get(f"/exchanges/{body['id']}").status == 404
    assert browser.get(f"/exchanges/{body['id']}/picture").status == 404
    (event,) = events(house)
    assert (event.outcome, event.decision) == ("deny", (reason,))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_who_may_not_hand_out_pictures_is_refused(house: House, study: list[Made], role: Role) -> None:
    row = instance(house.signed_in("johanna"))
    other = house.signed_in("piet", role)
    assert other.get(f"{PATH}/instances/{row}/picture").status == 403
    assert other.post(f"{PATH}/instances/{row}/picture", asked()).status == 403
    assert events(house) == []


def test_a_frame_or_an_image_that_is_not_there_is_refused(house: House, study: list[Made]) -> None:
    browser = house.signed_in("johanna")
    row = instance(browser)
    assert browser.post(f"{PATH}/instances/{row}/picture", asked(frame=2)).code == "picture-frame"
    assert browser.post(f"{PATH}/instances/{row + 77}/picture", asked()).status == 404
    assert browser.post(f"/exchanges/{'9' * 32}/instances/{row}/picture", asked()).status == 404


def _with(study: list[Made], attributes: dict[str, str]) -> list[Made]:
    found = []
    for one in study:
        dataset = read_dataset(BytesIO(one.dataset), is_implicit_VR=False, is_little_endian=True)
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        out = DicomBytesIO()
        out.is_little_endian, out.is_implicit_VR = True, False
        write_dataset(out, dataset)
        found.append(replace(one, dataset=out.getvalue()))
    return found


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ({}, []),
        ({"BurnedInAnnotation": "YES"}, ["picture-burned-in"]),
        ({"Modality": "US", "BurnedInAnnotation": "NO"}, ["picture-often-text"]),
        ({"ConversionType": "WSD"}, ["picture-often-text"]),
        ({"Modality": "XC"}, ["picture-face-perhaps"]),
        ({"RecognizableVisualFeatures": "YES"}, ["picture-recognisable"]),
    ],
)
def test_what_the_header_says_is_told_before_and_read_at_the_node(
    house: House, attributes: dict[str, str], codes: list[str]
) -> None:
    arrival(house, _with(make_study(ANNA, 1, seed="header"), attributes))
    browser = house.signed_in("johanna")
    path = f"{PATH}/instances/{instance(browser)}/picture"
    told = browser.get(path).json()["warnings"]
    assert [one["code"] for one in told] == codes
    assert all(one["nl"] and one["en"] and one["remedy_nl"] and one["remedy_en"] for one in told)
    answer = browser.post(path, asked())
    assert answer.status == (403 if "picture-recognisable" in codes else 200)
