"""Write a DICOMDIR (PS3.3 annex F, PS3.10 section 8): patient, study, series, instance, with the keys of section F.5.

Values come from DICOM JSON of each instance. A key that must not be empty and is, gets a number that counts on this
medium; a date is never made up. Files are not looked at. Order of adding decides order on the medium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from struct import pack, pack_into
from typing import Any, Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.errors import TooLarge

RECORDS_MOST: Final = 1_000_000
_IN_USE: Final = 0xFFFF
_NEXT_AT, _LOWER_AT = 8, 8 + 4 + 10 + 8
"""Where in a record's dataset the values of (0004,1400) and (0004,1420) stand: each record begins with these two and
(0004,1410) between them."""

_ITEM: Final = b"\xfe\xff\x00\xe0"
_COMMON: Final = ("ContentDate", "ContentTime", "InstanceNumber")
_LABELLED: Final = (*_COMMON, "ContentLabel", "ContentDescription", "ContentCreatorName")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "PATIENT": ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex"),
    "STUDY": ("StudyDate", "StudyTime", "AccessionNumber", "StudyDescription", "StudyInstanceUID", "StudyID"),
    "SERIES": ("Modality", "InstitutionName", "SeriesDescription", "SeriesInstanceUID", "SeriesNumber"),
    "IMAGE": ("ImageType", "InstanceNumber", "NumberOfFrames", "Rows", "Columns"),
    "RT DOSE": ("InstanceNumber", "DoseSummationType", "DoseComment"),
    "RT STRUCTURE SET": ("InstanceNumber", "StructureSetLabel", "StructureSetDate", "StructureSetTime"),
    "RT PLAN": ("InstanceNumber", "RTPlanLabel", "RTPlanDate", "RTPlanTime"),
    "RT TREAT RECORD": ("InstanceNumber", "TreatmentDate", "TreatmentTime"),
    "PRESENTATION": (
        *("PresentationCreationDate", "PresentationCreationTime", "InstanceNumber", "ContentLabel"),
        *("ContentDescription", "ContentCreatorName", "ReferencedSeriesSequence", "BlendingSequence"),
    ),
    "WAVEFORM": _COMMON,
    "RAW DATA": _COMMON,
    "SR DOCUMENT": (
        *_COMMON,
        *("CompletionFlag", "VerificationFlag", "VerificationDateTime", "ConceptNameCodeSequence"),
    ),
    "KEY OBJECT DOC": (*_COMMON, "ConceptNameCodeSequence"),
    "SPECTROSCOPY": (*_COMMON, "ImageType", "NumberOfFrames", "Rows", "Columns", "DataPointRows", "DataPointColumns"),
    "REGISTRATION": _LABELLED,
    "FIDUCIAL": _LABELLED,
    "VALUE MAP": _LABELLED,
    "STEREOMETRIC": _LABELLED,
    "SURFACE": _LABELLED,
    "SURFACE SCAN": ("ContentDate", "ContentTime"),
    "MEASUREMENT": _COMMON,
    "TRACT": _LABELLED,
    "ASSESSMENT": ("InstanceNumber", "InstanceCreationDate", "InstanceCreationTime"),
    "ENCAP DOC": (*_COMMON, "DocumentTitle", "ConceptNameCodeSequence", "MIMETypeOfEncapsulatedDocument"),
}
"""Keys of each type of record (PS3.3 section F.5), in no order."""

_TAGS: Final = {kind: tuple(f"{tag_for_keyword(name) or 0:08X}" for name in names) for kind, names in KEYS.items()}

LISTED: Final = frozenset(int(tag, 16) for tags in _TAGS.values() for tag in tags)
"""Tags of all attributes that a list may hold."""

_ID_AND_NAME, _STUDY_UID, _SERIES_UID = ("00100020", "00100010"), ("0020000D",), ("0020000E",)

NUMBERS: Final = {"STUDY": "StudyID", "SERIES": "SeriesNumber"}
"""Keys that must have a value; in a record of an instance, InstanceNumber."""

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
TYPES: Final[tuple[tuple[str, str], ...]] = (
    (_STORAGE + "481.2", "RT DOSE"),
    (_STORAGE + "481.3", "RT STRUCTURE SET"),
    (_STORAGE + "481.4", "RT TREAT RECORD"),
    (_STORAGE + "481.5", "RT PLAN"),
    (_STORAGE + "481.6", "RT TREAT RECORD"),
    (_STORAGE + "481.7", "RT TREAT RECORD"),
    (_STORAGE + "481.8", "RT PLAN"),
    (_STORAGE + "481.9", "RT TREAT RECORD"),
    (_STORAGE + "11.*", "PRESENTATION"),
    (_STORAGE + "9.*", "WAVEFORM"),
    (_STORAGE + "88.59", "KEY OBJECT DOC"),
    (_STORAGE + "88.*", "SR DOCUMENT"),
    (_STORAGE + "104.*", "ENCAP DOC"),
    (_STORAGE + "4.2", "SPECTROSCOPY"),
    (_STORAGE + "66", "RAW DATA"),
    (_STORAGE + "66.1", "REGISTRATION"),
    (_STORAGE + "66.2", "FIDUCIAL"),
    (_STORAGE + "66.3", "REGISTRATION"),
    (_STORAGE + "66.5", "SURFACE"),
    (_STORAGE + "66.6", "TRACT"),
    (_STORAGE + "67", "VALUE MAP"),
    (_STORAGE + "68.*", "SURFACE SCAN"),
    (_STORAGE + "77.1.5.3", "STEREOMETRIC"),
    (_STORAGE + "78.*", "MEASUREMENT"),
    (_STORAGE + "90.*", "ASSESSMENT"),
)
"""Type of record by SOP class; ``.*``: all below. Any other one is an IMAGE."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An instance on the medium. ``file_id``: its components, each of at most 8 characters A-Z, 0-9, _ (PS3.10 8.5);
    ``attributes`` as DICOM JSON."""

    file_id: tuple[str, ...]
    sop_class: str
    instance_uid: str
    transfer_syntax: str
    attributes: Mapping[str, Any]


@dataclass(slots=True)
class _Record:
    content: bytearray
    lower: list[_Record] = field(default_factory=list)
    by_key: dict[str, _Record] = field(default_factory=dict)
    offset: int = 0


class Directory:
    """Records in the order of adding; each takes some hundred bytes."""

    def __init__(self) -> None:
        self._root = _Record(bytearray())
        self._count = 0

    def add(self, one: Listed) -> None:
        """One more instance. Raises TooLarge."""
        self._count += 1
        if self._count > RECORDS_MOST:
            raise TooLarge("disc-too-many", "There are too many images for one list of contents.", "Make several.")
        values = one.attributes
        patient = self._below(self._root, "PATIENT", _ID_AND_NAME, values)
        study = self._below(patient, "STUDY", _STUDY_UID, values)
        series = self._below(study, "SERIES", _SERIES_UID, values)
        record = _record(record_type(one.sop_class), values, len(series.lower) + 1, _references(one))
        series.lower.append(_Record(record))

    def to_bytes(self, file_set_id: str, uid: str) -> bytes:
        """The DICOMDIR file. ``uid`` is its own SOP Instance UID, ``file_set_id`` at most 16 characters of A-Z, 0-9."""
        records = list(_depth_first(self._root.lower))
        meta = file_meta(MediaStorageDirectoryStorage, uid, ExplicitVRLittleEndian)
        head = _text(4, 0x1130, b"CS", file_set_id)
        at = len(meta) + len(head) + 12 + 12 + 10 + 12  # what is put after it below, before the first item
        total = 0
        for record in records:
            record.offset = at + total
            total += 8 + len(record.content)
        _link(self._root.lower)
        first, last = (self._root.lower[0].offset, self._root.lower[-1].offset) if records else (0, 0)
        head += pack("<HH2sHI", 4, 0x1200, b"UL", 4, first) + pack("<HH2sHI", 4, 0x1202, b"UL", 4, last)
        head += pack("<HH2sHH", 4, 0x1212, b"US", 2, 0) + pack("<HH2sHI", 4, 0x1220, b"SQ", 0, total)
        out = BytesIO()
        out.write(meta + head)
        for record in records:
            out.write(_ITEM + pack("<I", len(record.content)) + record.content)
        return out.getvalue()

    def _below(self, parent: _Record, kind: str, names: Sequence[str], values: Mapping[str, Any]) -> _Record:
        key = "\n".join(str(values.get(tag, {}).get("Value")) for tag in names)
        found = parent.by_key.get(key)
        if found is None:
            found = parent.by_key[key] = _Record(_record(kind, values, len(parent.lower) + 1))
            parent.lower.append(found)
        return found


def record_type(sop_class: str) -> str:
    """Type of an instance's record."""
    for name, kind in TYPES:
        if sop_class == name or (name.endswith("*") and sop_class.startswith(name[:-1])):
            return kind
    return "IMAGE"


def _record(kind: str, values: Mapping[str, Any], number: int, references: bytes = b"") -> bytearray:
    """A record as it is written, in the order of tags; ``_link`` puts the offsets in."""
    named = {tag: values[tag] for tag in _TAGS[kind] if tag in values}
    keys = Dataset.from_json(named, lambda *_: b"")
    numbered = NUMBERS.get(kind, "" if kind in ("PATIENT", "SURFACE SCAN") else "InstanceNumber")
    if numbered and keys.get(numbered) in (None, ""):
        setattr(keys, numbered, str(number))
    if kind == "PATIENT" and not keys.get("PatientID"):
        keys.PatientID = f"UNKNOWN{number}"
    if kind == "SERIES" and not keys.get("Modality"):
        keys.Modality = "OT"
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_dataset(buffer, keys, "utf_8")
    record = bytearray(pack("<HH2sHI", 4, 0x1400, b"UL", 4, 0) + pack("<HH2sHH", 4, 0x1410, b"US", 2, _IN_USE))
    record += pack("<HH2sHI", 4, 0x1420, b"UL", 4, 0) + _text(4, 0x1430, b"CS", kind) + references
    return record + _text(8, 0x0005, b"CS", "ISO_IR 192") + buffer.getvalue()


def _references(one: Listed) -> bytes:
    """Which file and instance a record is about."""
    uids = ((0x1510, one.sop_class), (0x1511, one.instance_uid), (0x1512, one.transfer_syntax))
    file = _text(4, 0x1500, b"CS", "\\".join(one.file_id))
    return file + b"".join(_text(4, element, b"UI", uid) for element, uid in uids)


def _text(group: int, element: int, vr: bytes, value: str) -> bytes:
    """An element of text in Explicit VR Little Endian (PS3.5 section 7.1.2)."""
    content = value.encode("ascii")
    content += (b"\0" if vr == b"UI" else b" ") * (len(content) % 2)
    return pack("<HH2sH", group, element, vr, len(content)) + content


def _depth_first(records: Sequence[_Record]) -> Iterator[_Record]:
    for record in records:
        yield record
        yield from _depth_first(record.lower)


def _link(records: Sequence[_Record]) -> None:
    """Write the offsets of the next record of the same level and of the first one below."""
    for at, record in enumerate(records):
        following = records[at + 1].offset if at + 1 < len(records) else 0
        pack_into("<I", record.content, _NEXT_AT, following)
        pack_into("<I", record.content, _LOWER_AT, record.lower[0].offset if record.lower else 0)
        _link(record.lower)
