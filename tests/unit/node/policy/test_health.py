"""When a node is well, and which of its troubles come first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from beeldbrug.node.policy.health import Facts, Level, findings

WELL = Facts(
    missing_processes=0,
    has_hub=True,
    heard_ago=60.0,
    hub_away=False,
    has_pacs=True,
    pacs_code="",
    free=100 * 10**9,
    reserve=10**9,
    failing_work=0,
    oldest_failing=0.0,
    alerts=0,
    clashes=0,
    certificate_days=400.0,
    root_key_there=True,
    rehearsed_days=30.0,
    statement_days=0.5,
)


def test_a_node_that_is_well_has_nothing_to_tell() -> None:
    assert findings(WELL) == ()


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"missing_processes": 1}, "process-missing", Level.FAULT),
        ({"has_hub": False}, "hub-not-set", Level.WARNING),
        ({"hub_away": True}, "hub-away", Level.FAULT),
        ({"heard_ago": 4000.0}, "hub-not-heard", Level.WARNING),
        ({"heard_ago": None}, "hub-not-heard", Level.WARNING),
        ({"has_pacs": False}, "pacs-not-set", Level.WARNING),
        ({"pacs_code": "peer-no-echo"}, "pacs-away", Level.FAULT),
        ({"free": 10**8}, "disk-full", Level.FAULT),
        ({"free": 2 * 10**9}, "disk-nearly-full", Level.WARNING),
        ({"failing_work": 2, "oldest_failing": 1000.0}, "work-waits", Level.WARNING),
        ({"alerts": 3}, "alerts-open", Level.WARNING),
        ({"clashes": 1}, "settings-clash", Level.WARNING),
        ({"certificate_days": 30.0}, "certificate-ends", Level.WARNING),
        ({"certificate_days": -1.0}, "certificate-expired", Level.FAULT),
        ({"root_key_there": False}, "root-key-missing", Level.FAULT),
        ({"rehearsed_days": None}, "backup-not-rehearsed", Level.WARNING),
        ({"rehearsed_days": 500.0}, "backup-rehearsed-long-ago", Level.WARNING),
        ({"statement_days": 3.0}, "statement-old", Level.WARNING),
    ],
)
def test_each_trouble_is_told_once(changes: dict[str, Any], code: str, level: Level) -> None:
    (found,) = findings(replace(WELL, **changes))
    assert (found.code, found.level) == (code, level)


def test_faults_come_before_warnings() -> None:
    found = findings(replace(WELL, alerts=1, missing_processes=1, has_pacs=False, free=0))
    assert [one.level for one in found] == sorted((one.level for one in found), reverse=True)
