"""DESIGN guarantee 8 on the user's own data: nothing at the hub and nothing on the opened pixel line names a patient.

Known limit: the header of an RFC 8188 message is in clear, so whoever holds the bytes of a segment sees where messages
begin and how long they are; never what they hold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from beeldbrug.cli.prove.leaks.findings import Findings
from beeldbrug.cli.prove.leaks.hub import HubState, address_book, hub_state, look_through
from beeldbrug.cli.prove.leaks.pixels import look_at_pixels
from beeldbrug.cli.prove.leaks.planting import Planted, prove_eyes
from beeldbrug.cli.prove.leaks.search import Haystack, Search
from beeldbrug.cli.prove.leaks.values import Values, collect, instances
from beeldbrug.hub.stores.records.sql import SqlRecords
from beeldbrug.node.app.base import Base, open_base
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.usecases.read.part10 import places_of

OWN_ROOMS = ("hub", "kit", "sealed", "model")
"""Packages whose own words may stand at a hub: column names, keys of log lines, codes."""


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What was searched, and what was found."""

    values: Values
    findings: Findings
    planted: tuple[Planted, ...]
    not_here: int

    @property
    def proven(self) -> bool:
        """Nothing was found, and every planted value was."""
        return not self.findings.count and all(one.found for one in self.planted)

    def as_json(self) -> dict[str, object]:
        """The last line."""
        return {
            "values": len(self.values.found),
            "places": self.findings.places,
            "found": self.findings.count,
            "planted_found": sum(one.found for one in self.planted),
            "planted": len(self.planted),
            "not_proven": len(self.values.not_proven),
            "pictures": len(self.values.pictures),
            "address_book": self.values.excepted,
            "program_words": self.values.program_words,
            "too_plain": len(self.values.plain),
            "by_chance": self.findings.by_chance,
            "not_here": self.not_here,
        }


def doors(nodes: Sequence[NodeSettings]) -> list[HubState]:
    """The state of each node's door, which is a small hub: it holds what a hub holds, and may know no more."""
    places = [settings.data / "door" for settings in nodes]
    return [hub_state(place) for place in places if (place / "hub.sqlite").is_file()]


def prove_leaks(nodes: Sequence[NodeSettings], hubs: Sequence[HubState], tell: Callable[[str], None]) -> LeakReport:
    """Search the states of hubs and doors, and the pixel lines, for every identifying value of the nodes' vaults."""
    with ExitStack() as stack:
        bases = [stack.enter_context(open_base(settings)) for settings in nodes]
        tell("collecting identifying values")
        values = _values(bases, hubs)
        findings = Findings(Search(sorted(values.found)))
        tell("looking through the hub")
        known = dict(pair for base in bases for pair in _segments(base))
        for state in hubs:
            look_through(state, findings, known)
        tell("looking through the opened pixel line")
        seen: set[tuple[str, bytes]] = set()
        not_here = sum(look_at_pixels(base, findings, seen) for base in bases)
        tell("planting values and looking for them")
        planted = tuple(one for state in hubs for one in prove_eyes(state))
    return LeakReport(values, findings, planted, not_here)


def _values(bases: Sequence[Base], hubs: Sequence[HubState]) -> Values:
    values = Values()
    for base in bases:
        collect(base, values)
    values.except_names([*(name for state in hubs for name in address_book(state)), *(base.own.name for base in bases)])
    values.except_words(_own_words(values))
    return values


def _segments(base: Base) -> Iterator[tuple[tuple[str, int], bytes]]:
    """Segments of a node's instances that are closed, with their hashes."""
    packs = {place.pack for instance in instances(base) for place in places_of(instance)}
    for pack in sorted(packs):
        with base.database.read() as tx:
            rows = tx.packs.segments(base.own.ura, pack)
        yield from (((row.pack, row.number), row.hash) for row in rows if row.hash)


def _own_words(values: Values) -> Iterator[str]:
    """Values that stand in an empty hub's database or in the program's own text."""
    ordered = sorted(values.found)
    search = Search(ordered)
    with tempfile.TemporaryDirectory(prefix="beeldbrug-empty-") as folder:
        database = Path(folder) / "hub.sqlite"
        SqlRecords(f"sqlite:///{database}").close()
        texts = [database.read_bytes(), *(text for room in OWN_ROOMS for text in _sources(files("beeldbrug") / room))]
    yield from (ordered[hit.value] for hit in search.find_in(texts, Haystack.SEALED))


def _sources(folder: Traversable) -> Iterator[bytes]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry.read_bytes()
