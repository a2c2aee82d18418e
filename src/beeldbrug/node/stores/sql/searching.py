"""Search for studies and series: which keyword is which column, and how a row comes out (PS3.4 C.6.2.1, PS3.18 10.6).

A person name of whole words goes by the index of folded words; so does every whole word that a wildcard leaves. Only a
wildcard at both ends of one piece (``*ans*``) reads through the names of the organisation. Counts and modalities are
gathered for the rows of the answer only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column, or_, select, true, tuple_

from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.ports.records import SeriesRow, StudyRow
from beeldbrug.node.stores.schema.tables import instance, name_word, series, study
from beeldbrug.node.stores.sql import matching
from beeldbrug.node.stores.sql.names import folded, words_of
from beeldbrug.node.stores.sql.statements import CHUNK, Statements, chunks


def _person(kind: str, column: Any) -> matching.Attribute:
    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        wanted = folded(value)
        if not wanted:
            return false()
        if not matching.WILDCARDS & set(wanted):
            return and_(*(_has_word(kind, word, whole=True) for word in words_of(wanted)))
        shapes = (f"{before}{wanted}{after}" for before in ("", "*=") for after in ("", "=*"))
        fits = or_(*(matching.pattern(column, shape, postgresql) for shape in shapes))
        return and_(*(_has_word(kind, word, whole=whole) for word, whole in _anchored(wanted)), fits)

    return matching.Attribute(condition)


def _anchored(wanted: str) -> list[tuple[str, bool]]:
    """Words of a pattern that start at a word's start, and whether they end at a word's end too."""
    found = []
    for piece in wanted.split():
        head = piece.replace("?", "*").split("*", 1)[0]
        if head:
            found.append((head, head == piece))
    return found


def _has_word(kind: str, word: str, *, whole: bool) -> ColumnElement[bool]:
    fits = name_word.c.word == word if whole else matching.starts_with(name_word.c.word, word)
    # by the parameter, not by the study's column: else the index would be searched once for every study
    own = name_word.c.organisation == bindparam("organisation")
    return study.c.id.in_(select(name_word.c.study).where(own, name_word.c.kind == kind, fits))


def _modality(value: str, postgresql: bool) -> ColumnElement[bool]:
    fits = or_(false(), *(matching.pattern(series.c.modality, one, postgresql) for one in matching.listed(value)))
    return select(series.c.id).where(series.c.study == study.c.id, fits).correlate(study).exists()


STUDY_ATTRIBUTES: dict[str, matching.Attribute] = {
    "StudyInstanceUID": matching.uid(study.c.study_uid),
    "StudyDate": matching.date(study.c.study_date),
    "StudyTime": matching.time(study.c.study_time),
    "StudyID": matching.code(study.c.study_id),
    "StudyDescription": matching.code(study.c.description),
    "AccessionNumber": matching.code(study.c.accession_number),
    "ModalitiesInStudy": matching.Attribute(_modality),
    "ReferringPhysicianName": _person("referring", study.c.folded_referring),
    "PatientName": _person("patient", study.c.folded_name),
    "PatientID": matching.code(study.c.patient_number),
    "IssuerOfPatientID": matching.code(study.c.patient_issuer),
    "PatientBirthDate": matching.date(study.c.birth_date),
    "PatientSex": matching.code(study.c.sex),
}

_NAMES = {"PatientName", "ReferringPhysicianName"}
_SELECTIVE = _NAMES | {"StudyInstanceUID", "PatientID", "AccessionNumber", "StudyID", "PatientBirthDate"}

SERIES_ATTRIBUTES: dict[str, matching.Attribute] = {
    "SeriesInstanceUID": matching.uid(series.c.series_uid),
    "Modality": matching.code(series.c.modality),
    "SeriesNumber": matching.number(series.c.number),
    "SeriesDescription": matching.code(series.c.description),
    "BodyPartExamined": matching.code(series.c.body_part),
    "SeriesDate": matching.date(series.c.date),
    "SeriesTime": matching.time(series.c.time),
}

INSTANCE_ATTRIBUTES: dict[str, matching.Attribute] = {
    "SOPInstanceUID": matching.uid(instance.c.instance_uid),
    "SOPClassUID": matching.uid(instance.c.sop_class),
    "InstanceNumber": matching.number(instance.c.instance_number),
    "NumberOfFrames": matching.number(instance.c.number_of_frames),
}


def study_by_id(sql: Statements, organisation: str, id_: int) -> StudyRow | None:
    """One study of the organisation."""
    statement = select(study).where(study.c.organisation == organisation, study.c.id == id_)
    row = sql.core.execute(statement).one_or_none()
    return None if row is None else _study_row(row, _series_of_studies(sql, [id_]).get(id_, []))


def studies(
    sql: Statements,
    organisation: str,
    scope: Sequence[tuple[str, str]] | None,
    match: Mapping[str, str],
    offset: int,
    limit: int,
) -> list[StudyRow]:
    """Studies of the organisation within ``scope`` (None is all), newest study date first."""
    own, newest = _hints(matching.matched(match), sql.postgresql)
    statement = (
        select(study)
        .where(own == bindparam("organisation"), _within(scope))
        .where(*matching.conditions(STUDY_ATTRIBUTES, match, sql.postgresql))
        .order_by(newest.desc(), study.c.id.desc())
        .offset(max(0, offset))
        .limit(max(0, limit))
    )
    rows = sql.core.execute(statement, {"organisation": organisation}).all()
    counted = _series_of_studies(sql, [row.id for row in rows])
    return [_study_row(row, counted.get(row.id, [])) for row in rows]


def series_of(
    sql: Statements, organisation: str, origin: str, study_uid: str, match: Mapping[str, str]
) -> list[SeriesRow]:
    """Series of one study, by number."""
    statement = (
        select(series, _instances_of_series())
        .join(study, study.c.id == series.c.study)
        .where(study.c.organisation == organisation, study.c.origin == origin, study.c.study_uid == study_uid)
        .where(*matching.conditions(SERIES_ATTRIBUTES, match, sql.postgresql))
        .order_by(series.c.number, series.c.id)
    )
    return [
        SeriesRow(
            id=row.id,
            organisation=organisation,
            origin=origin,
            study_uid=study_uid,
            series_uid=row.series_uid,
            modality=row.modality,
            number=row.number,
            description=row.description,
            body_part=row.body_part,
            date=row.date,
            time=row.time,
            instances=row.instances,
        )
        for row in sql.core.execute(statement)
    ]


def _hints(keywords: set[str], postgresql: bool) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The columns of organisation and order, kept from SQLite's planner where a better index is at hand.

    It has no statistics and would rather walk all studies by date than sort the few that match; "+" forbids that.
    """
    organisation: ColumnElement[str] = study.c.organisation
    newest: ColumnElement[str] = study.c.study_date
    if not postgresql and keywords & _SELECTIVE:
        newest = literal_column("+study.study_date")
    if not postgresql and keywords & _NAMES:
        organisation = literal_column("+study.organisation")
    return organisation, newest


def _within(scope: Sequence[tuple[str, str]] | None) -> ColumnElement[bool]:
    if scope is None:
        return true()
    pairs = list(dict.fromkeys(scope))
    some = (tuple_(study.c.origin, study.c.study_uid).in_(pairs[at : at + CHUNK]) for at in range(0, len(pairs), CHUNK))
    return or_(false(), *some)


def _instances_of_series() -> ColumnElement[int]:
    counted = select(func.count(instance.c.instance_uid.distinct())).where(instance.c.series == series.c.id)
    return counted.correlate(series).scalar_subquery().label("instances")


def _series_of_studies(sql: Statements, ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = {}
    for some in chunks(ids):
        statement = select(series.c.study, series.c.modality, _instances_of_series()).where(series.c.study.in_(some))
        for study_id, modality, instances in sql.core.execute(statement):
            found.setdefault(study_id, []).append((modality, instances))
    return found


def _study_row(row: Any, series_: Sequence[tuple[str, int]]) -> StudyRow:
    return StudyRow(
        id=row.id,
        organisation=row.organisation,
        origin=row.origin,
        study_uid=row.study_uid,
        patient_name=row.patient_name,
        patient_number=PatientNumber(row.patient_number, row.patient_issuer, row.number_source),
        birth_date=row.birth_date,
        sex=row.sex,
        accession_number=row.accession_number,
        study_id=row.study_id,
        study_date=row.study_date,
        study_time=row.study_time,
        description=row.description,
        referring_physician=row.referring_physician,
        modalities=tuple(sorted({modality for modality, _ in series_ if modality})),
        series=len(series_),
        instances=sum(count for _, count in series_),
        accession_issuer=row.accession_issuer,
    )
