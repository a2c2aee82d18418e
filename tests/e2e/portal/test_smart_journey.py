"""Launch by SMART from an EPD in Chromium, against a real OpenID Connect server: its sign-in, then this patient alone.

The first run of a hospital whose accounts come from there too.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.entrance import Entrance, running_entrance
from tests.e2e.portal.hand import Hand

BSN, BIRTH, LAUNCH = "999990019", "1960-01-02", "x1-of-this-record"
SETTINGS = """
[[portal.smart]]
id = "epd"
issuer = "{issuer}/fhir"
token_issuer = "{issuer}"
client_id = "beeldbrug"
client_secret_file = "{folder}/client.secret"
number_system = "https://noord.example.nl/fhir/patientnummer"
assurance = { card = "high" }
roles = [{ value = "rad", role = "clinician", department = "Radiologie" }]
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrance]:
    """With two arrivals of Mulder and one of Bakker; Mulder's record is open in the EPD."""
    with running_entrance(tmp_path_factory.mktemp("smart"), SETTINGS) as one:
        one.arrive(1, "Mulder^Sanne", BSN, "19600102")
        one.arrive(2, "Mulder^Sanne", BSN, "19600102")
        one.arrive(3, "Bakker^Piet", "999990020", "19700101")
        yield one


NAMES = {"nl": "Anna de Vries", "en": "Anne Fisher"}


def _person(entrance: Entrance, language: str) -> None:
    """Who is at the screen, in the provider's words."""
    name = NAMES[language]
    login = name.partition(" ")[0].lower()
    entrance.provider.person(
        login, name=name, preferred_username=login, roles=["rad"], acr="card", locale=f"{language}-NL"
    )


def _record(entrance: Entrance, bsn: str) -> None:
    """The patient whose record is open."""
    system = "http://fhir.nl/fhir/NamingSystem/bsn"
    patient = {
        "resourceType": "Patient", "id": "p1", "birthDate": BIRTH, "identifier": [{"system": system, "value": bsn}],
    }  # fmt: skip
    entrance.provider.control(patients={"p1": patient}, launches={LAUNCH: {"patient": "p1"}})


def _launch(entrance: Entrance, hand: Reach) -> Hand:
    """What the button in the record does, and the sign-in of the EPD."""
    query = urlencode({"iss": entrance.provider.issuer + "/fhir", "launch": LAUNCH})
    one = hand(entrance.end)
    _person(entrance, one.language)
    one.page.goto(f"{entrance.url}/api/v1/smart/epd?{query}")
    one.page.get_by_role("button", name=NAMES[one.language]).click()
    return one


def test_a_button_in_the_record_opens_this_patient_signed_in_and_nobody_else(entrance: Entrance, hand: Reach) -> None:
    _record(entrance, BSN)
    one = _launch(entrance, hand)
    one.sees("heading", "list/Ontvangen")
    expect(one.page.get_by_text("Mulder").first).to_be_visible()
    expect(one.page.get_by_text("Bakker")).to_have_count(0)
    assert one.page.url == entrance.url + "/ontvangen"
    seen = one.page.evaluate("JSON.stringify([document.referrer, location.href, history.length, document.cookie])")
    assert not any(value in seen for value in (BSN, BIRTH, "Ann", "ann", LAUNCH, "code="))
    one.look("smart-list")
    one.page.goto(entrance.url + "/uitwisseling/" + "3" * 32)
    expect(one.page.get_by_role("alert").first).to_be_visible()
    expect(one.page.get_by_text("Bakker")).to_have_count(0)


def test_a_patient_of_whom_there_is_nothing_is_said_so(entrance: Entrance, hand: Reach) -> None:
    _record(entrance, "999990032")
    one = _launch(entrance, hand)
    text = {"nl": "Er is niets van deze patiënt in Beeldbrug", "en": "There is nothing of this patient in Beeldbrug"}
    expect(one.page.get_by_text(text[one.language])).to_be_visible()
    expect(one.field("Accountnaam")).to_be_visible()
    one.look("smart-nothing")


def test_a_launch_by_another_server_opens_nothing(entrance: Entrance, hand: Reach) -> None:
    query = urlencode({"iss": "https://elders.example.nl/fhir", "launch": LAUNCH})
    one = hand(entrance.end, path=f"/api/v1/smart/epd?{query}")
    expect(one.page.get_by_role("alert")).to_be_visible()
    expect(one.field("Accountnaam")).to_be_visible()
    assert one.page.url == entrance.url + "/"
    one.look("smart-foreign")


def test_before_there_is_any_account_the_provider_is_offered_first_and_the_set_up_second(
    tmp_path_factory: pytest.TempPathFactory, hand: Reach
) -> None:
    with running_entrance(tmp_path_factory.mktemp("nobody"), SETTINGS, account=False) as fresh:
        one = hand(fresh.end)
        _person(fresh, one.language)
        by_provider = one.find("link", "Aanmelden bij {0}", _0="Ziekenhuis A")
        expect(by_provider).to_be_visible()
        one.reads("Open Beeldbrug vanuit het dossier van een patiënt: dan bent u meteen aangemeld.")
        one.look("first-run-provider")
        one.click("button", "Beeldbrug inrichten met een eenmalige code")
        one.sees("heading", "Beeldbrug inrichten")
        expect(one.field("Eenmalige code")).to_be_visible()
        one.look("first-run-set-up")
        one.click("button", "setup/Terug naar aanmelden")
        by_provider.click()
        one.page.get_by_role("button", name=NAMES[one.language]).click()
        one.sees("heading", "list/Ontvangen")
