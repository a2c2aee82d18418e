"""The own PACS as an archive behind DIMSE (``ports.archive.Archive``): PS3.4 annex C, Study Root, C-FIND and C-MOVE.

Numbers of series and instances are optional in a PACS (PS3.4 table C.6-5, type O): what it does not say stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from beeldbrug.node.ports.archive import ArchivedSeries, ArchivedStudy, Moved, StudyKey
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.move_scu import PENDING, MoveScu
from beeldbrug.node.protocols.dimse.move_scu import STUDY_ROOT as MOVE_STUDY_ROOT
from beeldbrug.node.protocols.dimse.pacs import patient_of
from beeldbrug.node.protocols.dimse.query import STUDY_ROOT, QueryScu

FIND_SECONDS: Final = 15.0
"""Longest silence of the PACS while somebody waits before the screen."""

MOVE_SILENCE_SECONDS: Final = 120.0
"""Longest silence of the PACS while it sends: some fetch from tape or cloud first."""

SERIES_MOST: Final = 2000
INSTANCES_MOST: Final = 100_000

_STUDY = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID"),
    *("StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "ModalitiesInStudy"),
    *("NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"),
)
_SERIES = (
    *("SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription", "BodyPartExamined"),
    "NumberOfSeriesRelatedInstances",
)


class DimseArchive:
    """One archive."""

    def __init__(self, archive: Application) -> None:
        self._archive = archive
        self._asked = replace(archive, timeout=min(archive.timeout, FIND_SECONDS))

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        """Studies that agree. Raises Unavailable."""
        identifier = _identifier("STUDY", _STUDY)
        identifier.PatientID, identifier.PatientName = key.number, key.name
        identifier.PatientBirthDate, identifier.StudyInstanceUID = key.birth_date, key.study_uid
        for match in QueryScu(self._asked, limit).find(STUDY_ROOT, identifier):
            if uid := _text(match, "StudyInstanceUID"):
                yield _study(match, uid)

    def find_series(self, study_uid: str) -> list[ArchivedSeries]:
        """Series of a study. Raises Unavailable."""
        identifier = _identifier("SERIES", _SERIES)
        identifier.StudyInstanceUID = study_uid
        found = QueryScu(self._asked, SERIES_MOST).find(STUDY_ROOT, identifier)
        return [_series(match, uid) for match in found if (uid := _text(match, "SeriesInstanceUID"))]

    def find_instances(self, study_uid: str, series_uid: str) -> list[str]:
        """Instances of a series, by C-FIND at IMAGE level. Raises Unavailable."""
        identifier = _identifier("IMAGE", ("SOPInstanceUID",))
        identifier.StudyInstanceUID, identifier.SeriesInstanceUID = study_uid, series_uid
        found = QueryScu(self._asked, INSTANCES_MOST).find(STUDY_ROOT, identifier)
        return [uid for match in found if (uid := _text(match, "SOPInstanceUID"))]

    def move(
        self, study_uid: str, series: Sequence[str], destination: str, still_coming: Callable[[], bool]
    ) -> Generator[Moved]:
        """Have it sent. Raises Unavailable."""
        identifier = Dataset()
        identifier.QueryRetrieveLevel = "SERIES" if series else "STUDY"
        identifier.StudyInstanceUID = study_uid
        if series:
            identifier.SeriesInstanceUID = list(series)
        scu = MoveScu(self._archive, silence_seconds=MOVE_SILENCE_SECONDS, still_coming=still_coming)
        for progress in scu.move(MOVE_STUDY_ROOT, identifier, destination):
            completed = progress.completed + progress.warning
            yield Moved(progress.remaining, completed, progress.failed, progress.status != PENDING)


def _identifier(level: str, keywords: Sequence[str]) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword in keywords:
        setattr(identifier, keyword, "" if keyword not in _NUMBERS else None)
    return identifier


_NUMBERS = frozenset(
    {
        "NumberOfStudyRelatedSeries",
        "NumberOfStudyRelatedInstances",
        "NumberOfSeriesRelatedInstances",
        "SeriesNumber",
    }
)


def _study(match: Dataset, uid: str) -> ArchivedStudy:
    return ArchivedStudy(
        patient=patient_of(match),
        study_uid=uid,
        date=_text(match, "StudyDate"),
        time=_text(match, "StudyTime"),
        description=_text(match, "StudyDescription"),
        accession_number=_text(match, "AccessionNumber"),
        modalities=tuple(dict.fromkeys(one for one in _text(match, "ModalitiesInStudy").split("\\") if one)),
        series=_number(match, "NumberOfStudyRelatedSeries"),
        instances=_number(match, "NumberOfStudyRelatedInstances"),
    )


def _series(match: Dataset, uid: str) -> ArchivedSeries:
    return ArchivedSeries(
        series_uid=uid,
        modality=_text(match, "Modality"),
        number=_number(match, "SeriesNumber"),
        description=_text(match, "SeriesDescription"),
        body_part=_text(match, "BodyPartExamined"),
        instances=_number(match, "NumberOfSeriesRelatedInstances"),
    )


def _text(match: Dataset, keyword: str) -> str:
    value = match.get(keyword)
    if value is None:
        return ""
    if isinstance(value, MultiValue):
        return "\\".join(str(part).strip() for part in value)
    return str(value).strip()


def _number(match: Dataset, keyword: str) -> int | None:
    """None for what is missing, or no number: archives write all sorts of things there."""
    try:
        value = int(_text(match, keyword))
    except ValueError:
        return None
    return value if value >= 0 else None
