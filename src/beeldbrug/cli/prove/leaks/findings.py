"""What a search for leaks found, with the places as codes: never a value, never a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from beeldbrug.cli.prove.leaks.search import Haystack, Hit, Search


class Fault(StrEnum):
    """What is wrong at a place."""

    VALUE = "identifying value"
    UNKNOWN_OBJECT = "object of no known form"
    UNLISTED = "table or column that is not on the list"
    FORM = "value of another form than its column may have"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place; ``value`` is the number of the value found there, ``form`` how it was written."""

    fault: Fault
    place: str
    value: int | None = None
    form: str = ""


@dataclass(slots=True)
class Findings:
    """All that was found, and how many places were looked at."""

    search: Search
    places: int = 0
    all: list[Finding] = field(default_factory=list)
    _chance: set[tuple[str, int]] = field(default_factory=set)
    _seen: set[tuple[str, int | None, str]] = field(default_factory=set)

    def look(self, place: str, chunks: Iterable[bytes], haystack: Haystack) -> None:
        """Search one place."""
        self.places += 1
        self.take(place, self.search.find_in(chunks, haystack))

    def take(self, place: str, hits: Iterable[Hit]) -> None:
        """Note the hits at a place, each value once in each form."""
        for hit in hits:
            if hit.by_chance:
                self._chance.add((place, hit.value))
            else:
                self.note(Finding(Fault.VALUE, place, hit.value, hit.form))

    def note(self, finding: Finding) -> None:
        """Note one."""
        key = (finding.fault + finding.place, finding.value, finding.form)
        if key not in self._seen:
            self._seen.add(key)
            self.all.append(finding)

    @property
    def by_chance(self) -> int:
        """Values that came up by chance, each counted once a place."""
        return len(self._chance)

    @property
    def count(self) -> int:
        """Values found, each counted once a place, and other faults."""
        return len({(one.fault, one.place, one.value) for one in self.all})
