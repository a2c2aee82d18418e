"""Reports and HAPI HL7v2: it sends what we read, and judges by its own model of the standard what we send."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.model.report import ReportStatus
from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.ports.messages import Peer
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.listener import Listener, Rule
from beeldbrug.node.protocols.hl7.oru import ReportSystem, TextForm
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.reports.take import TakeReports
from tests.contract.node.exchange.test_report_documents import opened, standing
from tests.contract.node.given import A
from tests.peers.hapi import Hapi, HapiRis, hapi, hapi_ris
from tests.unit.node.protocols.hl7.test_oru import MESSAGE, REPORT

__all__ = ["hapi"]

SECONDS = 20.0
AT = 1_795_400_000.0
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 300 + b"\n%%EOF"
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = opened(tmp_path / "vault.sqlite")
    yield made
    made.close()


@pytest.fixture(scope="module")
def ris(hapi: Hapi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HapiRis]:
    with hapi_ris(hapi, tmp_path_factory.mktemp("hapi") / "ris") as one:
        yield one


@contextmanager
def listening(vault: Vault) -> Iterator[int]:
    reports = TakeReports(vault, A)
    limits = Limits(connections=2, idle_seconds=SECONDS, message_seconds=SECONDS)
    listener = Listener(
        "127.0.0.1",
        0,
        Rule(Reader(frozenset(), ZONE), organisation=A),
        lambda changes: None,
        lambda: AT,
        limits,
        None,
        lambda given: reports.take(given, AT, "hl7"),
    )
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()


def oru(status: str, text: str, time: str, number: str = "F1") -> str:
    return f"oru,{number},RIS,{status},7001,1.2.3,{time},{text}"


def test_hapi_sends_a_report_its_correction_and_its_withdrawal(hapi: Hapi, vault: Vault) -> None:
    pdf = "pdf:" + base64.b64encode(PDF).decode()
    with listening(vault) as port:
        sent = [
            oru("P", "Voorlopig: géén bloeding.", "20261101100000"),
            oru("F", "Definitief.", "20261101110000"),
            oru("C", pdf, "20261101120000"),
        ]
        assert hapi.report(port, *sent, *sent) == ["AA"] * 6
        with vault.read() as tx:
            (row,) = tx.reports.listing(A)
            heads = tx.reports.heads(A, row.id)
            said = [tx.reports.version(A, row.id, head.number) for head in heads]
        assert [head.status for head in heads] == [
            ReportStatus.PRELIMINARY,
            ReportStatus.FINAL,
            ReportStatus.CORRECTED,
        ]
        assert said[0] is not None and said[0].text == "Voorlopig: géén bloeding."
        assert said[0].subject.study_uid == "1.2.3" and said[0].subject.filler_issuer == "RIS"
        assert said[2] is not None and said[2].document == PDF
        assert hapi.report(port, oru("X", "Vervallen.", "20261101130000")) == ["AA"]
    assert standing(vault)[0][0] is ReportStatus.CANCELLED


def test_hapi_sends_documents_that_replace_each_other(hapi: Hapi, vault: Vault) -> None:
    with listening(vault) as port:
        answers = hapi.report(
            port,
            "mdm,T10,D2,D1,AU,7001,F1,Tweede.",
            "mdm,T02,D1,,AU,7001,F1,Eerste.",
            "mdm,T09,D3,D2,AU,7001,F1,",
        )
        assert answers == ["AA"] * 3
        assert standing(vault) == [(ReportStatus.CANCELLED, "Tweede.")]
        assert hapi.report(port, "mdm,T10,D3,D2,AU,7001,F1,Derde.", "mdm,T02,D1,,AU,7001,F1,Eerste.") == ["AA"] * 2
    assert standing(vault) == [(ReportStatus.CORRECTED, "Derde.")]


@pytest.mark.parametrize("form", list(TextForm))
@pytest.mark.parametrize("status", list(ReportStatus))
def test_hapi_finds_nothing_wrong_in_our_reports(ris: HapiRis, form: TextForm, status: ReportStatus) -> None:
    before = len(ris.received())
    peer = Peer("ris", "127.0.0.1", ris.port, character_set="UNICODE UTF-8", version="2.5")
    system = ReportSystem(peer, make_outgoing(), ZONE, form)
    elsewhere = replace(MESSAGE, filler="BB0123456789ABCD", addressed=replace(MESSAGE.addressed, order=False))
    assert system.send(system.write(elsewhere)) == ""
    for report in (
        replace(REPORT, status=status),
        replace(REPORT, status=status, text="", document=PDF),
        replace(REPORT, status=status, text="Twee|regels^met~tekens\\en&meer\n\nen één open regel", document=PDF),
    ):
        assert system.send(system.write(replace(MESSAGE, report=report))) == ""
    assert sorted(set(ris.faults())) == []
    came = ris.received()[before:]
    assert [str(one.segment("MSH")[9]) for one in came] == ["ORU^R01^ORU_R01"] * 4


def test_what_hapi_refuses_is_a_refusal(ris: HapiRis) -> None:
    peer = Peer("ris", "127.0.0.1", ris.port, character_set="UNICODE UTF-8", version="2.5")
    system = ReportSystem(peer, make_outgoing(), ZONE)
    ris.answer("AE")
    try:
        assert system.send(system.write(MESSAGE)).startswith("hl7-error")
    finally:
        ris.answer("AA")


def test_hapi_tells_what_is_wrong(ris: HapiRis) -> None:
    """The judge can say no: else its silence about our messages would prove nothing."""
    peer = Peer("ris", "127.0.0.1", ris.port, character_set="UNICODE UTF-8", version="2.5")
    system = ReportSystem(peer, make_outgoing(), ZONE)
    wrong = b"".join(
        b"OBX|1|TX|||tekst\r" if line.startswith(b"OBX") else line + b"\r"
        for line in system.write(MESSAGE).rstrip(b"\r").split(b"\r")
    )
    known = set(ris.faults())
    make_outgoing().send(peer, wrong)
    found = set(ris.faults()) - known
    assert any("OBX-3 is missing" in one for one in found) and any("OBX-11 is missing" in one for one in found)
    for path in ris.folder.glob("*.faults"):
        path.write_text("")
