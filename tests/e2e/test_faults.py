"""Peers that are away, refuse, lose or lie about time: nothing is lost, both ends are told, work resumes by itself."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN
from tests.e2e.processes import Program
from tests.e2e.studies import make_study
from tests.e2e.world import World, pause
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that sets a process's clock wrong; skips where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler for a clock that is off: apt-get install gcc libc6-dev")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, HERE / "clock.c", "-ldl"], check=True)
    return library


@contextmanager
def clock_off(program: Program, library: Path, seconds: int) -> Iterator[None]:
    """The program with its clock off by so much, for as long as the block lasts."""
    program.restart({"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(seconds)})
    try:
        yield
    finally:
        del program.more["LD_PRELOAD"], program.more["CLOCK_SHIFT"]
        program.restart()


def test_hub_that_is_down_for_a_while_is_waited_for(world: World, patient: PhantomPatient) -> None:
    world.hub.kill()
    study = make_study(patient, 5, seed="hub-down")
    assert world.send(study, "SPOED_B") == [0] * 5, "receiving must not depend on the hub"
    pause(3.0)
    row = world.a.exchange(study[0].study_uid)
    assert row is not None and row.state in (State.QUEUED, State.SENDING)
    world.hub.start()
    world.imported(study[0].study_uid, seconds=120)


def test_pacs_that_is_down_is_waited_for(world: World, patient: PhantomPatient) -> None:
    world.pacs.stop()
    study = make_study(patient, 4, seed="pacs-down")
    world.send(study)
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED)
    world.wait_state(world.a, study[0].study_uid, State.VERIFIED)
    pause(2.0)
    world.pacs.start()
    world.imported(study[0].study_uid, seconds=120)


def test_refusal_by_pacs_b_is_seen_at_a_with_its_status(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 4, seed="refused")
    world.pacs.behave(refuse={study[2].uid: 0xC123})
    try:
        world.send(study)
        at_b = world.wait_row(world.b, study[0].study_uid, lambda row: row.state is State.FAILED, "B says failed")
        at_a = world.wait_row(world.a, study[0].study_uid, lambda row: row.state is State.FAILED, "A says failed")
    finally:
        world.pacs.behave()
    assert at_a.reason_code == at_b.reason_code == "pacs-refused-c123"
    assert world.a.alerts(at_a.id) and world.b.alerts(at_b.id)
    assert len(world.pacs.received("PACSB", study[0].study_uid)) == 3


def test_stat_overtakes_a_big_routine_study_that_came_first(world: World, patient: PhantomPatient) -> None:
    world.b.program.kill()
    routine = make_study(patient, 80, rows=(400,), seed="routine", series=4)
    stat = make_study(patient, 2, seed="stat")
    world.send(routine, "ROUTINE_B")
    world.wait_state(world.a, routine[0].study_uid, State.ARRIVING, seconds=90)
    world.send(stat, "SPOED_B")
    world.wait_state(world.a, stat[0].study_uid, State.ARRIVING)
    world.b.program.start()
    _, stat_at_b = world.imported(stat[0].study_uid, seconds=120)
    _, routine_at_b = world.imported(routine[0].study_uid, seconds=120)
    assert stat_at_b.verified is not None and routine_at_b.verified is not None
    assert stat_at_b.verified < routine_at_b.verified


def test_two_senders_at_once_do_not_mix(world: World) -> None:
    one, other = make_study(KNOWN[1], 10, seed="one", series=2), make_study(KNOWN[2], 10, seed="two", series=2)
    halves = [(one[:5], "ROUTINE_B"), (one[5:], "ROUTINE_B"), (other[:5], "SPOED_B"), (other[5:], "SPOED_B")]
    threads = [threading.Thread(target=world.send, args=half) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for study, who in ((one, KNOWN[1]), (other, KNOWN[2])):
        world.wait_row(
            world.a, study[0].study_uid, lambda row: row.state is State.IMPORTED and row.imported == 10, "imported"
        )
        stored = world.pacs.received("PACSB", study[0].study_uid)
        assert {one.pixels for one in stored} == {one.pixels for one in study}
        assert {one.patient for one in stored} == {who.number(HOSPITAL_B)}


def test_node_killed_right_after_success_loses_nothing(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 6, seed="killed")
    assert world.send(study) == [0] * 6
    world.a.program.kill()
    world.a.program.start()
    world.imported(study[0].study_uid)
    assert {one.pixels for one in world.pacs.received("PACSB", study[0].study_uid)} == {one.pixels for one in study}


def test_segment_that_the_hub_has_lost_fails_with_the_reason_and_nothing_wrong_is_imported(
    world: World, patient: PhantomPatient
) -> None:
    world.b.program.kill()
    study = make_study(patient, 3, rows=(200,), seed="lost")
    world.send(study)
    world.wait_state(world.a, study[0].study_uid, State.ARRIVING)
    for path in (world.made.data / "hub" / "segments").rglob("*"):
        if path.is_file():
            path.unlink()
    world.b.program.start()
    at_b = world.wait_row(
        world.b, study[0].study_uid, lambda row: row.state is State.FAILED, "B says failed", seconds=100
    )
    at_a = world.wait_row(world.a, study[0].study_uid, lambda row: row.state is State.FAILED, "A is told")
    assert at_a.reason_code == at_b.reason_code == "segment-gone"
    assert world.b.alerts(at_b.id) and world.a.alerts(at_a.id)
    assert not world.pacs.received("PACSB", study[0].study_uid)
    world.send(study, "SPOED_B")  # as the remedy says
    for end in (world.b, world.a):
        world.wait_row(end, study[0].study_uid, lambda row: row.state is State.IMPORTED, "sent again, it arrives")


def test_segment_that_was_swapped_at_the_hub_is_refused(world: World, patient: PhantomPatient) -> None:
    world.b.program.kill()
    study = make_study(patient, 3, rows=(200,), seed="swapped")
    world.send(study)
    world.wait_state(world.a, study[0].study_uid, State.ARRIVING)
    for path in (world.made.data / "hub" / "segments").rglob("*"):
        if path.is_file():
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
    world.b.program.start()
    at_b = world.wait_row(world.b, study[0].study_uid, lambda row: row.state is State.FAILED, "B says failed")
    world.wait_row(world.a, study[0].study_uid, lambda row: row.state is State.FAILED, "A is told")
    assert at_b.reason_code == "segment-hash-differs"
    assert not world.pacs.received("PACSB", study[0].study_uid)
    world.send(study, "SPOED_B")  # as the remedy says
    for end in (world.b, world.a):
        world.wait_row(end, study[0].study_uid, lambda row: row.state is State.IMPORTED, "sent again, it arrives")


@pytest.mark.parametrize("hours", [5, -5])
def test_clocks_that_are_hours_apart_do_no_harm(world: World, clock: Path, patient: PhantomPatient, hours: int) -> None:
    with clock_off(world.b.program, clock, hours * 3600):
        study = make_study(patient, 3, seed=f"clock{hours}")
        world.send(study, "SPOED_B")
        _, at_b = world.imported(study[0].study_uid, seconds=90)
        assert abs(at_b.created - time.time() - hours * 3600) < 600
    later = make_study(patient, 2, seed=f"clock{hours} set right")
    world.send(later, "SPOED_B")
    world.imported(later[0].study_uid, seconds=90)


def test_stale_key_statement_of_the_receiver_holds_the_sending_and_says_so(
    world: World, clock: Path, patient: PhantomPatient
) -> None:
    study = make_study(patient, 2, seed="stale")
    with clock_off(world.a.program, clock, 9 * 86400):  # B has published nothing for nine days, as A sees it
        assert world.send(study) == [0, 0]
        at_a = world.wait_row(
            world.a, study[0].study_uid, lambda row: row.reason_code == "statement-stale", "A holds and says why"
        )
        assert [alert.code for alert in world.a.alerts(at_a.id)] == ["statement-stale"]
        assert not world.b.exchanges(study[0].study_uid)
    world.imported(study[0].study_uid, seconds=90)
    wait_until(lambda: not world.a.alerts(at_a.id), "the alert is cleared")
