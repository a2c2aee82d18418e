"""A report as ORU^R01: every field where the standard has it, and whatever it says is read back the same."""

from __future__ import annotations

import unicodedata
from base64 import b64decode
from dataclasses import replace
from datetime import UTC
from typing import Any

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Unsupported
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.report import Coded, Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.messages import Acknowledged, Peer
from beeldbrug.node.ports.report_delivery import Addressed, Message
from beeldbrug.node.protocols.hl7.message import Message as Read
from beeldbrug.node.protocols.hl7.oru import ReportSystem, TextForm, oru
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.protocols.hl7.report import reports_of

PEER = Peer("ris", "127.0.0.1", 2575, character_set="UNICODE UTF-8", version="2.5.1", receiving_application="RIS")
REPORT = Report(
    ReportKey("00000001", "RIS", "V1"),
    ReportStatus.FINAL,
    ReportSource.HL7_ORU,
    ReportSubject(placer="P|1", observed="20251119"),
    title="CT hersenen",
    procedure=Coded("CTHER", "ZBC", "CT hersenen"),
    author="A. Çelik",
    verifier="P. de Vries",
    written=1_763_629_200.0,
    text="Bevindingen:\n\nGeen afwijkingen & niets | bijzonders ^ ~ \\ H\\.",
)
ADDRESSED = Addressed(
    Patient("Vries^Els^Maria", "19700201", "F", PatientNumber("7001", "ZKH-B")),
    "999990019",
    "2.25.77",
    "B-ACC-9",
    "ZKH-B",
    True,
    "20251120101530",
    "CT hersenen",
    "Ziekenhuis A",
)
MESSAGE = Message(REPORT, ADDRESSED, "B-ACC-9", "ABC123", False, 1_763_700_000.0)


def parsed(message: Message = MESSAGE, peer: Peer = PEER, form: TextForm = TextForm.LINES) -> Any:
    codec = "utf-8" if peer.character_set.startswith("UNICODE") else "iso-8859-1"
    return hl7.parse(oru(message, peer, UTC, form).decode(codec))


def raw(message: Any, name: str, number: int) -> str:
    segment = message.segment(name)
    return str(segment[number]) if number < len(segment) else ""


def texts(message: Any, kind: str = "TX") -> str:
    lines = [message.unescape(str(one[5])) for one in message.segments("OBX") if str(one[2]) == kind]
    return "\n".join(lines)


def test_patient_study_and_order_stand_where_the_standard_has_them() -> None:
    said = parsed()
    assert raw(said, "MSH", 9) == "ORU^R01^ORU_R01"
    assert (raw(said, "MSH", 10), raw(said, "MSH", 12), raw(said, "MSH", 18)) == ("ABC123", "2.5.1", "UNICODE UTF-8")
    assert raw(said, "PID", 3) == "7001^^^ZKH-B^PI~999990019^^^NLMINBIZA^NNNLD"
    assert raw(said, "PID", 5).startswith("Vries^Els^Maria")
    assert raw(said, "OBR", 3) == "B-ACC-9^ZKH-B"
    assert raw(said, "OBR", 2) == "P\\F\\1^00000001"
    assert raw(said, "OBR", 4) == "CTHER^CT hersenen^ZBC"
    assert (raw(said, "OBR", 7), raw(said, "OBR", 18)) == ("20251120101530", "B-ACC-9")
    assert (raw(said, "OBR", 22), raw(said, "OBR", 25)) == ("20251120090000+0000", "F")
    assert raw(said, "OBR", 32) == "&P. de Vries"
    study = next(one for one in said.segments("OBX") if str(one[2]) == "ST")
    assert (str(study[3]), str(study[5])) == ("113014^DICOM Study^DCM", "2.25.77")
    assert all(str(one[11]) == "F" for one in said.segments("OBX"))
    assert {str(one[15]) for one in said.segments("OBX")[1:]} == {"00000001^Ziekenhuis A^URA"}


def test_text_keeps_its_lines_and_separators_in_either_form() -> None:
    assert texts(parsed()) == REPORT.text
    whole = next(str(one[5]) for one in parsed(form=TextForm.FORMATTED).segments("OBX") if str(one[2]) == "FT")
    assert whole.count("\\.br\\") == 2
    assert "\\F\\" in whole
    assert "\n" not in whole
    assert "\r" not in whole


@pytest.mark.parametrize(
    ("status", "changed", "code"),
    [
        (ReportStatus.PRELIMINARY, False, "P"),
        (ReportStatus.FINAL, True, "F"),
        (ReportStatus.CORRECTED, True, "C"),
        (ReportStatus.CORRECTED, False, "F"),
        (ReportStatus.CANCELLED, True, "X"),
    ],
)
def test_the_status_stands_in_order_and_every_result(status: ReportStatus, changed: bool, code: str) -> None:
    text = "" if status is ReportStatus.CANCELLED else REPORT.text
    said = parsed(replace(MESSAGE, report=replace(REPORT, status=status, text=text), changed=changed))
    assert raw(said, "OBR", 25) == code
    study, *results = said.segments("OBX")
    assert {str(one[11]) for one in results} == {code}
    assert str(study[11]) == "F", "the study stands, whatever becomes of its report"


@pytest.mark.parametrize(("version", "media"), [("2.5.1", "application^pdf"), ("2.4", "AP^PDF"), ("2.3.1", "AP^PDF")])
def test_a_pdf_goes_whole_as_encapsulated_data(version: str, media: str) -> None:
    pdf = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"%%EOF"
    said = parsed(replace(MESSAGE, report=replace(REPORT, document=pdf)), replace(PEER, version=version))
    data = next(str(one[5]) for one in said.segments("OBX") if str(one[2]) == "ED")
    source, kind, subtype, encoding, content = data.split("^")
    assert (source, f"{kind}^{subtype}", encoding) == ("", media, "Base64")
    assert b64decode(content, validate=True) == pdf


def test_older_versions_give_the_study_in_zds_too() -> None:
    assert "ZDS" not in str(parsed())
    assert raw(parsed(peer=replace(PEER, version="2.3.1")), "ZDS", 1) == "2.25.77^^Application^DICOM"


def test_without_an_own_order_the_number_is_one_of_ours() -> None:
    message = replace(MESSAGE, filler="BB0123", addressed=replace(ADDRESSED, order=False))
    assert raw(parsed(message), "OBR", 3) == "BB0123^BB"


def test_a_character_that_the_peer_cannot_read_is_refused_and_never_replaced() -> None:
    peer = replace(PEER, character_set="8859/1")
    assert "Çelik" in texts(parsed(replace(MESSAGE, report=replace(REPORT, text="Çelik")), peer))
    with pytest.raises(Unsupported, match="hl7-character-missing"):
        oru(replace(MESSAGE, report=replace(REPORT, text="Łukasz")), peer, UTC)


_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).filter(lambda text: text != '""')


@given(lines=st.lists(_LINE, min_size=1, max_size=8), title=_LINE, name=_LINE)
@settings(max_examples=100, deadline=None)
def test_whatever_a_report_says_another_parser_reads_the_same(lines: list[str], title: str, name: str) -> None:
    text = unicodedata.normalize("NFC", "\n".join(lines))
    procedure = Coded("", "", title)
    report = replace(REPORT, text=text, procedure=procedure, verifier=name, title="")
    said = parsed(replace(MESSAGE, report=report))
    assert texts(said) == text or not text
    expected = unicodedata.normalize("NFC", title) or "Diagnostic imaging report"
    assert said.unescape(str(said.segment("OBR")[4][0][1])) == expected
    assert len(said.segments("PID")) == 1


def test_what_the_peer_answers_is_taken_or_the_code_of_why_not() -> None:
    class Peers:
        answer = Acknowledged("AA", "", b"")

        def send(self, peer: Peer, content: bytes) -> Acknowledged:
            assert content.startswith(b"MSH|")
            return self.answer

    outgoing = Peers()
    system = ReportSystem(PEER, outgoing, UTC)
    content = system.write(MESSAGE)
    assert content == system.write(MESSAGE)
    assert system.send(content) == ""
    outgoing.answer = Acknowledged("AR", "hl7-rejected-204", b"")
    assert system.send(content) == "hl7-rejected-204"


@given(
    lines=st.lists(_LINE, min_size=1, max_size=6),
    status=st.sampled_from(list(ReportStatus)),
    form=st.sampled_from(TextForm),
)
@settings(max_examples=40, deadline=None)
def test_our_own_reader_reads_back_what_our_writer_wrote(
    lines: list[str], status: ReportStatus, form: TextForm
) -> None:
    text = unicodedata.normalize("NFC", "\n".join(lines))
    report = replace(REPORT, status=status, text=text, document=b"%PDF-1.4\n%%EOF")
    content = oru(replace(MESSAGE, report=report, changed=True), PEER, UTC, form)
    reader = Reader(frozenset({"zkh-b"}), UTC)
    (found,) = reports_of(Read(content, "utf-8"), reader, "00000002", 1_763_700_000.0)
    back = found.report
    assert back.status is status
    if status is not ReportStatus.CANCELLED:  # of what is withdrawn no words count
        assert _words(back.text) == _words(text)
        assert back.document == report.document
    assert back.subject.patient_id == "7001"
    assert (back.subject.study_uid, back.subject.accession) == ("2.25.77", "B-ACC-9")
    assert back.key.number == "B-ACC-9"
    assert back.written == report.written


def _words(text: str) -> list[str]:
    """Each line by its words, without characters that nobody sees, and without empty lines."""
    seen = "".join(" " if unicodedata.category(char)[0] in "CZ" and char != "\n" else char for char in text)
    return [" ".join(line.split()) for line in seen.split("\n") if line.strip()]
