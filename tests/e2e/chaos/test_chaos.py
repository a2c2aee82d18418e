"""The short chaos run; ``make chaos`` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.chaos.phases import PHASES
from tests.e2e.chaos.run import run_chaos

KILLS = 25


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_in_every_phase_nothing_acknowledged_is_missing_and_nothing_is_there_twice(tmp_path: Path) -> None:
    verdict = run_chaos(tmp_path, KILLS, seed=7, seconds=150.0)
    assert verdict.held, verdict.row()
    assert set(verdict.by_state) == set(PHASES), verdict.row()
    assert verdict.acknowledged > 0
