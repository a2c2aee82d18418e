"""The steps of the tutorials, as their readers do them; the numbers are those of the steps in the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
from playwright.sync_api import expect

from tests.e2e.portal.hand import Hand, wait_painted
from tests.e2e.portal.pictures import Camera

NEW_PASSWORD = "zeven-groene-fietsen"  # noqa: S105 - of the demo
SECONDS = 60.0


def _sign_out(one: Hand, name: str) -> None:
    one.click("button", "Account van {0}", _0=name)
    one.click("menuitem", "Afmelden")
    one.reads("U bent afgemeld. Op dit scherm is niets achtergebleven.")


def _uncovered(one: Hand) -> None:
    """A notice of what is open already goes by itself; one that came while the page loaded may lie on the picture."""
    toast = one.find("article", "Melding van {0}", _0="Ziekenhuis A")
    try:
        expect(toast).to_be_hidden(timeout=5000)
    except AssertionError:
        one.click("button", "Ik kijk", toast)
        expect(toast).to_be_hidden()


def clinician(camera: Camera) -> None:
    """A stat CT: called by SMS, looked at, measured, answered; the answer is read at the other end."""
    one = camera.window("b", "/demo/berichten")  # 2
    camera.take(one, 350)
    one.page.locator("article", has_text="+31305550101").get_by_role("link").click()
    camera.sign_in(one, "b", "arts")  # 3
    wait_painted(one.page)
    pane = one.page.locator("[data-testid=viewport]").first
    pane.hover()  # 4
    one.press("Home")
    for _ in range(15):
        one.press("ArrowDown")
    expect(one.page.get_by_text("16 / 30")).to_be_visible()
    one.press("l")  # 5
    box = pane.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    one.page.mouse.move(x + 29, y - 16)
    one.page.mouse.down()
    one.page.mouse.move(x + 80, y - 18, steps=4)
    one.page.mouse.move(x + 134, y - 16, steps=4)
    one.page.mouse.up()
    expect(one.page.get_by_text(re.compile(r"\d+([.,]\d+)? mm$")).first).to_be_visible()
    _uncovered(one)
    camera.take(one)
    one.touch(one.page.get_by_role("button", name=re.compile(f"^{one.say('Komen')}")).first)  # 6
    expect(one.page.get_by_text(one.say("Ons antwoord")).first).to_be_visible()
    expect(one.page.get_by_text(one.say("wordt verstuurd…"))).to_be_hidden()
    camera.take(one)
    one.click("button", "Terug naar de lijst")  # 7
    one.sees("heading", "list/Ontvangen")
    _sign_out(one, "Dienstdoend radioloog")
    two = camera.window("a")  # 8
    camera.sign_in(two, "a", "arts")
    two.touch(two.find("link", "app/Verzonden").first)
    row = two.row("CT hersenen")
    expect(row.get_by_text(two.say("komen")).first).to_be_visible()
    camera.take(two, 400)


def image_desk(camera: Camera) -> None:
    """An MR from the own PACS goes to the other hospital, with a question."""
    one = camera.window("a")
    camera.sign_in(one, "a", "balie")  # 2
    one.touch(one.find("link", "app/Versturen").first)  # 3
    one.find("textbox", "Patiënt").fill("4505518")
    one.click("button", "send/Zoeken")
    expect(one.page.get_by_role("checkbox").first).to_be_checked()  # 4
    one.touch(one.page.get_by_role("button", name="Ziekenhuis B · Radiologie"))  # 5
    one.fill("Vraag", {"nl": "Past dit bij MS?", "en": "Does this fit MS?"}[one.language])  # 6
    one.page.get_by_text(one.say("words/dringend"), exact=True).first.click()
    camera.take(one)
    one.click("button", "send/Versturen", one.find("complementary", "Samenvatting"))  # 7
    one.sees("link", "Naar verzonden")
    camera.take(one, 400)
    one.click("link", "Naar verzonden")  # 8
    expect(one.row("MRI hersenen").get_by_text(one.say("in PACS")).first).to_be_visible(timeout=SECONDS * 1000)
    camera.take(one, 400)


def coordinator(camera: Camera) -> None:
    """A roster for a department, with an exception."""
    one = camera.window("a")
    camera.sign_in(one, "a", "coordinator")  # 2
    one.touch(one.find("link", "app/Dienst").first)  # 3
    one.sees("heading", "Wie heeft nu dienst")
    camera.take(one, 800)
    one.click("button", "Nieuw rooster")  # 4
    one.fill("roster/Afdeling", "Neurologie")
    one.click("button", "Maken", one.find("dialog", "Nieuw rooster"))
    roster = one.find("region", "Rooster van {0}", _0="Neurologie")
    roster.get_by_role("combobox").first.select_option(label="Dienstdoend radioloog")  # 5
    for box in roster.get_by_role("group").first.get_by_role("checkbox").all():
        box.check()
    one.click("button", "Regel toevoegen", roster)
    camera.take(one, 780)
    one.click("button", "roster/Opslaan", roster)  # 6
    expect(roster.get_by_text(one.say("Opgeslagen"))).to_be_visible()
    one.page.mouse.wheel(0, -5000)  # 7
    camera.take(one, 720)


def administrator(camera: Camera) -> None:
    """A new colleague gets an account and signs in."""
    one = camera.window("a")
    camera.sign_in(one, "a", "beheer")  # 2
    one.sees("heading", "admin/Toestand")
    one.click("link", "admin/Accounts", one.page.get_by_role("navigation", name=one.say("admin/Beheer"), exact=True))
    one.click("button", "admin/Account maken")  # 3
    one.fill("admin/Naam", "Ada de Wit")
    one.fill("admin/Accountnaam", "ada")
    one.find("checkbox", "words/arts").check()
    camera.take(one)
    one.click("button", "Maken en code geven")  # 4
    one.sees("button", "Overhandigd")
    camera.take(one)
    code = one.page.get_by_test_id("one-time-code").inner_text()
    one.click("button", "Overhandigd")
    _sign_out(one, "Beheerder")  # 5
    one.click("button", "Wachtwoord of tweede stap kwijt?")  # 6
    one.fill("Eenmalige herstelcode", code)
    one.fill("Nieuw wachtwoord", NEW_PASSWORD)
    one.click("button", "Wachtwoord instellen")
    one.sees("heading", "Tweede stap instellen")  # 7
    expect(one.find("img", "QR-code voor de authenticator-app")).to_be_visible()
    camera.take(one)
    secret = one.page.locator("code").inner_text().replace(" ", "")
    one.fill("Code van 6 cijfers", pyotp.TOTP(secret).now())
    one.find("checkbox", "Ik heb de codes op een veilige plek bewaard.").check()  # 8
    one.click("button", "Verder")
    one.sees("heading", "list/Ontvangen")
    camera.take(one, 400)


def privacy_officer(camera: Camera) -> None:
    """Who looked at a study, and on what ground; proof that nothing was changed and that the hub knows nobody."""
    demo = camera.demo
    reader = camera.window("b")  # 2
    camera.sign_in(reader, "b", "arts")
    reader.click_in(reader.row("CT hersenen"), "Openen")
    wait_painted(reader.page)
    _uncovered(reader)
    camera.take(reader)
    reader.click("button", "Terug naar de lijst")  # 3
    _sign_out(reader, "Dienstdoend radioloog")
    one = camera.window("b")  # 4
    camera.sign_in(one, "b", "fg")
    one.sees("heading", "audit/Logboek")
    one.page.get_by_role("combobox", name=one.say("Wat"), exact=True).click()  # 5
    one.click("option", "Ingezien")
    one.click("button", "Zoeken")
    row = one.page.get_by_role("row").filter(has_text=one.say("Bekeken")).first
    expect(row).to_contain_text("arts")
    row.get_by_role("button").click()
    expect(row).to_contain_text("Ziekenhuis A")
    camera.take(one)
    settings = str(demo.folder / "b.toml")
    demo.run("audit", "verify", "-s", settings)  # 6
    demo.run("prove", "leaks", "--data", str(demo.folder))  # 7


WALKS: dict[str, Callable[[Camera], None]] = {
    "clinician": clinician,
    "privacy-officer": privacy_officer,
    "image-desk": image_desk,
    "coordinator": coordinator,
    "administrator": administrator,
}
