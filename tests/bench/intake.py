"""Bench ``intake``: a disc of 8,000 CT slices (4 GB) listed and read in by the commands, as somebody at the desk waits.

The time is that of the whole process, start included, with the files in the page cache as far as that holds them; the
node's vault and segments are fresh for each run. ``send`` takes the same files by the node's own path, for comparison.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from tests.bench import data, intake_browser, intake_tiny
from tests.bench.measure import MEGABYTE, Taken, load, median, settle
from tests.bench.report import Report, rounded
from tests.unit.cli.runs import Node, copy_node, make_node

FILES = int(os.environ.get("FILES", "8000"))
COMMAND = "from beeldbrug.cli.main import main; main()"


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty and has room for three times the disc."""
    room = FILES * 3 * 600_000
    if shutil.disk_usage(folder).free < room:
        pytest.fail("not enough disk; set TMPDIR to a folder on a larger one")
    report = Report("intake", setting={"runs": runs, "files": FILES, "load_before": load()})
    made, size = make_node(folder / "made"), disc(folder / "disc")
    listed: list[Taken] = []
    read: list[Taken] = []
    sent: list[Taken] = []
    for run in range(runs):
        node = copy_node(made, folder / f"node-{run}")
        listed.append(command(node, "disc", "list", folder / "disc"))
        read.append(command(node, "disc", "read", folder / "disc"))
        sent.append(command(node, "send", folder / "disc", "--to", "NAAR_B"))
        shutil.rmtree(node.folder)
        print(f"run {run + 1}: list {listed[-1].seconds:.2f} s, read {read[-1].seconds:.2f} s, "
              f"send {sent[-1].seconds:.2f} s", flush=True)  # fmt: skip
    report.figures = {
        "list_s": rounded(median(one.seconds for one in listed)),
        "list_processor_s": rounded(median(one.processor for one in listed)),
        "list_peak_mb": rounded(max(one.peak_mb for one in listed)),
        "read_mb_per_second": rounded(size / median(one.seconds for one in read) / MEGABYTE),
        "read_peak_mb": rounded(max(one.peak_mb for one in read)),
    }
    report.ratios["read_vs_send"] = rounded(median(one.seconds for one in sent) / median(one.seconds for one in read))
    intake_browser.bench(folder / "browser", folder / "disc", FILES, size, runs, report)
    shutil.rmtree(folder / "disc")
    intake_tiny.bench(folder / "tiny", report)
    report.setting |= {"bytes": size, "load_after": load()}
    return report


def disc(folder: Path, files: int = FILES) -> int:
    """Slices of one series, each with a UID of its own and distinct pixels; returns their size in bytes."""
    (path,) = data.ct_slices(folder / "drawn", 1)
    content, uid = path.read_bytes(), str(dcmread(path, stop_before_pixels=True).SOPInstanceUID).encode()
    shutil.rmtree(folder / "drawn")
    for number in range(files):
        own = uid[:-6] + f"{number + 100_000:06d}".encode()
        place = folder / f"S{number // 500:04d}"
        place.mkdir(exist_ok=True)
        (place / f"I{number:06d}").write_bytes(content.replace(uid, own)[:-8] + number.to_bytes(8, "little"))
    return files * len(content)


def command(node: Node, *words: str | Path) -> Taken:
    """One command in a process of its own; all that it found must be whole. Memory is its most at once (ru_maxrss)."""
    settle()
    arguments = [*map(str, words), "-s", str(node.settings), "--json"]
    output = node.folder / "output"
    start = time.monotonic()
    with output.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments], stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
    assert (process.returncode, result.get("instances")) == (0, FILES), result.get("code")
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / MEGABYTE)


if __name__ == "__main__":
    sys.exit("run it as: python -m tests.bench.run intake")
