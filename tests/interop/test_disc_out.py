"""Discs that this program makes, read by software of others: DCMTK, pydicom, libcdio's ISO 9660, zip, age."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydicom import dcmread
from pydicom.fileset import FileSet

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.intake.listing import list_carrier
from tests.contract.cli.conftest import made_node, node
from tests.peers.dcmtk import Dcmtk
from tests.peers.processes import run, tool
from tests.unit.cli.runs import Node

__all__ = ["made_node", "node"]

TERMS = ("--receiver-name", "Huisarts De Vries", "--ground", "patient-carries", "--responsible", "Radioloog")
PASSPHRASE = "een lange wachtzin"  # noqa: S105 - a test's own


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Images, a structured report, a key object document and a PDF's worth of types, by UID."""
    folder = tmp_path_factory.mktemp("originals")
    paths = write_study(Kind.CT_HEAD, PATIENTS[0], folder, slices=3, thin_slices=2, documents=True)
    return {str(dcmread(path, stop_before_pixels=True).SOPInstanceUID): path.read_bytes() for path in paths}


@pytest.fixture
def study_uid(node: Node, originals: dict[str, bytes], tmp_path: Path) -> str:
    """The study, in the vault of the node."""
    folder = tmp_path / "originals"
    folder.mkdir()
    for number, content in enumerate(originals.values()):
        (folder / f"{number}.dcm").write_bytes(content)
    node.run("send", folder, "--receiver", "00000099", "--ground", "referral", "--responsible", "R")
    return str(dcmread(next(folder.iterdir()), stop_before_pixels=True).StudyInstanceUID)


def check_file_set(folder: Path, originals: dict[str, bytes], dcmtk: Dcmtk) -> None:
    """Every reference of the DICOMDIR is a file, each file is referred to once, and is the original byte for byte."""
    found = FileSet(folder / "DICOMDIR")
    listed = {str(one.SOPInstanceUID): Path(one.path) for one in found}
    assert {uid: path.read_bytes() for uid, path in listed.items()} == originals
    assert sorted(listed.values()) == sorted(path for path in (folder / "DICOM").rglob("*") if path.is_file())
    for one in found:
        head = dcmread(one.path, stop_before_pixels=True)
        assert (one.SOPClassUID, one.StudyInstanceUID) == (head.SOPClassUID, head.StudyInstanceUID)
        assert (one.SeriesInstanceUID, one.PatientID) == (head.SeriesInstanceUID, head.PatientID)
    dumped = dcmtk("dcmdump", folder / "DICOMDIR")
    assert dumped.code == 0 and not [line for line in dumped.output.splitlines() if line.startswith(("W:", "E:"))]
    # DCMTK takes our directory as it is, and finds each of the files in it again: nothing is left to be added
    files = [str(path.relative_to(folder)) for path in sorted(listed.values())]
    before = dumped.output.count("Directory Record")
    options = ["-Pgp", "+I", "+Nrs", "-Nxc", "+u", "+id", str(folder), "+D", str(folder / "DICOMDIR")]
    more = run([tool("dcmmkdir", "dcmtk"), *options, *files], folder=folder)
    assert more.code == 0, more.output
    after = dcmtk("dcmdump", "-q", folder / "DICOMDIR")
    assert after.output.count("Directory Record") == before


def test_a_folder_is_a_file_set_with_the_originals(
    node: Node, study_uid: str, originals: dict[str, bytes], dcmtk: Dcmtk, tmp_path: Path
) -> None:
    done = node.run("disc", "write", study_uid, "--to", tmp_path / "disc", *TERMS)
    assert done.json["instances"] == len(originals)
    check_file_set(tmp_path / "disc", originals, dcmtk)


def test_the_readme_names_no_patient_and_the_page_is_well_formed(node: Node, study_uid: str, tmp_path: Path) -> None:
    node.run("disc", "write", study_uid, "--to", tmp_path / "disc", *TERMS)
    readme = (tmp_path / "disc" / "README.TXT").read_text(encoding="utf-8")
    page = (tmp_path / "disc" / "INDEX.HTM").read_text(encoding="utf-8")
    assert "Huisarts De Vries" in readme and "Beeldbrug" in readme and "Berg" not in readme and "Berg" in page
    assert ElementTree.fromstring(page.partition("\n")[2].partition("\n")[2]).tag.endswith("html")  # noqa: S314 - ours
    assert "12-03-1958" in page and "README.TXT" in page
    english = tmp_path / "english"
    node.run("disc", "write", study_uid, "--to", english, "--lang", "en", *TERMS)
    assert "Medical images" in (english / "README.TXT").read_text()


def test_a_zip_is_the_same_and_can_be_read_in_again(
    node: Node, study_uid: str, originals: dict[str, bytes], dcmtk: Dcmtk, tmp_path: Path
) -> None:
    node.run("disc", "write", study_uid, "--to", tmp_path / "disc.zip", *TERMS)
    with open_carrier(tmp_path / "disc.zip") as carrier:
        listing = list_carrier(carrier)
    assert listing.findings == {} and listing.instances == len(originals)
    subprocess.run([tool("unzip", "unzip"), "-q", str(tmp_path / "disc.zip"), "-d", str(tmp_path / "out")], check=True)
    check_file_set(tmp_path / "out", originals, dcmtk)


def test_an_image_is_iso_9660_level_1(
    node: Node, study_uid: str, originals: dict[str, bytes], dcmtk: Dcmtk, tmp_path: Path
) -> None:
    path = tmp_path / "disc.iso"
    node.run("disc", "write", study_uid, "--to", path, *TERMS)
    isoinfo = tool("isoinfo", "genisoimage")
    names = run([isoinfo, "-f", "-i", str(path)]).output.split()
    files = [name for name in names if name.endswith(";1")]
    assert len(files) == len(originals) + 3 and "/DICOMDIR.;1" in files
    out = tmp_path / "out"
    for name in files:
        content = subprocess.run([isoinfo, "-i", str(path), "-x", name], capture_output=True, check=True).stdout
        target = out / name.strip("/").removesuffix(";1").removesuffix(".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    check_file_set(out, originals, dcmtk)
    assert not path.with_name("disc.iso.part").exists()


def test_a_sealed_zip_opens_with_age_and_its_passphrase(
    node: Node, study_uid: str, originals: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    path = tmp_path / "disc.zip.age"
    node.run("disc", "write", study_uid, "--to", path, "--passphrase-file", tmp_path / "passphrase", *TERMS)
    assert b"DICOM" not in path.read_bytes()
    opened = tmp_path / "opened.zip"
    _age(path, opened, PASSPHRASE)
    with zipfile.ZipFile(opened) as archive:
        assert archive.testzip() is None
        assert len([name for name in archive.namelist() if name.startswith("DICOM/")]) == len(originals)


def _age(sealed: Path, opened: Path, passphrase: str) -> None:
    """The age command reads passphrases from a terminal alone, so it gets one (script(1) of util-linux)."""
    command = f"{tool('age', 'age')} -d -o {opened} {sealed}"
    done = subprocess.run(
        [tool("script", "bsdutils"), "-qec", command, "/dev/null"],
        input=f"{passphrase}\n".encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:]


def test_what_is_handed_out_is_on_record_and_cannot_be_withdrawn(node: Node, study_uid: str, tmp_path: Path) -> None:
    done = node.run("disc", "write", study_uid, "--to", tmp_path / "disc", *TERMS)
    events = [one["event"] for one in node.run("audit", "list").json["events"]]
    for event in ("order", "disclose-decision", "disclose", "delivered"):
        assert event in events
    refused = node.run("withdraw", done.json["exchange"], "--reason", "mistake")
    assert refused.json["code"] == "delivered-for-good"


def test_a_disc_wants_a_ground_that_policy_knows(node: Node, study_uid: str, tmp_path: Path) -> None:
    terms = ("--receiver-name", "X", "--ground", "research", "--responsible", "R")
    refused = node.run("disc", "write", study_uid, "--to", tmp_path / "disc", *terms)
    assert refused.json["code"] == "disc-not-permitted" and not (tmp_path / "disc").exists()
    asked = node.run("disc", "write", study_uid, "--to", tmp_path / "disc")
    assert asked.json["code"] == "terms-incomplete"
