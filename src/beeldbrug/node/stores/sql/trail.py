"""Searching the audit trail in SQL: one walk down an index for each whom it is about, and the newest of all walks.

Every index ends in time and number, so that a page costs its own length however long the trail is. Of several
conditions one leads, the one that fits fewest events; the others are hidden from the planner, which cannot know.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Final

from beeldbrug.node.ports.trail import TrailQuery
from beeldbrug.node.stores.sql.statements import Row, Statements

EVENTS: Final = """
SELECT organisation, sequence, at, event, action, outcome, actor, role, responsible, purpose, ground,
  exchange, peer, consent, decision, details, identity, patient_index, study_index, hash
FROM audit_event WHERE organisation = ? """

_SELECT: Final = EVENTS + "AND at >= ? AND at < ? "
_ORDER: Final = " ORDER BY at DESC, sequence DESC LIMIT ?"

NODE: Final = "node"

Index = Callable[[str, str], bytes]
"""The keyed hash of a value by purpose."""

Condition = tuple[str, object]


def search(sql: Statements, index: Index, query: TrailQuery) -> list[Row]:
    """Rows of the events that fit, newest first."""
    limit = max(1, query.limit)
    walks = [_walk(sql, query, leading, limit) for leading in _leading(index, query)]
    found: list[Row] = []
    for row in heapq.merge(*walks, key=lambda row: (-row[2], -row[1])):
        if found and found[-1][1] == row[1]:
            continue
        found.append(row)
        if len(found) == limit:
            break
    return found


def _leading(index: Index, query: TrailQuery) -> list[Condition | None]:
    """What each walk goes by: whom it is about, else a person or other end, else the kind, else time alone. The node
    itself does most of what is done, and leads only where nothing else can."""
    abouts: list[Condition | None] = [
        *(("patient_index", index("audit-patient", one)) for one in query.patients),
        *(("study_index", index("audit-study_uid", one)) for one in query.studies),
        *(("exchange", one) for one in query.exchanges),
    ]
    if abouts:
        return abouts
    if query.actor and (query.actor != NODE or not query.events):
        return [("actor", query.actor)]
    if query.peer:
        return [("peer", query.peer)]
    return [*(("event", one) for one in query.events)] or [None]


def _walk(sql: Statements, query: TrailQuery, leading: Condition | None, limit: int) -> list[Row]:
    conditions, values = "", []
    if leading is not None:
        conditions += f"AND {leading[0]} = ? "
        values.append(leading[1])
    for name in ("actor", "peer", "role", "action"):
        if (value := getattr(query, name)) and (leading is None or leading[0] != name):
            conditions += f"AND ({name} || '') = ? "
            values.append(value)
    if query.events and (leading is None or leading[0] != "event"):
        conditions += f"AND (event || '') IN ({', '.join('?' * len(query.events))}) "
        values += query.events
    if query.before is not None:
        conditions += "AND (at, sequence) < (?, ?) "
        values += [query.before.at, query.before.sequence]
    return sql.all(_SELECT + conditions + _ORDER, query.organisation, query.since, query.until, *values, limit)
