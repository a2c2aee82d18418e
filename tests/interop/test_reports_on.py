"""Reports that we make and read, by software that is not ours: DCMTK, dciodvfy, Orthanc, the MLLP server of ``hl7``."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydicom import dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.report import ReportStatus
from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.ports.messages import Peer
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from beeldbrug.node.protocols.hl7.oru import ReportSystem
from beeldbrug.node.usecases.reports.objects import SYNTAX, Made, as_pdf, as_sr
from beeldbrug.node.usecases.reports.of_dicom import of_dicom
from beeldbrug.node.usecases.reports.print import printed
from tests.peers.dcmtk import Dcmtk
from tests.peers.mllp import mllp_peer
from tests.peers.processes import run, tool
from tests.shared_data import shared
from tests.unit.node.protocols.hl7.test_oru import ADDRESSED, MESSAGE, REPORT
from tests.unit.node.usecases.reports.test_objects import PAPER, PLACE
from tests.unit.node.usecases.reports.test_of_dicom import REAL

SECONDS = 20.0
STATUSES = list(ReportStatus)


def as_file(made: Made, path: Path) -> Path:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = made.sop_class, made.instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = dcmread(BytesIO(made.content), force=True)
    dataset.file_meta = meta
    dcmwrite(path, dataset, enforce_file_format=True)
    return path


def both(status: ReportStatus = ReportStatus.FINAL) -> tuple[Made, Made]:
    report = replace(REPORT, status=status)
    place = replace(PLACE, number=2, before=1)
    return as_pdf(report, printed(report, ADDRESSED, PAPER), place, PAPER), as_sr(report, place, PAPER)


@pytest.mark.parametrize("status", STATUSES)
def test_dcmtk_reads_the_report_as_text(status: ReportStatus, tmp_path: Path, dcmtk: Dcmtk) -> None:
    done = dcmtk("dsrdump", "+U8", "+Pl", as_file(both(status)[1], tmp_path / "sr.dcm"))
    assert done.code == 0, done.output
    assert "Basic Text SR Document" in done.output
    assert "Geen afwijkingen" in done.output
    assert "Çelik" in done.output
    assert not any(line.startswith("E:") for line in done.output.splitlines())


def test_dcmtk_takes_the_same_pdf_out_of_it(tmp_path: Path, dcmtk: Dcmtk) -> None:
    out = tmp_path / "report.pdf"
    done = dcmtk("dcm2pdf", as_file(both()[0], tmp_path / "pdf.dcm"), out)
    assert done.code == 0, done.output
    assert out.read_bytes().rstrip(b"\0") == printed(REPORT, ADDRESSED, PAPER)


@pytest.mark.parametrize("status", STATUSES)
def test_dciodvfy_finds_no_error_in_them(status: ReportStatus, tmp_path: Path) -> None:
    for number, made in enumerate(both(status)):
        path = as_file(made, tmp_path / f"{number}.dcm")
        done = run([tool("dciodvfy", "dicom3tools"), str(path)], seconds=30)
        assert [line for line in done.output.splitlines() if line.startswith("Error")] == []


@pytest.mark.parametrize("file", REAL)
def test_what_dcmtk_reads_in_a_real_report_stands_in_our_text(file: str, dcmtk: Dcmtk) -> None:
    content = shared(file).read_bytes()
    done = dcmtk("dsrdump", "-Ee", "-Ei", "+U8", "+Pl", shared(file))
    assert done.code == 0, done.output
    original = dcmread(BytesIO(content), stop_before_pixels=True)
    attributes = to_json(content, str(original.file_meta.TransferSyntaxUID), True, lambda _: "", 65536)
    text = of_dicom(attributes, "1", ZoneInfo("UTC")).report.text
    words = " ".join(text.split())
    told = re.findall(r'<\w[\w ]* (?:TEXT|UIDREF):\([^"]*"([^"]*)"\)="([^"]*)">', done.output)
    told += re.findall(r'<\w[\w ]* CODE:\([^"]*"([^"]*)"\)=\([^"]*"([^"]*)"\)>', done.output)
    assert told
    for name, value in told:
        assert " ".join(f"{name}: {value}".split()) in words
    for name, value in re.findall(r'<\w[\w ]* NUM:\([^"]*"([^"]*)"\)="([^"]*)"', done.output):
        assert f"{name}: {float(value):g}"[: len(name) + 7] in words


def test_orthanc_takes_them_into_the_study_and_a_repeat_changes_nothing(orthanc: Any) -> None:
    pacs = orthanc(ae="PACS_B")
    application = Application("PACS_B", "127.0.0.1", pacs.dicom_port, "BEELDBRUG")
    for _ in range(2):
        for made in both():
            with StoreScu(application, [(made.sop_class, SYNTAX)]) as association:
                assert association.store(made.sop_class, made.instance_uid, SYNTAX, [made.content]).accepted
    assert len(pacs.ids()) == 2
    assert len(pacs.ids("studies")) == 1


def test_a_ris_that_is_not_ours_reads_the_report_and_its_answer_is_understood() -> None:
    with mllp_peer(encoding="utf-8") as ris:
        peer = Peer("ris", "127.0.0.1", ris.port, character_set="UNICODE UTF-8", version="2.5.1")
        system = ReportSystem(peer, make_outgoing(), ZoneInfo("Europe/Amsterdam"))
        content = system.write(MESSAGE)
        assert system.send(content) == ""
        assert ris.value("OBR", 25) == "F"
        assert ris.value("PID", 3) == "7001^^^ZKH-B^PI~999990019^^^NLMINBIZA^NNNLD"
        came = ris.received[0]
        lines = [came.unescape(str(one[5])) for one in came.segments("OBX") if str(one[2]) == "TX"]
        assert "\n".join(lines) == REPORT.text
        ris.answer = lambda message: [str(message.create_ack("AR"))]
        assert system.send(content).startswith("hl7-rejected")
