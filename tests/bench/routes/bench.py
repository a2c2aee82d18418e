"""Bench ``routes``: each way between hospitals that is no hub, against the best plain tool for it in the same run.

Parts by name in ``PARTS``; each adds its figures and ratios to the report.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.measure import load
from tests.bench.report import Report
from tests.bench.routes import direct, sftp_in, sftp_out

PARTS: dict[str, Callable[[Path, int, Report], None]] = {
    "sftp-in": sftp_in.bench,
    "sftp-out": sftp_out.bench,
    "direct": direct.bench,
}


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty. ``PARTS`` in the environment says which parts, all by default."""
    wanted = os.environ.get("PARTS", ",".join(PARTS)).split(",")
    if not set(wanted) <= set(PARTS):
        pytest.fail(f"say which parts: {', '.join(PARTS)}")
    report = Report("routes", setting={"runs": runs, "parts": wanted, "load_before": load()})
    for name in wanted:
        place = folder / name
        place.mkdir()
        PARTS[name](place, runs, report)
    report.setting["load_after"] = load()
    return report
