"""What is known here to be missing of an arrival: by the sender's count, by the headers, and by what objects refer to.

Number of Study Related Series and Instances (0020,1206), (0020,1208) and of Series Related Instances (0020,1209) where
an instance states them (PS3.3 C.12.4 and PS3.4 table C.6-5); series that presentation states, key objects and reports
name in their sequences and that are not here. Nothing of this is certain: the PACS of the sender may count otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow, SeriesRow
from beeldbrug.node.usecases.asking.facts import instances_of, series_in
from beeldbrug.node.usecases.read.describe import attributes
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

HEADERS_MOST: Final = 100
"""Headers that are read: one of each series, and those of objects that refer to others."""

NAMED_MOST: Final = 200
REFERRING: Final = frozenset({"PR", "KO", "SR"})
"""Modalities of objects that refer to images (PS3.3 C.7.3.1.1.1)."""

_SERIES, _OF_STUDY, _IN_STUDY, _IN_SERIES = "0020000E", "00201206", "00201208", "00201209"

log = get("asking")


@dataclass(frozen=True, slots=True)
class NamedSeries:
    """A series that is not here, or not all of it. ``expected`` is None where nobody said."""

    series_uid: str
    here: int
    expected: int | None = None
    modality: str = ""
    number: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is here, what is said to be, and which series are lacking. ``missing``: instances that did not come along
    by what brought the rest in."""

    series: int
    instances: int
    missing: int = 0
    series_said: int | None = None
    instances_said: int | None = None
    named: tuple[NamedSeries, ...] = ()


def lacking(sources: Sources, exchange: ExchangeRow) -> Lacking:
    """What is known of this arrival. Headers that cannot be read name nothing."""
    with sources.database.read() as tx:
        rows = instances_of(tx, exchange)
        series = {
            one.series_uid: one
            for one in tx.instances.series(exchange.organisation, exchange.id, exchange.study_uid, {})
        }
    here = series_in(rows)
    in_study: dict[str, int] = {}
    in_series: dict[str, int] = {}
    named: dict[str, None] = {}
    for row, found in _headers(sources, exchange.organisation, _chosen(rows, series)):
        for tag in (_OF_STUDY, _IN_STUDY):
            in_study[tag] = max(in_study.get(tag, 0), _number(found, tag))
        in_series[row.series_uid] = max(in_series.get(row.series_uid, 0), _number(found, _IN_SERIES))
        named.update(dict.fromkeys(_referred(found)))
    absent = [NamedSeries(uid, 0) for uid in named if uid not in here]
    partly = [
        _partly(series.get(uid), uid, len(here[uid]), said) for uid, said in in_series.items() if said > len(here[uid])
    ]
    return Lacking(
        len(here),
        sum(map(len, here.values())),
        exchange.missing,
        in_study.get(_OF_STUDY) or None,
        in_study.get(_IN_STUDY) or None,
        (*partly, *absent)[:NAMED_MOST],
    )


def _partly(row: SeriesRow | None, uid: str, here: int, said: int) -> NamedSeries:
    if row is None:
        return NamedSeries(uid, here, said)
    return NamedSeries(uid, here, said, row.modality, row.number, row.description)


def _chosen(rows: list[InstanceRow], series: dict[str, SeriesRow]) -> list[InstanceRow]:
    """The first of each series, then what refers to others."""
    first = {row.series_uid: row for row in reversed(rows)}
    referring = [row for row in rows if (one := series.get(row.series_uid)) and one.modality in REFERRING]
    wanted = {row.id: row for row in (*first.values(), *referring)}
    return list(wanted.values())[:HEADERS_MOST]


def _headers(
    sources: Sources, organisation: str, rows: list[InstanceRow]
) -> Iterator[tuple[InstanceRow, dict[str, Any]]]:
    places = Places(sources, organisation)
    for row in rows:
        try:
            yield row, attributes(sources, places, row)
        except BeeldbrugError as error:
            log.info("header not read", code=error.code)


def _number(found: dict[str, Any], tag: str) -> int:
    """An IS value; 0 where there is none, or none that makes sense."""
    values = found.get(tag, {}).get("Value") or [0]
    value = values[0]
    return value if isinstance(value, int) and 0 < value < 2**31 else 0


def _referred(found: Any, depth: int = 0) -> Iterator[str]:
    """Series Instance UIDs in items of sequences, not the object's own."""
    if depth > 16 or not isinstance(found, dict):
        return
    for element in found.values():
        for item in element.get("Value", ()) if element.get("vr") == "SQ" else ():
            if isinstance(item, dict):
                values = item.get(_SERIES, {}).get("Value", ())
                yield from (value for value in values if isinstance(value, str) and value)
                yield from _referred(item, depth + 1)
