"""The administrator walks every section, makes something and changes something, and finds it back."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from beeldbrug.model.figures import BsnFinding
from tests.e2e.portal.api import person
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.world import End, World

pytestmark = pytest.mark.timeout(300)


def _go(one: Hand, section: str) -> None:
    one.click("link", section, one.page.get_by_role("navigation", name=one.say("admin/Beheer"), exact=True))


def test_every_section_is_opened_and_something_made_and_changed(world: World, hand: Reach, language: str) -> None:
    person(world.a, "arts")  # somebody who can be on duty
    one = hand(world.a, "beheer", "/beheer")
    one.sees("heading", "admin/Toestand")
    one.look("admin-health")
    _departments(one, language)
    _accounts(one, language)
    _rules(one, language)
    _pacs(one)
    _addresses(one, language)
    _queues(one)
    _figures(one)
    _quality(one, world.a)
    for section, name in (("Hub en sleutels", "admin-hub"), ("Instellingen", "admin-file")):
        _go(one, f"admin/{section}")
        one.sees("heading", f"admin/{section}")
        one.look(name)
    _roster(one, language)


def _departments(one: Hand, language: str) -> None:
    _go(one, "admin/Afdelingen")
    one.click("button", "Afdeling toevoegen")
    one.fill("admin/Naam", f"Neurologie {language}")
    one.look("admin-department")
    one.click("button", "admin/Opslaan")
    made = one.page.get_by_role("row").filter(has_text=f"Neurologie {language}")
    one.touch(made.get_by_role("button"))
    one.fill("admin/Telefoon", "030 555 0144")
    one.click("button", "admin/Opslaan")
    expect(made.get_by_text("030 555 0144")).to_be_visible()
    one.look("admin-departments")


def _accounts(one: Hand, language: str) -> None:
    _go(one, "admin/Accounts")
    one.click("button", "admin/Account maken")
    name = f"Ada de Wit {language}"
    one.fill("admin/Naam", name)
    one.fill("admin/Accountnaam", f"ada-{language}")
    one.find("checkbox", "words/arts").check()
    one.look("admin-account")
    one.click("button", "Maken en code geven")
    one.sees("button", "Overhandigd")
    one.look("admin-code")
    one.click("button", "Overhandigd")
    row = one.page.get_by_role("row").filter(has_text=name)
    one.touch(row.get_by_role("button", name=one.say("Wat kan met {0}", _0=name)))
    one.look("admin-account-menu")
    one.click("menuitem", "admin/Sluiten")
    one.click("button", "Account sluiten", one.find("dialog", "Account sluiten"))
    expect(row).to_be_hidden()
    one.look("admin-accounts")


def _rules(one: Hand, language: str) -> None:
    title = f"NAAR_{language.upper()}"
    _go(one, "admin/Regels")
    one.click("button", "Regel maken")
    one.find("textbox", "admin/AE-title").fill(title)
    one.page.get_by_label(one.say("Ontvanger (URA)")).first.fill("00000002")
    one.find("textbox", "Namens wie").fill("dienstdoend radioloog")
    one.look("admin-rule")
    one.click("button", "Opslaan; geldt meteen")
    row = one.page.get_by_role("row").filter(has_text=title)
    one.touch(row.get_by_role("button", name=one.say("Regel {0} wijzigen", _0=title)))
    one.find("textbox", "Telefoon voor vragen").fill("030 555 0145")
    one.click("button", "Opslaan; geldt meteen")
    expect(one.page.get_by_role("dialog")).to_be_hidden()
    one.look("admin-rules")


def _pacs(one: Hand) -> None:
    _go(one, "admin/PACS")
    one.click("button", "PACS aanroepen (C-ECHO)")
    expect(one.page.get_by_role("status").filter(has_text="ms")).to_be_visible()
    one.click("button", "Werklijst instellen")
    one.look("admin-pacs")
    one.click("button", "ui/Annuleren")


def _addresses(one: Hand, language: str) -> None:
    _go(one, "admin/Adresboek")
    one.click("button", "Adres toevoegen")
    dialog = one.find("dialog", "Adres toevoegen")
    one.touch(dialog.get_by_label(one.say("admin/Organisatie")).first)
    one.touch(one.page.get_by_role("option").first)
    one.fill("admin/Afdeling", f"Spoedeisende hulp {language}")
    one.look("admin-address")
    one.click("button", "admin/Opslaan", dialog)
    expect(one.page.get_by_role("row").filter(has_text=f"Spoedeisende hulp {language}")).to_be_visible()
    one.look("admin-addresses")


def _queues(one: Hand) -> None:
    _go(one, "admin/Wachtrijen")
    one.find("switch", "Ook vast werk tonen").check()
    one.touch(one.page.get_by_role("row").get_by_role("button").first)
    one.look("admin-queues")


def _figures(one: Hand) -> None:
    _go(one, "admin/Cijfers")
    one.sees("heading", "admin/Cijfers")
    one.look("admin-figures")


def _quality(one: Hand, end: End) -> None:
    """Another hospital sent twelve studies, of which nine were right; a third one sent too few to tell."""
    came = ["other-patient-ids-sequence"] * 9 + ["patient-id", "all-zeros", "absent"]
    with end.vault.database.write() as tx:
        for number, finding in enumerate(came):
            tx.bsn_quality.note(end.site.ura, f"{number:032x}", "00000002", BsnFinding(finding), time.time() - 60)
        tx.bsn_quality.note(end.site.ura, "f" * 32, "00000003", BsnFinding.ABSENT, time.time() - 60)
    _go(one, "admin/BSN-kwaliteit")
    row = one.page.get_by_role("row").filter(has_text="00000002")
    expect(row.get_by_text(re.compile(r"^75.?%$"))).to_be_visible()
    expect(one.page.get_by_role("row").filter(has_text="00000003").get_by_text("<5")).to_be_visible()
    one.look("admin-bsn")
    one.touch(row.get_by_role("button"))
    one.touch(one.page.get_by_text("English", exact=True))
    expect(one.find("region", "Tekst van de brief")).to_contain_text("In 9 (75%) it stood right.")
    one.look("admin-bsn-letter")
    one.touch(one.page.get_by_role("dialog").get_by_role("button", name=one.say("admin/Sluiten")))


def _roster(one: Hand, language: str) -> None:
    one.touch(one.find("link", "app/Dienst").first)
    one.sees("heading", "Wie heeft nu dienst")
    one.click("button", "Nieuw rooster")
    dialog = one.find("dialog", "Nieuw rooster")
    one.fill("roster/Afdeling", f"Longziekten {language}")
    one.look("roster-new")
    one.click("button", "Maken", dialog)
    roster = one.find("region", "Rooster van {0}", _0=f"Longziekten {language}")
    expect(roster).to_be_visible()
