"""A chain of documents, of which each takes the place of the one before, and where a version stands in it.

Versions of a report are in force by their time. The order of the chain is put into these times, so that it holds at
every receiver: a document's versions lie behind those of what it replaced, and before those of what replaced it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from beeldbrug.node.ports.report_documents import DocumentVersion
from beeldbrug.node.ports.reports import ReportRow, VersionHead
from beeldbrug.node.ports.vault import Transaction

STEP = 0.001
"""Seconds between two versions of a document that must not change places."""

GAP = 3 * STEP
"""Between what was replaced and its replacement: its cancellation fits in."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Documents by their marks, each with the one that it replaces (empty: none), and their versions."""

    replaces: Mapping[bytes, bytes]
    versions: Sequence[DocumentVersion]

    def before(self, mark: bytes) -> list[bytes]:
        """What it took the place of, directly or not, the nearest first."""
        found: list[bytes] = []
        while (mark := self.replaces.get(mark, b"")) and mark not in found:
            found.append(mark)
        return found

    def after(self, mark: bytes) -> frozenset[bytes]:
        """What took its place, directly or not."""
        return frozenset(one for one in self.replaces if one != mark and mark in self.before(one))

    def reports(self) -> list[str]:
        """Reports that have versions of it."""
        return list(dict.fromkeys(version.report for version in self.versions))

    def depth(self, report: str) -> int:
        """How far down its first document is."""
        return min((len(self.before(one.mark)) for one in self.versions if one.report == report), default=0)


@dataclass(frozen=True, slots=True)
class Kept:
    """Versions of one report in the order of their times, and of which document each is."""

    heads: Sequence[VersionHead]
    marks: Mapping[int, bytes]

    def newest(self, mark: bytes) -> VersionHead | None:
        """Of a document."""
        return next((head for head in reversed(self.heads) if self.marks.get(head.number) == mark), None)

    def documents(self) -> list[bytes]:
        """Of which there are versions."""
        return [mark for mark in dict.fromkeys(self.marks.values()) if mark]

    def place(self, chain: Chain, mark: bytes, at: float) -> float:
        """When a version of a document counts as written, by its own time as far as the chain allows that."""
        low, high = self._last(chain.before(mark)), self._first(chain.after(mark))
        if low is not None:
            at = max(at, low + GAP)
        if high is not None and at > high - GAP:
            at = high - GAP
            if low is not None and at <= low:
                at = (low + high) / 2
        return at

    def behind(self, chain: Chain, head: VersionHead) -> float:
        """When what comes next of the same document counts as written, before all that took its place."""
        high = self._first(chain.after(self.marks.get(head.number, b"")))
        return head.at + STEP if high is None else min(head.at + STEP, (head.at + high) / 2)

    def _last(self, marks: Iterable[bytes]) -> float | None:
        return max(self._times(marks), default=None)

    def _first(self, marks: Iterable[bytes]) -> float | None:
        return min(self._times(marks), default=None)

    def _times(self, marks: Iterable[bytes]) -> list[float]:
        wanted = frozenset(marks)
        return [head.at for head in self.heads if self.marks.get(head.number) in wanted]


def chain_of(tx: Transaction, organisation: str, mark: bytes) -> Chain:
    """All documents that are in one chain with this one."""
    kin = tx.report_documents.kin(organisation, mark)
    versions = tx.report_documents.versions(organisation, [one.mark for one in kin])
    return Chain({one.mark: one.replaces for one in kin}, versions)


def kept_of(tx: Transaction, row: ReportRow) -> Kept:
    """The versions of a report as they stand."""
    heads = sorted(tx.reports.heads(row.organisation, row.id), key=lambda head: (head.at, head.number))
    documents = tx.report_documents.of_report(row.organisation, row.id)
    return Kept(heads, {one.number: one.mark for one in documents})
