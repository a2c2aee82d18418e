"""``beeldbrug disc``: see what is on it, then read it in."""

from __future__ import annotations

import shutil
from pathlib import Path

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.app.intake import intake_steps
from beeldbrug.node.ports.work import WorkKind
from tests.unit.cli.runs import URA, Node


def test_a_disc_is_listed_and_nothing_is_taken(node: Node, study: Path) -> None:
    listed = node.run("disc", "list", study)
    (patient,) = listed.json["patients"]
    (only,) = patient["studies"]
    born = PATIENTS[0].identity(HOSPITAL_A).birth_date
    assert (listed.code, patient["birth_date"], only["instances"]) == (0, born, 3)
    assert listed.json["findings"] == []
    assert node.run("status").json["exchanges"] == []
    assert len(node.events("disc-listed")) == 1
    shown = node.show("disc", "list", study)
    assert only["study_uid"] in shown.output and "3 DICOM" in shown.output


def test_a_disc_is_read_in_once_and_stands_at_the_desk(node: Node, study: Path) -> None:
    read = node.run("disc", "read", study, "--from", "Kliniek Zuid", "--note", "per post")
    assert (read.code, read.json["instances"], read.json["verified"]) == (0, 3, True)
    again = node.run("disc", "read", study)
    assert (again.code, again.json["instances"], again.json["known"]) == (0, 0, 3)
    (row,) = node.run("status").json["exchanges"]
    told = {name: row[name] for name in ("peer_name", "route", "note", "state", "total", "missing")}
    assert told == {
        "peer_name": "Kliniek Zuid",
        "route": "disc",
        "note": "per post",
        "state": "verified",
        "total": 3,
        "missing": 0,
    }
    assert node.run("desk", "refuse", row["id"], "--reason", "not-for-us").code == 0


def test_two_patients_and_a_scratch_are_asked_about(node: Node, study: Path, tmp_path: Path) -> None:
    disc = tmp_path / "disc"
    shutil.copytree(study, disc / "a")
    write_study(Kind.CT_HEAD, PATIENTS[1], disc / "b", slices=3, thin_slices=0, documents=False)
    asked = node.run("disc", "read", disc)
    assert (asked.code, asked.json["code"]) == (1, "disc-several-patients")
    first = next(path for path in sorted((disc / "a").rglob("*")) if path.is_file())
    first.write_bytes(first.read_bytes()[:-1])
    lacking = node.run("disc", "read", disc, "--patient", "1")
    assert (lacking.code, lacking.json["code"]) == (1, "disc-incomplete")
    listed = node.run("disc", "list", disc, "--names")
    assert [one["names"] for one in listed.json["findings"] if one["code"] == "disc-file-truncated"]
    taken = node.run("disc", "read", disc, "--patient", "1", "--partly")
    assert (taken.code, taken.json["instances"], taken.json["missing"]) == (0, 2, 1)
    (waits,) = node.run("desk", "list").json["waiting"]
    assert (waits["reason"]["code"], waits["missing"]) == ("disc-incomplete", 1)
    whole = node.show("disc", "read", disc, "--patient", "2")
    assert whole.code == 0 and "3 beelden in de kluis" in whole.output


def test_what_is_no_disc_is_told(node: Node, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    assert node.run("disc", "list", tmp_path / "leeg").code == 1
    assert node.run("disc", "read", tmp_path / "leeg").json["code"] == "disc-empty"
    (tmp_path / "brief.docx.txt").write_text("brief")
    assert node.run("disc", "list", tmp_path / "brief.docx.txt").json["code"] == "carrier-unknown"


def test_the_worker_reads_in_what_lies_in_the_folder_of_the_settings(node: Node, study: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(study, folder / "schijf")
    with node.settings.open("a") as file:
        file.write(f'\n[intake]\nfolder = "{folder}"\nbrought_by = "Balie"\nafter = "remove"\n')
    later = iter((0.0, 31.0))
    with node.base() as base:
        at = next(later)
        steps = intake_steps(base.settings, base.database, lambda: side_reception(base), lambda: base.clock.now() + at)
        step = steps[URA, WorkKind.INTAKE]
        assert step.step(URA) == 5.0
        at = next(later)
        assert step.step(URA) == 5.0
    (row,) = node.run("status").json["exchanges"]
    assert (row["peer_name"], row["note"], row["total"]) == ("Balie", "schijf", 3)
    assert sorted(path.name for path in folder.iterdir()) == ["done", "refused"]
    assert list((folder / "done").iterdir()) == []
