"""The process ``hl7`` as ``beeldbrug node`` starts it: whom the EPD tells of by MLLP, arrivals are matched with."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.kit.ports import free_port
from beeldbrug.model.exchange import State
from tests.e2e.archive import archive
from tests.e2e.conftest import KNOWN, STRANGERS
from tests.e2e.studies import make_study
from tests.e2e.world import World, build_world
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SECONDS = 30.0
TOLD, CHANGED = STRANGERS[0], STRANGERS[1]


@dataclass
class Feed:
    """A world in which B's node has an HL7 port, and B's PACS knows nobody that is used here."""

    world: World
    port: int

    def tell(self, event: str, patient: PhantomPatient, number: str, modes: str = "|") -> list[str]:
        """Send one ADT message; MSA of each answer. ``modes`` are MSH-15 and MSH-16."""
        bsn = f"{patient.bsn}^^^NLMINBIZA^NNNLD"
        pid = f"PID|1||{number}^^^B^PI~{bsn}||{patient.hl7_name}||{patient.birth_date}|{patient.sex}"
        msh = f"MSH|^~\\&|EPD|B|BEELDBRUG|B|20261123090000||ADT^{event}|{event}-1|P|2.5|||{modes}||UNICODE UTF-8"
        message = f"{msh}\rEVN|{event}|20261123090000\r{pid}\r".encode()
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            connection.sendall(b"\x0b" + message + b"\x1c\r")
            connection.shutdown(socket.SHUT_WR)
            content = b""
            while more := connection.recv(65536):
                content += more
        return [one.split("\r")[1] for one in content.decode().split("\x0b")[1:]]

    def number_in_pacs(self, study: str) -> set[str]:
        """Patient numbers under which B's PACS has a study."""
        stored = self.world.pacs.received(ae="PACSB", study=study)
        return {str(self.world.pacs.dataset(one).PatientID) for one in stored}


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feed]:
    folder, port = tmp_path_factory.mktemp("hl7-world"), free_port()
    with archive(folder / "pacs", True) as pacs:
        world = build_world(folder, pacs)
        with world.b.site.settings.open("a") as file:
            file.write(f'\n[hl7]\nport = {port}\nauthority = ["B"]\n')
        pacs.know({"PACSB": [(KNOWN[0], HOSPITAL_B)], "PACSA": []})
        try:
            world.start()
            yield Feed(world, port)
        finally:
            world.stop()


def test_whom_the_epd_told_of_is_matched_and_the_study_goes_in_under_that_number(feed: Feed) -> None:
    assert feed.tell("A28", TOLD, "00990001") == ["MSA|AA|A28-1"]
    study = make_study(TOLD, 2)
    feed.world.send(study)
    feed.world.imported(study[0].study_uid)
    assert feed.number_in_pacs(study[0].study_uid) == {"00990001"}


def test_whom_nobody_told_of_waits_and_what_was_told_outlives_a_kill_of_the_node(feed: Feed) -> None:
    world = feed.world
    waiting = make_study(STRANGERS[2], 1)
    world.send(waiting)
    world.wait_state(world.b, waiting[0].study_uid, State.VERIFIED, State.SEEN)
    assert feed.tell("A31", CHANGED, "00990002", modes="AL|AL") == ["MSA|CA|A31-1", "MSA|AA|A31-1"]
    world.b.close()
    world.b.program.kill()
    world.b.program.start()
    wait_until(lambda: feed.tell("A08", CHANGED, "00990002") == ["MSA|AA|A08-1"], "the port is back", SECONDS)
    study = make_study(CHANGED, 1)
    world.send(study)
    world.imported(study[0].study_uid)
    assert feed.number_in_pacs(study[0].study_uid) == {"00990002"}
    assert feed.number_in_pacs(waiting[0].study_uid) == set()
    log = world.b.program.log.read_text(errors="replace")
    assert not any(word in log for word in (CHANGED.own_name, CHANGED.bsn, "00990002"))
