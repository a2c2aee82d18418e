"""SMART's EHR launch, by npm's oidc-provider and a FHIR server as the EPD: this patient, once; what opens nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from beeldbrug.model.account import Factor, FactorKind, Role
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.check.sign_in import check_sign_in
from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import PortalSection
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.usecases.sign_in.set_up import setup_token
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import SECRET as TOTP
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_launch import (
    ARRIVED,
    BIRTH,
    BSN,
    FOREIGN,
    MINE,
    OTHERS,
    OWN_STUDY,
    arrive,
    keep,
    trouble,
)
from tests.peers.oidc import CLIENT, PUBLIC, SECRET, Provider, query_of, running_provider

pytestmark = [pytest.mark.timeout(180), pytest.mark.parametrize("vault_url", ["sqlite"], indirect=True)]

BACK = "http://portal.example:8450/api/v1/smart/epd/callback"
ANNA = "8d1f6c-anna"
LAUNCH = "x1-of-this-record"
BSN_SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"
OWN_SYSTEM = "https://noord.example.nl/fhir/patientnummer"


@dataclass
class Epd:
    """The portal, and the EPD."""

    house: House
    provider: Provider
    folder: Path

    @property
    def base(self) -> str:
        """Of its FHIR server."""
        return self.provider.issuer + "/fhir"

    def use(self, **fields: Any) -> None:
        """A portal with these settings of the EPD."""
        section = {
            "id": "epd", "issuer": self.base, "token_issuer": self.provider.issuer, "client_id": CLIENT,
            "client_secret_file": self.folder / "client.secret", "number_system": OWN_SYSTEM,
            "roles": [{"value": "rad", "role": "clinician"}, {"value": "admin", "role": "administrator"}],
            "assurance": {"card": "high"},
        }  # fmt: skip
        portal = PortalSection.model_validate({"smart": [{**section, **fields}]})
        self.house.base = replace(
            self.house.base, settings=self.house.base.settings.model_copy(update={"portal": portal})
        )
        self.house.portal = make_portal(self.house.base)

    def patient(self, *numbers: tuple[str, str], birth: str = "1960-01-02", **fields: Any) -> None:
        """Whom the FHIR server has as Patient/p1."""
        listed = [{"system": system, "value": value} for system, value in numbers]
        one = {"resourceType": "Patient", "id": "p1", "identifier": listed, "birthDate": birth, **fields}
        self.provider.control(patients={"p1": one})

    def go(self, browser: Browser, iss: str | None = None, launch: str = LAUNCH) -> Answer:
        """What the EPD opens in the user's browser."""
        return browser.get("/smart/epd?" + urlencode({"iss": self.base if iss is None else iss, "launch": launch}))

    def back(self, browser: Browser, subject: str = ANNA) -> str:
        """The path with which the EPD's server sends back."""
        start, _, rest = self.provider.approve(self.go(browser).header("location"), subject).partition("/api/v1")
        assert start == "http://portal.example:8450"
        return rest

    def launch(self, browser: Browser | None = None, subject: str = ANNA) -> tuple[Browser, Answer]:
        """All the way; the answer to the last step."""
        browser = browser or self.house.browser()
        self.house.clock.at = time.time()
        return browser, browser.get(self.back(browser, subject))

    def asked(self) -> list[str]:
        """What was asked of the FHIR server."""
        return list(self.provider.control()["asked"])

    def last(self) -> AuditEvent:
        """The last sign-in of the trail."""
        with self.house.vault.read() as tx:
            return [event for _, event in tx.audit.events(A, limit=1000) if event.event == "sign-in"][-1]

    def refused(self, code: str, browser: Browser | None = None) -> None:
        """A launch ends on the page that says so, opens nothing, and is on record."""
        browser, answer = self.launch(browser)
        assert trouble(answer) == code
        assert browser.get("/me").status == 401
        assert browser.get(f"/sign-in/troubles/{code}").json()["remedy"]
        event = self.last()
        assert (event.outcome, event.details["method"], event.details["launcher"]) == ("failure", "smart", "epd")
        assert event.details["reason"] == code


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for all tests; each leaves it running."""
    with running_provider(tmp_path_factory.mktemp("epd"), [BACK]) as one:
        yield one


@pytest.fixture
def epd(house: House, server: Provider, tmp_path: Path) -> Epd:
    """Anna is a radiologist with a card; the patient has an arrival and an own study here, somebody else an arrival."""
    house.clock.at = time.time()
    (tmp_path / "client.secret").write_text(SECRET)
    server.forget()
    server.person(ANNA, name="Anna de Vries", preferred_username="anna", roles=["rad"], acr="card")
    server.control(launches={LAUNCH: {"patient": "p1"}})
    arrive(house, ARRIVED, MINE, PatientNumber(BSN, "NLMINBIZA"), BIRTH, 1)
    arrive(house, FOREIGN, OTHERS, PatientNumber("999990020", "NLMINBIZA"), "19700101", 2)
    keep(house, OWN_STUDY, PatientNumber("12345", "Ziekenhuis A"), BIRTH, 3)
    with house.vault.write() as tx:  # the arrivals of this fixture lie in a past that is not of now
        for id in (ARRIVED, FOREIGN):
            tx.exchanges.update(id, house.clock.at, expires=house.clock.at + 1e6)
    one = Epd(house, server, tmp_path)
    one.patient((BSN_SYSTEM, BSN))
    one.use()
    return one


def test_a_launch_opens_this_patient_signed_in_and_nobody_else(epd: Epd) -> None:
    browser, answer = epd.launch()
    assert answer.header("location") == f"/uitwisseling/{ARRIVED}"
    me = browser.get("/me").json()
    assert (me["login"], me["limited"], me["assurance"], me["roles"]) == ("anna", True, 3, ["clinician"])
    assert [row["id"] for row in browser.post("/exchanges/search", {}).json()["rows"]] == [ARRIVED]
    assert browser.get(f"/exchanges/{FOREIGN}").status == 404
    event = epd.last()
    assert (event.outcome, event.actor, event.details["launcher"]) == ("success", "anna", "epd")
    assert event.details["method"] == "smart"
    assert epd.asked() == ["Patient/p1"]


def test_the_way_out_is_what_smart_asks_for_and_names_nobody(epd: Epd) -> None:
    answer = epd.go(epd.house.browser())
    asked = query_of(answer.header("location"))
    assert (asked["aud"], asked["launch"], asked["redirect_uri"]) == (epd.base, LAUNCH, BACK)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"].split() == ["launch", "openid", "fhirUser", "patient/Patient.read"]
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    back = epd.back(epd.house.browser())
    assert not any(value in back for value in ("p1&", BSN, BIRTH, "anna"))


def test_a_client_without_a_secret_is_protected_by_pkce(epd: Epd) -> None:
    epd.use(client_id=PUBLIC, client_secret_file=None)
    assert epd.launch()[1].header("location") == f"/uitwisseling/{ARRIVED}"


def test_the_hospitals_own_number_opens_own_studies_and_bsn_arrivals_too(epd: Epd) -> None:
    epd.patient((OWN_SYSTEM, "12345"))
    browser, answer = epd.launch()
    assert answer.header("location") == "/verzonden"
    assert browser.post("/exchanges/search", {}).json()["rows"] == []
    epd.patient((OWN_SYSTEM, "12345"), (BSN_SYSTEM, BSN))
    browser, answer = epd.launch()
    assert answer.header("location") == "/ontvangen"
    assert browser.get("/me").json()["limited"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_only_the_epd_of_the_settings_may_launch(epd: Epd, slash: str) -> None:
    assert epd.go(epd.house.browser(), epd.base + slash).header("location").startswith(epd.provider.issuer)
    for iss in ("https://elsewhere.example/fhir", epd.provider.issuer, epd.base + "/other", epd.base.upper(), ""):
        browser = epd.house.browser()
        answer = epd.go(browser, iss)
        assert trouble(answer) == "smart-foreign"
        assert browser.cookies == {}
        assert (epd.last().outcome, epd.last().details["reason"]) == ("failure", "smart-foreign")
    assert trouble(epd.go(epd.house.browser(), launch="")) == "smart-no-patient"
    assert trouble(epd.house.browser().get("/smart/other?iss=x&launch=y")) == "way-in-failed"


def test_what_came_back_once_does_not_come_back_again(epd: Epd) -> None:
    browser = epd.house.browser()
    back = epd.back(browser)
    cookies = dict(browser.cookies)
    assert browser.get(back).header("location").startswith("/uitwisseling/")
    replay = epd.house.browser()
    replay.cookies = cookies
    assert trouble(replay.get(back)) == "provider-way-lost"
    assert replay.get("/me").status == 401
    assert epd.last().details["reason"] == "provider-way-lost"


def test_an_answer_for_another_browser_or_state_is_not_taken(epd: Epd) -> None:
    attacker, victim = epd.house.browser(), epd.house.browser()
    back = epd.back(attacker)
    epd.go(victim)
    assert trouble(victim.get(back)) == "provider-way-lost"
    assert victim.get("/me").status == 401
    guessed = epd.house.browser()
    back = epd.back(guessed)
    state = query_of("http://x" + back)["state"]
    assert trouble(guessed.get(back.replace(state, "x" * 43))) == "provider-way-lost"
    assert epd.asked() == []


def test_a_launch_that_took_too_long_begins_again(epd: Epd) -> None:
    browser = epd.house.browser()
    back = epd.back(browser)
    epd.house.clock.at += 601
    assert trouble(browser.get(back)) == "provider-way-lost"


def test_a_browser_that_only_reads_ahead_uses_nothing_up(epd: Epd) -> None:
    browser = epd.house.browser()
    back = epd.back(browser)
    assert browser.call("HEAD", back).status == 405
    assert browser.get(back, sec_purpose="prefetch").status == 405
    assert browser.get(back).header("location").startswith("/uitwisseling/")


@pytest.mark.parametrize("patient", [None, "", 7, "../Practitioner/1", "p1?_include=*", "..", "x" * 65], ids=str)
def test_a_token_without_a_patient_opens_nothing(epd: Epd, patient: object) -> None:
    epd.provider.control(launches={LAUNCH: {} if patient is None else {"patient": patient}})
    epd.refused("smart-no-patient")
    assert epd.asked() == []


def test_a_patient_without_any_number_that_counts_is_said_plainly(epd: Epd) -> None:
    for numbers, birth in (
        ((), "1960-01-02"),
        ((("https://other.example/number", BSN),), "1960-01-02"),
        (((BSN_SYSTEM, "999990018"),), "1960-01-02"),  # not by the 11-test
        (((BSN_SYSTEM, BSN),), "1960"),
        (((BSN_SYSTEM, BSN),), ""),
        (((BSN_SYSTEM, BSN), (BSN_SYSTEM, "999990020")), "1960-01-02"),
        (((OWN_SYSTEM, "*"),), "1960-01-02"),
    ):
        epd.patient(*numbers, birth=birth)
        epd.refused("smart-no-number")
    old = [{"system": BSN_SYSTEM, "value": BSN, "use": "old"}]
    epd.patient(identifier=old)
    epd.refused("smart-no-number")
    epd.patient((OWN_SYSTEM, "12345"))
    epd.use(number_system="")
    epd.refused("smart-no-number")


def test_a_patient_of_whom_there_is_nothing_is_said_plainly(epd: Epd) -> None:
    epd.patient((BSN_SYSTEM, "999990032"))
    epd.refused("launch-nothing-here")
    epd.patient((BSN_SYSTEM, BSN), birth="1960-01-03")
    epd.refused("launch-nothing-here")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"status": 503}, "smart-record-unreachable"),
        ({"cut": True}, "smart-record-unreachable"),
        ({"status": 401}, "smart-record-unusable"),
        ({"status": 404}, "smart-record-unusable"),
        ({"body": "{"}, "smart-record-unusable"),
        ({"body": "[" * 200_000}, "smart-record-unusable"),
        ({"body": "[]"}, "smart-record-unusable"),
        ({"body": '{"resourceType": "Patient", "id": "p2"}'}, "smart-record-unusable"),
        ({"body": '{"resourceType": "Group", "id": "p1"}'}, "smart-record-unusable"),
        ({"body": '{"resourceType": "Patient", "id": "p1", "identifier": {}}'}, "smart-record-unusable"),
        ({"body": '{"resourceType": "Patient", "id": "p1", "identifier": [7, {"value": {}}]}'}, "smart-no-number"),
        ({"body": '{"resourceType": "Patient", "id": "p1", "text": "' + "x" * 300_000 + '"}'}, "smart-record-unusable"),
        ({"type": "text/html"}, "smart-record-unusable"),
        ({"type": "application/fhir+xml"}, "smart-record-unusable"),
    ],
    ids=lambda one: str(one)[:60],
)
def test_a_fhir_server_that_is_down_or_answers_nonsense_opens_nothing(
    epd: Epd, record: dict[str, Any], code: str
) -> None:
    epd.provider.control(record=record)
    epd.refused(code)
    epd.provider.control(record=None)
    assert epd.launch()[1].header("location") == f"/uitwisseling/{ARRIVED}"


def test_an_epd_that_is_down_says_so(epd: Epd) -> None:
    epd.provider.stop()
    browser = epd.house.browser()
    assert trouble(epd.go(browser)) == "provider-unreachable"
    assert epd.last().details["reason"] == "provider-unreachable"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"claims": {"nonce": "of another"}}, "id-token-nonce"),
        ({"claims": {"aud": "another application"}}, "id-token-audience"),
        ({"claims": {"iss": "https://elsewhere.example"}}, "id-token-issuer"),
        ({"alg": "none"}, "id-token-signature"),
    ],
    ids=str,
)
def test_an_id_token_that_is_not_right_opens_nothing(epd: Epd, how: dict[str, Any], code: str) -> None:
    epd.provider.tamper(**how)
    epd.refused(code)
    assert epd.asked() == []


def test_who_has_no_role_or_sees_no_patients_is_told_so(epd: Epd) -> None:
    for roles, code in ((["keuken"], "provider-no-role"), (["admin"], "launch-no-role")):
        epd.provider.person(ANNA, preferred_username="anna", roles=roles, acr="card")
        epd.refused(code)


def test_an_account_closed_here_is_not_opened_from_there(epd: Epd) -> None:
    epd.launch()
    with epd.house.vault.write() as tx:
        account = tx.accounts.by_subject(A, epd.provider.issuer, ANNA)
        assert account is not None
        tx.accounts.update(replace(account, disabled=True))
    epd.refused("account-disabled")


def test_without_assurance_somebody_who_has_no_second_factor_here_is_told_so(epd: Epd) -> None:
    epd.provider.person(ANNA, preferred_username="anna", roles=["rad"])
    epd.refused("provider-assurance")


def test_without_assurance_the_second_factor_of_here_is_asked_and_the_session_stays_this_patients(epd: Epd) -> None:
    epd.launch()
    with epd.house.vault.write() as tx:
        account = tx.accounts.by_subject(A, epd.provider.issuer, ANNA)
        assert account is not None
        tx.factors.add(A, Factor("f" * 32, account.id, FactorKind.TOTP, "test", TOTP.encode()))
    epd.provider.person(ANNA, preferred_username="anna", roles=["rad"])
    browser, _ = epd.launch()
    assert browser.get("/start").json()["stage"] == "second-factor"
    assert browser.get("/me").status == 401
    assert browser.post("/sign-in/totp", {"code": epd.house.code()}).json()["next"] == "in"
    assert browser.get("/me").json()["limited"]
    assert browser.get(f"/exchanges/{FOREIGN}").status == 404


def test_the_session_of_before_ends(epd: Epd) -> None:
    browser = epd.house.signed_in("johanna", Role.CLINICIAN)
    before = dict(browser.cookies)
    epd.launch(browser)
    assert browser.get("/me").json()["login"] == "anna"
    browser.cookies = before
    assert browser.get("/me").status == 401


def test_breaking_off_at_the_epd_is_said_plainly(epd: Epd) -> None:
    browser, answer = epd.launch(subject="")
    assert trouble(answer) == "provider-cancelled"
    assert (epd.last().details["method"], "beeldbrug-way" in browser.cookies) == ("smart", False)


def test_check_says_whether_the_epd_answers_and_calls_itself_so(epd: Epd) -> None:
    assert [one.code for one in check_sign_in(epd.house.base.settings, dry=False)] == ["provider-answers"]
    epd.use(token_issuer="")
    assert [one.code for one in check_sign_in(epd.house.base.settings, dry=False)] == ["provider-issuer"]
    assert trouble(epd.go(epd.house.browser())) == "provider-unreachable"


def test_the_first_administrator_is_made_here_also_after_people_came_in_from_the_record(epd: Epd) -> None:
    browser, answer = epd.launch()
    assert answer.header("location").startswith("/uitwisseling/")
    start = epd.house.browser().get("/start").json()
    assert (start["setup"], start["launched"]) == (True, True)
    token = setup_token(epd.house.portal.signing)
    first = {"token": token, "login": "beheer", "name": "De Beheerder", "password": "een zin die niemand raadt"}
    assert epd.house.browser().post("/setup", first).json()["next"] == "enrol"
    assert epd.house.browser().get("/start").json()["setup"] is False
    assert browser.get("/me").status == 200
