"""``prove roundtrip``: what is accepted comes back byte for byte, what is refused has a reason, faults are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from typer.testing import CliRunner

from beeldbrug.cli.main import app
from beeldbrug.cli.prove import roundtrip
from beeldbrug.cli.prove.roundtrip import Tally, Verdict, files_below, prove_files
from tests.shared_data import shared


def prove(*places: Path) -> Tally:
    return prove_files(files_below(places), lambda proved: None)


def test_made_studies_come_back(study: Path) -> None:
    tally = prove(study)
    assert tally.verdicts == {Verdict.BYTE_EXACT: 3}


def test_the_files_of_pydicom_come_back() -> None:
    tally = prove(Path(pydicom.__file__).parent / "data" / "test_files")
    assert tally.verdicts[Verdict.DIFFERENT] == 0
    assert tally.verdicts[Verdict.BYTE_EXACT] > 60
    assert set(tally.refusals) <= {"not-dicom", "dicomdir", "identifiers-missing"}


def test_the_shared_files_come_back() -> None:
    tally = prove(shared("dicom"), shared("deid"), shared("wsi"))
    assert tally.verdicts[Verdict.DIFFERENT] == 0
    assert tally.verdicts[Verdict.BYTE_EXACT] >= 200
    assert set(tally.refusals) == {"not-dicom"}


def test_the_last_line_is_one_object(study: Path) -> None:
    (study / "note.txt").write_text("no picture")
    try:
        done = CliRunner().invoke(app, ["prove", "roundtrip", str(study), "--json"])
    finally:
        (study / "note.txt").unlink()
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == 0
    assert (told["files"], told["byte_exact"], told["refused"], told["different"]) == (4, 3, 1, 0)
    assert told["refusals"] == {"not-dicom": 1}
    assert told["mb_per_s"] > 0


def test_a_difference_is_told_and_fails(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(*_: object) -> Iterator[bytes]:
        yield b"something else"

    monkeypatch.setattr(roundtrip, "joined", other)
    done = CliRunner().invoke(app, ["prove", "roundtrip", str(study)])
    assert done.exit_code == 1
    assert json.loads(done.stdout.splitlines()[-1])["different"] == 3


def test_names_of_files_are_shown_on_request_only(study: Path, tmp_path: Path) -> None:
    (tmp_path / "Zweldrinvox.txt").write_text("no picture")
    told = [CliRunner().invoke(app, ["prove", "roundtrip", str(tmp_path), *more]).stdout for more in ([], ["--names"])]
    assert ["Zweldrinvox" in text for text in told] == [False, True]
