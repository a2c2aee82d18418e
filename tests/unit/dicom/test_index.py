"""Index attributes are those that the header says, in every character set, and odd values never raise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import InstanceIndex, PatientNumber
from tests.unit.dicom import samples
from tests.unit.dicom.samples import EXPLICIT, cut_bytes, dataset, element, identifiers, item, open_element, text

KEYWORDS = {
    "study_uid": "StudyInstanceUID",
    "series_uid": "SeriesInstanceUID",
    "accession_number": "AccessionNumber",
    "study_id": "StudyID",
    "study_date": "StudyDate",
    "study_time": "StudyTime",
    "study_description": "StudyDescription",
    "referring_physician": "ReferringPhysicianName",
    "institution": "InstitutionName",
    "modality": "Modality",
    "series_description": "SeriesDescription",
    "series_date": "SeriesDate",
    "body_part": "BodyPartExamined",
    "laterality": "Laterality",
    "station_name": "StationName",
    "photometric_interpretation": "PhotometricInterpretation",
    "burned_in_annotation": "BurnedInAnnotation",
}
NUMBERS = {
    "rows": "Rows",
    "columns": "Columns",
    "bits_allocated": "BitsAllocated",
    "samples_per_pixel": "SamplesPerPixel",
    "instance_number": "InstanceNumber",
    "series_number": "SeriesNumber",
}


def _text(other: Dataset, keyword: str) -> str:
    value = other.get(keyword)
    if value is None:
        return ""
    values = value if isinstance(value, MultiValue) else [value]
    return "\\".join(str(each) for each in values).strip(" \0")


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_index_agrees_with_pydicom(path: Path) -> None:
    try:
        _, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    other = samples.read_quietly(path)
    index = cut.index
    undecoded = "".join(index.problems)
    if "SOPInstanceUID" in other:
        assert index.instance_uid == _text(other, "SOPInstanceUID")
    if "undecodable" not in undecoded and "unknown character set" not in undecoded:
        name = _text(other, "PatientName")
        # pydicom drops empty component groups at the end, and leaves an escape sequence that it does not know.
        assert index.patient.name.rstrip("=") == name.rstrip("=") or "\x1b" in name
        assert index.patient.number.value == _text(other, "PatientID")
        for field, keyword in KEYWORDS.items():
            assert getattr(index, field) == _text(other, keyword), keyword
    for field, keyword in NUMBERS.items():
        value = other.get(keyword)
        if field not in ("rows", "columns") or isinstance(value, int):
            assert getattr(index, field) == (None if value in (None, "") else int(value)), keyword
    frames = other.get("NumberOfFrames")
    if isinstance(frames, int | str) and str(frames).isdigit():
        assert index.number_of_frames == int(frames)


def _index(*elements: bytes, raw: bytes = b"") -> InstanceIndex:
    found = {int.from_bytes(each[:2], "little") << 16 | int.from_bytes(each[2:4], "little"): each for each in elements}
    return cut_bytes(dataset({**identifiers(), **found}), EXPLICIT, strict=True)[1].index


def test_patient_numbers_come_with_issuer_and_source() -> None:
    bsn = item(text(0x00100020, "LO", "999990019") + text(0x00100021, "LO", "NLMINBIZA"))
    qualifier = open_element(0x00100024, "SQ", item(text(0x00400032, "UT", "2.16.840.1.113883.2.4.6.3"), False))
    by_oid = item(text(0x00100020, "LO", "999990020") + qualifier, False)
    for sequence in (open_element(0x00101002, "SQ", bsn + by_oid), element(0x00101002, "SQ", bsn + by_oid)):
        index = _index(
            text(0x00100020, "LO", "A-12345 "),
            text(0x00100021, "LO", "ZIEKENHUIS A"),
            text(0x00101000, "LO", "OLD1\\OLD2"),
            sequence,
        )
        assert index.patient.number == PatientNumber("A-12345", "ZIEKENHUIS A", "(0010,0020)")
        assert index.patient.others == (
            PatientNumber("999990019", "NLMINBIZA", "(0010,1002)"),
            PatientNumber("999990020", "2.16.840.1.113883.2.4.6.3", "(0010,1002)"),
            PatientNumber("OLD1", "", "(0010,1000)"),
            PatientNumber("OLD2", "", "(0010,1000)"),
        )


def test_issuer_of_the_patient_id_may_stand_in_its_qualifiers() -> None:
    qualifier = open_element(0x00100024, "SQ", item(text(0x00400032, "UT", "2.16.840.1.113883.2.4.6.3")))
    assert _index(qualifier).patient.number.issuer == "2.16.840.1.113883.2.4.6.3"


def test_issuer_of_the_accession_number_is_read() -> None:
    sequence = open_element(0x00080051, "SQ", item(text(0x00400031, "UT", "ZKH A RADIOLOGIE")))
    assert _index(sequence, text(0x00080050, "SH", "ACC1")).accession_issuer == "ZKH A RADIOLOGIE"
    both = item(text(0x00400031, "UT", "RIS") + text(0x00400032, "UT", "2.16.1.7"))
    assert _index(open_element(0x00080051, "SQ", both)).accession_issuer == "RIS&2.16.1.7"


def test_item_may_have_its_own_character_set() -> None:
    inside = text(0x00080005, "CS", "ISO_IR 192") + element(0x00100020, "LO", "Zoë1".encode() + b" ")
    index = _index(text(0x00080005, "CS", "ISO_IR 100"), open_element(0x00101002, "SQ", item(inside)))
    assert index.patient.others[0].value == "Zoë1"
    assert not index.problems


def test_acr_nema_date_is_converted_and_a_wrong_one_left_out() -> None:
    assert _index(text(0x00100030, "DA", "1970.12.31")).patient.birth_date == "19701231"
    index = _index(text(0x00100030, "DA", "31-12-70"))
    assert index.patient.birth_date == ""
    assert index.problems == ("unreadable date in (0010,0030)",)


def test_undecodable_text_is_a_problem_not_an_error() -> None:
    name = element(0x00100010, "PN", b"M\xfcller^\xff ")
    index = _index(text(0x00080005, "CS", "ISO_IR 192"), name)
    assert index.problems == ("undecodable text in (0010,0010)",)
    assert index.patient.name.startswith("M")
    assert "unknown character set in (0008,0005)" in _index(text(0x00080005, "CS", "ISO_IR 999"), name).problems


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), ("-3 ", -3), ("1.0", 1), ("7\\8", 7), ("", None), ("x", None)]
)
def test_numbers_are_read_tolerantly(value: str, number: int | None) -> None:
    assert _index(text(0x00200013, "IS", value)).instance_number == number


@given(
    st.dictionaries(
        st.sampled_from([0x00080005, 0x00080008, 0x00100010, 0x00100030, 0x00200013, 0x00280008, 0x00280010]),
        st.binary(max_size=40).map(lambda raw: raw + bytes(len(raw) % 2)),
    ),
    st.binary(max_size=60).map(lambda raw: raw + bytes(len(raw) % 2)),
)
def test_no_value_raises(values: dict[int, bytes], sequence: bytes) -> None:
    elements = {tag: element(tag, "LO", raw) for tag, raw in values.items()}
    elements[0x00101002] = element(0x00101002, "SQ", sequence)
    cut_bytes(dataset(elements), EXPLICIT, strict=True)


def test_problems_hold_no_values() -> None:
    index = _index(element(0x00100010, "PN", b"Geheim\xfc^N"), text(0x00100030, "DA", "geheim"))
    assert index.problems
    assert "eheim" not in "".join(index.problems)
