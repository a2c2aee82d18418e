"""The outbox of durable work in SQL (ports.vault.Work).

A wish for work that is wished for already counts up ``wishes``: so a worker that read the row before neither removes
nor postpones it, and no wish is lost. ``created`` is the first due time, for a store has no clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.stores.sql.statements import Statements

_ADD = """
INSERT INTO work (organisation, kind, subject, rank, due, created, wishes) VALUES (?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (organisation, kind, subject) DO UPDATE SET
  rank = CASE WHEN excluded.rank < work.rank THEN excluded.rank ELSE work.rank END,
  due = CASE WHEN excluded.due < work.due THEN excluded.due ELSE work.due END,
  wishes = work.wishes + 1"""

_DUE = """
SELECT id, organisation, kind, subject, rank, due, created, wishes FROM work
WHERE (due <= ? OR due > ?){} ORDER BY rank, created, id LIMIT ?"""

_WITHOUT = {True: " AND (rank > 0 OR kind <> ?)", False: " AND (rank = 0 OR kind <> ?)"}

_NEXT_DUE = "SELECT MIN(due) FROM work WHERE due > ?"

_FAILED = """
UPDATE work SET error = ?, failing_since = COALESCE(failing_since, ?), tries = COALESCE(tries, 0) + 1 WHERE id = ?"""

_WENT_ON = "UPDATE work SET error = NULL, failing_since = NULL, tries = NULL WHERE id = ? AND error IS NOT NULL"

_URGENCIES = tuple(Urgency)

FAR_SECONDS = 7200.0
"""No step asks to be looked at later than this: a due time beyond it was set while the clock stood wrong."""


class SqlWork:
    """ports.vault.Work over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, organisation: str, kind: str, subject: str, urgency: str, due: float) -> None:
        """Wish for work; again means the earlier due time and the higher urgency."""
        self._sql.run(_ADD, organisation, kind, subject, Urgency(urgency).rank, due, due)

    def due(self, now: float, limit: int = 100, without: Sequence[tuple[str, bool]] = ()) -> list[WorkRow]:
        """Most urgent first, then oldest; of all organisations. A due time that is too far off counts as now."""
        left_out = "".join(_WITHOUT[stat] for _, stat in without)
        kinds = [kind for kind, _ in without]
        rows = self._sql.all(_DUE.format(left_out), now, now + FAR_SECONDS, *kinds, limit)
        return [
            WorkRow(id_, organisation, kind, subject, _URGENCIES[rank], due, created, wishes)
            for id_, organisation, kind, subject, rank, due, created, wishes in rows
        ]

    def next_due(self, now: float) -> float:
        """When the next one will be due; infinity when there is none."""
        row = self._sql.one(_NEXT_DUE, now)
        return math.inf if row is None or row[0] is None else float(row[0])

    def done(self, id: int, wishes: int) -> bool:
        """Remove, unless it was wished for again since; whether it was removed."""
        return self._sql.run("DELETE FROM work WHERE id = ? AND wishes = ?", id, wishes) > 0

    def postpone(self, id: int, due: float, wishes: int) -> None:
        """Try again later, unless it was wished for again since."""
        self._sql.run("UPDATE work SET due = ? WHERE id = ? AND wishes = ?", due, id, wishes)

    def waits(self, id: int, code: str, at: float) -> None:
        """Why its last try failed, or that it did not."""
        if code:
            self._sql.run(_FAILED, code, at, id)
        else:
            self._sql.run(_WENT_ON, id)
