"""The table of coercion in the portal, on both engines: tried out before it is set, its versions, who may see whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.model.account import Role
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Order, Source
from beeldbrug.node.app.live import Live, Models
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.policy.likeness import likeness
from beeldbrug.node.ports.configuration import Kind
from beeldbrug.node.usecases.desk.waiting import Candidate, Sides
from beeldbrug.node.usecases.inbox.listing import Row
from beeldbrug.node.usecases.known import Person
from tests.contract.node.given import NOW, A
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_administration import settle
from tests.contract.node.portal.test_saving import arrival
from tests.e2e.studies import make_study

PATH = "/administration/coercion/try"
OWN = Patient("Berg^J", "19610304", "M", PatientNumber("7001", "Hier"))
TYPED = {
    "sender": "Charité",
    "sent": {"number": "DE-77", "issuer": "Charité", "name": "Müller^Jürgen", "birth_date": "19610304", "sex": "M"},
    "study": {"accession_number": "A-1", "description": "Thorax"},
    "own": {"number": "7001", "name": "Muller^J", "birth_date": "19610304", "sex": "M"},
    "order": {"accession_number": "ACC9", "description": "CT thorax elders"},
}


def lines(answer: Any) -> dict[str, tuple[str, str, str]]:
    return {one["name"]: (one["sent"], one["now"], one["new"]) for one in answer["lines"]}


def in_force(browser: Browser) -> dict[str, Any]:
    settings = browser.get("/administration/settings").json()["settings"]
    return next(one for one in settings if one["kind"] == "coercion")


def sides(row: Row) -> Sides:
    arrived = Patient("Berg^Jan")
    return Sides(arrived, (Candidate(Person(OWN, ("pacs",), ""), likeness(arrived, OWN)),))


def arrived(house: House, sides: Callable[[Row], Sides | None]) -> str:
    id = arrival(house, make_study(PATIENTS[0], 1))
    order = Order("ACC9", "Hier")
    house.portal = replace(house.portal, sides=sides, orders=lambda exchange, number: [order])
    return id


def test_typed_values_show_what_would_be_written_and_nothing_is_kept(house: House) -> None:
    browser = house.signed_in("beheer", Role.ADMINISTRATOR)
    before = in_force(browser)
    table = before["value"] | {"name": "sent", "description_prefix": "EXT "}
    answer = browser.post(PATH, {"value": table, **TYPED}).json()
    assert answer["known"] and answer["ordered"]
    found = lines(answer)
    assert found["name"] == ("Müller^Jürgen", "Muller^J", "Müller^Jürgen")
    assert found["study-description"] == ("Thorax", "Thorax", "EXT Thorax")
    assert found["accession-number"] == ("A-1", "ACC9", "ACC9")
    assert found["patient-id"][1:] == ("7001", "7001")
    assert in_force(browser) == before and browser.get("/administration/settings").json()["revision"] == 0


def test_a_table_that_cannot_be_set_cannot_be_tried_and_what_is_typed_is_bounded(house: House) -> None:
    browser = house.signed_in("beheer", Role.ADMINISTRATOR)
    wrong = browser.post(PATH, {"value": {"name": "order"}, **TYPED})
    assert wrong.code == "setting-malformed" and "name" in wrong.json()["text"]
    for sent in ({"name": "a\\b"}, {"name": "x" * 65}, {"birth_date": "4 maart"}, {"sex": "X"}):
        assert browser.post(PATH, {"value": {}, "sent": sent}).code == "body-malformed"


def test_an_arrival_shows_its_own_values_beside_those_of_whom_it_is_here(house: House) -> None:
    id = arrived(house, sides)
    both = house.signed_in("piet", Role.ADMINISTRATOR, Role.IMAGE_DESK)
    found = lines(both.post(PATH, {"value": {"accession_number": "empty"}, "exchange": id}).json())
    assert found["patient-id"][1:] == ("7001", "7001") and found["name"][1] == "Berg^J"
    assert found["accession-number"][1:] == ("ACC9", "")
    with house.vault.read() as tx:
        told = [(event.event, event.actor) for _, event in tx.audit.events(A, exchange=id)]
    assert ("patient-shown", "piet") in told


def test_who_sees_no_patients_tries_no_arrival_and_the_desk_sets_no_table(house: House) -> None:
    id = arrived(house, sides)
    alone = house.signed_in("beheer", Role.ADMINISTRATOR)
    assert alone.post(PATH, {"value": {}, "exchange": id}).code == "not-permitted"
    desk = house.signed_in("els", Role.IMAGE_DESK)
    assert desk.post(PATH, {"value": {}, **TYPED}).code == "not-permitted"


def test_of_a_patient_whom_nobody_here_is_like_that_is_said(house: House) -> None:
    id = arrived(house, lambda row: Sides(Patient("Berg^Jan"), ()))
    both = house.signed_in("piet", Role.ADMINISTRATOR, Role.IMAGE_DESK)
    assert both.post(PATH, {"value": {}, "exchange": id}).code == "nobody-alike"
    assert both.post(PATH, {"value": {}, "exchange": "f" * 32}).code == "exchange-unknown"


def test_every_version_of_the_table_stays_readable_with_who_set_it(house: House) -> None:
    browser = house.signed_in("beheer", Role.ADMINISTRATOR)
    assert in_force(browser)["source"] == "default"
    first = in_force(browser)["value"] | {"description_prefix": "EXT "}
    assert settle(browser, "coercion", first).status == 200
    assert (
        settle(browser, "figures", {"discs_per_exchange": 2.0, "repeat_share": 0.1, "repeat_source": "x"}).status == 200
    )
    assert settle(browser, "coercion", first | {"name": "sent"}).status == 200
    changes = browser.get("/administration/settings/history?kind=coercion").json()["changes"]
    assert [(one["value"]["name"], one["value"]["description_prefix"], one["actor"]) for one in changes] == [
        ("sent", "EXT ", "beheer"),
        ("own", "EXT ", "beheer"),
    ]
    assert (in_force(browser)["source"], in_force(browser)["value"]["name"]) == ("portal", "sent")
    assert house.portal.administration.configuration.models.coercion().name.value == "sent"
    assert settle(browser, "coercion", first, based_on=1).code == "setting-changed"


def test_the_files_table_goes_before_the_portals_and_can_be_tried_all_the_same(house: House) -> None:
    live = Live(
        NodeSettings.model_validate(house.base.settings.model_dump() | {"coercion": {"name": "sent"}}), house.vault, A
    )
    models = Models(live)
    assert models.in_file(Kind.COERCION, "") and models.coercion().name is Source.SENT
    (entry,) = [one for one in models.known().entries if one.kind is Kind.COERCION]
    assert entry.in_file and not entry.default
    with house.vault.write() as tx:
        tx.settings.add(A, "coercion", "", '{"name": "own"}', "beheer", NOW)
    assert models.coercion().name is Source.SENT
    assert [(one.kind, one.code) for one in models.known().clashes] == [(Kind.COERCION, "set-in-file")]
    assert models.coercion({"name": "own"}).name is Source.OWN
