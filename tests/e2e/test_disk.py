"""A full disk at A: senders hear A700 (PS3.4 B.2.3, out of resources), nothing is lost, and it mends itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from tests.e2e.archive import archive
from tests.e2e.conftest import KNOWN
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World, build_world
from tests.peers.processes import wait_until

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

MEGABYTE = 1024 * 1024
SIZE = 64 * MEGABYTE
RESERVE = 8 * MEGABYTE
OUT_OF_RESOURCES = range(0xA700, 0xA800)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which A's data lie on a disk of their own of 64 MB, 8 MB of them held in reserve."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    folder: Path = tmp_path_factory.mktemp("disk")
    with archive(folder / "pacs", keep=False) as pacs:
        world = build_world(folder, pacs)
        data = world.a.site.data
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(data)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("no small disk can be mounted here")
        try:
            pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in KNOWN]})
            world.a.program.more["BEELDBRUG_NODE_RESERVE_BYTES"] = str(RESERVE)
            world.start()
            yield world
        finally:
            world.stop()
            subprocess.run(["umount", "-l", str(data)], check=False)


def test_reserve_reached_gives_a700_and_recovers_by_itself(small_disk: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 6, rows=(300,), seed="reserve")
    filler = _fill(small_disk, leave=RESERVE // 2)
    assert _try(small_disk, study) == []
    status = _status(small_disk, study[0])
    assert status in OUT_OF_RESOURCES, f"{status:04X}"
    filler.unlink()
    _send_until_taken(small_disk, study)
    small_disk.imported(study[0].study_uid)
    assert {one.pixels for one in small_disk.pacs.received("PACSB", study[0].study_uid)} == {
        one.pixels for one in study
    }


def test_disk_full_to_the_last_byte_loses_nothing_acknowledged(small_disk: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 40, rows=(300,), seed="full")
    acknowledged = _try(small_disk, study[:10])
    assert len(acknowledged) == 10
    filler = _fill(small_disk, leave=0)
    acknowledged += _try(small_disk, study[10:])
    filler.unlink()
    _send_until_taken(small_disk, [one for one in study if one.uid not in acknowledged])
    small_disk.wait_row(
        small_disk.a, study[0].study_uid, lambda row: row.state is State.IMPORTED and row.imported == 40, "all forty"
    )
    stored = small_disk.pacs.received("PACSB", study[0].study_uid)
    assert sorted({one.uid for one in stored}) == sorted(one.uid for one in study)
    assert len({(one.uid, one.hash) for one in stored}) == 40
    assert small_disk.a.audit_whole()


def _fill(world: World, leave: int) -> Path:
    """A file that takes all of A's disk but ``leave`` bytes."""
    path = world.a.site.data / "filler"
    wanted = shutil.disk_usage(world.a.site.data).free - leave
    with path.open("wb") as file:
        try:
            while wanted > 0:
                wanted -= file.write(bytes(min(wanted, MEGABYTE)))
                file.flush()
        except OSError:  # to the last byte
            pass
    return path


def _try(world: World, study: list[Made]) -> list[str]:
    """Send what can be sent; UIDs of what was acknowledged."""
    try:
        return [one.uid for one, status in zip(study, world.send(study), strict=True) if status == 0]
    except Unavailable:
        return []


def _status(world: World, one: Made) -> int:
    return world.send([one])[0]


def _send_until_taken(world: World, study: list[Made]) -> None:
    left = list(study)

    def taken() -> bool:
        done = _try(world, left)
        left[:] = [one for one in left if one.uid not in done]
        return not left

    wait_until(taken, "the node takes instances again", 60, 0.5)
