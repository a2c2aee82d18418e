"""Launch from PACS or EPD: one link, once, for one patient; and all that must open nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import PortalSection
from beeldbrug.node.protocols.portal.routes import ROUTES
from tests.contract.node import given
from tests.contract.node.given import A, B
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import House
from tests.peers.oidc import query_of

SECRET = "een lang geheim van het EPD, 32 of meer"  # noqa: S105 - of the tests
BSN, BIRTH = "999990019", "19600102"
MINE, OTHERS, OWN_STUDY = "1.2.3.1", "1.2.3.2", "1.2.3.3"
ARRIVED, FOREIGN = "a" * 32, "b" * 32


@pytest.fixture
def epd(house: House, tmp_path: Path) -> House:
    """A portal that an EPD may launch; an arrival of the patient, one of somebody else, and an own study."""
    (tmp_path / "epd.secret").write_text(SECRET)
    portal = PortalSection.model_validate({"launch": [{"id": "epd", "secret_file": tmp_path / "epd.secret"}]})
    house.base = replace(house.base, settings=house.base.settings.model_copy(update={"portal": portal}))
    house.portal = make_portal(house.base)
    arrive(house, ARRIVED, MINE, PatientNumber(BSN, "NLMINBIZA"), BIRTH, 1)
    arrive(house, FOREIGN, OTHERS, PatientNumber("999990020", "NLMINBIZA"), "19700101", 2)
    keep(house, OWN_STUDY, PatientNumber("12345", "Ziekenhuis A"), BIRTH, 3)
    house.engage("johanna", Role.CLINICIAN)
    return house


def keep(house: House, study: str, number: PatientNumber, birth: str, count: int, origin: str = "own") -> None:
    index = given.index(count)
    patient = replace(index.patient, number=number, birth_date=birth)
    index = replace(index, patient=patient, study_uid=study, series_uid=f"{study}.1", instance_uid=f"{study}.1.{count}")
    with house.vault.write() as tx:
        tx.instances.add(given.instance(count, origin=origin, index=index))


def arrive(house: House, id: str, study: str, number: PatientNumber, birth: str, count: int) -> None:
    new = given.exchange(
        id=id, direction=Direction.IN, state=State.VERIFIED, study_uid=study, peer=B, expires=given.NOW + 1e9
    )
    with house.vault.write() as tx:
        tx.exchanges.add(new)
        tx.exchanges.update(id, given.NOW, verified=given.NOW)
    keep(house, study, number, birth, count, id)


def ask(house: House, secret: str = SECRET, **fields: Any) -> Answer:
    """What the EPD's server does."""
    body = {"user": "Johanna", "requestType": "PATIENT", "patientID": f"{BSN}^^^NLMINBIZA", "patientBirthDate": BIRTH}
    header = "Basic " + b64encode(f"epd:{secret}".encode()).decode()
    return house.browser().call("POST", "/launch", {**body, **fields}, authorization=header)


def click(house: House, answer: Answer, browser: Browser | None = None) -> tuple[Browser, Answer]:
    """What the user's browser does."""
    assert answer.status == 200, answer.body
    browser = browser or house.browser()
    return browser, press(browser, answer.json()["url"].partition("/api/v1")[2])


def press(browser: Browser, path: str) -> Answer:
    """The page of the link, and its button: a form that posts to its own address, of this origin."""
    shown = browser.get(path)
    assert (shown.status, shown.header("content-type")) == (200, "text/html; charset=utf-8")
    return browser.call("POST", path, sec_fetch_site="same-origin")


def trouble(answer: Answer) -> str:
    assert answer.status == 303
    return query_of(answer.header("location"))["melding"]


def test_one_click_opens_this_patient_and_nobody_else(epd: House) -> None:
    browser, answer = click(epd, ask(epd))
    assert answer.header("location") == f"/uitwisseling/{ARRIVED}"
    me = browser.get("/me").json()
    assert (me["login"], me["limited"], me["assurance"]) == ("johanna", True, 2)
    rows = browser.post("/exchanges/search", {}).json()["rows"]
    assert [row["id"] for row in rows] == [ARRIVED]
    assert browser.get(f"/exchanges/{FOREIGN}").status == 404
    with epd.vault.read() as tx:
        events = [event for _, event in tx.audit.events(A, limit=1000) if event.event == "sign-in"]
    assert (events[-1].outcome, events[-1].actor, events[-1].details["launcher"]) == ("success", "johanna", "epd")


def test_the_link_names_nobody_works_once_and_for_a_minute(epd: House) -> None:
    asked = ask(epd)
    assert asked.json()["seconds"] == 60
    assert not any(value in asked.json()["url"] for value in (BSN, "ohanna", BIRTH, MINE))
    first, _ = click(epd, asked)
    assert first.get("/me").status == 200
    second, again = click(epd, asked)
    assert trouble(again) == "launch-over"
    assert second.get("/me").status == 401
    late = ask(epd)
    epd.clock.at += 61
    assert trouble(click(epd, late)[1]) == "launch-over"


def test_a_program_that_looks_where_links_lead_uses_none_up(epd: House) -> None:
    asked = ask(epd)
    path = asked.json()["url"].partition("/api/v1")[2]
    for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"sec_purpose": "prefetch"}), ("GET", {})):
        assert epd.browser().call(method, path, **headers).status == 200
    assert click(epd, asked)[1].header("location").startswith("/uitwisseling/")


def test_the_page_of_a_link_names_nobody_and_lets_nothing_else_run(epd: House) -> None:
    path = ask(epd).json()["url"].partition("/api/v1")[2]
    for asked, button in (("nl-NL,nl;q=0.9", "Open de beelden"), ("en-GB,en", "Open the images"), ("", "Open de")):
        answer = epd.browser().get(path, accept_language=asked)
        text = answer.body.decode()
        assert f'<button type="submit">{button}' in text
        assert not any(value in text for value in (BSN, BIRTH, "ohanna", path.rpartition("/")[2]))
        assert "no-store" in answer.header("cache-control")
        policy = answer.header("content-security-policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_page_of_another_site_cannot_press_the_button(epd: House) -> None:
    path = ask(epd).json()["url"].partition("/api/v1")[2]
    for site in ("cross-site", "same-site", "none"):
        browser = epd.browser()
        assert trouble(browser.call("POST", path, sec_fetch_site=site)) == "launch-link-refused"
        assert browser.get("/me").status == 401
    assert press(epd.browser(), path).header("location").startswith("/uitwisseling/")


@pytest.mark.parametrize("secret", ["", "another secret of more than 32 characters"])
def test_whoever_is_not_the_system_gets_no_link(epd: House, secret: str) -> None:
    answer = ask(epd, secret)
    assert (answer.status, answer.code) == (403, "launch-not-known")
    assert epd.browser().call("POST", "/launch", {"user": "x", "requestType": "PATIENT"}).code == "launch-not-known"


def test_a_secret_that_is_short_opens_nothing(epd: House, tmp_path: Path) -> None:
    (tmp_path / "epd.secret").write_text("kort")
    assert ask(epd, "kort").code == "launch-not-known"


@pytest.mark.parametrize(
    "fields",
    [
        {"patientID": ""},
        {"patientID": "*"},
        {"patientID": "12345\\999990019"},
        {"requestType": "STUDY"},
        {"requestType": "STUDY", "studyUID": "1.2.*"},
        {"requestType": "STUDY", "accessionNumber": "A*"},
        {"patientBirthDate": ""},
        {"patientBirthDate": "1960-01-02"},
    ],
    ids=str,
)
def test_what_is_not_a_patient_or_study_is_refused_at_once(epd: House, fields: dict[str, str]) -> None:
    assert ask(epd, **fields).status == 400


def test_nothing_of_the_patient_is_said_plainly_and_opens_no_session(epd: House) -> None:
    for fields in (
        {"patientID": "999990032^^^NLMINBIZA"},
        {"patientBirthDate": "19600103"},
        {"patientID": "777"},
        {"requestType": "STUDY", "studyUID": "9.9.9", "patientID": ""},
    ):
        browser, answer = click(epd, ask(epd, **fields))
        assert trouble(answer) == "launch-nothing-here"
        assert browser.get("/me").status == 401


def test_a_number_of_this_hospital_opens_own_studies_and_no_arrival_of_another_with_that_number(epd: House) -> None:
    arrive(epd, "c" * 32, "1.2.3.9", PatientNumber("12345", "Ziekenhuis B"), BIRTH, 9)
    browser, answer = click(epd, ask(epd, patientID="12345"))
    assert answer.header("location") == "/verzonden"
    assert browser.get("/me").json()["limited"]
    assert browser.post("/exchanges/search", {}).json()["rows"] == []


def test_a_study_uid_of_two_patients_opens_nothing(epd: House) -> None:
    arrive(epd, "c" * 32, MINE, PatientNumber("999990020", "NLMINBIZA"), "19700101", 9)
    assert trouble(click(epd, ask(epd))[1]) == "launch-nothing-here"
    by_study = ask(epd, requestType="STUDY", studyUID=MINE, patientID="", patientBirthDate="")
    assert trouble(click(epd, by_study)[1]) == "launch-nothing-here"


def test_a_study_is_opened_by_its_uid(epd: House) -> None:
    asked = ask(epd, requestType="STUDY", studyUID=MINE, patientID="", patientBirthDate="")
    assert click(epd, asked)[1].header("location") == f"/uitwisseling/{ARRIVED}"


def test_who_has_no_account_or_no_patients_is_told_so(epd: House) -> None:
    epd.engage("beheer", Role.ADMINISTRATOR)
    for user, code in (("nobody", "launch-no-account"), ("beheer", "launch-no-role")):
        browser, answer = click(epd, ask(epd, user=user))
        assert trouble(answer) == code
        assert browser.get("/me").status == 401


def test_an_account_closed_here_is_not_opened_from_there(epd: House) -> None:
    with epd.vault.write() as tx:
        tx.accounts.update(replace(epd.people["johanna"], disabled=True))
    assert trouble(click(epd, ask(epd))[1]) == "account-disabled"


def test_a_launched_session_cannot_make_itself_a_way_in(epd: House) -> None:
    browser, _ = click(epd, ask(epd))
    changing = [one for one in ROUTES if one.path.startswith("/me/") and one.method != "GET"]
    assert len(changing) > 5
    for route in changing:
        if route.path != "/me/preferences":
            path = re.sub(r"\{[a-z]+\}", "1", route.path)
            answer = browser.call(route.method, path, {}, **{"x-beeldbrug": "portal"})
            assert answer.code == "launched-session", (route.method, path)


def test_a_launched_administrator_cannot_administer(epd: House) -> None:
    epd.engage("beide", Role.CLINICIAN, Role.ADMINISTRATOR)
    browser, _ = click(epd, ask(epd, user="beide"))
    assert browser.get("/administration/accounts").code == "not-permitted"


def test_the_session_of_before_ends(epd: House) -> None:
    browser = epd.signed_in("johanna")
    before = dict(browser.cookies)
    click(epd, ask(epd), browser)
    assert browser.get("/me").json()["limited"]
    browser.cookies = before
    assert browser.get("/me").status == 401
