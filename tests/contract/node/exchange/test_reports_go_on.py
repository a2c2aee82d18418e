"""Reports go on to the hospital's own systems after the import: once, in order, to the right patient, and are taken
back when it was the wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beeldbrug.model.errors import NotFound, Unavailable
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.report_delivery import DeliveryRow, DeliveryState, Message, Outlet
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.stores.report_folder import ReportFolder
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.reports.deliver import REFUSED, deliver_again, wish
from beeldbrug.node.usecases.reports.due import DeliveryRule
from tests.contract.node.exchange.house import A, B, House, alerts, at_b, events, run_both, the_patient
from tests.contract.node.exchange.small import dataset, decoded, encoded, new_uid, study

ANNA = the_patient()
NUMBER = at_b(ANNA).number
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
SR, ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.104.1"


class Killed(BaseException):
    """The node's process is gone."""


@dataclass
class Hospital:
    """A RIS in memory. ``answers`` are codes of what it says next, empty is taken; None is silence."""

    answers: list[str | None] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    offered: list[bytes] = field(default_factory=list)

    def write(self, message: Message) -> bytes:
        report, addressed = message.report, message.addressed
        told = {
            "status": report.status.value,
            "text": report.text,
            "number": addressed.patient.number.value,
            "bsn": addressed.bsn,
            "accession": addressed.accession,
            "filler": message.filler,
            "control": message.control,
            "changed": message.changed,
        }
        return json.dumps(told).encode()

    def send(self, content: bytes) -> str:
        self.offered.append(content)
        answer = self.answers.pop(0) if self.answers else ""
        if answer is None:
            raise Unavailable("hl7-peer-silent", "Silent.")
        if not answer:
            self.taken.append(json.loads(content))
        return answer


def equip(b: House, hospital: Hospital, *outlets: Outlet, **more: Any) -> None:
    b.report_rule, b.hospital = DeliveryRule(outlets or (Outlet.HL7,), **more), hospital
    b.wire()


def version(
    b: House, number: int, status: ReportStatus = ReportStatus.FINAL, text: str = "Geen afwijkingen.", **more: Any
) -> None:
    """Version ``number`` of report 9 has come along."""
    exchange, now = b.exchange(), b.clock.now()
    subject = ReportSubject(study_uid=exchange.study_uid)
    report = Report(ReportKey(A, "RIS", "V1"), status, ReportSource.HL7_ORU, subject, text=text)
    report = replace(report, **more)
    row = ReportRow(B, "9" * 32, Direction.IN, report.key, ReportState.PLACED, now, exchange.id, standing=number)
    with b.database.write() as tx:
        if tx.reports.get(B, row.id) is None:
            tx.reports.add(row)
        tx.reports.add_version(B, VersionHead(row.id, number, status, now, now, len(report.document)), report)
        tx.reports.update(row)
        wish(tx, exchange, now)


def rows(b: House) -> list[DeliveryRow]:
    with b.database.read() as tx:
        return tx.report_deliveries.of_exchange(B, b.exchange().id)


@pytest.fixture
def ris() -> Hospital:
    return Hospital()


@pytest.fixture
def b(houses: tuple[House, House], ris: Hospital) -> House:
    """A hospital with an arrival that is in its PACS, and a RIS."""
    a, b = houses
    equip(b, ris)
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    return b


def test_a_report_goes_on_once_under_the_number_that_the_images_have(b: House, ris: Hospital) -> None:
    version(b, 1)
    b.run()
    version(b, 1 + 1, ReportStatus.CORRECTED, "Toch een afwijking.")
    b.run()
    for _ in range(3):
        with b.database.write() as tx:
            wish(tx, b.exchange(), b.clock.now())
        b.run()
    first, second = ris.taken
    assert (first["number"], first["bsn"]) == (NUMBER.value, ANNA.bsn)
    assert (first["status"], first["changed"]) == ("final", False)
    assert (second["status"], second["changed"], second["text"]) == ("corrected", True, "Toch een afwijking.")
    assert first["filler"] == second["filler"]
    assert first["control"] != second["control"]
    assert events(b).count("report-delivered") == 2


def test_before_the_import_nothing_goes(houses: tuple[House, House], ris: Hospital) -> None:
    a, b = houses
    equip(b, ris)
    b.pacs.known.clear()
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.VERIFIED
    version(b, 1)
    b.run()
    assert ris.offered == []
    choose(b.database, B, b.exchange().id, PatientNumber("7005"), "els", b.clock.now())
    b.run()
    assert [one["number"] for one in ris.taken] == ["7005"]


def test_a_peer_that_is_silent_gets_the_same_message_again(b: House, ris: Hospital) -> None:
    ris.answers = [None, None]
    version(b, 1)
    for _ in range(4):
        b.run()
        b.clock.ahead += 120
    assert len(ris.offered) == 3
    assert len(set(ris.offered)) == 1
    assert len(ris.taken) == 1


def test_killed_between_sending_and_noting_it_the_same_goes_again(b: House, ris: Hospital) -> None:
    version(b, 1)

    class Dying(Hospital):
        def send(self, content: bytes) -> str:
            ris.send(content)
            raise Killed

    b.hospital = Dying()
    b.wire()
    with pytest.raises(Killed):
        b.run()
    b.hospital = ris
    b.wire()
    b.run()
    assert len(ris.offered) == 2
    assert len(set(ris.offered)) == 1, "a repeat has the same number, by which the peer knows it"
    assert [row.state for row in rows(b)] == [DeliveryState.DELIVERED]


def test_what_was_refused_waits_at_the_desk_and_goes_again_by_hand(b: House, ris: Hospital) -> None:
    ris.answers = ["hl7-rejected-204"]
    version(b, 1)
    b.run()
    assert [(row.state, row.reason) for row in rows(b)] == [(DeliveryState.REFUSED, "hl7-rejected-204")]
    assert REFUSED in alerts(b)
    b.clock.ahead += 3600
    b.run()
    assert len(ris.offered) == 1, "nobody asked for it again"
    deliver_again(b.database, B, b.exchange().id, rows(b)[0].id, "els", b.clock.now())
    b.run()
    assert len(ris.taken) == 1
    assert ris.offered[0] != ris.offered[1], "a new message with a number of its own"
    assert REFUSED not in alerts(b)
    with pytest.raises(NotFound, match="delivery-unknown"):
        deliver_again(b.database, B, b.exchange().id, rows(b)[0].id, "els", b.clock.now())


def test_a_newer_version_takes_the_place_of_one_that_waits(b: House, ris: Hospital) -> None:
    ris.answers = [None]
    version(b, 1, ReportStatus.PRELIMINARY, "Voorlopig.")
    b.run()
    version(b, 2, ReportStatus.FINAL, "Definitief.")
    b.clock.ahead += 120
    b.run()
    assert [one["text"] for one in ris.taken] == ["Definitief."]
    assert [row.reason for row in rows(b)] == ["superseded", ""]


def test_by_setting_only_final_reports_go(b: House, ris: Hospital) -> None:
    equip(b, ris, Outlet.HL7, preliminary=False)
    version(b, 1, ReportStatus.PRELIMINARY)
    b.run()
    version(b, 2, ReportStatus.CANCELLED, "")
    b.run()
    assert ris.offered == [], "and nothing is taken back that never went"


def test_a_withdrawn_report_is_told_to_who_got_it(b: House, ris: Hospital) -> None:
    version(b, 1)
    b.run()
    version(b, 2, ReportStatus.CANCELLED, "")
    b.run()
    assert [one["status"] for one in ris.taken] == ["final", "cancelled"]


def test_after_an_undone_import_the_wrong_patient_loses_the_report_and_the_right_one_gets_it(
    b: House, ris: Hospital
) -> None:
    version(b, 1)
    b.run()
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.run()
    assert [(one["number"], one["status"]) for one in ris.taken] == [
        (NUMBER.value, "final"),
        (NUMBER.value, "cancelled"),
    ]
    assert ris.taken[0]["filler"] == ris.taken[1]["filler"]
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    choose(b.database, B, b.exchange().id, PatientNumber("7009"), "els", b.clock.now())
    b.run()
    assert [(one["number"], one["status"]) for one in ris.taken[2:]] == [("7009", "final")]
    assert "report-retracted" in events(b)


def test_what_still_waits_when_the_import_is_undone_never_goes(b: House, ris: Hospital) -> None:
    ris.answers = [None]
    version(b, 1)
    b.run()
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.clock.ahead += 120
    b.run()
    assert ris.taken == []
    assert [(row.state, row.reason) for row in rows(b)] == [(DeliveryState.DROPPED, "import-undone")]


def test_a_folder_gets_whole_files_whose_names_say_nothing(b: House, ris: Hospital, tmp_path: Path) -> None:
    folder = tmp_path / "epd"
    b.report_folder = ReportFolder(folder)
    equip(b, ris, Outlet.PDF_FOLDER)
    version(b, 1, ReportStatus.PRELIMINARY, document=PDF)
    b.run()
    assert rows(b)[0].state is DeliveryState.WAITING, "a share that is not mounted is waited for"
    folder.mkdir()
    b.clock.ahead += 120
    b.run()
    pdf, beside = next(folder.glob("*.pdf")), next(folder.glob("*.json"))
    assert pdf.read_bytes() == PDF
    told = json.loads(beside.read_text())
    assert (told["patient"]["number"], told["status"], told["document"]) == (NUMBER.value, "preliminary", pdf.name)
    assert pdf.stem == beside.stem
    assert len(list(folder.iterdir())) == 2
    version(b, 2, ReportStatus.FINAL)
    b.run()
    assert all(len(one.stem) == 32 and set(one.stem) <= set("0123456789abcdef") for one in folder.iterdir())
    assert sum(one.read_bytes().startswith(b"%PDF-") for one in folder.glob("*.pdf")) == 2


class Falling:
    """The EPD's folder; the node is killed at deed number ``at`` of these: before it, or after it."""

    def __init__(self, folder: ReportFolder, at: int, after: bool) -> None:
        self._folder, self._left, self._after = folder, at, after

    def ready(self, name: str, content: bytes) -> None:
        self._do(lambda: self._folder.ready(name, content))

    def give(self, name: str) -> None:
        self._do(lambda: self._folder.give(name))

    def _do(self, deed: Callable[[], None]) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        deed()
        if self._left == 0:
            raise Killed


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4])
@pytest.mark.parametrize("reads", [False, True])
def test_killed_at_any_moment_the_epd_gets_each_file_once(
    b: House, ris: Hospital, tmp_path: Path, at: int, after: bool, reads: bool
) -> None:
    folder, given = tmp_path / "epd", []
    folder.mkdir()

    def read() -> None:
        """The EPD takes away what it has read."""
        for one in [*folder.glob("*.json"), *folder.glob("*.pdf")]:
            given.append(one.name)
            one.unlink()

    b.report_folder = Falling(ReportFolder(folder), at, after)
    equip(b, ris, Outlet.PDF_FOLDER)
    version(b, 1, document=PDF)
    with pytest.raises(Killed):
        b.run()
    if reads:
        read()
    b.report_folder = ReportFolder(folder)
    b.wire()
    b.run()
    b.run()
    read()
    assert [row.state for row in rows(b)] == [DeliveryState.DELIVERED]
    assert sorted(Path(name).suffix for name in given) == [".json", ".pdf"] and not any(folder.iterdir())
    assert len({Path(name).stem for name in given}) == 1


def test_killed_while_giving_and_then_undone_what_was_given_is_taken_back(
    b: House, ris: Hospital, tmp_path: Path
) -> None:
    folder = tmp_path / "epd"
    folder.mkdir()
    b.report_folder = Falling(ReportFolder(folder), 4, True)
    equip(b, ris, Outlet.PDF_FOLDER)
    version(b, 1, document=PDF)
    with pytest.raises(Killed):
        b.run()
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.report_folder = ReportFolder(folder)
    b.wire()
    b.run()
    told = [json.loads(one.read_text()) for one in folder.glob("*.json")]
    assert sorted(one["status"] for one in told) == ["cancelled", "final"]
    assert len({one["document"] for one in told}) == 2


def test_a_vault_from_a_backup_gives_no_second_file(b: House, ris: Hospital, tmp_path: Path) -> None:
    folder = tmp_path / "epd"
    folder.mkdir()
    b.report_folder = ReportFolder(folder)
    equip(b, ris, Outlet.PDF_FOLDER)
    version(b, 1, document=PDF)
    b.run()
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    with b.database.write() as tx:
        tx.report_deliveries.forget(B, b.exchange().id)
        wish(tx, b.exchange(), b.clock.now())
    b.run()
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_the_pacs_gets_the_same_object_in_the_study_of_the_import(b: House, ris: Hospital) -> None:
    equip(b, ris, Outlet.DICOM_PDF, Outlet.DICOM_SR)
    before = set(b.pacs.taken)
    version(b, 1, text="Bevinding één.", verifier="dr. Piet Vries", written=1_763_629_200.0)
    b.pacs.status = 0xA700
    b.run()
    assert set(b.pacs.taken) == before
    b.pacs.status = 0
    b.clock.ahead += 120
    b.run()
    made = [decoded(b.pacs.taken[uid][0]) for uid in set(b.pacs.taken) - before]
    assert {str(one.SOPClassUID) for one in made} == {SR, ENCAPSULATED}
    for one in made:
        assert (one.PatientID, one.StudyInstanceUID) == (NUMBER.value, b.exchange().study_uid)
        assert one.Modality in ("SR", "DOC")
    report = next(one for one in made if one.SOPClassUID == SR)
    assert report.ContentSequence[-1].ContentSequence[0].TextValue == "Bevinding één."
    assert (report.CompletionFlag, report.VerificationFlag, report.PreliminaryFlag) == ("COMPLETE", "VERIFIED", "FINAL")
    version(b, 2, ReportStatus.CORRECTED, "Bevinding twee.")
    b.run()
    newest = [decoded(one[0]) for one in b.pacs.taken.values() if decoded(one[0]).get("InstanceNumber") == 2]
    second = next(one for one in newest if one.SOPClassUID == SR)
    before_it = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert before_it.ReferencedSOPInstanceUID == report.SOPInstanceUID
    assert second.SeriesInstanceUID == report.SeriesInstanceUID


def test_what_the_pacs_refuses_is_told(b: House, ris: Hospital) -> None:
    equip(b, ris, Outlet.DICOM_PDF)
    b.pacs.status = 0x0122
    version(b, 1)
    b.run()
    assert [(row.state, row.reason) for row in rows(b)] == [(DeliveryState.REFUSED, "pacs-refused-0122")]


def as_report(made: Dataset, sop_class: str, uid: str) -> Dataset:
    for keyword in ("PixelData", "Rows", "Columns", "BitsAllocated", "SamplesPerPixel", "PhotometricInterpretation"):
        delattr(made, keyword)
    made.SOPClassUID, made.SOPInstanceUID, made.SeriesInstanceUID = sop_class, uid, uid + ".1"
    made.PreliminaryFlag = "FINAL"
    return made


def arrived_with(houses: tuple[House, House], ris: Hospital, make: Callable[[Dataset], Dataset]) -> House:
    a, b = houses
    equip(b, ris, Outlet.HL7, Outlet.DICOM_SR, of_dicom=True)
    uid = new_uid()
    blank = dataset(ANNA, uid, uid + ".9", uid + ".9.1", 1, bytes(512))
    a.receive([*study(ANNA, 1, uid=uid), encoded(make(blank))])
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    return b


def structured(made: Dataset) -> Dataset:
    made = as_report(made, SR, made.SOPInstanceUID)
    text = Dataset()
    text.RelationshipType, text.ValueType, text.TextValue = "CONTAINS", "TEXT", "Klein hæmangioom."
    made.ValueType, made.ContentSequence = "CONTAINER", Sequence([text])
    return made


def cda(made: Dataset) -> Dataset:
    made = as_report(made, "1.2.840.10008.5.1.4.1.1.104.2", made.SOPInstanceUID)
    made.MIMETypeOfEncapsulatedDocument, made.EncapsulatedDocument = "text/XML", b"<a/>"
    return made


def test_by_setting_a_report_that_is_an_instance_of_the_study_goes_on_too(
    houses: tuple[House, House], ris: Hospital
) -> None:
    b = arrived_with(houses, ris, structured)
    assert [(one["text"], one["status"]) for one in ris.taken] == [("Klein hæmangioom.", "final")]
    assert [row.outlet for row in rows(b)] == [Outlet.HL7], "the PACS has it with the study"


def test_a_document_that_is_not_read_here_is_told_and_not_left_out_in_silence(
    houses: tuple[House, House], ris: Hospital
) -> None:
    b = arrived_with(houses, ris, cda)
    assert ris.offered == []
    assert [(row.state, row.reason) for row in rows(b)] == [(DeliveryState.REFUSED, "report-cda")]
    assert REFUSED in alerts(b)
