"""What every object that is made here for a study has in common: patient, study, series, equipment, who and when.

Patient and study are those of an instance of the study as it lies here (PS3.3 C.7.1.1, C.7.2.1). UIDs are derived from
random UUIDs (PS3.5 section B.2). Texts are UTF-8. Times are in the zone that the study says its times are in, else in
that of this hospital: one offset counts for all times of an object (C.12.1.1.8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

from beeldbrug.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION

COPIED: Final = (
    *("00100010", "00100020", "00100021", "00100024", "00100030", "00100040", "00101000", "00101002"),
    *("00080020", "00080030", "00080050", "00080051", "00080090", "00081030", "00200010"),
)
"""Patient (PS3.3 C.7.1.1) and General Study (C.7.2.1) attributes that are taken over."""

TYPE_2: Final = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"),
    *("AccessionNumber", "ReferringPhysicianName", "StudyID"),
)

_OFFSET: Final = re.compile(r"([+-])([01][0-9])([0-5][0-9])")
_NAME_CHARACTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes it: his name as the account has it, and his organisation."""

    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Maker:
    """By whom, with which version of this program, when (POSIX seconds), in whose time."""

    author: Author
    version: str
    now: float
    zone: tzinfo = UTC


def new_uid() -> str:
    """A UID that nothing else has."""
    return f"2.25.{uuid4().int}"


def patient_and_study(attributes: Mapping[str, Any], study_uid: str) -> Dataset:
    """A dataset with the patient and study of an instance. ``attributes`` are its DICOM JSON (PS3.18 Annex F)."""
    dataset = Dataset.from_json({tag: attributes[tag] for tag in COPIED if tag in attributes})
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword in TYPE_2:
        if keyword not in dataset:
            setattr(dataset, keyword, "")
    for item in dataset.get("OtherPatientIDsSequence") or ():
        if "TypeOfPatientID" not in item:  # type 1 (PS3.3 C.7.1.1), and often left out
            item.TypeOfPatientID = "TEXT"
    dataset.StudyInstanceUID = study_uid
    return dataset


def made_by(dataset: Dataset, maker: Maker, attributes: Mapping[str, Any], sop_class: str) -> datetime:
    """Equipment (C.7.5.1) and SOP Common (C.12.1); when it is, in the time of the object."""
    when = _moment(dataset, maker, attributes)
    dataset.Manufacturer = "Beeldbrug"
    dataset.ManufacturerModelName = "Beeldbrug"
    dataset.SoftwareVersions = maker.version[:64]
    dataset.InstitutionName = maker.author.organisation[:64].replace("\\", " ")
    dataset.SOPClassUID, dataset.SOPInstanceUID = UID(sop_class), UID(new_uid())
    dataset.SeriesInstanceUID = UID(new_uid())
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = day(when), clock(when)
    dataset.SeriesDate, dataset.SeriesTime = day(when), clock(when)
    return when


def person_name(author: Author) -> str:
    """A name as PN has it (PS3.5 section 6.2): one component, for an account's name is not taken apart."""
    plain = "".join(char if char.isprintable() and char not in "^=\\" else " " for char in author.name)
    return " ".join(plain.split())[:_NAME_CHARACTERS]


def day(when: datetime) -> str:
    """DA."""
    return when.strftime("%Y%m%d")


def clock(when: datetime) -> str:
    """TM."""
    return when.strftime("%H%M%S")


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """An item of a code sequence (C.8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def as_file(dataset: Dataset) -> bytes:
    """The object as a DICOM file (PS3.10)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION
    dataset.file_meta = meta
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _moment(dataset: Dataset, maker: Maker, attributes: Mapping[str, Any]) -> datetime:
    said = "".join(attributes.get("00080201", {}).get("Value", [""])[:1])
    offset = _OFFSET.fullmatch(said)
    if offset is None:
        return datetime.fromtimestamp(maker.now, maker.zone)
    dataset.TimezoneOffsetFromUTC = said
    minutes = int(offset[2]) * 60 + int(offset[3])
    zone = timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    return datetime.fromtimestamp(maker.now, zone)
