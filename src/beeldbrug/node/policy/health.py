"""When a node is well: facts about the machine in, findings with a level out. Pure; texts are the screens' by code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

DAY = 86400.0
CERTIFICATE_DAYS = 60
REHEARSAL_DAYS = 365
STATEMENT_DAYS = 2
HEARD_SECONDS = 1200.0
"""The mailbox is walked every quarter of an hour at least."""

WORK_SECONDS = 900.0
NEARLY_FULL = 4
"""Free room of less than so many reserves is little."""


class Level(IntEnum):
    """WELL: as it should be. WARNING: works, but not as it should. FAULT: does not work."""

    WELL = 0
    WARNING = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """The machine, in seconds since, bytes and counts; None where there is nothing to tell. ``heard_ago`` of the hub,
    ``oldest_work`` how long the oldest work has failed."""

    missing_processes: int
    has_hub: bool
    heard_ago: float | None
    hub_away: bool
    has_pacs: bool
    pacs_code: str
    free: int
    reserve: int
    failing_work: int
    oldest_failing: float
    alerts: int
    clashes: int
    certificate_days: float
    root_key_there: bool
    rehearsed_days: float | None
    statement_days: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; ``count`` gives its measure (days, processes, alerts)."""

    area: str
    level: Level
    code: str
    count: float = 0.0


def findings(facts: Facts) -> tuple[Finding, ...]:
    """What is not well, worst first; empty when all is."""
    found = [
        _when(facts.missing_processes > 0, "processes", Level.FAULT, "process-missing", facts.missing_processes),
        *_hub(facts),
        _when(not facts.has_pacs, "pacs", Level.WARNING, "pacs-not-set"),
        _when(bool(facts.pacs_code), "pacs", Level.FAULT, "pacs-away"),
        _room(facts),
        _when(facts.oldest_failing > WORK_SECONDS, "queues", Level.WARNING, "work-waits", facts.failing_work),
        _when(facts.alerts > 0, "alerts", Level.WARNING, "alerts-open", facts.alerts),
        _when(facts.clashes > 0, "settings", Level.WARNING, "settings-clash", facts.clashes),
        *_keys(facts),
    ]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.level))


def _hub(facts: Facts) -> list[Finding | None]:
    if not facts.has_hub:
        return [Finding("hub", Level.WARNING, "hub-not-set")]
    if facts.hub_away:
        return [Finding("hub", Level.FAULT, "hub-away", facts.heard_ago or 0.0)]
    late = facts.heard_ago is None or facts.heard_ago > HEARD_SECONDS
    return [_when(late, "hub", Level.WARNING, "hub-not-heard", facts.heard_ago or 0.0)]


def _room(facts: Facts) -> Finding | None:
    if facts.free < facts.reserve:
        return Finding("disk", Level.FAULT, "disk-full", float(facts.free))
    return _when(facts.free < NEARLY_FULL * facts.reserve, "disk", Level.WARNING, "disk-nearly-full", facts.free)


def _keys(facts: Facts) -> list[Finding | None]:
    days = facts.certificate_days
    level = Level.FAULT if days < 0 else Level.WARNING
    rehearsed = facts.rehearsed_days
    statement = facts.statement_days
    return [
        _when(days < CERTIFICATE_DAYS, "keys", level, "certificate-expired" if days < 0 else "certificate-ends", days),
        _when(not facts.root_key_there, "keys", Level.FAULT, "root-key-missing"),
        _when(rehearsed is None, "keys", Level.WARNING, "backup-not-rehearsed"),
        _when((rehearsed or 0) > REHEARSAL_DAYS, "keys", Level.WARNING, "backup-rehearsed-long-ago", rehearsed or 0),
        _when(
            facts.has_hub and statement is not None and statement > STATEMENT_DAYS,
            "keys",
            Level.WARNING,
            "statement-old",
            statement or 0,
        ),
    ]


def _when(true: bool, area: str, level: Level, code: str, count: float = 0.0) -> Finding | None:
    return Finding(area, level, code, float(count)) if true else None
