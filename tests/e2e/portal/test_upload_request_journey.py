"""Somebody outside sends a disc, a PDF and a photograph over a link: from making it to the arrival at the desk."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from playwright.sync_api import expect
from pydicom import dcmread

from beeldbrug.model.exchange import Route, State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def photograph() -> bytes:
    """A JPEG as a telephone makes it."""
    picture = np.linspace(0, 255, 60 * 80 * 3).reshape(60, 80, 3).astype(np.uint8)
    return bytes(imagecodecs.jpeg8_encode(picture))


def ask(hand: Reach, world: World, text: str) -> tuple[Hand, str, str]:
    """(the desk, link, code)."""
    desk = hand(world.b, "balie", "/uploadverzoeken")
    desk.click("button", "Uploadverzoek maken")
    desk.look("request-form")
    patient = KNOWN[6]
    desk.page.get_by_label(re.compile(f"^{re.escape(desk.say('Wat vraagt u?'))}")).fill(text)
    desk.fill("Aan wie vraagt u het?", "Kliniek Noord")
    desk.fill("Achternaam", patient.surname)
    desk.fill("Voornaam of voorletters", patient.given)
    born = patient.birth_date
    desk.fill("Geboortedatum", f"{born[6:]}-{born[4:6]}-{born[:4]}")
    desk.fill("Patiëntnummer of BSN", patient.bsn)
    desk.click("button", "Link maken")
    link = desk.page.get_by_test_id("link").inner_text().strip()
    code = desk.page.get_by_test_id("code").inner_text().strip()
    desk.look("request-made")
    return desk, link, code


def arrivals(world: World) -> set[str]:
    with world.b.vault.database.read() as tx:
        rows = tx.exchanges.listing(world.b.vault.own.ura)
    return {row.id for row in rows if row.route is Route.LINK}


def test_an_outsider_sends_and_the_desk_takes_it_in(world: World, hand: Reach, language: str, tmp_path: Path) -> None:
    patient = KNOWN[6]
    text = f"Foto's van de wond en de CT {language}"
    desk, link, code = ask(hand, world, text)
    path = link.partition("/upload")[1] + link.partition("/upload")[2]
    assert patient.surname not in link and re.fullmatch(r"/upload#[A-Za-z0-9_-]{43}", path)

    guest = hand(world.b, "", path, phone=True)
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    guest.fill("Code", "0000 0000")
    guest.click("button", "Verder")
    expect(guest.page.get_by_role("alert")).to_be_visible()
    assert text not in guest.page.content(), "nothing is shown before the code is right"
    guest.look("guest-wrong-code")
    guest.fill("Code", code)
    guest.click("button", "Verder")
    expect(guest.page.get_by_text(text)).to_be_visible()
    expect(guest.page.get_by_text(re.compile(patient.surname))).to_be_visible()
    guest.look("guest-asked")

    study = make_study(patient, 3, description=f"CT voet {language}", seed=f"link {language}")
    folder = tmp_path / "cd"
    folder.mkdir()
    made = [one.write(folder) for one in study]
    originals = {one.read_bytes() for one in made}
    (folder / "brief.pdf").write_bytes(PDF)
    (folder / "wond.jpg").write_bytes(photograph())
    (folder / "viewer.exe").write_bytes(b"MZ" + bytes(3000))
    archive = shutil.make_archive(str(tmp_path / "alles"), "zip", folder)
    guest.page.get_by_test_id("files").set_input_files(archive)
    guest.fill("Uw naam of organisatie", "Kliniek Noord, Jo")
    guest.fill("Wilt u er iets bij zeggen?", "Meer volgt")
    guest.look("guest-chosen")
    guest.click("button", "Sturen")
    guest.reads("Het is binnen. Dank u wel.")
    guest.look("guest-sent")
    staged = [one for one in (world.b.vault.settings.data / "uploads").rglob("*") if one.is_file()]
    sealed = b"".join(one.read_bytes() for one in staged)
    for word in (patient.surname.encode(), b"%PDF", b"JFIF", b"DICM", b"brief", b"wond", study[0].study_uid.encode()):
        assert word not in sealed, "what lies at the node is sealed"
    token = path.partition("#")[2]
    assert asked and not [url for url in asked if token in url or patient.surname in url]

    before = arrivals(world)
    desk.click("button", "Klaar")
    row = desk.page.get_by_role("article").filter(has_text=text)
    expect(row.get_by_text(re.compile("Kliniek Noord, Jo"))).to_be_visible()
    expect(row.get_by_text(re.compile("Meer volgt"))).to_be_visible()
    desk.touch(row.get_by_role("button", name=desk.say("Bekijk wat er kwam")))
    expect(row.get_by_text(f"CT voet {language}")).to_be_visible()
    desk.look("request-came")
    desk.touch(row.get_by_role("button", name=re.compile("^(5 beelden inlezen|Read in 5 images)")))
    expect(row.get_by_text(re.compile("5 beelden zijn ingelezen|5 images were read in"))).to_be_visible()
    desk.look("request-taken")

    came = arrivals(world) - before
    assert len(came) == 2, "the study, and one of the documents"
    study_row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN, State.IMPORTED)
    assert (study_row.route, study_row.terms.sender.name, study_row.note) == (
        Route.LINK, "Kliniek Noord, Jo", "Meer volgt",
    )  # fmt: skip
    assert {world.b.original(one) for one in world.b.instances(study_row.id)} == originals
    (documents,) = came - {study_row.id}
    found = [dcmread(BytesIO(world.b.original(one))) for one in world.b.instances(documents)]
    assert {str(one.PatientID) for one in found} == {patient.bsn}
    assert {one.Modality for one in found} == {"DOC", "OT"}
    pdf = next(one for one in found if one.Modality == "DOC")
    assert pdf.EncapsulatedDocument[: pdf.EncapsulatedDocumentLength] == PDF
    shot = next(one for one in found if one.Modality == "OT")
    assert (shot.Rows, shot.Columns, shot.SamplesPerPixel) == (60, 80, 3)

    desk.touch(row.get_by_role("button", name=desk.say("Link sluiten")))
    expect(row.get_by_text(desk.say("gesloten"))).to_be_visible()
    late = hand(world.b, "", path, phone=True)
    late.fill("Code", code)
    late.click("button", "Verder")
    expect(late.page.get_by_text(re.compile("verlopen, gesloten|gesloten|closed")).first).to_be_visible()
    late.look("guest-closed")


@pytest.mark.parametrize("language", ["nl"])
def test_wrong_codes_lock_the_link(world: World, hand: Reach, language: str) -> None:
    _, link, code = ask(hand, world, "Op slot")
    guest = hand(world.b, "", link[link.index("/upload") :], phone=True)
    for _ in range(5):
        guest.fill("Code", "0000 0001")
        guest.click("button", "Verder")
        expect(guest.page.get_by_text("Dit is niet de code.")).to_be_visible()
    guest.fill("Code", code)
    guest.click("button", "Verder")
    expect(guest.page.get_by_text(re.compile("te vaak een verkeerde code"))).to_be_visible()
    guest.look("guest-locked")
