"""Key images as a document that others can read: whose, by whom, which images (PS3.3 A.35.4, TID 2010)."""

from __future__ import annotations

from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from beeldbrug.node.usecases.save.dataset import as_file
from beeldbrug.node.usecases.save.key_objects import key_objects
from beeldbrug.node.usecases.save.references import referred
from tests.unit.node.usecases.save.given import CT, MAKER, STUDY, attributes, image, keys, refer, row

FIRST, SECOND, CINE = row(1), row(2, series=2), row(3, series=2, frames=20)


def made(description: str = "Bloeding links") -> Dataset:
    asked = keys(image(FIRST), image(CINE, 4, 2), image(SECOND), description=description)
    images = referred(asked.images, [FIRST, SECOND, CINE])
    return dcmread(BytesIO(as_file(key_objects(asked, images, attributes(), MAKER, 1))))


def test_it_is_of_the_patient_and_study_as_they_lie_here() -> None:
    found = made()
    assert (str(found.PatientName), found.PatientID, found.IssuerOfPatientID) == (
        "Çelik^Anna^^van",
        "123",
        "Ziekenhuis A",
    )
    assert (found.StudyInstanceUID, found.AccessionNumber, found.StudyDate) == (STUDY, "A1", "20251120")


def test_it_names_every_image_once_with_its_frames() -> None:
    content = [item for item in made().ContentSequence if item.ValueType == "IMAGE"]
    named = [item.ReferencedSOPSequence[0] for item in content]
    assert [one.ReferencedSOPInstanceUID for one in named] == [
        FIRST.instance_uid,
        CINE.instance_uid,
        SECOND.instance_uid,
    ]
    assert list(named[1].ReferencedFrameNumber) == [2, 4]
    assert "ReferencedFrameNumber" not in named[0]
    assert {one.ReferencedSOPClassUID for one in named} == {CT}


def test_its_evidence_lists_the_same_images_by_series() -> None:
    evidence = made().CurrentRequestedProcedureEvidenceSequence
    assert [one.StudyInstanceUID for one in evidence] == [STUDY]
    series = evidence[0].ReferencedSeriesSequence
    assert [one.SeriesInstanceUID for one in series] == [FIRST.series_uid, SECOND.series_uid]
    assert [len(one.ReferencedSOPSequence) for one in series] == [1, 2]


def test_who_marked_them_where_and_why_is_in_it() -> None:
    content = {item.ConceptNameCodeSequence[0].CodeValue: item for item in made().ContentSequence[:4]}
    assert str(content["121008"].PersonName) == "Johanna de Vries"
    assert content["121009"].TextValue == "Ziekenhuis A"
    assert content["113012"].TextValue == "Bloeding links"
    assert made().Manufacturer == "Beeldbrug"


def test_without_words_there_is_no_empty_text() -> None:
    assert all(item.ValueType != "TEXT" or item.TextValue for item in made("  \n ").ContentSequence)
    assert [item.ValueType for item in made("").ContentSequence].count("TEXT") == 1


def test_it_is_made_now_in_the_time_of_the_hospital() -> None:
    found = made()
    assert (found.ContentDate, found.ContentTime) == ("20231114", "231320")
    assert (found.InstanceCreationDate, found.InstanceCreationTime) == ("20231114", "231320")
    assert "TimezoneOffsetFromUTC" not in found


def test_where_the_study_says_its_offset_the_time_is_in_that() -> None:
    asked = keys(image(FIRST))
    found = key_objects(asked, refer(FIRST), attributes(TimezoneOffsetFromUTC="-0330"), MAKER, 1)
    assert (found.TimezoneOffsetFromUTC, found.ContentTime) == ("-0330", "184320")


def test_two_of_them_share_no_uid() -> None:
    one, other = made(), made()
    assert one.SOPInstanceUID != other.SOPInstanceUID
    assert one.SeriesInstanceUID != other.SeriesInstanceUID
