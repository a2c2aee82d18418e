"""Reports travel between whole nodes: by HL7 into A, after their study to B, and the desk puts what fits nowhere."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PhantomPatient
from beeldbrug.model.exchange import State
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.app.hl7 import make_listener
from beeldbrug.node.app.hl7_settings import Hl7
from beeldbrug.node.protocols.hl7.listener import Listener
from beeldbrug.node.usecases.withdraw import withdraw
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.conftest import Reach
from tests.e2e.studies import make_study
from tests.e2e.world import End, World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SECONDS = 60.0
DAY = "20260701"


@pytest.fixture
def port(world: World) -> Iterator[Listener]:
    """A's HL7 port."""
    base = world.a.vault
    settings = base.settings.model_copy(update={"hl7": Hl7(port=0)})
    listener = make_listener(replace(base, settings=settings))
    assert listener is not None
    listener.start()
    yield listener
    listener.stop()


def oru(patient: PhantomPatient, number: str, status: str, text: str, *segments: str) -> str:
    """A report of this patient, as the RIS of A sends it."""
    mine = patient.identity(HOSPITAL_A).number.value
    sent = time.strftime("%Y%m%d%H%M%S+0000", time.gmtime())
    obr = f"OBR|1||{number}^RIS|CT^CT hersenen^L|||{DAY}101500|||||||||||||||{sent}||CT|{status}"
    lines = (
        rf"MSH|^~\&|RIS|ZKH|BB|ZKH|{sent}||ORU^R01^ORU_R01|{uuid4().hex[:20]}|P|2.5.1||||||UNICODE UTF-8",
        f"PID|1||{mine}^^^ZKH^PI",
        obr,
        *segments,
        f"OBX|1|FT|&GDT^Verslag||{text}||||||{status}",
    )
    return "".join(f"{line}\r" for line in lines)


def say(listener: Listener, message: str) -> str:
    """MSA-1 of the answer."""
    with socket.create_connection(("127.0.0.1", listener.port), SECONDS) as connection:
        connection.sendall(b"\x0b" + message.encode() + b"\x1c\r")
        answer = connection.recv(65536).decode()
    return answer.split("\rMSA|")[1].split("|")[0]


def reports(end: End, exchange: str) -> list[Report]:
    """What is in force of each report that came with an exchange."""
    with end.vault.database.read() as tx:
        rows = tx.reports.of_exchange(end.site.ura, exchange)
        found = [tx.reports.version(end.site.ura, row.id, row.standing) for row in rows]
    return [one for one in found if one is not None]


def wait_text(end: End, exchange: str, text: str) -> None:
    wait_until(lambda: [one.text for one in reports(end, exchange)] == [text], f"no report that says {text}", SECONDS)


def test_a_report_follows_its_study_is_replaced_and_goes_with_the_exchange(world: World, port: Listener) -> None:
    patient = STRANGERS[0]
    study = make_study(patient, 2, description="CT met verslag", seed=9001)
    uid = study[0].study_uid
    zds = f"ZDS|{uid}^RIS^Application^DICOM"
    assert say(port, oru(patient, "V-1", "P", r"Voorlopig:\.br\geen bloeding.", zds)) == "AA"
    world.send(study, "ROUTINE_B")
    at_b = world.wait_state(world.b, uid, State.VERIFIED, State.SEEN)
    wait_text(world.b, at_b.id, "Voorlopig:\ngeen bloeding.")
    time.sleep(1.1)  # times in HL7 are of whole seconds
    assert say(port, oru(patient, "V-1", "F", "Definitief: geen bloeding.", zds)) == "AA"
    wait_text(world.b, at_b.id, "Definitief: geen bloeding.")
    assert [one.status for one in reports(world.b, at_b.id)] == [ReportStatus.FINAL]
    assert world.b.events(at_b.id).count("report-arrived") == 2

    base = world.a.vault
    withdraw(base.database, world.a.site.ura, at_b.id, "laborant", "verkeerd", base.clock.now())
    world.wait_state(world.b, uid, State.WITHDRAWN)
    assert reports(world.b, at_b.id) == []
    assert world.a.audit_whole() and world.b.audit_whole()


def test_the_desk_puts_a_report_on_its_study_with_one_key(
    world: World, port: Listener, hand: Reach, language: str
) -> None:
    patient = STRANGERS[4 if language == "nl" else 9]  # of whom A has no other study: there is nothing to choose
    study = make_study(patient, 2, description=f"CT desk {language}", seed=9100 + len(language) + ord(language[0]))
    uid = study[0].study_uid
    world.send(study, "ROUTINE_B")
    at_b = world.wait_state(world.b, uid, State.VERIFIED, State.SEEN)
    with world.a.vault.database.read() as tx:
        (row,) = tx.instances.studies(world.a.site.ura, None, {"StudyInstanceUID": uid}, 0, 1)
    text = f"Beoordeling {language}."
    message = oru(patient, f"ONBEKEND-{language}", "F", text).replace(DAY, row.study_date)
    assert say(port, message) == "AA"
    wrong = oru(STRANGERS[1], f"ANDER-{language}", "F", "Van een ander.", f"ZDS|{uid}^RIS^Application^DICOM")
    assert say(port, wrong) == "AA"

    desk = hand(world.a, "balie")
    desk.touch(desk.page.get_by_role("link", name=desk.say("Verslagen")).first)
    desk.sees("heading", "Verslagen zonder onderzoek")
    mine = desk.page.get_by_role("article").filter(has_text=text)
    other = desk.page.get_by_role("article").filter(has_text="Van een ander.")
    expect(mine).to_be_visible()
    expect(other.locator("[data-differs=true]").first).to_be_visible()
    expect(other.get_by_role("button", name=desk.say("Bij dit onderzoek leggen"))).to_have_count(0)
    desk.look("reports-desk")
    mine.focus()
    desk.press("b")
    expect(mine).to_have_count(0)
    wait_text(world.b, at_b.id, text)
    desk.click("button", "Apart zetten", other)
    desk.fill("Waarom hoort het bij geen onderzoek hier?", "Verkeerde patiënt")
    desk.click("button", "Apart zetten", other)
    expect(other).to_have_count(0)
    desk.reads("Alle verslagen liggen bij hun onderzoek, of wachten tot het verstuurd wordt.")
