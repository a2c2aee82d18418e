"""Reports at the desk over the portal's API: who sees them, what he can do, and attaching one to a sending."""

from __future__ import annotations

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.reports import GivenReport
from beeldbrug.node.usecases.reports.take import TakeReports
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, STUDY, A
from tests.contract.node.portal.conftest import House

PDF = b"%PDF-1.4\nverslag\n%%EOF"


@pytest.fixture
def waiting(house: House) -> str:
    """A report at the desk that fits a study here by patient and day; its path in the API."""
    with house.vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.add_member(PARCEL, A, tx.instances.add(given.instance()))
    return take(house, "999990019", "V1")


def take(house: House, patient: str, number: str) -> str:
    about = ReportSubject(patient, filler="F9", observed="20240305", filler_issuer="RIS&2.16.1")
    report = Report(
        ReportKey(A, "RIS", number), ReportStatus.FINAL, ReportSource.HL7_ORU, about, "CT", text="Tekst", document=PDF
    )
    (row,) = TakeReports(house.vault, A).take([GivenReport(report, NOW)], house.clock.now(), "hl7")
    return f"/reports/{row.id}"


def test_a_report_at_the_desk_is_shown_with_its_studies_and_put_on_one(house: House, waiting: str) -> None:
    els = house.signed_in("els", Role.IMAGE_DESK)
    (case,) = els.get("/reports/desk").json()["cases"]
    assert f"/reports/{case['id']}" == waiting
    assert (case["text"], case["document"], case["reason"]) == ("Tekst", True, "report-same-day")
    assert (case["order"], case["accession_issuer"]) == ("F9", "RIS / 2.16.1")
    (study,) = case["studies"]
    assert (study["study_uid"], study["placeable"], study["differs"]) == (STUDY, True, [])
    assert els.get("/exchanges/counts").json()["reports"] == 1
    pdf = els.get(f"{waiting}/document")
    assert pdf.body == PDF and pdf.header("content-type") == "application/pdf"
    assert els.post(f"{waiting}/place", {"study_uid": STUDY}).json()["state"] == "placed"
    assert els.get("/reports/desk").json()["cases"] == [] and els.get("/exchanges/counts").json()["reports"] == 0
    assert els.post(f"{waiting}/place", {"study_uid": STUDY}).json()["code"] == "report-decided"
    with house.vault.read() as tx:
        told = [event.event for _, event in tx.audit.events(A)]
        assert tx.audit.verify(A)[1] is None
    assert told.count("report-read") == 2 and "report-placed" in told


def test_two_people_cannot_decide_the_same_report(house: House, waiting: str) -> None:
    els, jan = house.signed_in("els", Role.IMAGE_DESK), house.signed_in("jan", Role.IMAGE_DESK)
    assert els.post(f"{waiting}/claim", {}).status == 200
    assert jan.get("/reports/desk").json()["cases"][0]["taken_by"] == "els"
    for path, body in (("claim", {}), ("place", {"study_uid": STUDY}), ("aside", {"why": "dubbel"})):
        assert jan.post(f"{waiting}/{path}", body).json()["code"] == "desk-taken"
    assert jan.post(f"{waiting}/claim", {"take_over": True}).status == 200
    assert els.post(f"{waiting}/aside", {"why": "dubbel"}).json()["code"] == "desk-taken"
    assert jan.post(f"{waiting}/aside", {"why": " "}).json()["code"] == "report-reason-missing"
    assert jan.post(f"{waiting}/aside", {"why": "dubbel"}).json()["state"] == "aside"


def test_nobody_puts_it_on_another_patients_study_and_only_the_desk_sees_it(house: House, waiting: str) -> None:
    els = house.signed_in("els", Role.IMAGE_DESK)
    with house.vault.write() as tx:
        other = given.index(patient=given.Patient("Ander^An", number=given.PatientNumber("888")), study_uid="1.2.8")
        tx.instances.add(given.instance(index=other))
    assert els.post(f"{waiting}/place", {"study_uid": "1.2.8"}).json()["code"] == "report-of-other-patient"
    assert els.post(f"{waiting}/place", {"study_uid": "1.2.99"}).json()["code"] == "report-study-unknown"
    planner = house.signed_in("piet", Role.COORDINATOR)
    assert planner.get("/reports/desk").status == 403 and planner.get("/exchanges/counts").json()["reports"] == 0


def test_a_pdf_that_was_put_ready_is_attached_to_a_sending_by_who_may_send(house: House, waiting: str) -> None:
    els, jan = house.signed_in("els", Role.IMAGE_DESK), house.signed_in("jan", Role.IMAGE_DESK)
    ready = els.post("/sending/reports", PDF).json()["id"]
    wanted = {"report": ready, "title": "Verslag elders", "status": "final"}
    path = f"/exchanges/{PARCEL}/reports"
    assert jan.post(path, wanted).json()["code"] == "report-unknown"
    assert els.post(path, wanted | {"status": "cancelled"}).status == 400
    attached = els.post(path, wanted).json()
    assert attached["state"] == "placed"
    assert els.post(path, wanted).json()["code"] == "report-unknown"
    with house.vault.read() as tx:
        (row,) = tx.reports.of_exchange(A, PARCEL)
        version = tx.reports.version(A, row.id, row.standing)
    assert (row.id, row.direction) == (attached["id"], Direction.OUT)
    assert version is not None and (version.document, version.author) == (PDF, "els")
    later = {
        "report": els.post("/sending/reports", PDF + b"\n").json()["id"],
        "title": "Verslag",
        "status": "corrected",
    }
    assert els.post(path, later | {"replaces": row.id}).json()["id"] == row.id


def arrival(house: House, **changes: object) -> str:
    """An arrival with its study; its path in the API."""
    id = "c" * 32
    with house.vault.write() as tx:
        new = given.exchange(id, direction=Direction.IN, state=State.VERIFIED, expires=NOW + 1e9)
        tx.exchanges.add(new)
        tx.exchanges.add_member(id, A, tx.instances.add(given.instance(origin=id)))
        tx.exchanges.update(id, NOW, verified=NOW, **changes)
    return f"/exchanges/{id}"


def test_a_pdf_is_put_with_an_arrival_by_the_desk_and_replaced_there(house: House) -> None:
    path = arrival(house)
    els = house.signed_in("els", Role.IMAGE_DESK)
    assert "add-report" in els.get(path).json()["may"] and els.get(path).json()["reports"] == []

    def put(status: str, **more: str) -> str:
        ready = els.post("/sending/reports", PDF + status.encode() + b"\n%%EOF").json()["id"]
        answer = els.post(f"{path}/reports", {"report": ready, "title": "Verslag", "status": status, **more})
        return str(answer.json().get("id") or answer.code)

    first = put("preliminary")
    assert els.get(path).json()["reports"] == ["preliminary"]
    assert put("final", replaces=first) == first and els.get(path).json()["reports"] == ["final"]
    assert [one["status"] for one in els.get(f"{path}/reports/attached").json()["reports"]] == ["final"]
    assert els.get(path).json()["state"] == "verified", "putting a report there is no looking at the images"
    (report,) = els.get(f"{path}/reports").json()["reports"]
    assert [one["status"] for one in report["versions"]] == ["final", "preliminary"]
    assert put("final", replaces="0" * 32) == "report-unknown"
    with house.vault.read() as tx:
        (row,) = tx.reports.of_exchange(A, "c" * 32)
        told = [(event.event, event.actor) for _, event in tx.audit.events(A, exchange="c" * 32)]
    assert row.direction is Direction.IN and told.count(("report-arrived", "els")) == 2


def test_nothing_is_put_with_an_arrival_that_has_ended_nor_by_who_may_not_decide(house: House) -> None:
    path = arrival(house, state=State.REFUSED)
    els, planner = house.signed_in("els", Role.IMAGE_DESK), house.signed_in("piet", Role.COORDINATOR)
    for one, code in ((els, "report-arrival-ended"), (planner, "not-permitted")):
        wanted = {"report": one.post("/sending/reports", PDF).json()["id"], "title": "Verslag", "status": "final"}
        assert one.post(f"{path}/reports", wanted).code == code
    assert "add-report" not in els.get(path).json()["may"]


def test_by_a_way_without_reports_none_can_follow(house: House, waiting: str) -> None:
    with house.vault.write() as tx:
        tx.exchanges.add(given.exchange("d" * 32, peer="partner:noord", route=Route.SFTP))
    els = house.signed_in("els", Role.IMAGE_DESK)
    wanted = {"report": els.post("/sending/reports", PDF).json()["id"], "title": "Verslag", "status": "final"}
    assert els.post(f"/exchanges/{'d' * 32}/reports", wanted).code == "report-no-way"


def test_the_list_says_how_far_the_report_of_a_sending_is(house: House, waiting: str) -> None:
    els = house.signed_in("els", Role.IMAGE_DESK)
    with house.vault.write() as tx:
        tx.exchanges.bump(PARCEL, NOW, total=1)
    wanted = {"report": els.post("/sending/reports", PDF).json()["id"], "title": "Verslag", "status": "final"}
    assert els.post(f"/exchanges/{PARCEL}/reports", wanted).status == 200
    (row,) = els.post("/exchanges/search", {}).json()["rows"]
    assert row["reports"] == ["final"] and "attach-report" in row["may"]
