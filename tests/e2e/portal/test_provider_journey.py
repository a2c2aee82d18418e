"""Signing in by the hospital's own provider in Chromium: one click there, no code here; out again; and an outage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.portal.entrance import Entrance, running_entrance
from tests.e2e.portal.hand import faults

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrance]:
    with running_entrance(tmp_path_factory.mktemp("entrance")) as one:
        yield one


@pytest.fixture
def page(entrance: Entrance, chromium: Browser) -> Iterator[Page]:
    """In Dutch, on the sign-in page."""
    context = chromium.new_context(locale="nl-NL", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(entrance.url)
    yield page
    context.close()


def _approve(page: Page, name: str) -> None:
    page.get_by_role("link", name="Aanmelden bij Ziekenhuis A").click()
    expect(page.get_by_role("heading", name="Aanmelden bij het ziekenhuis")).to_be_visible()
    page.get_by_role("button", name=name).click()


def test_somebody_comes_in_by_the_hospital_without_a_code_and_signs_out_there_too(
    entrance: Entrance, page: Page, axe: str
) -> None:
    entrance.provider.person("anna", name="Anna de Vries", preferred_username="anna", roles=["rad"], acr="card")
    _approve(page, "Anna de Vries")
    expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible(timeout=20_000)
    assert "anna" not in page.url.lower()
    page.get_by_role("button", name="Anna de Vries").click()
    page.get_by_role("menuitem", name="Afmelden").click()
    there = page.get_by_role("link", name="Ook afmelden bij Ziekenhuis A")
    expect(there).to_be_visible()
    assert faults(page, axe) == []
    there.click()
    page.wait_for_url(entrance.provider.issuer + "/session/end?**")


def test_who_has_no_role_is_told_so_and_what_to_do(entrance: Entrance, page: Page, axe: str) -> None:
    entrance.provider.person("bob", name="Bob Bakker", preferred_username="bob", roles=["keuken"], acr="card")
    _approve(page, "Bob Bakker")
    expect(page.get_by_text("hebt geen rol in Beeldbrug")).to_be_visible()
    expect(page.get_by_text("Vraag uw beheerder om de groep")).to_be_visible()
    assert "melding" not in page.url
    assert faults(page, axe) == []
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text("have no role in Beeldbrug")).to_be_visible()


def test_while_the_provider_is_down_the_page_says_so_and_the_local_sign_in_works(
    entrance: Entrance, page: Page
) -> None:
    entrance.provider.stop()
    try:
        entrance.forget()
        page.get_by_role("link", name="Aanmelden bij Ziekenhuis A").click()
        expect(page.get_by_text("De aanmelding van het ziekenhuis geeft geen antwoord")).to_be_visible()
        page.get_by_label("Accountnaam").fill("johanna")
        page.get_by_label("Wachtwoord", exact=True).fill(entrance.PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_label("Code van 6 cijfers").fill(entrance.code())
        expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible(timeout=20_000)
    finally:
        entrance.provider.start()
