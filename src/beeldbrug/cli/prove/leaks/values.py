"""The identifying values of a node: from every header in its vault, and from the terms of its exchanges.

Names with each of their words, numbers, birth dates, UIDs, descriptions, physicians, institutions, free text, the text
of reports, questions and local numbers. Six and more characters; what the address book shows anyway is left out and
counted, and so are words of the program itself. Values are never printed. Reads the vault; it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from beeldbrug.dicom.json_model import Path, to_json
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Party
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.usecases.imports.chosen import kept_number
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places

LEAST = 6
LONGEST = 64
"""Length of the longest UID. A longer text is searched in windows of this length, so that a part of it is found."""

PAGE = 500

STANDARD_UIDS: Final = "1.2.840.10008."
"""UIDs of the standard itself say nothing of anybody."""

CLASS_UIDS: Final = frozenset({"00080016", "00081150", "0008001A", "00081115", "00020010", "0008010C", "0008010D"})
"""Classes of objects and coding schemes, private ones too."""

TEXT_VRS: Final = frozenset({"SH", "LO", "ST", "LT", "UC", "UT"})
IDENTIFYING_GROUPS: Final = frozenset({"0010", "0032", "0038"})
"""All text of patient, request and visit."""

IDENTIFYING: Final = frozenset(
    {
        *("00080050", "00080080", "00080081", "00080092", "00080094", "00081010", "00081030", "0008103E", "00081040"),
        *("00081080", "00082111", "00084000", "00181000", "00181030", "00200010", "00204000"),
        *("00400006", "00400007", "00400009", "00400241", "00400242", "00400253", "00400254", "00400280", "00401001"),
        *("00401003", "00401400", "00402001", "00402016", "00402017", "00402400", "0040A160", "00700080", "00700081"),
    }
)
"""Further text: accession number, institution, address, station, department, descriptions, comments, report text."""

_WORDS = re.compile(r"[\s^=,.;:/\\()\-]+")


@dataclass(slots=True)
class Values:
    """What is to be searched for, with counts of what is not. ``pictures`` are hashes of instances that have any, and
    ``not_proven`` those of them that are not said to be free of burned-in text."""

    found: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    excepted: int = 0
    program_words: int = 0
    pictures: set[bytes] = field(default_factory=set)
    not_proven: set[bytes] = field(default_factory=set)

    def add(self, text: str) -> None:
        """Take a value, if it is long enough."""
        for piece in _windows(text.strip()):
            if len(piece) >= LEAST:
                (self.plain if says_nothing(piece) else self.found).add(piece)

    def except_names(self, names: Iterable[str]) -> None:
        """Leave out what stands in the address book for everybody to read."""
        public = "\n".join(names).casefold()
        shown = {value for value in self.found if value.casefold() in public}
        self.found -= shown
        self.excepted += len(shown)

    def except_words(self, words: Iterable[str]) -> None:
        """Leave out words that the program itself writes everywhere."""
        own = self.found & set(words)
        self.found -= own
        self.program_words += len(own)


def collect(base: Base, into: Values) -> None:
    """Add the values of a node's organisation."""
    for instance in instances(base):
        _from_header(base, instance, into)
    for exchange in _exchanges(base):
        _from_exchange(exchange, into)


def instances(base: Base) -> Iterator[InstanceRow]:
    """Every instance in the vault, each content once."""
    seen: set[int] = set()
    for exchange in _exchanges(base):
        after = 0
        while True:
            with base.database.read() as tx:
                members = tx.exchanges.members(exchange.id, after, PAGE)
                rows = tx.instances.get(base.own.ura, [member.instance for member in members])
            if not members:
                break
            after = members[-1].ordinal
            yield from (row for row in rows if row.id not in seen)
            seen.update(row.id for row in rows)
    for row in _studied(base):
        if row.id not in seen:
            seen.add(row.id)
            yield row


def _studied(base: Base) -> Iterator[InstanceRow]:
    offset = 0
    while True:
        with base.database.read() as tx:
            studies = tx.instances.studies(base.own.ura, None, {}, offset, PAGE)
            rows = [
                row
                for study in studies
                for row in tx.instances.instances(base.own.ura, study.origin, study.study_uid, None, {})
            ]
        yield from rows
        if len(studies) < PAGE:
            return
        offset += PAGE


def _exchanges(base: Base) -> Iterator[ExchangeRow]:
    before: float | None = None
    while True:
        with base.database.read() as tx:
            rows = tx.exchanges.listing(base.own.ura, None, (), PAGE, before)
        yield from rows
        if len(rows) < PAGE:
            return
        before = rows[-1].created


def _from_exchange(exchange: ExchangeRow, into: Values) -> None:
    terms = exchange.terms
    for party in (terms.sender, terms.receiver):
        for text in _door(party):
            into.add(text)
    number = kept_number(exchange, "")
    local = number.value if number is not None else ""
    for text in (terms.responsible, terms.question, terms.consent, local, exchange.description):
        into.add(text)


def _door(party: Party) -> tuple[str, ...]:
    return (party.location, party.department, party.person, party.phone)


def _from_header(base: Base, row: InstanceRow, into: Values) -> None:
    for uid in (row.study_uid, row.series_uid, row.instance_uid):
        into.add(uid)
    try:
        header = read_header(base.sources, Places(base.sources, base.own.ura), row)
    except BeeldbrugError:
        return  # it has not arrived yet
    described = to_json(header, row.transfer_syntax, row.part10, _nowhere, 0)
    if "00280010" in described:
        into.pictures.add(row.hash)
        if _first(described.get("00280301")) != "NO":
            into.not_proven.add(row.hash)
    for text in identifying(described):
        into.add(text)


def _nowhere(path: Path) -> str:
    return ""


def _first(element: Any) -> str:
    values = element.get("Value") if isinstance(element, Mapping) else None
    return str(values[0]) if values else ""


def identifying(dataset: Mapping[str, Any]) -> Iterator[str]:
    """Identifying texts of a dataset in the DICOM JSON model, sequences included."""
    for tag, element in dataset.items():
        values = element.get("Value") or ()
        if element["vr"] == "SQ":
            for item in values:
                yield from identifying(item)
        elif element["vr"] == "PN":
            for value in values:
                yield from _names(value)
        elif element["vr"] == "UI" and tag not in CLASS_UIDS:
            yield from (str(value) for value in values if value and not str(value).startswith(STANDARD_UIDS))
        elif tag == "00100030":
            yield from (form for value in values if value for form in _dates(str(value)))
        elif element["vr"] in TEXT_VRS and (tag in IDENTIFYING or tag[:4] in IDENTIFYING_GROUPS):
            yield from (str(value) for value in values if value)


def _names(value: Any) -> Iterator[str]:
    for group in value.values() if isinstance(value, Mapping) else ():
        yield str(group)
        yield from _WORDS.split(str(group))
        parts = [part for part in str(group).split("^") if part]
        if len(parts) > 1:
            yield f"{parts[1]} {parts[0]}"
            yield f"{parts[0]}, {parts[1]}"


def _dates(value: str) -> Iterator[str]:
    yield value
    if len(value) == 8 and value.isdigit():
        yield f"{value[:4]}-{value[4:6]}-{value[6:]}"
        yield f"{value[6:]}-{value[4:6]}-{value[:4]}"


def _windows(text: str) -> Iterator[str]:
    if len(text) <= LONGEST:
        yield text
        return
    yield from (text[start : start + LONGEST].strip() for start in range(0, len(text) - LONGEST, LONGEST))
    yield text[-LONGEST:].strip()


def says_nothing(value: str) -> bool:
    """Whether a value is of two characters only, as 000001: nobody can be told by it."""
    return len(set(value.casefold())) <= 2
