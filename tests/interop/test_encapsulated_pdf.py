"""A report that we put into DICOM, read by DCMTK and checked by dciodvfy (PS3.3 A.45.1)."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.node.ports.sending import Enclosure
from beeldbrug.node.usecases.sending.enclosing import encapsulated
from tests.peers.dcmtk import Dcmtk
from tests.peers.processes import run, tool
from tests.unit.node.usecases.sending.test_enclosing import PDF, attributes

REPORT = encapsulated(
    Enclosure("e", "A", "arts", "Verslag CT", PDF, 1_700_000_000.0), "ab" * 16, "2.25.1", attributes()
)


def test_dcmtk_takes_the_same_pdf_out_of_it(tmp_path: Path, dcmtk: Dcmtk) -> None:
    made, out = tmp_path / "report.dcm", tmp_path / "report.pdf"
    made.write_bytes(REPORT)
    done = dcmtk("dcm2pdf", made, out)
    assert done.code == 0, done.output
    assert out.read_bytes() in (PDF, PDF + b"\0")


def test_dciodvfy_finds_no_error_in_it(tmp_path: Path) -> None:
    made = tmp_path / "report.dcm"
    made.write_bytes(REPORT)
    done = run([tool("dciodvfy", "dicom3tools"), str(made)], seconds=30)
    assert [line for line in done.output.splitlines() if line.startswith("Error")] == []
    assert "EncapsulatedPDF" in done.output
