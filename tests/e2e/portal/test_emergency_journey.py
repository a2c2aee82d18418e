"""A stat study of somebody unknown, in a real Orthanc under an emergency number: the EPD says over MLLP who it is, or
the desk does in Chromium; Orthanc follows, or is cleaned and gets it anew."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pydicom import dcmread

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.kit.ports import free_port
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import RekeyState
from beeldbrug.node.ports.work import WorkKind
from tests.e2e.archive import Archive
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.conftest import Reach
from tests.e2e.studies import make_study
from tests.e2e.world import World, build_world
from tests.peers.orthanc import Orthanc, start_orthanc
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(400)

SECONDS = 90.0


@dataclass(frozen=True)
class Hospital:
    """Hospital B with Orthanc as PACS, and an EPD that speaks HL7."""

    world: World
    pacs: Orthanc
    port: int

    def tell(self, event: str, patient: PhantomPatient, number: str, prior: str = "") -> None:
        """One ADT message over MLLP, acknowledged."""
        bsn = f"{patient.bsn}^^^NLMINBIZA^NNNLD"
        pid = f"PID|1||{number}^^^B^PI~{bsn}||{patient.hl7_name}||{patient.birth_date}|{patient.sex}"
        msh = f"MSH|^~\\&|EPD|B|BEELDBRUG|B|||ADT^{event}|{event}-1|P|2.5||||||UNICODE UTF-8"
        merged = f"MRG|{prior}^^^{self.world.b.site.title} spoed^PI\r" if prior else ""
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            connection.sendall(f"\x0b{msh}\rEVN|{event}\r{pid}\r{merged}\x1c\r".encode())
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert b"MSA|AA|" in answer, answer

    def stored(self, study: str) -> dict[str, str]:
        """Patient ID of each instance that Orthanc has of a study."""
        found = self.pacs.find({"StudyInstanceUID": study}, "Instance")
        datasets = [dcmread(BytesIO(self.pacs.file(one))) for one in found]
        return {str(one.SOPInstanceUID): str(one.PatientID) for one in datasets}

    def follow(self, study: str, number: str) -> None:
        """Orthanc moves a study to another patient, its UIDs as they are."""
        found = self.pacs.find({"StudyInstanceUID": study}, "Instance")
        datasets = [dcmread(BytesIO(self.pacs.file(one))) for one in found]
        self.remove(study)
        for one in datasets:
            one.PatientID = number
            file = BytesIO()
            one.save_as(file)
            self.pacs.client.request("POST", "/instances", body=file.getvalue())

    def remove(self, study: str) -> None:
        """Somebody deletes a study in Orthanc."""
        for one in self.pacs.find({"StudyInstanceUID": study}):
            self.pacs.client.request("DELETE", f"/studies/{one}")

    def emergency(self, patient: PhantomPatient, description: str) -> tuple[ExchangeRow, str]:
        """A stat study that is imported under an emergency number; and that number."""
        study = make_study(patient, 3, description=description)
        self.world.send(study, "SPOED_B")
        _, row = self.world.imported(study[0].study_uid, SECONDS)
        assert row.reason_code == "emergency-number"
        number = row.local_number.partition("^")[0]
        assert set(self.stored(row.study_uid).values()) == {number}
        return row, number

    def time_is_over(self, exchange: str) -> None:
        """Orthanc had its time to follow."""
        base = self.world.b.vault
        with base.database.write() as tx:
            row = tx.rekeyings.get(base.own.ura, exchange)
            assert row is not None
            tx.rekeyings.put(base.own.ura, replace(row, until=base.clock.now()))
            tx.work.add(base.own.ura, WorkKind.REKEY, exchange, Urgency.URGENT, base.clock.now())

    def wait_for(self, study: str, state: RekeyState) -> ExchangeRow:
        """Its exchange once the emergency number is so far."""

        def so_far(row: ExchangeRow) -> bool:
            with self.world.b.vault.database.read() as tx:
                found = tx.rekeyings.get(self.world.b.site.ura, row.id)
            return found is not None and found.state is state

        self.world.wait_row(self.world.b, study, so_far, state.value, SECONDS)
        row = self.world.b.exchange(study)
        assert row is not None
        return row


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder, port = tmp_path_factory.mktemp("emergency-world"), free_port()
    with ExitStack() as stack:
        pacs = start_orthanc(stack, folder / "pacs-b", "PACSB", {}, {})
        nobody = Archive(folder / "nobody", 0)
        world = build_world(folder, nobody, ports=(free_port(), pacs.dicom_port))
        with world.b.site.settings.open("a") as file:
            file.write(f'\n[hl7]\nport = {port}\nauthority = ["B"]\n')
        stack.callback(world.stop)
        world.start()
        yield Hospital(world, pacs, port)


def test_who_the_epd_says_it_is_orthanc_says_too_and_nothing_is_sent_again(hospital: Hospital) -> None:
    row, number = hospital.emergency(STRANGERS[0], "CT schedel")
    hospital.follow(row.study_uid, "00995001")
    hospital.tell("A40", STRANGERS[0], "00995001", number)
    row = hospital.wait_for(row.study_uid, RekeyState.DONE)
    assert (row.state, row.local_number) == (State.IMPORTED, "00995001")
    assert set(hospital.stored(row.study_uid).values()) == {"00995001"}
    assert hospital.world.b.alerts(row.id) == []
    assert {"re-key-asked", "re-keyed", "re-key-ended"} <= set(hospital.world.b.events(row.id))
    assert hospital.world.b.audit_whole()


def test_the_desk_says_who_it_is_takes_that_back_and_a_pacs_that_does_not_follow_gets_it_anew(
    hospital: Hospital, hand: Reach, language: str
) -> None:
    patient = STRANGERS[1 if language == "nl" else 2]
    number, description = f"0099500{2 if language == 'nl' else 3}", f"CT thorax {language}"
    row, _ = hospital.emergency(patient, description)
    hospital.tell("A28", patient, number)

    desk = hand(hospital.world.b, "balie")
    line = desk.look_for(patient.surname, description)
    desk.look("emergency-list")
    desk.click_in(line, "Wie is dit?")
    asked = desk.find("dialog", "Wie is deze spoedpatiënt?")
    desk.touch(asked.get_by_role("radio").first)
    expect(asked.get_by_role("table")).to_be_visible()
    desk.look("emergency-who")
    desk.click("button", "Dit is de patiënt", asked)
    expect(asked).to_have_count(0)
    row = hospital.wait_for(row.study_uid, RekeyState.LOOKING)
    assert row.local_number == number

    desk.touch(line.get_by_role("button", name=desk.say("Details van {whom}", _whom=""), exact=False).first)
    desk.sees("button", "In het PACS staat het al goed")
    desk.look("emergency-waits")
    desk.click("button", "list/Terugnemen")
    hospital.wait_for(row.study_uid, RekeyState.STANDS)
    desk.click("button", "Wie is deze spoedpatiënt…")
    asked = desk.find("dialog", "Wie is deze spoedpatiënt?")
    desk.touch(asked.get_by_role("radio").first)
    desk.click("button", "Dit is de patiënt", asked)
    hospital.wait_for(row.study_uid, RekeyState.LOOKING)
    hospital.time_is_over(row.id)
    row = hospital.wait_for(row.study_uid, RekeyState.ASIDE)
    assert row.state is State.FAILED
    desk.sees("button", "Uit het PACS gehaald…")
    desk.look("emergency-aside")
    assert number not in hospital.stored(row.study_uid).values(), "nothing under a second number beside it"
    hospital.remove(row.study_uid)
    desk.click("button", "Uit het PACS gehaald…")
    desk.click("button", "Ja, het staat er niet meer")
    hospital.world.wait_row(
        hospital.world.b, row.study_uid, lambda one: one.state is State.IMPORTED, "in anew", SECONDS
    )
    wait_until(lambda: len(hospital.stored(row.study_uid)) == 3, "all instances are in Orthanc", SECONDS)
    assert set(hospital.stored(row.study_uid).values()) == {number}
    assert number not in desk.page.url and patient.surname not in desk.page.url
