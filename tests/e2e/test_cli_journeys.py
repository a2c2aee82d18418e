"""A day at the command line: two hospitals' operators send, park, withdraw, decide at the desk and check, beside
running nodes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN, STRANGERS
from tests.e2e.studies import Made, make_study
from tests.e2e.world import End, World
from tests.unit.cli.runs import Ran, run

pytestmark = pytest.mark.timeout(240)

NAMED = ("--receiver", "00000002", "--ground", "referral", "--responsible", "dienstdoend radioloog")


def at(end: End, *arguments: str | Path) -> Ran:
    """A command of one hospital."""
    return run(*arguments, "-s", end.site.settings, "--json")


def files(study: list[Made], folder: Path) -> Path:
    """The study as files."""
    folder.mkdir()
    for one in study:
        one.write(folder)
    return folder


def waits_at_the_desk(world: World, patient: PhantomPatient, seed: str) -> tuple[list[Made], str]:
    """A study of somebody whom B does not know; (instances, exchange)."""
    study = make_study(patient, 3, seed=seed)
    world.send(study, "ROUTINE_B")
    row = world.wait_row(
        world.b, study[0].study_uid, lambda row: row.reason_code == "patient-not-found", "B does not know the patient"
    )
    return study, row.id


def test_files_on_disk_go_to_the_other_pacs_and_the_sender_waits_for_it(
    world: World, patient: PhantomPatient, tmp_path: Path
) -> None:
    study = make_study(patient, 6, seed="cli-send")
    sent = at(world.a, "send", files(study, tmp_path / "in"), "--to", "ROUTINE_B", "--wait", "imported")
    assert sent.code == 0, sent.output
    assert (sent.json["instances"], sent.json["reached"]) == (6, True)
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert sorted(one.pixels for one in stored) == sorted(one.pixels for one in study)
    (mine,) = [row for row in at(world.a, "status").json["exchanges"] if row["id"] in sent.json["exchanges"]]
    (theirs,) = [row for row in at(world.b, "status", "--direction", "in").json["exchanges"] if row["id"] == mine["id"]]
    assert (mine["state"], mine["imported"], theirs["state"], theirs["total"]) == ("imported", 6, "imported", 6)


def test_a_sending_to_nobody_stops_the_wait_with_the_reason(
    world: World, patient: PhantomPatient, tmp_path: Path
) -> None:
    study = make_study(patient, 1, seed="cli-nowhere")
    sent = at(world.a, "send", files(study, tmp_path / "in"), "--to", "NERGENS", "--wait", "verified")
    assert (sent.code, sent.json["reached"]) == (1, False)
    (row,) = [row for row in at(world.a, "park", "list").json["parked"] if row["id"] in sent.json["exchanges"]]
    assert row["reason"]["code"] == "receiver-unknown" and row["reason"]["remedy"]


def test_a_parked_study_goes_where_the_operator_says(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 4, seed="cli-park")
    world.send(study, "BEELDBRUG")
    parked = world.wait_state(world.a, study[0].study_uid, State.PARKED)
    assert at(world.a, "park", "send", parked.id[:10], *NAMED, "--urgency", "urgent").code == 0
    world.imported(study[0].study_uid)
    assert len(world.pacs.received("PACSB", study[0].study_uid)) == 4
    assert {"release", "disclose"} <= set(world.a.events(parked.id))


def test_the_desk_imports_under_the_number_that_a_human_chose(world: World) -> None:
    """The patient is not known by BSN; the human recognises another registration."""
    other = KNOWN[5]
    study, exchange = waits_at_the_desk(world, STRANGERS[0], "cli-desk")
    listed = {row["id"]: row for row in at(world.b, "desk", "list", "--patients").json["waiting"]}
    assert listed[exchange]["patient"]["birth_date"] == STRANGERS[0].birth_date
    number = other.number(HOSPITAL_B)
    decided = at(world.b, "desk", "import", exchange[:8], "--number", number, "--wait")
    assert (decided.code, decided.json["imported"]) == (0, True), decided.output
    world.imported(study[0].study_uid)
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert {(one.patient, one.issuer) for one in stored} == {(number, "Ziekenhuis B")}
    dataset = world.pacs.dataset(stored[0])
    assert dataset.PatientName == other.person_name, "the PACS's own demographics go with its number"
    original = dataset.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
    assert original.PatientName == STRANGERS[0].person_name
    with world.b.vault.database.read() as tx:
        (event,) = [one for _, one in tx.audit.events("00000002", event="desk-import", exchange=exchange)]
    assert event.actor.startswith("cli:") and event.patient == number
    assert at(world.b, "desk", "import", exchange, "--number", "1").json["code"] == "not-waiting"


def test_what_the_desk_refuses_is_gone_there_and_the_sender_sees_why(world: World) -> None:
    study, exchange = waits_at_the_desk(world, STRANGERS[1], "cli-refuse")
    assert at(world.b, "desk", "refuse", exchange, "--reason", "wrong-patient").code == 0
    mine = world.wait_state(world.a, study[0].study_uid, State.REFUSED)
    assert mine.reason_code == "wrong-patient"
    shown = next(row for row in at(world.a, "status").json["exchanges"] if row["id"] == exchange)
    assert "andere patiënt" in shown["reason"]["text"] and shown["reason"]["remedy"]
    assert world.b.instances(exchange) == [] and not world.pacs.received("PACSB", study[0].study_uid)
    with world.b.vault.database.read() as tx:
        assert tx.packs.of_origin("00000002", exchange) == []


def test_a_withdrawal_waits_for_the_receivers_answer(world: World) -> None:
    _, exchange = waits_at_the_desk(world, STRANGERS[2], "cli-withdraw")
    done = at(world.a, "withdraw", exchange, "--reason", "verkeerde patient", "--wait", "--timeout", "60")
    assert (done.code, done.json["outcome"], done.json["seen"]) == (0, "withdrawn", False), done.output
    assert world.b.instances(exchange) == []


def test_a_withdrawal_after_the_import_says_that_it_is_too_late(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 2, seed="cli-late")
    world.send(study)
    mine, _ = world.imported(study[0].study_uid)
    done = at(world.a, "withdraw", mine.id, "--reason", "te laat", "--wait", "--timeout", "60")
    assert (done.code, done.json["outcome"]) == (1, "import-had-begun"), done.output


def test_a_running_node_is_checked_backed_up_rotated_and_verified(world: World, tmp_path: Path) -> None:
    checked = at(world.b, "check")
    found = {one["code"]: one["level"] for one in checked.json["findings"]}
    assert checked.code == 0, [one for one in checked.json["findings"] if one["level"] == "fault"]
    for code in ("hub-answers", "peers-reached", "node-to-pacs", "pacs-query", "pacs-to-node", "audit-whole"):
        assert found[code] == "ok"
    assert [one["text"] for one in checked.json["findings"] if one["code"] == "port-ours"] != []
    assert at(world.b, "check", "--dry-run").code == 0
    assert at(world.b, "backup", tmp_path / "backup").code == 0
    rotated = at(world.b, "keys", "rotate")
    assert rotated.json["published"] is True
    verified = at(world.a, "audit", "verify", "--hub")
    assert (verified.code, verified.json["whole"]) == (0, True), verified.output


def test_the_port_of_another_program_is_a_fault(world: World, tmp_path: Path) -> None:
    """B's settings with the archive's port for its own: a DICOM listener, and not this node."""
    settings = tmp_path / "b.toml"
    text = world.b.site.settings.read_text()
    settings.write_text(
        text.replace(f"[dimse]\nport = {world.b.site.dimse_port}", f"[dimse]\nport = {world.pacs.port}")
    )
    checked = run("check", "-s", settings, "--json")
    assert checked.code == 1 and "port-of-another" in {one["code"] for one in checked.json["findings"]}


def test_a_node_restored_from_a_backup_goes_on(world: World, patient: PhantomPatient, tmp_path: Path) -> None:
    """Last, because it stops B."""
    before = [row["id"] for row in at(world.b, "status").json["exchanges"]]
    assert at(world.b, "backup", tmp_path / "backup").code == 0
    sequence = at(world.b, "keys", "show").json["statement"]["sequence"]
    world.b.close()
    world.b.program.stop()
    shutil.rmtree(world.b.site.data)
    restored = at(world.b, "restore", tmp_path / "backup")
    assert (restored.code, restored.json["statement"], restored.json["missing"]) == (0, "", 0), restored.output
    assert [row["id"] for row in at(world.b, "status").json["exchanges"]] == before
    world.b.program.start()
    study = make_study(patient, 3, seed="cli-restored")
    world.send(study)
    world.imported(study[0].study_uid)
    assert at(world.b, "keys", "show").json["statement"]["sequence"] >= sequence
