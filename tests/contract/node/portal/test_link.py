"""The signed link of a system that can only build an address: once, within a minute, unchanged, and only if set."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.check.findings import Level
from beeldbrug.node.app.check.sign_in import check_sign_in
from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import PortalSection
from beeldbrug.node.usecases.sign_in.link import signature_of
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_launch import ARRIVED, BIRTH, BSN, FOREIGN, MINE, OTHERS, arrive, press, trouble

KEY = "een lange sleutel voor links van het PACS"
OTHER = "een andere lange sleutel, van het EPD dus"


@pytest.fixture
def pacs(house: House, tmp_path: Path) -> House:
    """A portal that takes links of a PACS; an EPD may ask for one, server to server, and signs nothing."""
    for name, secret in (("pacs.link", KEY), ("epd.secret", OTHER)):
        (tmp_path / name).write_text(secret)
    settings(house, {"id": "pacs", "link_key_file": tmp_path / "pacs.link"},
             {"id": "epd", "secret_file": tmp_path / "epd.secret"})  # fmt: skip
    arrive(house, ARRIVED, MINE, PatientNumber(BSN, "NLMINBIZA"), BIRTH, 1)
    arrive(house, FOREIGN, OTHERS, PatientNumber("999990020", "NLMINBIZA"), "19700101", 2)
    house.engage("johanna", Role.CLINICIAN)
    return house


def settings(house: House, *systems: dict[str, object]) -> None:
    portal = PortalSection.model_validate({"launch": list(systems)})
    house.base = replace(house.base, settings=house.base.settings.model_copy(update={"portal": portal}))
    house.portal = make_portal(house.base)


def signed(house: House, key: str = KEY, **fields: str) -> dict[str, str]:
    """What the PACS makes, as the how-to says and by nothing of ours. A field that is empty is left out."""
    told = {
        "system": "pacs", "requestType": "PATIENT", "patientID": f"{BSN}^^^NLMINBIZA", "patientBirthDate": BIRTH,
        "user": "Johanna", "timestamp": str(int(house.clock.at)), "nonce": secrets.token_urlsafe(16), **fields,
    }  # fmt: skip
    told = {name: value for name, value in told.items() if value}
    text = "&".join(f"{name}={quote(told[name], safe='-._~')}" for name in sorted(told))
    return {**told, "signature": hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}


def click(house: House, query: dict[str, str], browser: Browser | None = None) -> tuple[Browser, Answer]:
    """All the way; the answer to the last step."""
    browser = browser or house.browser()
    answer = browser.get("/launch?" + urlencode(query))
    if answer.header("location").startswith("/api/v1/"):
        answer = press(browser, answer.header("location").removeprefix("/api/v1"))
    return browser, answer


def failures(house: House) -> list[tuple[object, object]]:
    with house.vault.read() as tx:
        events = [event for _, event in tx.audit.events(A, limit=1000) if event.event == "sign-in"]
    return [(one.details["launcher"], one.details["reason"]) for one in events if one.outcome == "failure"]


def test_a_signed_link_opens_this_patient_and_nobody_else(pacs: House) -> None:
    browser, answer = click(pacs, signed(pacs))
    assert answer.header("location") == f"/uitwisseling/{ARRIVED}"
    me = browser.get("/me").json()
    assert (me["login"], me["limited"]) == ("johanna", True)
    assert [row["id"] for row in browser.post("/exchanges/search", {}).json()["rows"]] == [ARRIVED]
    assert browser.get(f"/exchanges/{FOREIGN}").status == 404


def test_a_study_is_opened_by_its_uid(pacs: House) -> None:
    query = signed(pacs, requestType="STUDY", studyUID=MINE, patientID="", patientBirthDate="")
    assert click(pacs, query)[1].header("location") == f"/uitwisseling/{ARRIVED}"


def test_the_browser_is_sent_on_at_once_to_an_address_that_names_nobody(pacs: House) -> None:
    answer = pacs.browser().get("/launch?" + urlencode(signed(pacs)))
    assert (answer.status, answer.body) == (303, b"")
    there = answer.header("location")
    assert there.startswith("/api/v1/launch/")
    assert "?" not in there
    assert not any(value in there for value in (BSN, BIRTH, "ohanna"))
    assert "no-store" in answer.header("cache-control")
    assert answer.header("referrer-policy") == "no-referrer"
    refused = pacs.browser().get("/launch?" + urlencode(signed(pacs, OTHER)))
    assert refused.header("location") == "/?melding=launch-link-refused"


def test_a_link_counts_once(pacs: House) -> None:
    query = signed(pacs)
    assert click(pacs, query)[0].get("/me").status == 200
    browser, again = click(pacs, query)
    assert trouble(again) == "launch-over"
    assert browser.get("/me").status == 401
    shouting = {**query, "signature": query["signature"].upper()}  # the same bytes, written otherwise
    assert trouble(click(pacs, shouting)[1]) == "launch-over"
    same_nonce = signed(pacs, nonce=query["nonce"], patientID="12345")
    assert trouble(click(pacs, same_nonce)[1]) == "launch-over"
    assert failures(pacs) == [("pacs", "launch-over")] * 3


def test_two_that_come_at_the_same_moment_are_one(pacs: House) -> None:
    query = signed(pacs)
    together, answers = Barrier(2), list[Answer]()

    def go() -> None:
        together.wait(10)
        answers.append(click(pacs, query)[1])

    both = [Thread(target=go) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(answer.header("location").startswith("/uitwisseling/") for answer in answers) == [False, True]


def test_a_link_is_remembered_for_as_long_as_it_would_count(pacs: House) -> None:
    query = signed(pacs, timestamp=str(int(pacs.clock.at) + 9))
    assert click(pacs, query)[1].header("location").startswith("/uitwisseling/")
    pacs.clock.at += 68
    with pacs.vault.write() as tx:
        tx.sessions.sweep(A, pacs.clock.at, 0.0)
    assert trouble(click(pacs, query)[1]) == "launch-over"


@pytest.mark.parametrize(
    ("later", "code"), [(61, "launch-over"), (3600, "launch-over"), (-11, "launch-link-ahead"), (59, ""), (-9, "")]
)
def test_a_link_counts_for_a_minute_and_not_before_its_time(pacs: House, later: float, code: str) -> None:
    pacs.clock.at = float(int(pacs.clock.at))
    query = signed(pacs)
    pacs.clock.at += later
    browser, answer = click(pacs, query)
    assert browser.get("/me").status == (401 if code else 200)
    if code:
        assert trouble(answer) == code
        assert failures(pacs) == [("pacs", code)]


CHANGES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "patient": lambda one: {**one, "patientID": "999990020^^^NLMINBIZA"},
    "birth date": lambda one: {**one, "patientBirthDate": "19700101"},
    "user": lambda one: {**one, "user": "beheer"},
    "timestamp": lambda one: {**one, "timestamp": str(int(one["timestamp"]) + 1)},
    "nonce": lambda one: {**one, "nonce": secrets.token_urlsafe(16)},
    "more": lambda one: {**one, "studyUID": OTHERS},
    "less": lambda one: {name: value for name, value in one.items() if name != "patientBirthDate"},
    "signature": lambda one: {**one, "signature": "0" * 64},
    "no signature": lambda one: {name: value for name, value in one.items() if name != "signature"},
    "not ASCII": lambda one: {**one, "signature": "é" * 64},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_link_that_was_changed_opens_nothing(pacs: House, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    query = signed(pacs)
    browser, answer = click(pacs, change(query))
    assert trouble(answer) == "launch-link-refused"
    assert browser.get("/me").status == 401
    assert failures(pacs) == [("pacs", "launch-link-refused")]
    assert click(pacs, query)[1].header("location").startswith("/uitwisseling/")


def test_a_key_of_another_system_signs_nothing(pacs: House) -> None:
    for query in (signed(pacs, OTHER), signed(pacs, OTHER, system="epd"), signed(pacs, system="epd")):
        assert trouble(click(pacs, query)[1]) == "launch-link-refused"
    assert [id for id, _ in failures(pacs)] == ["pacs", "epd", "epd"]


def test_a_system_that_nobody_knows_is_not_named_in_the_trail(pacs: House) -> None:
    for system in ("Vries^Johanna", ""):
        assert trouble(click(pacs, signed(pacs, system=system))[1]) == "launch-link-refused"
    assert failures(pacs) == [("", "launch-link-refused")] * 2


def test_links_are_off_unless_they_are_set(pacs: House, tmp_path: Path) -> None:
    (tmp_path / "pacs.secret").write_text("een geheim van het PACS, ook heel lang")
    settings(pacs, {"id": "pacs", "secret_file": tmp_path / "pacs.secret"})
    for key in (KEY, "een geheim van het PACS, ook heel lang", ""):
        assert trouble(click(pacs, signed(pacs, key))[1]) == "launch-link-refused"


def test_a_system_that_only_signs_links_has_no_secret_to_ask_with(pacs: House) -> None:
    asked = {"user": "johanna", "requestType": "PATIENT", "patientID": "1"}
    for basic in ("cGFjczo=", "cGFjczpub25l"):  # pacs: and nothing, and pacs:none
        answer = pacs.browser().call("POST", "/launch", asked, authorization=f"Basic {basic}")
        assert answer.code == "launch-not-known"


def test_a_key_that_is_short_signs_nothing_and_check_says_so(pacs: House, tmp_path: Path) -> None:
    (tmp_path / "pacs.link").write_text("kort")
    assert trouble(click(pacs, signed(pacs, "kort"))[1]) == "launch-link-refused"
    found = check_sign_in(pacs.base.settings, dry=True)
    assert [one.code for one in found if one.level is Level.FAULT] == ["launch-secret-short"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"nonce": "short"}, "launch-link-refused"),
        ({"nonce": ""}, "launch-link-refused"),
        ({"timestamp": ""}, "launch-link-refused"),
        ({"timestamp": "now"}, "launch-link-refused"),
        ({"patientID": ""}, "launch-malformed"),
        ({"patientID": "*"}, "launch-malformed"),
        ({"requestType": "ALL"}, "launch-malformed"),
        ({"patientBirthDate": ""}, "launch-birth-date"),
        ({"patientID": "777"}, "launch-nothing-here"),
        ({"user": "nobody"}, "launch-no-account"),
        ({"user": ""}, "launch-no-account"),
    ],
    ids=str,
)
def test_what_is_signed_but_opens_nothing_ends_on_a_page_that_says_so(
    pacs: House, fields: dict[str, str], code: str
) -> None:
    browser, answer = click(pacs, signed(pacs, **fields))
    assert trouble(answer) == code
    assert browser.get("/me").status == 401
    assert failures(pacs) == [("pacs", code)]
    assert browser.get(f"/sign-in/troubles/{code}").json()["remedy"]


def test_a_program_that_looks_where_links_lead_uses_none_up(pacs: House) -> None:
    query = signed(pacs)
    path = "/launch?" + urlencode(query)
    assert pacs.browser().call("HEAD", path).status == 405
    for purpose in ("prefetch", "prefetch;prerender"):
        assert pacs.browser().get(path, sec_purpose=purpose).status == 405
    for _ in range(3):  # as a mail filter does, all along the way
        there = pacs.browser().get(path).header("location").removeprefix("/api/v1")
        assert pacs.browser().get(there).status == 200
    assert click(pacs, query)[1].header("location").startswith("/uitwisseling/")
    assert trouble(press(pacs.browser(), there)) == "launch-over"


UNREADABLE = {
    "not UTF-8": "/launch?system=pacs&patientID=%FF%FE",
    "Latin-1": "/launch?system=pacs&patientID=Ziekenhuis%20%E9",
    "not ASCII": "/launch?system=pacs&patientID=é",
    "too long": "/launch?system=pacs&patientID=" + "1" * 9000,
    "too many": "/launch?" + "&".join(f"a{n}=1" for n in range(60)),
    "cut off": "/launch/",
    "wrapped": "/launch/abc%20def",
    "much too long": "/launch/" + "a" * 300,
}


@pytest.mark.parametrize("path", UNREADABLE.values(), ids=UNREADABLE)
def test_a_link_that_cannot_be_read_ends_on_a_page_that_says_so(pacs: House, path: str) -> None:
    browser = pacs.browser()
    assert trouble(browser.get(path)) == "launch-link-unreadable"
    assert browser.get("/sign-in/troubles/launch-link-unreadable").json()["remedy"]
    assert browser.get("/exchanges/nothing-here/at/all").code == "no-such-resource"  # a script's call stays JSON


def test_the_session_of_before_ends(pacs: House) -> None:
    browser = pacs.signed_in("johanna")
    before = dict(browser.cookies)
    click(pacs, signed(pacs), browser)
    assert browser.get("/me").json()["limited"]
    browser.cookies = before
    assert browser.get("/me").status == 401


@pytest.mark.parametrize("safe", ["", "^~", "^~:/@"], ids=str)
def test_how_an_address_is_encoded_on_its_way_changes_nothing(pacs: House, safe: str) -> None:
    query = signed(pacs, patientID=f"12345^^^Ziekenhuis é & zo~{BSN}^^^NLMINBIZA")
    path = urlencode(dict(reversed(query.items())), safe=safe)
    assert pacs.browser().get("/launch?" + path).header("location").startswith("/api/v1/launch/")


def test_settings_need_a_way_and_two_files(tmp_path: Path) -> None:
    file = tmp_path / "one"
    for one in ({"id": "x"}, {"id": "x", "secret_file": file, "link_key_file": file}):
        with pytest.raises(ValueError, match="secret_file"):
            PortalSection.model_validate({"launch": [one]})


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_example_of_the_how_to_is_right(language: str) -> None:
    page = Path(__file__).parents[4] / "docs" / "how-to" / f"launch-from-pacs-or-epd.{language}.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    text = next(line for line in lines if line.startswith("nonce="))
    query = dict(parse_qsl(text))
    assert lines[lines.index(text) + 1] == f"signature: {signature_of(KEY, query)}"
    assert any(KEY in line for line in lines)
