"""Search studies, series and instances within a scope; each once, however many origins it has (PS3.4 C.2.2.2).

Matching is the store's; this adds who may see what, merging over origins, and paging that stays right when rows are
left out. It returns rows of the index, no headers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from beeldbrug.node.ports.records import InstanceRow, SeriesRow, StudyRow
from beeldbrug.node.usecases.read.reach import Reach, merged, progress

_PAGE = 100
T = TypeVar("T")
Match = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StudyFound:
    """A study: its newest copy's columns, and counts over all copies. ``arriving`` as ``reach.progress``."""

    row: StudyRow
    modalities: tuple[str, ...]
    series: int
    instances: int
    copies: tuple[StudyRow, ...]
    arriving: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """A series with the study that it is of; ``instances`` over all copies."""

    study: StudyFound
    row: SeriesRow
    instances: int


@dataclass(frozen=True, slots=True)
class InstanceFound:
    """An instance with the study and series that it is of."""

    study: StudyFound
    series: SeriesRow
    row: InstanceRow


def find_studies(reach: Reach, match: Match) -> Iterator[StudyFound]:
    """Matching studies, in the store's order, lazily."""
    seen: set[str] = set()
    wanted = sorted(reach.scope.studies)
    if wanted and "StudyInstanceUID" not in match:
        match = {**match, "StudyInstanceUID": "\\".join(wanted)}
    for page in _pages(reach, match):
        fresh = list(dict.fromkeys(row.study_uid for row in page if row.study_uid not in seen))
        seen.update(fresh)
        yield from _described(reach, fresh)


def find_series(reach: Reach, study_match: Match, match: Match) -> Iterator[SeriesFound]:
    """Matching series of the matching studies."""
    for study in find_studies(reach, study_match):
        yield from _series_of(reach, study, match)


def find_instances(reach: Reach, study_match: Match, series_match: Match, match: Match) -> Iterator[InstanceFound]:
    """Matching instances of the matching series of the matching studies."""
    for study in find_studies(reach, study_match):
        series = {row.row.series_uid: row.row for row in _series_of(reach, study, series_match)}
        rows = merged([row for copy in study.copies for row in _instances(reach, copy, None, match)])
        for row in sorted(rows, key=_order):
            if row.series_uid in series:
                yield InstanceFound(study, series[row.series_uid], row)


def window(found: Iterator[T], offset: int, limit: int) -> tuple[list[T], bool]:
    """``limit`` results from ``offset`` on, and whether there are more."""
    taken = list(islice(found, offset, offset + limit + 1))
    return taken[:limit], len(taken) > limit


def _pages(reach: Reach, match: Match) -> Iterator[list[StudyRow]]:
    start = 0
    pairs = reach.pairs()
    while True:
        rows = reach.transaction.instances.studies(reach.scope.organisation, pairs, match, start, _PAGE)
        yield [row for row in rows if reach.reaches(row.origin, row.study_uid)]
        if len(rows) < _PAGE:
            return
        start += _PAGE


def _described(reach: Reach, study_uids: list[str]) -> Iterator[StudyFound]:
    copies: dict[str, list[StudyRow]] = {uid: [] for uid in study_uids}
    for row in reach.copies(study_uids):
        copies[row.study_uid].append(row)
    for rows in copies.values():
        if rows:
            yield _study(reach, sorted(rows, key=lambda row: -row.id))


def _study(reach: Reach, copies: list[StudyRow]) -> StudyFound:
    newest = copies[0]
    series, instances = newest.series, newest.instances
    if len(copies) > 1:
        rows = merged([row for copy in copies for row in _instances(reach, copy, None, {})])
        series, instances = len({row.series_uid for row in rows}), len(rows)
    exchanges = (reach.exchange(copy.origin) for copy in copies)
    return StudyFound(
        row=newest,
        modalities=tuple(dict.fromkeys(modality for copy in copies for modality in copy.modalities)),
        series=series,
        instances=instances,
        copies=tuple(copies),
        arriving=progress(row for row in exchanges if row is not None),
    )


def _series_of(reach: Reach, study: StudyFound, match: Match) -> Iterator[SeriesFound]:
    found: dict[str, list[SeriesRow]] = {}
    for copy in study.copies:
        for row in reach.transaction.instances.series(copy.organisation, copy.origin, copy.study_uid, match):
            found.setdefault(row.series_uid, []).append(row)
    for uid, rows in sorted(found.items(), key=lambda item: (item[1][0].number is None, item[1][0].number, item[0])):
        count = rows[0].instances
        if len(rows) > 1:
            count = len(merged([row for copy in study.copies for row in _instances(reach, copy, uid, {})]))
        yield SeriesFound(study, rows[0], count)


def _instances(reach: Reach, copy: StudyRow, series_uid: str | None, match: Match) -> list[InstanceRow]:
    return reach.transaction.instances.instances(copy.organisation, copy.origin, copy.study_uid, series_uid, match)


def _order(row: InstanceRow) -> tuple[str, bool, int, str]:
    return row.series_uid, row.instance_number is None, row.instance_number or 0, row.instance_uid
