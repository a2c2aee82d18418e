"""Read the query of a search (PS3.18 sections 8.3.4 and 10.6.1.2).

An attribute that cannot be matched is refused, never ignored: ignoring it would give more than was asked for.
It matches nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pydicom.datadict import tag_for_keyword

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dicomweb.attributes import INSTANCE, SERIES, STUDY, Attribute

LIMIT_MOST: Final = 1000
VALUE_CHARACTERS: Final = 16 * 1024

_LEVELS: Final[dict[str, tuple[Attribute[Any], ...]]] = {"study": STUDY, "series": SERIES, "instance": INSTANCE}
_ABOVE: Final = {"study": ("study",), "series": ("study", "series"), "instance": ("study", "series", "instance")}
_UIDS: Final = re.compile(r"[0-9.]{1,64}")


@dataclass(slots=True)
class Query:
    """A search. ``match`` holds keyword and value by level; ``include`` tags as eight hex digits, or ``all``."""

    level: str
    match: dict[str, dict[str, str]]
    include: set[str] = field(default_factory=set)
    all: bool = False
    fuzzy: bool = False
    offset: int = 0
    limit: int = LIMIT_MOST


def searchable(level: str) -> dict[str, tuple[str, Attribute[Any]]]:
    """What a search at this level can be matched by: keyword and tag, each with its level and attribute."""
    found: dict[str, tuple[str, Attribute[Any]]] = {}
    for above in _ABOVE[level]:
        for attribute in _LEVELS[above]:
            if attribute.searchable:
                found[attribute.keyword] = found[attribute.tag] = (above, attribute)
    return found


def parse_query(level: str, fields: Iterable[tuple[str, str]]) -> Query:
    """Read the fields. Raises Malformed ``query-malformed`` or ``attribute-not-searchable``."""
    query = Query(level, {above: {} for above in ("study", "series", "instance")})
    known = searchable(level)
    for name, value in fields:
        reader = _CONTROLS.get(name.lower())
        if reader is not None:
            reader(query, value)
        else:
            _add_match(query, known, name, value)
    return query


def tag_of(name: str) -> str:
    """Eight hex digits for a keyword or tag. Raises Malformed."""
    if re.fullmatch(r"[0-9A-Fa-f]{8}", name):
        return name.upper()
    tag = tag_for_keyword(name) if len(name) <= 64 else None
    if tag is None:
        raise Malformed("query-malformed", "The query names an attribute that is not in the DICOM dictionary.")
    return f"{tag:08X}"


def _add_match(query: Query, known: dict[str, tuple[str, Attribute[Any]]], name: str, value: str) -> None:
    entry = known.get(name) or known.get(name.upper())
    if entry is None:
        raise Malformed(
            "attribute-not-searchable",
            "This search cannot be matched by one of the attributes in the query.",
            "See the conformance statement for the attributes of each level.",
        )
    level, attribute = entry
    if len(value) > VALUE_CHARACTERS:
        raise Malformed("query-malformed", "A value in the query is too long.")
    query.include.add(attribute.tag)
    if not value or value == "*":
        return
    if attribute.vr == "UI":
        value = "\\".join(_uids(value))
    query.match[level][attribute.keyword] = value


def _uids(value: str) -> list[str]:
    uids = re.split(r"[,\\]", value)
    if not all(_UIDS.fullmatch(uid) for uid in uids):
        raise Malformed("query-malformed", "A UID in the query cannot be one.")
    return uids


def _include(query: Query, value: str) -> None:
    for name in filter(None, value.split(",")):
        if name == "all":
            query.all = True
        else:
            query.include.add(tag_of(name))


def _fuzzy(query: Query, value: str) -> None:
    if value not in ("true", "false"):
        raise Malformed("query-malformed", "fuzzymatching is true or false.")
    query.fuzzy = value == "true"


def _offset(query: Query, value: str) -> None:
    query.offset = _number(value)


def _limit(query: Query, value: str) -> None:
    query.limit = min(_number(value), LIMIT_MOST)


def _accept(query: Query, value: str) -> None:
    """Read by the dispatcher already."""


def _number(value: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", value) is None:
        raise Malformed("query-malformed", "limit and offset are whole numbers from 0.")
    return int(value)


_CONTROLS: Final = {
    "includefield": _include,
    "fuzzymatching": _fuzzy,
    "offset": _offset,
    "limit": _limit,
    "accept": _accept,
}
