"""The report of a bench: targets come from one file, and what was not reached is told with its figure."""

from __future__ import annotations

import json

from tests.bench.report import Report, missed, read_targets


def test_targets_are_inclusive_and_what_was_not_measured_is_missed() -> None:
    targets = {"fast": {"least": 2.0}, "small": {"most": 300}, "never": {"least": 1}}
    assert missed(targets, {"fast": 2.0, "small": 300, "never": 1}) == {}
    assert missed(targets, {"fast": 1.9, "small": 301}) == {
        "fast": {"measured": 1.9, "least": 2.0},
        "small": {"measured": 301, "most": 300},
        "never": {"measured": None, "least": 1},
    }


def test_the_last_line_has_every_field_for_every_bench() -> None:
    for name in ("ingest", "transfer"):
        told = json.loads(Report(name).line())
        assert set(told) == {"name", "figures", "ratios", "peers", "setting", "targets", "missed"}
        assert set(told["missed"]) == set(read_targets(name))
