"""``python -m tests.e2e.chaos``: the long run of kills, then of power cuts.

Progress goes to standard error, one JSON object is the last line of standard output; the exit code is 0 only when all
kills were done and nothing was lost, doubled or broken. A run is repeated with the seed that it tells.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit import log
from tests.e2e.chaos.run import run_chaos
from tests.e2e.power.replay import build_recorder
from tests.e2e.power.run import come_back, cut_power, recorded_run

FED_SECONDS = 20.0
"""How long node A is fed before its power is cut."""


def main() -> int:
    """Run both."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--cuts", type=int, default=100, help="power cuts; 0 leaves them out")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--seconds", type=float, default=3 * 3600.0, help="longest time for the kills")
    parser.add_argument("--keep", type=Path, help="a folder for everything, kept afterwards")
    given = parser.parse_args()
    log.configure("warning")
    folder = given.keep or Path(tempfile.mkdtemp(prefix="beeldbrug-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    _tell(f"{given.kills} kills, {given.cuts} power cuts, seed {given.seed}, all of it in {folder}")
    power = _power(folder / "power", given.cuts, given.seed) if given.cuts else {"held": True, "cuts": 0}
    verdict = run_chaos(folder / "kills", given.kills, given.seed, given.seconds, _tell)
    held = verdict.held and verdict.kills >= given.kills and bool(power["held"])
    if held and given.keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({**verdict.row(), "power": power, "held": held}), flush=True)
    return 0 if held else 1


def _power(folder: Path, cuts: int, seed: int) -> dict[str, Any]:
    folder.mkdir(parents=True)
    try:
        library = build_recorder(folder)
    except pytest.skip.Exception as reason:
        _tell(f"no power cuts: {reason}")
        return {"held": True, "cuts": 0, "skipped": str(reason)}
    with recorded_run(folder, library, FED_SECONDS, seed) as run:
        _tell(f"node A acknowledged {run.ledger.count()} instances; its power is cut {cuts} times")
        found = cut_power(run, folder, cuts, seed)
        lying = cut_power(run, folder, 12, seed, honest=False)
        after = come_back(run, seed)
    row = {**found.row(), "after": after.row(), "lost_without_sync": lying.lost}
    _tell(f"power cuts: {row}")
    return {**row, "held": found.held and after.held and lying.lost > 0}


def _tell(text: str) -> None:
    print(f"chaos: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
