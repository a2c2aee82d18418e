"""A power cut that drops what was not synced; see ``run``. ``make chaos`` asks for many more cuts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.power.replay import build_recorder
from tests.e2e.power.run import come_back, cut_power, recorded_run


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_power_cut_loses_nothing_acknowledged_and_a_disk_without_sync_is_caught(tmp_path: Path) -> None:
    library = build_recorder(tmp_path)
    with recorded_run(tmp_path, library, seconds=4.0, seed=11) as run:
        assert run.ledger.count() > 5
        cuts = cut_power(run, tmp_path, 12, seed=12)
        assert cuts.held, cuts.row()
        without_sync = cut_power(run, tmp_path, 6, seed=12, honest=False)
        assert without_sync.lost > 0, "a disk whose syncs do nothing was not noticed"
        after = come_back(run, seed=13)
        assert after.held, after.row()
