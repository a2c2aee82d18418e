"""Launch from an EPD in Chromium: one click, and this patient's list is on screen; nobody else's exchange is there."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from beeldbrug.node.usecases.sign_in.link import signature_of
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.entrance import Entrance, running_entrance
from tests.e2e.portal.hand import faults

SECRET = "een lang geheim van het EPD, 32 of meer"  # noqa: S105 - of the tests
BIRTH = "19600102"
KEY = "een lange sleutel voor links van het PACS"
SETTINGS = """
[[portal.launch]]
id = "epd"
secret_file = "{folder}/epd.secret"

[[portal.launch]]
id = "pacs"
link_key_file = "{folder}/pacs.link"
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrance]:
    """With two arrivals of Mulder, and one of Bakker."""
    folder = tmp_path_factory.mktemp("launch")
    (folder / "epd.secret").write_text(SECRET)
    (folder / "pacs.link").write_text(KEY)
    with running_entrance(folder, SETTINGS) as one:
        one.arrive(1, "Mulder^Sanne", "999990019", BIRTH)
        one.arrive(2, "Mulder^Sanne", "999990019", BIRTH)
        one.arrive(3, "Bakker^Piet", "999990020", "19700101")
        yield one


def _link(entrance: Entrance, birth: str = BIRTH) -> str:
    """What the EPD's server gets."""
    body = {
        "user": "johanna",
        "requestType": "PATIENT",
        "patientID": "999990019^^^NLMINBIZA",
        "patientBirthDate": birth,
    }
    basic = b64encode(f"epd:{SECRET}".encode()).decode()
    headers = {"authorization": f"Basic {basic}", "content-type": "application/json"}
    url = entrance.url + "/api/v1/launch"
    request = Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - loopback
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        return str(json.loads(answer.read())["url"])


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="nl-NL", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def test_one_click_in_the_epd_opens_this_patient_signed_in_and_nobody_else(entrance: Entrance, page: Page) -> None:
    link = _link(entrance)
    page.goto(link)
    expect(page.get_by_text("Mulder").first).to_be_visible(timeout=20_000)
    assert page.url == entrance.url + "/ontvangen"
    expect(page.get_by_text("Bakker")).to_have_count(0)
    page.goto(entrance.url + "/uitwisseling/" + "3" * 32)
    expect(page.get_by_text("Bakker")).to_have_count(0)
    page.goto(link)
    expect(page.get_by_text("al gebruikt, of ouder dan een minuut")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Verder in Beeldbrug").click()
    expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible(timeout=20_000)


def test_a_link_that_the_pacs_signed_leaves_no_patient_in_any_address(entrance: Entrance, page: Page) -> None:
    told = {
        "system": "pacs", "requestType": "PATIENT", "patientID": "999990019^^^NLMINBIZA", "patientBirthDate": BIRTH,
        "user": "johanna", "timestamp": str(int(time.time())), "nonce": secrets.token_urlsafe(16),
    }  # fmt: skip
    page.goto(f"{entrance.url}/api/v1/launch?" + urlencode({**told, "signature": signature_of(KEY, told)}))
    expect(page.get_by_text("Mulder").first).to_be_visible(timeout=20_000)
    assert page.url == entrance.url + "/ontvangen"
    seen = page.evaluate(
        "JSON.stringify([document.referrer, location.href, performance.getEntries().map(e => e.name)])"
    )
    assert not any(value in seen for value in ("999990019", BIRTH, "johanna"))
    expect(page.get_by_text("Bakker")).to_have_count(0)


HIDDEN = "Object.defineProperty(document, 'visibilityState', { value: 'hidden' })"
"""What a page sees that nobody looks at; its script leaves the button alone."""

BUTTON = {"nl": "Open de beelden", "en": "Open the images"}


def test_a_link_waits_for_somebody_to_open_it_and_then_opens(entrance: Entrance, hand: Reach, language: str) -> None:
    sign_in(entrance.end, "johanna").post("/me/preferences", {"language": language, "theme": "auto"})
    one = hand(entrance.end)
    one.page.add_init_script(HIDDEN)
    link = _link(entrance)
    for _ in range(2):
        one.page.goto(link)
        expect(one.page.get_by_role("button", name=BUTTON[language])).to_be_visible()
    assert not any(value in one.page.content() for value in ("Mulder", "999990019", BIRTH, "johanna"))
    one.look("launch-link")
    one.touch(one.page.get_by_role("button", name=BUTTON[language]))
    one.sees("heading", "list/Ontvangen")
    expect(one.page.get_by_text("Mulder").first).to_be_visible()


def test_a_link_that_cannot_be_read_says_so_in_the_readers_language(entrance: Entrance, hand: Reach) -> None:
    one = hand(entrance.end, path="/api/v1/launch?system=pacs&patientID=%FF%FE")
    said = {
        "nl": "Deze link is niet te lezen: afgekapt, onderweg veranderd",
        "en": "This link cannot be read: it was cut off",
    }[one.language]
    expect(one.page.get_by_text(said)).to_be_visible()
    expect(one.field("Accountnaam")).to_be_visible()
    one.look("launch-unreadable")


def test_a_patient_of_whom_there_is_nothing_is_said_plainly(entrance: Entrance, page: Page, axe: str) -> None:
    page.goto(_link(entrance, birth="19600103"))
    expect(page.get_by_text("Er is niets van deze patiënt in Beeldbrug")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Accountnaam")).to_be_visible()
    assert faults(page, axe) == []
