"""Attributes of search results by level, as DICOM JSON (PS3.18 section 10.6.3.3, Annex F; PS3.6 for VRs).

Each table says what is searched by and what is returned; the dispatcher and the conformance statement both use it.
Values come from the index alone; attributes that are only in headers are added by ``search``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from beeldbrug.node.ports.records import InstanceState
from beeldbrug.node.usecases.read.search import InstanceFound, SeriesFound, StudyFound

T = TypeVar("T")
Json = dict[str, Any]

RETRIEVE_URL: Final = "00081190"

_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


@dataclass(frozen=True, slots=True)
class Attribute(Generic[T]):
    """One attribute of a level. ``value`` gives its values for a result (None: only searched by, not returned)."""

    tag: str
    keyword: str
    vr: str
    value: Callable[[T], Sequence[Any]] | None
    searchable: bool = True


def _one(value: object) -> list[Any]:
    return [] if value in ("", None) else [value]


STUDY: Final[tuple[Attribute[StudyFound], ...]] = (
    Attribute("00080020", "StudyDate", "DA", lambda found: _one(found.row.study_date)),
    Attribute("00080030", "StudyTime", "TM", lambda found: _one(found.row.study_time)),
    Attribute("00080050", "AccessionNumber", "SH", lambda found: _one(found.row.accession_number)),
    Attribute("00080056", "InstanceAvailability", "CS", lambda found: ["ONLINE"], searchable=False),
    Attribute("00080061", "ModalitiesInStudy", "CS", lambda found: list(found.modalities)),
    Attribute("00080090", "ReferringPhysicianName", "PN", lambda found: _one(found.row.referring_physician)),
    Attribute("00081030", "StudyDescription", "LO", lambda found: _one(found.row.description)),
    Attribute("00081190", "RetrieveURL", "UR", None, searchable=False),
    Attribute("00100010", "PatientName", "PN", lambda found: _one(found.row.patient_name)),
    Attribute("00100020", "PatientID", "LO", lambda found: _one(found.row.patient_number.value)),
    Attribute("00100021", "IssuerOfPatientID", "LO", lambda found: _one(found.row.patient_number.issuer)),
    Attribute("00100030", "PatientBirthDate", "DA", lambda found: _one(found.row.birth_date)),
    Attribute("00100040", "PatientSex", "CS", lambda found: _one(found.row.sex)),
    Attribute("0020000D", "StudyInstanceUID", "UI", lambda found: [found.row.study_uid]),
    Attribute("00200010", "StudyID", "SH", lambda found: _one(found.row.study_id)),
    Attribute("00201206", "NumberOfStudyRelatedSeries", "IS", lambda found: [found.series], searchable=False),
    Attribute("00201208", "NumberOfStudyRelatedInstances", "IS", lambda found: [found.instances], searchable=False),
)

SERIES: Final[tuple[Attribute[SeriesFound], ...]] = (
    Attribute("00080021", "SeriesDate", "DA", lambda found: _one(found.row.date)),
    Attribute("00080031", "SeriesTime", "TM", lambda found: _one(found.row.time)),
    Attribute("00080060", "Modality", "CS", lambda found: _one(found.row.modality)),
    Attribute("0008103E", "SeriesDescription", "LO", lambda found: _one(found.row.description)),
    Attribute("00081190", "RetrieveURL", "UR", None, searchable=False),
    Attribute("00180015", "BodyPartExamined", "CS", lambda found: _one(found.row.body_part)),
    Attribute("0020000D", "StudyInstanceUID", "UI", lambda found: [found.row.study_uid], searchable=False),
    Attribute("0020000E", "SeriesInstanceUID", "UI", lambda found: [found.row.series_uid]),
    Attribute("00200011", "SeriesNumber", "IS", lambda found: _one(found.row.number)),
    Attribute("00201209", "NumberOfSeriesRelatedInstances", "IS", lambda found: [found.instances], searchable=False),
)

INSTANCE: Final[tuple[Attribute[InstanceFound], ...]] = (
    Attribute("00080016", "SOPClassUID", "UI", lambda found: [found.row.sop_class]),
    Attribute("00080018", "SOPInstanceUID", "UI", lambda found: [found.row.instance_uid]),
    Attribute("00080056", "InstanceAvailability", "CS", lambda found: [availability(found)], searchable=False),
    Attribute("00081190", "RetrieveURL", "UR", None, searchable=False),
    Attribute(
        "00083002", "AvailableTransferSyntaxUID", "UI", lambda found: _one(found.row.transfer_syntax), searchable=False
    ),
    Attribute("0020000D", "StudyInstanceUID", "UI", lambda found: [found.row.study_uid], searchable=False),
    Attribute("0020000E", "SeriesInstanceUID", "UI", lambda found: [found.row.series_uid], searchable=False),
    Attribute("00200013", "InstanceNumber", "IS", lambda found: _one(found.row.instance_number)),
    Attribute("00280008", "NumberOfFrames", "IS", lambda found: _one(found.row.number_of_frames)),
)

FROM_HEADER: Final[dict[str, tuple[str, ...]]] = {
    "study": ("00080201",),
    "series": ("00080201", "00400244", "00400245", "00400275"),
    "instance": ("00080201", "00280010", "00280011", "00280100"),
}
"""Attributes that PS3.18 lists for a level and that the index lacks. At instance level they are always read; above it
only on request, because that takes a header for each result."""

_STUDY_LEVEL: Final = frozenset(
    {
        *("00080020", "00080030", "00080050", "00080051", "00080061", "00080062", "00080090", "00080096", "0008009C"),
        *("00080201", "00081030", "00081032", "00081048", "00081049", "00081060", "00081062", "00081080", "00081110"),
        *("0020000D", "00200010", "00321060", "00321064"),
    }
)
_SERIES_LEVEL: Final = frozenset(
    {
        *("00080021", "00080031", "00080060", "00080064", "00080068", "00080070", "00080080", "00080201", "00081010"),
        *("0008103E", "0008103F", "00081040", "00081050", "00081070", "00081090", "00081111", "00180015", "00181000"),
        *("00181020", "00181030", "00185100", "0020000E", "00200011", "00200052", "00200060", "00201040", "00400244"),
        *("00400245", "00400250", "00400251", "00400253", "00400254", "00400260", "00400275"),
    }
)


def of_level(level: str, tag: str) -> bool:
    """Whether an attribute belongs to this level, so that one instance can speak for a study or series."""
    if level == "instance":
        return True
    if level == "series":
        return tag in _SERIES_LEVEL
    return tag in _STUDY_LEVEL or tag.startswith("0010")


def availability(found: InstanceFound) -> str:
    """NEARLINE while the pixels are still on their way (PS3.3 C.4.23.1.1)."""
    return "NEARLINE" if found.row.state is InstanceState.HEADER else "ONLINE"


def encode(attributes: Iterable[Attribute[T]], found: T) -> Json:
    """The returned attributes of one result."""
    return {
        attribute.tag: element(attribute.vr, attribute.value(found))
        for attribute in attributes
        if attribute.value is not None
    }


def element(vr: str, values: Sequence[Any]) -> Json:
    """One attribute in the DICOM JSON model; no values means an empty one."""
    if not values:
        return {"vr": vr}
    return {"vr": vr, "Value": [_person(value) for value in values] if vr == "PN" else list(values)}


def _person(name: str) -> dict[str, str]:
    groups = zip(_GROUPS, name.split("="), strict=False)
    return {group: text for group, text in groups if text}
