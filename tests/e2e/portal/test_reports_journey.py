"""A radiologist reads the report beside the images, in all versions; the desk sees where it went, and sends again."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import Patient
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.report_delivery import Addressed, DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.usecases.reports.print import Paper, printed
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

ID = "9" * 32
SECONDS = 60.0


def _arrived_with_report(world: World, patient: PhantomPatient, description: str) -> str:
    """An arrival at B with a report: a preliminary version, and a final one that is a PDF with text."""
    study = make_study(patient, 4, rows=(128,), description=description)
    world.send(study, "OVERLEG_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    ura, now, id_ = world.b.site.ura, row.created, ID[:-8] + row.id[:8]
    key = ReportKey(row.peer, "RIS", f"V-{row.id[:6]}")
    about = ReportSubject(study_uid=row.study_uid)
    first = Report(
        *(key, ReportStatus.PRELIMINARY, ReportSource.HL7_ORU, about, "CT hersenen"),
        author="dr. A. Çelik",
        text="Bevindingen:\n\nVoorlopig geen bloeding gezien.",
    )
    final = replace(
        first, status=ReportStatus.FINAL, verifier="dr. P. de Vries", text="Geen bloeding.\n\nGeen fractuur."
    )
    paper = Paper("Ziekenhuis A", "nl", ZoneInfo("Europe/Amsterdam"))
    addressed = Addressed(Patient("Test^Jo"), "", row.study_uid)
    final = replace(final, document=printed(final, addressed, paper))
    with world.b.vault.database.write() as tx:
        tx.reports.add(
            ReportRow(ura, id_, Direction.IN, key, ReportState.PLACED, now, row.id, row.study_uid, standing=2)
        )
        tx.reports.add_version(ura, VersionHead(id_, 1, first.status, now, now), first)
        tx.reports.add_version(ura, VersionHead(id_, 2, final.status, now, now, len(final.document)), final)
        place = (ura, id_, row.id, id_, 2, Outlet.HL7, "", DeliveryState.REFUSED, "C")
        tx.report_deliveries.add(DeliveryRow(*place, now, now, "hl7-error-207"), Said(first, addressed), b"")
    return row.id


def _pdf_is_shown(page: Page) -> None:
    """The browser's own reader has the document; what it came with runs no script."""
    frame = page.locator("iframe")
    expect(frame).to_be_visible()
    url = (frame.get_attribute("src") or "").partition("#")[0]
    answer = page.request.get(f"{page.url.split('/uitwisseling')[0]}{url}")
    assert answer.body().startswith(b"%PDF-")
    assert answer.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_report_is_read_beside_the_images_with_its_versions(
    world: World, patient: PhantomPatient, hand: Reach, language: str, phone: bool
) -> None:
    exchange = _arrived_with_report(world, patient, f"CT verslag {language} {phone}")
    reader = hand(world.b, "arts", f"/uitwisseling/{exchange}", phone=phone)
    page = reader.page
    wait_painted(page)
    button = page.get_by_role("button", name=reader.say("Verslagen en documenten"), exact=True)
    if not button.is_visible():
        page.get_by_role("button", name=reader.say("Meer"), exact=False).first.click()
    button.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name=reader.say("Verslagen en documenten"))
    expect(panel.get_by_text(reader.say("Definitief verslag"), exact=True)).to_be_visible()
    expect(panel.get_by_text("dr. P. de Vries")).to_be_visible()
    expect(panel.get_by_text("Geen fractuur.")).to_be_visible()
    expect(panel.get_by_text("Geen fractuur.")).to_have_css("text-decoration-line", "none")
    _pdf_is_shown(page)
    reader.look("report")
    versions = panel.get_by_role("combobox", name=reader.say("Versie"))
    versions.click()
    page.get_by_role("option").nth(1).click()
    expect(panel.get_by_text("Voorlopig geen bloeding gezien.")).to_be_visible()
    expect(panel.get_by_text(reader.say("Voorlopig verslag"), exact=True)).to_be_visible()
    expect(panel.get_by_role("alert")).to_be_visible()
    expect(panel.locator("iframe")).to_have_count(0)
    reader.look("report-earlier")
    assert "view" in world.b.events(exchange)


def test_the_desk_sees_what_was_refused_and_sends_it_again(
    world: World, patient: PhantomPatient, hand: Reach, language: str
) -> None:
    description = f"CT geweigerd {language}"
    exchange = _arrived_with_report(world, patient, description)
    desk = hand(world.b, "balie", f"/?exchange={exchange}")
    line = desk.look_for(patient.surname, description)
    line.click()
    details = desk.page.get_by_role("dialog")
    expect(details.get_by_text(desk.say("Verslagen naar onze systemen"))).to_be_visible()
    desk.look("report-refused")
    details.get_by_role("button", name=desk.say("Opnieuw versturen")).click()
    expect(details.get_by_text(desk.say("Verslagen naar onze systemen"))).to_have_count(0)
    assert "report-again" in world.b.events(exchange)


def test_a_pdf_is_put_with_an_arrival_and_its_row_says_how_far_it_is(
    world: World, patient: PhantomPatient, hand: Reach, language: str
) -> None:
    description = f"CT zonder verslag {language}"
    study = make_study(patient, 2, description=description)
    world.send(study, "OVERLEG_B")
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    desk = hand(world.b, "balie")
    row = desk.look_for(patient.surname, description)
    expect(row.get_by_text(desk.say("verslag voorlopig"))).to_have_count(0)
    for status, dutch in (("Voorlopig", "verslag voorlopig"), ("Definitief", "verslag definitief")):
        row.click()
        desk.click("button", "Verslag toevoegen…")
        dialog = desk.find("dialog", "Verslag toevoegen")
        with desk.page.expect_file_chooser() as chooser:
            desk.click("button", "PDF kiezen", dialog)
        pdf = b"%PDF-1.4\n" + status.encode() + b"\n%%EOF"
        chooser.value.set_files({"name": "verslag.pdf", "mimeType": "application/pdf", "buffer": pdf})
        dialog.get_by_role("radio", name=desk.say(f"list/{status}")).check()
        if status == "Definitief":
            desk.touch(dialog.get_by_role("combobox", name=desk.say("Vervangt")))
            desk.touch(desk.page.get_by_role("option").nth(1))
        desk.look(f"report-add-{status.lower()}")
        desk.click("button", "list/Toevoegen", dialog)
        expect(dialog).to_be_hidden()
        desk.press("Escape")
        expect(row.get_by_text(desk.say(dutch))).to_be_visible()
    desk.look("report-badge")
    found = world.b.exchange(study[0].study_uid)
    assert found is not None and found.seen is None, "putting a report there is no looking at the images"
    assert world.b.events(found.id).count("report-arrived") == 2
