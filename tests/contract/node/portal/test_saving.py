"""Key images, presentations and priors over the portal's API, on both engines: who may, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pydicom.dataset import Dataset

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PATIENTS
from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import OWN
from tests.contract.node import given
from tests.contract.node.given import NOW, A, B
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House
from tests.e2e.studies import Made, make_study
from tests.ingest import Ingest
from tests.plan import whole_lines

ANNA, PIET = PATIENTS[0], PATIENTS[1]


def lay(house: House, made: list[Made], origin: str = OWN, organisation: str = A) -> None:
    ingest = Ingest(house.vault, house.base.spool, house.base.store, organisation, origin)
    for one in made:
        ingest.add(one.dataset, one.syntax)
    ingest.close()


def arrival(house: House, made: list[Made], id: str = "c" * 32, organisation: str = A) -> str:
    with house.vault.write() as tx:
        new = given.exchange(
            id=id,
            organisation=organisation,
            direction=Direction.IN,
            state=State.VERIFIED,
            study_uid=made[0].study_uid,
            expires=NOW + 1e9,
        )
        tx.exchanges.add(new)
        tx.exchanges.update(id, NOW, verified=NOW)
    lay(house, made, id, organisation)
    return id


def image(one: Made) -> dict[str, Any]:
    return {
        "series_uid": one.series_uid,
        "sop_class_uid": one.sop_class,
        "sop_instance_uid": one.uid,
        "frames": [],
    }


def keys(*made: Made, **changes: Any) -> dict[str, Any]:
    return {"id": uuid4().hex, "images": [image(one) for one in made], "description": "Kijk hier", **changes}


def presentation(*made: Made, **changes: Any) -> dict[str, Any]:
    area = {"left": 1, "top": 1, "right": 64, "bottom": 64}
    asked = {"id": uuid4().hex, "label": "LAESIE", "images": [image(one) for one in made], "area": area}
    return {**asked, **changes}


def plan(browser: Browser, path: str) -> list[dict[str, Any]]:
    answer = browser.get(f"{path}/study")
    assert answer.status == 200, answer.body
    return whole_lines(json.loads(line) for line in answer.body.splitlines())


def kinds(browser: Browser, path: str) -> list[str]:
    return sorted(
        line["metadata"]["00080060"]["Value"][0] for line in plan(browser, path) if line["type"] == "instance"
    )


@pytest.fixture
def study(house: House) -> list[Made]:
    made = make_study(ANNA, 3, seed="saving")
    arrival(house, made)
    return made


PATH = f"/exchanges/{'c' * 32}"


def test_what_was_saved_is_in_the_plan_for_everybody_who_may_see_the_study(house: House, study: list[Made]) -> None:
    johanna, other = house.signed_in("johanna"), house.signed_in("piet", Role.IMAGE_DESK)
    assert johanna.post(f"{PATH}/key-objects", keys(study[0])).status == 200
    assert johanna.post(f"{PATH}/presentations", presentation(study[1])).status == 200
    assert kinds(other, PATH) == ["CT", "CT", "CT", "KO", "PR"]
    lines = plan(other, PATH)
    assert (lines[0]["here"], lines[0]["total"]) == (3, 3), "what is saved here did not come in"
    saved = [Dataset.from_json(line["metadata"]) for line in lines if line["type"] == "instance" and not line["frames"]]
    assert {str(one.Manufacturer) for one in saved} == {"Beeldbrug"}
    assert all(str(one.PatientName) for one in saved)


def test_a_repeat_gives_what_was_saved_and_makes_nothing(house: House, study: list[Made]) -> None:
    browser, wanted = house.signed_in("johanna"), keys(study[0], study[1])
    once, twice = browser.post(f"{PATH}/key-objects", wanted), browser.post(f"{PATH}/key-objects", wanted)
    assert once.json() == twice.json()
    assert kinds(browser, PATH).count("KO") == 1
    taken = house.signed_in("piet").post(f"{PATH}/key-objects", wanted)
    assert (taken.status, taken.code) == (409, "saved-already")


def test_it_is_taken_back_by_who_saved_it_alone(house: House, study: list[Made]) -> None:
    johanna, other = house.signed_in("johanna"), house.signed_in("piet")
    saved = johanna.post(f"{PATH}/key-objects", keys(study[0])).json()["id"]
    assert other.delete(f"{PATH}/saved/{saved}").status == 404
    assert johanna.delete(f"{PATH}/saved/{saved}").status == 204
    assert johanna.delete(f"{PATH}/saved/{saved}").status == 404
    assert "KO" not in kinds(johanna, PATH)


def test_beside_an_own_study_it_shows_where_the_study_was_sent_too(house: House) -> None:
    made = make_study(ANNA, 2, seed="own")
    lay(house, made)
    with house.vault.write() as tx:
        tx.exchanges.add(given.exchange(id="d" * 32, study_uid=made[0].study_uid))
        rows = tx.instances.instances(A, OWN, made[0].study_uid, None, {})
        tx.exchanges.add_member("d" * 32, A, rows[0].id)
        (found,) = tx.instances.studies(A, None, {}, 0, 9)
    browser = house.signed_in("johanna")
    saved = browser.post(f"/studies/{found.id}/key-objects", keys(made[0])).json()
    assert kinds(browser, f"/studies/{found.id}") == ["CT", "CT", "KO"]
    assert kinds(browser, f"/exchanges/{'d' * 32}") == ["CT", "KO"]
    with house.vault.read() as tx:
        assert tx.exchanges.exchanges_of(A, saved["instance"]) == [], "nothing goes out by itself"


Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body.update(id="x"), "body-malformed"),
        (lambda body: body.update(images=[]), "body-malformed"),
        (lambda body: body.update(images=body["images"] * 201), "body-malformed"),
        (lambda body: body.update(label="klein"), "body-malformed"),
        (lambda body: body.update(rotation=45), "body-malformed"),
        (lambda body: body.update(window={"center": 1, "width": 0}), "body-malformed"),
        (lambda body: body.update(window={"center": 1e300, "width": 1}), "body-malformed"),
        (lambda body: body.update(texts=[{"text": "x" * 1025, "x": 1, "y": 1}]), "body-malformed"),
        (lambda body: body.update(author="iemand anders"), "body-malformed"),
        (lambda body: body["images"][0].update(sop_instance_uid="1.2.3"), "image-not-of-study"),
        (lambda body: body["images"][0].update(frames=[2]), "image-not-of-study"),
    ],
)
def test_what_is_absurd_is_refused(house: House, study: list[Made], change: Change, code: str) -> None:
    browser, wanted = house.signed_in("johanna"), presentation(study[0])
    change(wanted)
    answer = browser.post(f"{PATH}/presentations", wanted)
    assert answer.status in (400, 422), answer.body
    assert answer.code == code
    assert kinds(browser, PATH) == ["CT"] * 3


def test_others_studies_and_withdrawn_ones_take_nothing(house: House, study: list[Made]) -> None:
    arrival(house, make_study(PIET, 1, seed="of B"), "f" * 32, B)
    browser = house.signed_in("johanna")
    assert browser.post(f"/exchanges/{'f' * 32}/key-objects", keys(study[0])).status == 404
    with house.vault.write() as tx:
        tx.exchanges.update("c" * 32, NOW, withdrawn=NOW)
    assert browser.post(f"{PATH}/key-objects", keys(study[0])).status == 404


def listed(browser: Browser, path: str) -> list[tuple[str, str, bool, bool]]:
    answer = browser.get(f"{path}/related")
    assert answer.status == 200, answer.body
    assert ANNA.identity(HOSPITAL_A).name.split("^")[0].encode() not in answer.body
    assert not any(bsn.encode() in answer.body for bsn in (ANNA.bsn, PIET.bsn) if bsn)
    return [(one["kind"], one["id"], one["own"], one["current"]) for one in answer.json()["studies"]]


def test_other_studies_of_the_patient_are_listed_wherever_they_lie_and_nobody_elses(
    house: House, study: list[Made]
) -> None:
    own, other = make_study(ANNA, 2, seed="prior"), make_study(PIET, 2, seed="piet")
    lay(house, own)
    lay(house, other)
    arrival(house, make_study(ANNA, 1, seed="third"), "1" * 32)
    arrival(house, make_study(ANNA, 1, seed="of B"), "2" * 32, B)
    browser = house.signed_in("johanna")
    with house.vault.read() as tx:
        (row,) = [one for one in tx.instances.studies(A, None, {"StudyInstanceUID": own[0].study_uid}, 0, 9)]
    found = {(kind, id, is_own, current) for kind, id, is_own, current in listed(browser, PATH)}
    assert found == {
        ("exchange", "c" * 32, False, True),
        ("exchange", "1" * 32, False, False),
        ("study", str(row.id), True, False),
    }
    assert ("exchange", "c" * 32, False, False) in listed(browser, f"/studies/{row.id}")


def test_what_may_not_be_read_any_more_is_not_listed(house: House, study: list[Made]) -> None:
    arrival(house, make_study(ANNA, 1, seed="third"), "1" * 32)
    browser = house.signed_in("johanna")
    assert len(listed(browser, PATH)) == 2
    with house.vault.write() as tx:
        tx.exchanges.update("1" * 32, NOW, withdrawn=NOW)
    assert len(listed(browser, PATH)) == 1


def test_a_copy_of_the_study_itself_is_no_prior(house: House, study: list[Made]) -> None:
    lay(house, study)
    arrival(house, study, "1" * 32)
    assert len(listed(house.signed_in("johanna"), PATH)) == 1


def test_that_somebody_asked_is_on_record_and_looking_is_not(house: House, study: list[Made]) -> None:
    lay(house, make_study(ANNA, 2, seed="prior"))
    browser = house.signed_in("johanna")
    listed(browser, PATH)
    with house.vault.read() as tx:
        events = [event for _, event in tx.audit.events(A)]
    assert [event.details["level"] for event in events if event.event == "search"] == ["related"]
    assert all(event.event != "view" for event in events)


def test_what_was_saved_beside_a_study_does_not_count_as_images_of_it(house: House, study: list[Made]) -> None:
    browser = house.signed_in("johanna")
    browser.post(f"{PATH}/key-objects", keys(study[0]))
    (only,) = browser.get(f"{PATH}/related").json()["studies"]
    assert (only["modalities"], only["instances"]) == (["CT"], 3)


def test_an_earlier_study_of_the_same_region_is_relevant(house: House) -> None:
    arrival(house, make_study(ANNA, 2, seed="now", description="CT hersenen"))
    arrival(house, make_study(ANNA, 2, seed="then", description="CT hersenen"), "1" * 32)
    arrival(house, make_study(ANNA, 2, seed="knee", description="MRI knie links"), "2" * 32)
    browser = house.signed_in("johanna")
    answer = browser.get(f"{PATH}/related").json()["studies"]
    assert {one["id"]: one["relevant"] for one in answer if not one["current"]} == {"1" * 32: True, "2" * 32: False}
