"""``python -m tests.bench.run NAME``: run a bench; its last line is one JSON object. Exit code 0 also when targets are
missed, for a slow machine is no fault; 2 for an unknown name or a peer that is not installed.

Environment: RUNS, how often each thing is measured (default 3; medians count); TMPDIR, where the data goes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import import_, ingest, intake, transfer, viewer
from tests.bench.report import Report
from tests.bench.routes import bench as routes

BENCHES: dict[str, Callable[[Path, int], Report]] = {
    "import": import_.bench,
    "ingest": ingest.bench,
    "intake": intake.bench,
    "routes": routes.bench,
    "transfer": transfer.bench,
    "viewer": viewer.bench,
}


def main(arguments: list[str]) -> int:
    """Run the bench that is named."""
    if len(arguments) != 1 or arguments[0] not in BENCHES:
        print(f"say which: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    runs = max(1, int(os.environ.get("RUNS", "3")))
    os.environ["TCP_NODELAY"] = "1"  # DCMTK crawls without it, on either side
    with tempfile.TemporaryDirectory(prefix="beeldbrug-bench-") as folder:
        try:
            report = BENCHES[arguments[0]](Path(folder), runs)
        except (pytest.skip.Exception, pytest.fail.Exception) as error:
            print(f"not measured: {error}", file=sys.stderr)
            return 2
    print(report.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
