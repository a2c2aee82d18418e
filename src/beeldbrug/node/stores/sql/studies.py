"""Rows of studies and series as instances bring them: made when first seen, filled where they were empty.

The first instance's attributes stand; a later one only fills what is empty, so that a search result does not flicker
between instances that disagree. Names are indexed by their folded words, and a patient by the words that people search
by (``patient_search``). Searching is ``searching``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select, update

from beeldbrug.model.errors import NotFound
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.stores.schema.tables import series, study
from beeldbrug.node.stores.sql import patient_search
from beeldbrug.node.stores.sql.names import folded, storable, words_of
from beeldbrug.node.stores.sql.statements import Statements

_FIND_SERIES = """
SELECT series.id FROM study JOIN series ON series.study = study.id
WHERE study.organisation = ? AND study.origin = ? AND study.study_uid = ? AND series.series_uid = ?"""

_ADD_STUDY = """
INSERT INTO study (organisation, origin, study_uid, patient_name, folded_name, patient_number, patient_issuer,
  number_source, birth_date, sex, accession_number, study_id, study_date, study_time, description,
  referring_physician, folded_referring, accession_issuer)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, origin, study_uid) DO NOTHING RETURNING id"""

_FIND_STUDY = "SELECT id FROM study WHERE organisation = ? AND origin = ? AND study_uid = ?"

_ADD_WORD = "INSERT INTO name_word (organisation, kind, word, study) VALUES (?, ?, ?, ?)"

_ADD_SERIES = """
INSERT INTO series (study, series_uid, modality, number, description, body_part, date, time)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study, series_uid) DO NOTHING"""

_PARENTS = """
SELECT series.study, instance.series, instance.organisation FROM instance JOIN series ON series.id = instance.series
WHERE instance.id = ?"""

_SET_INSTANCE = "UPDATE instance SET number_of_frames = ?, instance_number = ? WHERE id = ?"

_FOLDED = {"folded_name": "patient", "folded_referring": "referring"}


def series_id(sql: Statements, organisation: str, origin: str, index: InstanceIndex) -> int:
    """Row id of the instance's series, made with its study when new."""
    row = sql.one(_FIND_SERIES, organisation, origin, index.study_uid, index.series_uid)
    if row is None:
        study_id = _study_id(sql, organisation, origin, index)
        sql.run(_ADD_SERIES, study_id, index.series_uid, *_series_values(index).values())
        row = sql.one(_FIND_SERIES, organisation, origin, index.study_uid, index.series_uid)
    if row is None:
        raise _vanished()
    return int(row[0])


def reindex(sql: Statements, id: int, index: InstanceIndex) -> None:
    """Replace an instance's numbers; fill what is empty in its study and series. Raises NotFound."""
    row = sql.one(_PARENTS, id)
    if row is None:
        raise NotFound("instance-not-here", "The instance is not in this vault.", "Ask for it again.")
    sql.run(_SET_INSTANCE, index.number_of_frames, index.instance_number, id)
    values = _study_values(index)
    if not _has_accession(sql, row[0], values["accession_number"]):
        del values["accession_issuer"]
    filled = _fill(sql, study, row[0], values)
    _add_words(sql, str(row[2]), row[0], filled, ())
    _fill(sql, series, row[1], _series_values(index))


def _study_id(sql: Statements, organisation: str, origin: str, index: InstanceIndex) -> int:
    values = _study_values(index)
    row = sql.one(_ADD_STUDY, organisation, origin, index.study_uid, *values.values())
    if row is not None:
        _add_words(sql, organisation, row[0], values, [number.value for number in index.patient.others])
    else:
        row = sql.one(_FIND_STUDY, organisation, origin, index.study_uid)
    if row is None:
        raise _vanished()
    return int(row[0])


def _study_values(index: InstanceIndex) -> dict[str, str]:
    """In the order of ``_ADD_STUDY``."""
    patient = index.patient
    values = {
        "patient_name": patient.name,
        "folded_name": folded(storable(patient.name)),
        "patient_number": patient.number.value,
        "patient_issuer": patient.number.issuer,
        "number_source": patient.number.source,
        "birth_date": patient.birth_date,
        "sex": patient.sex,
        "accession_number": index.accession_number,
        "study_id": index.study_id,
        "study_date": index.study_date,
        "study_time": index.study_time,
        "description": index.study_description,
        "referring_physician": index.referring_physician,
        "folded_referring": folded(storable(index.referring_physician)),
        "accession_issuer": index.accession_issuer,
    }
    return {name: storable(value) for name, value in values.items()}


def _series_values(index: InstanceIndex) -> dict[str, str | int | None]:
    """In the order of ``_ADD_SERIES``."""
    return {
        "modality": storable(index.modality),
        "number": index.series_number,
        "description": storable(index.series_description),
        "body_part": storable(index.body_part),
        "date": storable(index.series_date),
        "time": storable(index.series_time),
    }


def _add_words(
    sql: Statements, organisation: str, study_id: int, values: Mapping[str, Any], other_numbers: Sequence[str]
) -> None:
    numbers = [values.get("patient_number", ""), *map(storable, other_numbers)]
    searched = patient_search.kept_words(values.get("patient_name", ""), values.get("birth_date", ""), numbers)
    words = [
        (organisation, kind, word, study_id)
        for column, kind in _FOLDED.items()
        for word in words_of(values.get(column, ""))
    ]
    words += [(organisation, patient_search.KIND, word, study_id) for word in searched]
    sql.many(_ADD_WORD, words)


def _fill(sql: Statements, table: Table, id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the columns that are empty; returns what was set."""
    row = sql.core.execute(select(*(table.c[name] for name in values)).where(table.c.id == id)).one()
    new = {name: value for name, value in values.items() if value and row._mapping[name] in ("", None)}
    if new:
        sql.core.execute(update(table).where(table.c.id == id).values(new))
    return new


def _has_accession(sql: Statements, id: int, accession_number: str) -> bool:
    """Whether the study has this number, or none yet: an issuer is of its number."""
    row = sql.one("SELECT accession_number FROM study WHERE id = ?", id)
    return row is not None and row[0] in ("", accession_number)


def _vanished() -> NotFound:
    return NotFound("study-vanished", "A study was deleted while it was added to.", "Send it again.")
