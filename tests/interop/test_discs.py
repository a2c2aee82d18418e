"""Discs that software of others makes: DCMTK's DICOMDIR, zip's ZIP, images of genisoimage, xorriso and mkudffs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pycdlib import PyCdlib

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.model.errors import Unsupported
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.intake.listing import Listing, list_carrier
from beeldbrug.node.usecases.intake.take import choose
from tests.peers.dcmtk import Dcmtk
from tests.peers.discs import genisoimage, mkudffs, udf_alone, xorriso

SLICES = 4


@pytest.fixture(scope="module")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a disc by the names that PS3.10 allows, without a DICOMDIR."""
    made = tmp_path_factory.mktemp("made")
    folder = tmp_path_factory.mktemp("disc")
    paths = write_study(Kind.CT_HEAD, PATIENTS[0], made, slices=SLICES, thin_slices=0, documents=False)
    (folder / "DICOM").mkdir()
    for number, path in enumerate(paths):
        shutil.copyfile(path, folder / "DICOM" / f"IM{number:06d}")
    return folder


@pytest.fixture
def with_dicomdir(disc: Path, tmp_path: Path, dcmtk: Dcmtk) -> Path:
    """The same with the DICOMDIR that dcmmkdir makes."""
    folder = tmp_path / "disc"
    shutil.copytree(disc, folder)
    # -Pgp: general purpose; +r: all below; +m, +I: invent what the profile wants and the files lack
    command = ["dcmmkdir", "+r", "+m", "+I", "-Pgp", "+id", str(folder), "+D", str(folder / "DICOMDIR"), "DICOM"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def listing(path: Path) -> Listing:
    with open_carrier(path) as carrier:
        return list_carrier(carrier)


def check(path: Path, dicomdirs: int) -> None:
    seen = listing(path)
    assert seen.findings == {}
    assert (len(seen.patients), seen.instances, seen.others["dicomdir"]) == (1, SLICES, dicomdirs)


def test_the_references_of_dcmmkdir_are_all_found(with_dicomdir: Path) -> None:
    check(with_dicomdir, 1)


def test_what_dcmmkdir_names_and_is_gone_is_missing(with_dicomdir: Path) -> None:
    (with_dicomdir / "DICOM" / "IM000001").unlink()
    seen = listing(with_dicomdir)
    assert {code: (one.count, one.names) for code, one in seen.findings.items()} == {
        "dicomdir-missing": (1, ["DICOM/IM000001"])
    }


def test_a_zip_of_zip_is_read(with_dicomdir: Path, tmp_path: Path) -> None:
    program = shutil.which("zip")
    if program is None:
        pytest.skip("zip is not installed")
    subprocess.run([program, "-qr", str(tmp_path / "disc.zip"), "."], cwd=with_dicomdir, timeout=60, check=True)
    check(tmp_path / "disc.zip", 1)
    locked = tmp_path / "locked.zip"
    subprocess.run([program, "-qr", "-P", "geheim", str(locked), "."], cwd=with_dicomdir, timeout=60, check=True)
    seen = listing(locked)
    assert (seen.instances, list(seen.findings)) == (0, ["disc-encrypted"])
    with pytest.raises(Unsupported) as raised:
        choose(seen, None, ())
    assert raised.value.code == "disc-encrypted"


@pytest.mark.parametrize("names", [["-J", "-r"], ["-r"], ["-J"], ["-iso-level", "1"], ["-udf", "-r"]], ids="".join)
def test_an_iso_of_genisoimage_is_read(with_dicomdir: Path, tmp_path: Path, names: list[str]) -> None:
    check(genisoimage(tmp_path / "disc.iso", with_dicomdir, *names), 1)


@pytest.mark.parametrize("names", [["-J", "-r"], ["-r"], ["-J", "-joliet-long"], ["-iso-level", "3"]], ids="".join)
def test_an_iso_of_xorriso_is_read(with_dicomdir: Path, tmp_path: Path, names: list[str]) -> None:
    check(xorriso(tmp_path / "disc.iso", with_dicomdir, *names), 1)


def test_an_image_with_udf_alone_is_read(with_dicomdir: Path, tmp_path: Path) -> None:
    bridge = genisoimage(tmp_path / "disc.iso", with_dicomdir, "-udf")
    check(udf_alone(tmp_path / "disc.udf", bridge), 1)


def test_where_iso_9660_only_says_that_it_is_udf_the_files_are_found(with_dicomdir: Path, tmp_path: Path) -> None:
    (with_dicomdir / "README.TXT").write_text("This disc is UDF.")
    hidden = ("-hide", "DICOM", "-hide", "DICOMDIR")
    check(genisoimage(tmp_path / "disc.iso", with_dicomdir, "-udf", *hidden), 1)


@pytest.mark.parametrize("revision", ["1.02", "1.50", "2.00", "2.01"])
@pytest.mark.parametrize("block", ["512", "2048", "4096"])
def test_a_volume_of_mkudffs_is_understood(tmp_path: Path, revision: str, block: str) -> None:
    seen = listing(mkudffs(tmp_path / "disc.iso", "--media-type=hd", f"--udfrev={revision}", f"--blocksize={block}"))
    assert (seen.instances, seen.findings) == (0, {})


@pytest.mark.parametrize("media", ["cdrw", "cdr", "bdr"])
def test_a_form_of_udf_that_is_not_read_is_told_by_name(tmp_path: Path, media: str) -> None:
    with pytest.raises(Unsupported) as raised:
        listing(mkudffs(tmp_path / "disc.iso", f"--media-type={media}"))
    assert raised.value.code == "carrier-udf" and "folder" in raised.value.remedy


def test_an_iso_that_the_library_itself_made_is_read(with_dicomdir: Path, tmp_path: Path) -> None:
    iso = PyCdlib()
    iso.new(joliet=3)
    iso.add_directory("/DICOM", joliet_path="/DICOM")
    for path in sorted(with_dicomdir.rglob("*")):
        if path.is_file():
            name = "/" + os.fspath(path.relative_to(with_dicomdir))
            iso.add_file(str(path), f"{name};1", joliet_path=name)
    iso.write(str(tmp_path / "disc.iso"))
    iso.close()
    check(tmp_path / "disc.iso", 1)
