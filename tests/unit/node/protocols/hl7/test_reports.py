"""Reports in ORU and MDM messages: text, PDF, status, what they are joined by; and what is refused, with which code."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.report import Coded, Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.reports import GivenReport
from beeldbrug.node.protocols.hl7.adt import check
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.protocols.hl7.report import reports_of
from tests.shared_data import shared
from tests.unit.node.protocols.hl7.given import AMSTERDAM, AT, NOW, PID, READER

OWN = "00000001"
PDF = b"%PDF-1.4\nverslag\n%%EOF"
ANY = Reader(frozenset(), AMSTERDAM)


def message(kind: str, *segments: str, character_set: str = "UNICODE UTF-8", codec: str = "utf-8") -> bytes:
    msh = rf"MSH|^~\&|RIS|ZKH|BEELDBRUG|ZKH|20261123010203||{kind}|MSG-1|P|2.5||||||{character_set}"
    return "".join(f"{one}\r" for one in (msh, PID, *segments)).encode(codec)


def obr(status: str = "F", section: str = "RAD", **fields: str) -> str:
    values = {1: "1", 2: "P77^EPD", 3: "F88^RIS", 4: "CTHERS^CT hersenen^99LOC", 7: "20261122101500"}
    values |= {18: "ACC99", 22: "20261123010000", 24: section, 25: status, 32: "&Vries&Els"}
    values |= {int(name[1:]): value for name, value in fields.items()}
    return "OBR|" + "|".join(values.get(at, "") for at in range(1, 33))


def obx(value: str, kind: str = "TX", code: str = "&GDT^Verslag", status: str = "F") -> str:
    return f"OBX|1|{kind}|{code}||{value}||||||{status}"


def read(content: bytes, reader: Reader = READER) -> list[GivenReport]:
    parsed = Message(content, "iso-8859-1")
    check(parsed, frozenset({"P", "T"}))
    return reports_of(parsed, reader, OWN, NOW)


def one(*segments: str, kind: str = "ORU^R01^ORU_R01", **changes: str) -> Report:
    (found,) = read(message(kind, *segments, **changes))
    return found.report


def refused(*segments: str, kind: str = "ORU^R01") -> str:
    with pytest.raises(BeeldbrugError) as error:
        read(message(kind, *segments))
    assert "7001" not in str(error.value) and "Vries" not in str(error.value)
    return error.value.code


def ed(data: bytes = PDF, kind: str = "^application^pdf^Base64^") -> str:
    return kind + base64.b64encode(data).decode()


def test_a_radiology_report_is_read_whole() -> None:
    (found,) = read(message("ORU^R01^ORU_R01", "ORC|RE|P77|F88", obr(), obx("Geen bloeding."), obx("Normale wijdte.")))
    assert found == GivenReport(
        Report(
            key=ReportKey(OWN, "RIS", "F88"),
            status=ReportStatus.FINAL,
            source=ReportSource.HL7_ORU,
            subject=ReportSubject("7001", "", "ACC99", "", "P77", "F88", "20261122", "EPD", "RIS"),
            title="CT hersenen",
            procedure=Coded("CTHERS", "99LOC", "CT hersenen"),
            author="Vries^Els",
            verifier="Vries^Els",
            written=AT - 123,
            text="Geen bloeding.\nNormale wijdte.",
        ),
        AT - 123,
    )


def test_formatting_becomes_line_ends_and_escapes_what_they_stand_for() -> None:
    value = r"Regel een\.br\twee \T\ drie\.sp\\.in+2\vier \E\.br\E\ \F\\S\\R\ \XE9\ \H\vet\N\~nieuw"
    said = one(obr(), obx(value, "FT"), character_set="8859/1", codec="iso-8859-1").text
    assert said == "Regel een\ntwee & drie\nvier \\.br\\ |^~ é vet\nnieuw"


@pytest.mark.parametrize(("name", "codec"), [("UNICODE UTF-8", "utf-8"), ("8859/1", "iso-8859-1"), ("", "iso-8859-1")])
def test_the_character_set_is_the_messages(name: str, codec: str) -> None:
    assert one(obr(), obx("Coëlieuë façade"), character_set=name, codec=codec).text == "Coëlieuë façade"


def test_headings_stand_above_results_of_different_names() -> None:
    said = one(obr(), obx("a", code="1^Bevindingen"), obx("b", code="1^Bevindingen"), obx("c", code="2^Conclusie")).text
    assert said == "Bevindingen:\na\nb\n\nConclusie:\nc"


def test_coded_results_and_numbers_are_read_as_words() -> None:
    segments = [obx("RID1^Longnodus^RadLex", "CWE", "1^x"), "OBX|2|NM|1^x||6|mm|||||F", "OBX|3|SN|1^x||>^7|mm|||||F"]
    assert one(obr(), *segments).text == "Longnodus\n6 mm\n> 7 mm"


@pytest.mark.parametrize(
    ("order", "result", "status"),
    [
        ("P", "F", ReportStatus.PRELIMINARY),
        ("R", "F", ReportStatus.PRELIMINARY),
        ("F", "F", ReportStatus.FINAL),
        ("F", "P", ReportStatus.PRELIMINARY),
        ("F", "C", ReportStatus.CORRECTED),
        ("C", "F", ReportStatus.CORRECTED),
        ("F", "W", ReportStatus.CANCELLED),
        ("X", "F", ReportStatus.CANCELLED),
        ("", "F", ReportStatus.FINAL),
        ("", "", ReportStatus.PRELIMINARY),
        ("?", "?", ReportStatus.PRELIMINARY),
    ],
)
def test_the_status_is_the_least_certain_that_the_message_says(order: str, result: str, status: ReportStatus) -> None:
    assert one(obr(order), obx("tekst", status=result)).status is status


def test_a_deleted_result_is_not_read_and_an_order_without_words_is_no_report() -> None:
    assert one(obr(), obx("weg", status="D"), obx("blijft")).text == "blijft"
    assert read(message("ORU^R01", obr("S"))) == []
    assert one(obr("X")).status is ReportStatus.CANCELLED


@pytest.mark.parametrize("kind", ["^application^pdf^Base64^", "^AP^PDF^BASE64^", "RIS^TEXT^PDF^Base64^"])
@pytest.mark.parametrize("type_", ["ED", "RP"])
def test_a_pdf_comes_as_it_was(kind: str, type_: str) -> None:
    report = one(obr(), obx("Zie PDF."), obx(ed(PDF, kind), type_))
    assert (report.document, report.text) == (PDF, "Zie PDF.")


def test_a_pdf_of_ten_million_bytes_is_read() -> None:
    large = b"%PDF-" + bytes(range(256)) * 40_000
    assert one(obr(), obx(ed(large), "ED")).document == large


@pytest.mark.parametrize(
    ("segments", "code"),
    [
        ([obx(ed(b"{\\rtf1}", "^TEXT^RTF^Base64^"), "ED")], "report-format"),
        ([obx(ed(b"<x/>", "^multipart^x-hl7-cda-level-one^Base64^"), "ED")], "report-format"),
        ([obx(r"{\E\rtf1\E\ansi geheim}")], "report-format"),
        ([obx('<?xml version="1.0"?><ClinicalDocument/>')], "report-format"),
        ([obx("https://pacs/verslag^^TEXT^PDF", "RP")], "report-by-reference"),
        ([obx("x^y", "XYZ")], "report-format"),
        ([obx("^application^pdf^Base64^%%%", "ED")], "report-encoding"),
        ([obx("^application^pdf^Hex^2550", "ED")], "report-encoding"),
        ([obx(ed(), "ED"), obx(ed(), "ED")], "report-several-documents"),
        ([obx("x" * (256 * 1024 + 1))], "report-too-long"),
        ([obx("a"), obr(), obx("b")], "report-twice"),
    ],
)
def test_what_cannot_be_read_is_refused_and_never_garbled(segments: list[str], code: str) -> None:
    assert refused(obr(), *segments) == code


def test_a_report_needs_a_number_and_one_patient() -> None:
    assert refused(obr(_2="", _3=""), obx("tekst")) == "hl7-no-report-number"
    assert refused(PID, obr(), obx("tekst")) == "hl7-no-patient"


def test_the_study_is_named_by_zds_by_ipc_or_by_a_result() -> None:
    assert one(obr(), "ZDS|1.2.3^RIS^Application^DICOM", obx("t")).subject.study_uid == "1.2.3"
    assert one(obr(_18=""), "IPC|A1^RIS|R1|1.2.4|S1", obx("t")).subject == ReportSubject(
        "7001", "1.2.4", "A1", "RIS", "P77", "F88", "20261122", "EPD", "RIS"
    )
    report = one(
        obr(), obx("1.2.5", "ST", "113014^DICOM Study^DCM"), obx("1.2.5.1", "ST", "^Series Instance UID"), obx("t")
    )
    assert (report.subject.study_uid, report.text) == ("1.2.5", "t")


def test_each_number_is_read_with_who_gave_it() -> None:
    about = one("ORC|RE|P77|F90^RIS^2.16.1^ISO", obr(_18="ACC99^PACS&x^1.2.3^ISO", _3=""), obx("t")).subject
    assert (about.accession, about.accession_issuer) == ("ACC99", "PACS&1.2.3")
    assert (about.filler, about.filler_issuer) == ("F90", "RIS&2.16.1")


def test_the_own_issuer_goes_by_any_of_its_names() -> None:
    reader = Reader(frozenset(), AMSTERDAM, accession_authorities=("RIS-ZKH", "RIS", "2.16.1"))
    for said in ("RIS", "ris^", "X^2.16.1^ISO"):
        (found,) = read(message("ORU^R01", obr(_3=f"F88^{said}"), obx("t")), reader)
        assert found.report.subject.filler_issuer == "RIS-ZKH&RIS&2.16.1"
    (found,) = read(message("ORU^R01", obr(_3="F88^ELDERS"), obx("t")), reader)
    assert found.report.subject.filler_issuer == "ELDERS"


def test_two_orders_of_one_message_are_two_reports() -> None:
    second = obr(_2="P78", _3="F89^RIS", _18="ACC98")
    found = read(message("ORU^R01", obr(), obx("een"), second, obx("twee")))
    assert [(one.report.key.number, one.report.text) for one in found] == [("F88", "een"), ("F89", "twee")]


def test_a_laboratory_result_is_of_no_interest() -> None:
    assert read(message("ORU^R01", obr(section="LAB"), obx("tekst"))) == []
    assert read(message("ORU^R01", obr(section=""), obx("tekst"), "SPM|1|S1||BLD")) == []
    assert read(message("ORU^R01", obr(section=""), "OBX|1|NM|1^Hb||8.1|mmol/l|||||F")) == []


def txa(status: str = "AU", kind: str = "DI", availability: str = "AV", parent: str = "") -> str:
    start = (
        f"TXA|1|{kind}|TX|20261122101500||20261123010000|||101^van den Berg&van den&Berg^Jan|||DOC1|{parent}|P77|F88"
    )
    return f"{start}|CT hersenen|{status}||{availability}"


@pytest.mark.parametrize(
    ("event", "line", "status"),
    [
        ("T02", txa(), ReportStatus.FINAL),
        ("T02", txa("DI"), ReportStatus.PRELIMINARY),
        ("T02", txa("LA"), ReportStatus.FINAL),
        ("T04", txa(), ReportStatus.FINAL),
        ("T06", txa(), ReportStatus.FINAL),
        ("T08", txa(), ReportStatus.CORRECTED),
        ("T10", txa(parent="DOC0"), ReportStatus.CORRECTED),
        ("T02", txa(availability="CA"), ReportStatus.CANCELLED),
    ],
)
def test_a_document_is_a_report_with_its_status(event: str, line: str, status: ReportStatus) -> None:
    report = one(line, obx("Geen bloeding."), kind=f"MDM^{event}^MDM_T02")
    assert (report.status, report.text, report.source) == (status, "Geen bloeding.", ReportSource.HL7_MDM)
    assert report.key == ReportKey(OWN, "RIS", "DOC1")
    assert (report.author, report.title) == ("van den Berg^Jan", "CT hersenen")
    assert report.subject == ReportSubject("7001", placer="P77", filler="F88", observed="20261122")


def test_a_replacement_and_an_addendum_say_of_what() -> None:
    (told,) = read(message("MDM^T09", txa(parent="DOC0")))
    assert told.is_document and told.restates and (told.replaces, told.extends) == ("DOC0", "")
    (brought,) = read(message("MDM^T10", txa(parent="DOC0"), obx("Nieuw.")))
    assert not brought.restates and brought.replaces == "DOC0" and brought.at == AT - 123
    (added,) = read(message("MDM^T06", txa(parent="DOC0"), obx("Aanvulling.")))
    assert (added.replaces, added.extends) == ("", "DOC0")
    (itself,) = read(message("MDM^T10", txa(parent="DOC1"), obx("Nieuw.")))
    assert itself.replaces == "" and itself.report.status is ReportStatus.CORRECTED


@pytest.mark.parametrize("event", ["T01", "T05", "T07"])
def test_a_notification_without_content_changes_nothing(event: str) -> None:
    assert read(message(f"MDM^{event}", txa())) == []


def test_a_change_of_status_restates_and_a_cancellation_needs_no_words() -> None:
    (found,) = read(message("MDM^T03", txa()))
    assert found.restates and found.report.status is ReportStatus.FINAL and found.at == AT
    (found,) = read(message("MDM^T11", txa()))
    assert found.report.status is ReportStatus.CANCELLED


def test_other_documents_are_of_no_interest_and_one_without_txa_is_refused() -> None:
    assert read(message("MDM^T02", txa(kind="DS"), obx("ontslagbrief"))) == []
    assert refused(obx("tekst"), kind="MDM^T02") == "hl7-no-document"


@pytest.mark.parametrize("kind", ["ORU^R03", "MDM^T12", "ORM^O01", "SIU^S12"])
def test_other_types_are_refused_by_name(kind: str) -> None:
    assert refused(obr(), kind=kind) == "hl7-message-type"


def test_the_structured_report_of_dcm4che_is_read() -> None:
    (found,) = read(shared("hl7v2/dcm4che/ORU-R01-SR.hl7").read_bytes(), ANY)
    report = found.report
    assert (report.subject.patient_id, report.status) == ("PID_1", ReportStatus.FINAL)
    assert report.subject.study_uid == "1.2.392.200036.9125.0.198811291108.7"
    assert report.subject.accession == "AccessionNumber"
    assert report.author == "VerifyingObserverFN^VerifyingObserverGN"
    for words in ("The right kidney is slightly enlarged", "4mmx6mm", "Malignant neoplasm of left renal pelvis"):
        assert words in report.text
    assert "Instance UID" not in report.text and "200036" not in report.text


@pytest.mark.parametrize("name", ["ORU-R01-01", "LAB-ORU-1"])
def test_laboratory_messages_of_others_are_of_no_interest_or_refused(name: str) -> None:
    content = shared(f"hl7v2/fhir-converter/{name}.hl7").read_bytes()
    try:
        assert read(content.lstrip(b"\xef\xbb\xbf"), ANY) == []
    except BeeldbrugError as error:
        assert error.code == "report-format" or error.code.startswith("hl7-")


def test_a_replacement_told_by_others_says_of_what() -> None:
    (told,) = read(shared("hl7v2/fhir-converter/MDM-T09-01.hl7").read_bytes(), ANY)
    assert told.restates and told.replaces.endswith(".20080131155715")


@pytest.mark.parametrize("name", ["MDM-T01-01", "MDM-T05-01"])
def test_notifications_of_others_are_acknowledged_and_change_nothing(name: str) -> None:
    assert read(shared(f"hl7v2/fhir-converter/{name}.hl7").read_bytes(), ANY) == []


@settings(max_examples=200, deadline=None)
@drawn(st.lists(st.text(alphabet="OBXRTPIDZS|^~\\&.br\r\nFEDX01 é\x00", max_size=60), max_size=8))
def test_garbage_is_read_or_refused_and_nothing_else(lines: list[str]) -> None:
    try:
        for found in read(message("ORU^R01", obr(), *lines, obx("tekst"))):
            assert "\r" not in found.report.text and "\x00" not in found.report.text
    except BeeldbrugError as error:
        assert error.code
