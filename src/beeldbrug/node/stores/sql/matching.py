"""Attribute matching of a query as SQL conditions (PS3.4 C.2.2.2, PS3.18 section 8.3.4).

Single value, list of UIDs, universal, wildcard and range matching. Person names match without case, accents and
order of words; everything else matches as written. Lists are parted by a backslash or a comma. An empty value matches
everything. Wildcards become a range on the index plus a pattern. Combined date-time matching is not done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, false, func, or_

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.stores.sql.names import storable

WILDCARDS = frozenset("*?")
_LAST = "\U0010ffff"
_DATE = re.compile(r"\d{8}")
_TIME = re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?")
_TIME_END = "235959.999999"


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one keyword becomes a condition: ``condition(value, postgresql)``."""

    condition: Callable[[str, bool], ColumnElement[bool]]


def conditions(
    attributes: Mapping[str, Attribute], match: Mapping[str, str], postgresql: bool
) -> list[ColumnElement[bool]]:
    """One condition for each keyword that has a value.

    Raises Unsupported ``attribute-not-searchable`` and Malformed ``match-malformed``.
    """
    wanted = []
    for keyword, value in match.items():
        if keyword not in attributes:
            raise Unsupported(
                "attribute-not-searchable",
                "The query matches on an attribute that this level cannot be searched by.",
                f"Search by one of: {', '.join(sorted(attributes))}.",
            )
        if not _universal(value):
            wanted.append(attributes[keyword].condition(storable(value.strip()), postgresql))
    return wanted


def matched(match: Mapping[str, str]) -> set[str]:
    """The keywords that do not match everything."""
    return {keyword for keyword, value in match.items() if not _universal(value)}


def code(column: Column[str]) -> Attribute:
    """Single value, wildcard or list of them (CS, SH, LO): as written."""

    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        return or_(*(_one_code(column, one, postgresql) for one in value.split("\\") if one))

    return Attribute(condition)


def uid(column: Column[str]) -> Attribute:
    """A UID or a list of UIDs."""

    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        return column.in_(listed(value))

    return Attribute(condition)


def number(column: Column[int]) -> Attribute:
    """An integer string (IS)."""

    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        if not re.fullmatch(r"[+-]?\d{1,12}", value):
            raise malformed("A number to match is not a number.")
        return column == int(value)

    return Attribute(condition)


def date(column: Column[str]) -> Attribute:
    """A date or a range of dates, YYYYMMDD-YYYYMMDD with either end open."""

    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        first, last = _ends(value)
        if any(end and not _DATE.fullmatch(end) for end in (first, last)):
            raise malformed("A date to match is not YYYYMMDD or a range of such dates.")
        return _between(column, first, last)

    return Attribute(condition)


def time(column: Column[str]) -> Attribute:
    """A time or a range of times, each with the precision it is written in: 10 means 10:00 until 11:00."""

    def condition(value: str, postgresql: bool) -> ColumnElement[bool]:
        first, last = _ends(value.replace(":", ""))
        if any(end and not _TIME.fullmatch(end) for end in (first, last)):
            raise malformed("A time to match is not HHMMSS.FFFFFF, a shorter form of it, or a range of such times.")
        return _between(column, first, last and last + _TIME_END[len(last) :])

    return Attribute(condition)


def listed(value: str) -> list[str]:
    """The values of a list."""
    return [one.strip() for one in re.split(r"[\\,]", value) if one.strip()]


def pattern(column: Column[str], value: str, postgresql: bool) -> ColumnElement[bool]:
    """Wildcard matching of the whole column, case counts; ``*`` any run of characters, ``?`` one."""
    if postgresql:
        escaped = re.sub(r"([\\%_])", r"\\\1", value).replace("*", "%").replace("?", "_")
        return column.like(escaped)
    return func.glob(value.replace("[", "[[]"), column) == 1


def starts_with(column: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    """A range on the column's index; text compares by code point on both engines."""
    return and_(column >= prefix, column < prefix + _LAST)


def malformed(text: str) -> Malformed:
    """What is wrong with a query."""
    return Malformed("match-malformed", text, "Correct the query.")


def _universal(value: str) -> bool:
    return set(value.strip()) <= {"*"}


def _one_code(column: Column[str], value: str, postgresql: bool) -> ColumnElement[bool]:
    if not WILDCARDS & set(value):
        return column == value
    prefix = re.split(r"[*?]", value, maxsplit=1)[0]
    shape = pattern(column, value, postgresql)
    return and_(starts_with(column, prefix), shape) if prefix else shape


def _ends(value: str) -> tuple[str, str]:
    first, dash, last = (part.strip() for part in value.partition("-"))
    return (first, last) if dash else (first, first)


def _between(column: Column[str], first: str, last: str) -> ColumnElement[bool]:
    if not first and not last:
        return false()
    # an attribute without a value matches no range (PS3.4 C.2.2.2.5)
    lower = column >= first if first else column > ""
    return and_(lower, column <= last) if last else lower
