"""Reports beside the images in the portal: who may see the study reads them, and nobody else; each view on record."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.ports.report_delivery import Addressed, DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from tests.contract.node.given import A
from tests.contract.node.intake.desk import files
from tests.contract.node.portal.conftest import House
from tests.unit.node.protocols.hl7.test_oru import ADDRESSED

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<<>>\n%%EOF"
KEY = ReportKey("00000009", "RIS", "V1")
ID, OTHER = "9" * 32, "8" * 32


@pytest.fixture
def arrived(house: House, tmp_path: Path) -> str:
    """An arrival with a report in two versions; its path in the API."""
    files(tmp_path / "disc", 3)
    with open_carrier(tmp_path / "disc") as carrier, side_reception(house.base) as receiving:
        listing = list_carrier(carrier)
        take_in(
            receiving, carrier, listing, *choose(listing, None, ()), Brought(A, "Ziekenhuis A", "cli:balie", "K", "")
        )
    now = house.clock.now()
    with house.vault.write() as tx:
        exchange = tx.exchanges.listing(A)[0]
        about = ReportSubject(study_uid=exchange.study_uid)
        first = Report(KEY, ReportStatus.PRELIMINARY, ReportSource.HL7_ORU, about, "CT", text="Voorlopig.")
        second = Report(KEY, ReportStatus.FINAL, ReportSource.PDF, about, "CT", author="A. Arts", document=PDF)
        tx.reports.add(ReportRow(A, ID, Direction.IN, KEY, ReportState.PLACED, now, exchange.id, standing=2))
        tx.reports.add_version(A, VersionHead(ID, 1, first.status, now, now), first)
        tx.reports.add_version(A, VersionHead(ID, 2, second.status, now, now, len(PDF)), second)
        elsewhere = ReportRow(A, OTHER, Direction.OUT, KEY, ReportState.PLACED, now, "", "1.2.3.4", standing=1)
        tx.reports.add(elsewhere)
        tx.reports.add_version(A, VersionHead(OTHER, 1, second.status, now, now, len(PDF)), second)
    return f"/exchanges/{exchange.id}"


def viewed(house: House) -> int:
    with house.vault.read() as tx:
        return sum(one.event == "view" for _, one in tx.audit.events(A, limit=10_000))


def test_all_versions_are_read_with_how_far_they_are(house: House, arrived: str) -> None:
    reader = house.signed_in("els", Role.CLINICIAN)
    before = viewed(house)
    (report,) = reader.get(f"{arrived}/reports").json()["reports"]
    assert (report["id"], report["standing"]) == (ID, 2)
    assert [(one["number"], one["status"], one["text"]) for one in report["versions"]] == [
        (2, "final", ""),
        (1, "preliminary", "Voorlopig."),
    ]
    assert viewed(house) == before + 1, "reading it is on record"


def test_a_pdf_opens_in_a_sandbox_where_no_script_runs(house: House, arrived: str) -> None:
    reader = house.signed_in("els", Role.CLINICIAN)
    (report,) = reader.get(f"{arrived}/reports").json()["reports"]
    assert report["versions"][1]["document"] == ""
    url = report["versions"][0]["document"].removeprefix("/api/v1")
    answer = reader.get(url)
    assert answer.body == PDF
    assert answer.header("content-type") == "application/pdf"
    assert answer.header("content-security-policy").startswith("sandbox;")
    assert "default-src 'none'" in answer.header("content-security-policy")
    assert "inline" in answer.header("content-disposition")


def test_who_may_not_see_the_images_reads_no_report(house: House, arrived: str) -> None:
    url = f"{arrived}/reports"
    for role in Role:
        browser = house.signed_in(f"x{role.value}", role)
        sees = browser.get(f"{arrived}/study").status == 200
        for path in (url, f"{url}/{ID}/2/document"):
            assert (browser.get(path).status == 200) is sees, role
    for wrong in (
        f"{url}/{OTHER}/1/document",
        f"{url}/{ID}/1/document",
        f"{url}/{ID}/x/document",
        "/exchanges/0/reports",
    ):
        assert house.signed_in("els", Role.CLINICIAN).get(wrong).status == 404


def test_what_was_refused_is_seen_and_sent_again_by_the_desk_alone(house: House, arrived: str) -> None:
    exchange, now = arrived.rpartition("/")[2], house.clock.now()
    place = (A, "7" * 32, exchange, ID, 2, Outlet.HL7, "", DeliveryState.REFUSED, "C")
    with house.vault.write() as tx:
        report = tx.reports.version(A, ID, 2)
        assert report is not None
        addressed: Addressed = ADDRESSED
        tx.report_deliveries.add(DeliveryRow(*place, now, now, "hl7-error-207"), Said(report, addressed), b"x")
    reader, desk = house.signed_in("els", Role.CLINICIAN), house.signed_in("jan", Role.IMAGE_DESK)
    (one,) = reader.get(f"{arrived}/deliveries").json()["deliveries"]
    assert (one["way"], one["state"], one["reason"], one["version"]) == ("hl7", "refused", "hl7-error-207", 2)
    again = f"{arrived}/deliveries/{'7' * 32}/again"
    assert house.signed_in("fg", Role.PRIVACY_OFFICER).post(again, {}).status == 403
    assert desk.post(again, {}).json()["deliveries"] == []
    assert desk.post(again, {}).json()["code"] == "delivery-unknown"
    with house.vault.read() as tx:
        assert any(row.kind == WorkKind.ONWARD for row in tx.work.due(math.inf))
