"""Index attributes: from the places that the header walk noted to a decoded ``InstanceIndex``.

Decodes text once, by the dataset's Specific Character Set; never raises on what a value holds, but lists it in
``problems`` without the value. PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.6.3, C.12.1; PS3.5 section 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from beeldbrug.dicom.charset import CharacterSet, character_set
from beeldbrug.dicom.elements import Element, parse_items
from beeldbrug.dicom.frames import PixelShape
from beeldbrug.dicom.syntax import Encoding
from beeldbrug.model.identity import InstanceIndex, Patient, PatientNumber
from beeldbrug.model.issuer import issuer_of

CHARSET: Final = 0x00080005
SOP_CLASS: Final = 0x00080016
SOP_INSTANCE: Final = 0x00080018
PATIENT_ID: Final = 0x00100020
ISSUER: Final = 0x00100021
ISSUER_QUALIFIERS: Final = 0x00100024
OTHER_IDS: Final = 0x00101000
OTHER_IDS_SEQUENCE: Final = 0x00101002
ACCESSION_ISSUER: Final = 0x00080051
NUMBER_OF_FRAMES: Final = 0x00280008
LOCAL_ENTITY: Final = 0x00400031
UNIVERSAL_ENTITY: Final = 0x00400032
EXTENDED_OFFSETS: Final = 0x7FE00001

_TEXTS: Final = {
    "accession_number": 0x00080050,
    "study_id": 0x00200010,
    "study_date": 0x00080020,
    "study_time": 0x00080030,
    "study_description": 0x00081030,
    "referring_physician": 0x00080090,
    "institution": 0x00080080,
    "modality": 0x00080060,
    "series_description": 0x0008103E,
    "series_date": 0x00080021,
    "series_time": 0x00080031,
    "body_part": 0x00180015,
    "laterality": 0x00200060,
    "station_name": 0x00081010,
    "performed_procedure_step_date": 0x00400244,
    "performed_procedure_step_time": 0x00400245,
    "photometric_interpretation": 0x00280004,
    "burned_in_annotation": 0x00280301,
    "timezone_offset": 0x00080201,
}
_UIDS: Final = {
    "study_uid": 0x0020000D,
    "series_uid": 0x0020000E,
    "instance_uid": SOP_INSTANCE,
    "sop_class": SOP_CLASS,
}
_WORDS: Final = {
    "rows": 0x00280010,
    "columns": 0x00280011,
    "bits_allocated": 0x00280100,
    "samples_per_pixel": 0x00280002,
}
_INTEGERS: Final = {
    "series_number": 0x00200011,
    "instance_number": 0x00200013,
    "number_of_frames": NUMBER_OF_FRAMES,
}
_IMAGE_TYPE: Final = 0x00080008

WANTED: Final = frozenset(
    {
        *_TEXTS.values(),
        *_UIDS.values(),
        *_WORDS.values(),
        *_INTEGERS.values(),
        *(CHARSET, _IMAGE_TYPE, PATIENT_ID, ISSUER, ISSUER_QUALIFIERS, OTHER_IDS, OTHER_IDS_SEQUENCE),
        *(0x00100010, 0x00100030, 0x00100040, ACCESSION_ISSUER, EXTENDED_OFFSETS),
    }
)
"""Tags whose places the walk notes."""

_PATIENT: Final = (
    *(CHARSET, 0x00100010, 0x00100030, 0x00100040, PATIENT_ID, ISSUER, ISSUER_QUALIFIERS, OTHER_IDS),
    OTHER_IDS_SEQUENCE,
)
_PATIENTS_HELD: Final = 64
_PATIENTS: Final[dict[tuple[object, ...], Patient]] = {}
"""Patients by the bytes that they were read from: a study's headers name the same one hundreds of times."""

_UID: Final = re.compile(r"[0-9.]{1,128}")
_UID_LENGTH: Final = 64
_ESCAPE: Final = 0x1B
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,12}(\.0*)?")


def tag_text(tag: int) -> str:
    """A tag as the standard writes it: (gggg,eeee)."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


class HeaderReader:
    """Decodes values out of header bytes by their noted places; collects problems. For one dataset, used once."""

    __slots__ = ("_data", "_encoding", "_found", "charset", "problems")

    def __init__(self, data: bytes, found: Mapping[int, tuple[int, int]], encoding: Encoding) -> None:
        self._data = data
        self._found = found
        self._encoding = encoding
        self.problems: list[str] = []
        self.charset = character_set(self._raw(CHARSET))
        if not self.charset.known:
            self.problems.append(f"unknown character set in {tag_text(CHARSET)}")

    def _raw(self, tag: int) -> bytes:
        place = self._found.get(tag)
        return self._data[place[0] : place[0] + place[1]] if place else b""

    def raw_values(self, tags: Sequence[int]) -> tuple[object, ...]:
        """The bytes of these attributes, with the encoding that they are in."""
        return (
            self._encoding.explicit,
            self._encoding.little,
            *[self._raw(tag) if tag in self._found else None for tag in tags],
        )

    def text(self, tag: int) -> str:
        """Text without padding, "" when absent."""
        place = self._found.get(tag)
        if place is None:
            return ""
        raw = self._data[place[0] : place[0] + place[1]]
        if raw.isascii() and _ESCAPE not in raw:
            # Nearly every value: the same in all character sets, and this is the hot path of receiving.
            return raw.decode("ascii").strip(" \0")
        return self._decode(raw, tag, self.charset)

    def _decode(self, raw: bytes, tag: int, charset: CharacterSet) -> str:
        text, good = charset.decode(raw)
        if not good:
            self.problems.append(f"undecodable text in {tag_text(tag)}")
        return text.strip(" \0")

    def uid(self, tag: int) -> str:
        """A UID, or "" with a problem when it is none."""
        text = self.text(tag)
        if text and not _UID.fullmatch(text):
            self.problems.append(f"invalid UID in {tag_text(tag)}")
            return ""
        if len(text) > _UID_LENGTH:
            self.problems.append(f"UID too long in {tag_text(tag)}")
        return text

    def word(self, tag: int) -> int | None:
        """First value of a US attribute."""
        place = self._found.get(tag)
        if place is None or place[1] < 2:
            return None
        return int(self._encoding.u16(self._data, place[0])[0])

    def integer(self, tag: int) -> int | None:
        """First value of an IS attribute."""
        text = self.text(tag).split("\\")[0].strip(" \0")
        if not text:
            return None
        if not _INTEGER.fullmatch(text):
            self.problems.append(f"unreadable number in {tag_text(tag)}")
            return None
        return int(text.split(".")[0])

    def date(self, tag: int) -> str:
        """A date as YYYYMMDD; the form YYYY.MM.DD of ACR-NEMA is converted; anything else is "" with a problem."""
        text = self.text(tag)
        digits = text.replace(".", "") if len(text) == 10 else text
        if digits and not (len(digits) == 8 and digits.isascii() and digits.isdigit()):
            self.problems.append(f"unreadable date in {tag_text(tag)}")
            return ""
        return digits

    def items(self, tag: int) -> list[list[Element]]:
        """Items of a sequence; what is broken in it is left out."""
        place = self._found.get(tag)
        if place is None:
            return []
        items, complete = parse_items(self._data, place[0], place[0] + place[1], self._encoding)
        if not complete:
            self.problems.append(f"unreadable sequence in {tag_text(tag)}")
        return items

    def item_text(self, item: list[Element], tag: int) -> str:
        """Text of one attribute of an item, by the item's own character set when it has one."""
        charset = self.charset
        text = ""
        for element in item:
            if element.tag == CHARSET:
                charset = character_set(self._value(element))
            elif element.tag == tag:
                text = self._decode(self._value(element), tag, charset)
        return text

    def _value(self, element: Element) -> bytes:
        return b"" if element.gap else self._data[element.value : element.end]

    def entity(self, item: list[Element]) -> str:
        """An issuer: the universal entity id when given, else the local name (PS3.3 table 10-17)."""
        return self.item_text(item, UNIVERSAL_ENTITY) or self.item_text(item, LOCAL_ENTITY)


def _patient(reader: HeaderReader) -> Patient:
    """As ``_read_patient``; one that stood in the last headers in the same bytes is not read again."""
    key = reader.raw_values(_PATIENT)
    known = _PATIENTS.get(key)
    if known is None or reader.problems:
        problems = len(reader.problems)
        known = _read_patient(reader)
        if len(reader.problems) == problems == 0:
            while len(_PATIENTS) >= _PATIENTS_HELD:
                _PATIENTS.pop(next(iter(_PATIENTS)), None)
            _PATIENTS[key] = known
    return known


def _read_patient(reader: HeaderReader) -> Patient:
    issuer = reader.text(ISSUER)
    if not issuer:
        for item in reader.items(ISSUER_QUALIFIERS):
            issuer = issuer or reader.entity(item)
    others = [
        PatientNumber(value.strip(" \0"), "", tag_text(OTHER_IDS))
        for value in reader.text(OTHER_IDS).split("\\")
        if value.strip(" \0")
    ]
    listed = [number for item in reader.items(OTHER_IDS_SEQUENCE) if (number := _other(reader, item)).value]
    own = reader.text(PATIENT_ID)
    return Patient(
        reader.text(0x00100010),
        reader.date(0x00100030),
        reader.text(0x00100040),
        PatientNumber(own, issuer, tag_text(PATIENT_ID) if own else ""),
        tuple(listed + others),
    )


def _other(reader: HeaderReader, item: list[Element]) -> PatientNumber:
    issuer = reader.item_text(item, ISSUER)
    for element in item:
        if element.tag == ISSUER_QUALIFIERS:
            for qualifier in element.items:
                issuer = issuer or reader.entity(qualifier)
    return PatientNumber(reader.item_text(item, PATIENT_ID), issuer, tag_text(OTHER_IDS_SEQUENCE))


def build_index(reader: HeaderReader, transfer_syntax: str, sop_class: str = "", sop_uid: str = "") -> InstanceIndex:
    """Decode everything. ``sop_class`` and ``sop_uid`` of the file meta stand in where the dataset has none."""
    uids = {name: reader.uid(tag) for name, tag in _UIDS.items()}
    if not uids["instance_uid"] and _UID.fullmatch(sop_uid):
        uids["instance_uid"] = sop_uid
        reader.problems.append(f"missing {tag_text(SOP_INSTANCE)}, taken from the file meta information")
    if not uids["sop_class"] and _UID.fullmatch(sop_class):
        uids["sop_class"] = sop_class
        reader.problems.append(f"missing {tag_text(SOP_CLASS)}, taken from the file meta information")
    text = reader.text
    texts = {name: text(tag) for name, tag in _TEXTS.items()}
    words = {name: reader.word(tag) for name, tag in _WORDS.items()}
    integers = {name: reader.integer(tag) for name, tag in _INTEGERS.items()}
    accession_issuer = ""
    for item in reader.items(ACCESSION_ISSUER):
        local, universal = (reader.item_text(item, tag) for tag in (LOCAL_ENTITY, UNIVERSAL_ENTITY))
        accession_issuer = accession_issuer or issuer_of(local, universal)
    image_type = text(_IMAGE_TYPE)
    patient = _patient(reader)
    fields: dict[str, Any] = {**uids, **texts, **words, **integers}
    return InstanceIndex(
        transfer_syntax=transfer_syntax,
        patient=patient,
        accession_issuer=accession_issuer,
        image_type=tuple(value.strip(" ") for value in image_type.split("\\")) if image_type else (),
        character_set=reader.charset.terms if reader.charset.terms != ("",) else (),
        problems=tuple(reader.problems),
        **fields,
    )


def pixel_shape(index: InstanceIndex) -> PixelShape:
    """What the frame index needs of the header."""
    return PixelShape(
        index.rows,
        index.columns,
        index.samples_per_pixel,
        index.bits_allocated,
        index.photometric_interpretation,
        index.number_of_frames,
    )
