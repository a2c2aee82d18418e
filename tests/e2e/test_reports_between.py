"""From RIS to RIS: HAPI at A reports a study that goes to B, and HAPI at B gets each version under B's own number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, HOSPITAL_B, PhantomPatient
from beeldbrug.kit.ports import free_port
from tests.e2e.archive import archive
from tests.e2e.conftest import KNOWN
from tests.e2e.studies import make_study
from tests.e2e.world import World, build_world
from tests.peers.hapi import Hapi, HapiRis, hapi, hapi_ris
from tests.peers.processes import wait_until

__all__ = ["hapi"]

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

SECONDS = 90.0


@dataclass
class Between:
    """The world, HAPI that reports at A, and B's RIS."""

    world: World
    hapi: Hapi
    port: int
    ris: HapiRis

    def report(self, *deeds: str) -> None:
        assert set(self.hapi.report(self.port, *deeds)) == {"AA"}

    def came(self, count: int) -> list[tuple[str, str, str, str]]:
        """Once so many messages are at B's RIS: of each status, patient, number and last line."""
        wait_until(lambda: len(self.ris.received()) >= count, f"B's RIS has {count}", SECONDS, 0.2)
        found = []
        for one in self.ris.received():
            obr, results = one.segment("OBR"), one.segments("OBX")
            last = str(results[-1][5]) if len(results[-1]) > 5 else ""
            found.append((str(obr[25]), str(one.segment("PID")[3][0][0]), str(obr[3][0][0]), last))
        return found


@pytest.fixture(scope="module")
def between(hapi: Hapi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Between]:
    folder: Path = tmp_path_factory.mktemp("ris-to-ris")
    port = free_port()
    with archive(folder / "pacs", True) as pacs, hapi_ris(hapi, folder / "ris") as ris:
        world = build_world(folder, pacs)
        with world.a.site.settings.open("a") as file:
            file.write(f'\n[hl7]\nport = {port}\nauthority = ["A"]\n')
        with world.b.site.settings.open("a") as file:
            file.write(f'\n[[hl7_out]]\nname = "ris"\nhost = "127.0.0.1"\nport = {ris.port}\n')
            file.write('character_set = "UNICODE UTF-8"\n[reports]\ndeliver = ["hl7"]\nhl7 = "ris"\n')
        pacs.know({"PACSB": [(one, HOSPITAL_B) for one in KNOWN], "PACSA": []})
        try:
            world.start()
            yield Between(world, hapi, port, ris)
        finally:
            world.stop()


def oru(study: str, patient: PhantomPatient, status: str, hour: int, text: str) -> str:
    return f"oru,F1,RIS,{status},{patient.number(HOSPITAL_A)},{study},202611010{hour}0000,{text}"


def test_every_version_comes_to_the_other_ris_under_its_own_number(between: Between) -> None:
    patient = KNOWN[1]
    study = make_study(patient, 3, seed="ris to ris")
    uid, number = study[0].study_uid, patient.number(HOSPITAL_B)
    between.report(oru(uid, patient, "P", 1, "Voorlopig: géén bloeding."))
    between.world.send(study, "SPOED_B")
    between.world.imported(uid)
    ((status, who, filler, words),) = between.came(1)
    assert (status, who, words) == ("P", number, "Voorlopig: géén bloeding.")
    assert patient.number(HOSPITAL_A) not in str(between.ris.received()[0])
    assert uid in str(between.ris.received()[0])
    between.report(oru(uid, patient, "F", 2, "Definitief."))
    assert between.came(2)[1:] == [("F", number, filler, "Definitief.")]
    between.report(oru(uid, patient, "C", 3, "Toch een bloeding."), oru(uid, patient, "F", 2, "Definitief."))
    assert between.came(3)[2:] == [("C", number, filler, "Toch een bloeding.")]
    between.report(oru(uid, patient, "X", 4, "Vervallen."))
    assert between.came(4)[3][:3] == ("X", number, filler)
    assert between.ris.faults() == []


def test_a_node_that_was_away_gives_its_ris_what_came_meanwhile_and_the_newest_last(between: Between) -> None:
    patient = KNOWN[2]
    study = make_study(patient, 2, seed="ris away")
    uid = study[0].study_uid
    before = len(between.ris.received())
    between.world.send(study, "SPOED_B")
    between.world.imported(uid)
    between.world.b.close()
    between.world.b.program.kill()
    between.report(*(f"oru,F9,RIS,{one}" for one in _versions(patient, uid)))
    between.world.b.program.start()
    wait_until(lambda: between.came(before + 1)[-1][0] == "F", "the newest is at B's RIS", SECONDS, 0.2)
    statuses = [(status, words) for status, _, _, words in between.came(before + 1)[before:]]
    assert statuses[-1] == ("F", "Definitief.") and statuses[:-1] in ([], [("P", "Voorlopig.")])
    assert between.ris.faults() == []


def _versions(patient: PhantomPatient, uid: str) -> list[str]:
    number = patient.number(HOSPITAL_A)
    return [f"P,{number},{uid},20261101010000,Voorlopig.", f"F,{number},{uid},20261101020000,Definitief."]
