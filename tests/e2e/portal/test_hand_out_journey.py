"""A study is handed out as a ZIP: chosen like any recipient, downloaded when it is ready, delivered in the list."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pyrage.passphrase import decrypt

from beeldbrug.model.exchange import Route, State
from beeldbrug.node.ports.partners import Door, Partner, Way
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)


def _sealed(one: Hand, surname: str, count: int) -> None:
    """Once more, with a passphrase: typed, then made; what was made opens the file."""
    one.click("button", "Downloaden om mee te geven…")
    dialog = one.find("dialog", "Meegeven als bestand")
    dialog.get_by_role("radio", name=one.say("Verzegeld met een wachtzin")).check()
    deed = one.find("button", "Verzegeld downloaden")
    one.fill("ui/Wachtzin", f"{surname} {surname}")
    expect(deed).to_be_disabled()
    one.fill("ui/Wachtzin", "vier groene fietsen")
    one.fill("Wachtzin nog eens", "vijf groene fietsen")
    expect(deed).to_be_disabled()
    one.reads("Dit is niet dezelfde wachtzin.")
    one.look("hand-out-typed")
    one.click("button", "Laat een wachtzin maken")
    passphrase = dialog.get_by_role("status", name=one.say("Gemaakte wachtzin")).inner_text()
    with one.page.expect_download() as waiting:
        one.touch(deed)
    download = waiting.value
    assert download.suggested_filename.endswith(".zip.age") and passphrase not in download.url
    one.sees("region", "Zo opent de ontvanger het")
    one.look("hand-out-sealed")
    with zipfile.ZipFile(BytesIO(decrypt(download.path().read_bytes(), passphrase))) as archive:
        assert archive.testzip() is None
        assert len([name for name in archive.namelist() if name.startswith("DICOM/")]) == count
    one.click("button", "ui/Klaar")
    expect(dialog).to_be_hidden()


PATIENTS = {"nl": STRANGERS[7], "en": STRANGERS[8]}


def test_a_disc_is_chosen_downloaded_and_delivered(world: World, hand: Reach, language: str) -> None:
    patient = PATIENTS[language]
    made = make_study(patient, 3, description="CT hersenen")
    world.send(made, "ROUTINE_B")
    world.wait_state(world.b, made[0].study_uid, State.VERIFIED)
    way = Way(Route.SFTP, host="127.0.0.1", port=9, user="in", key="/nowhere", host_key="ssh-ed25519 AAAA")
    door = (Door("Hoofdlocatie", "Radiologie"),)
    with world.a.vault.database.write() as tx:
        tx.partners.put(Partner(world.a.site.ura, "noord", "Ziekenhuis Noord", "00000044", door, (way,)))
    one = hand(world.a, "arts", "/versturen")
    one.find("textbox", "Patiënt").fill(dict(patient.numbers)["A"])
    one.press("Enter")
    study = one.page.get_by_role("checkbox", name="CT hersenen")
    expect(study).to_be_checked()  # the newest is proposed
    book = one.page.get_by_label(one.say("Zoek in het adresboek")).locator("visible=true").first
    book.fill("Noord")
    one.touch(one.page.get_by_role("option", name="Ziekenhuis Noord", exact=True))
    one.look("partner-chosen")
    one.click("button", "Andere ontvanger")
    disc = one.say("Schijf of bestand")
    book.fill(disc)
    one.touch(one.page.get_by_role("option", name=disc, exact=True))
    one.find("textbox", "Persoon").fill("Mevrouw De Boer")
    one.page.get_by_role("radio", name=one.say("De patiënt neemt het mee")).check()
    one.look("disc-chosen")
    one.click("button", "send/Versturen", one.find("complementary", "Samenvatting"))
    button = one.find("button", "Downloaden om mee te geven…")
    expect(button).to_be_visible(timeout=60_000)
    one.look("disc-ready")
    one.touch(button)
    one.look("hand-out")
    with one.page.expect_download() as waiting:
        one.click("link", "ui/Downloaden")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert archive.testzip() is None
        assert len([name for name in archive.namelist() if name.startswith("DICOM/")]) == len(made)
    _sealed(one, patient.surname, len(made))
    sent = world.a.exchange(made[0].study_uid)
    assert sent is not None
    world.wait_row(world.a, made[0].study_uid, lambda row: row.state is State.DELIVERED, "the disc handed out")
    one.click("link", "Naar verzonden")
    expect(one.page.get_by_text(one.say("bezorgd")).first).to_be_visible()
    one.look("disc-in-outbox")
