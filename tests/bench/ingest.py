"""Bench ``ingest``: how fast a node takes instances in, durable and sealed, beside Orthanc (synced) and storescp (not).

The sender is DCMTK's storescu with files in the page cache; the time is from its start to its end, so its own reading
counts for everybody. Every measurement has a fresh receiver with empty storage; receivers take turns within a run. Of
the node only the receiving process runs, and no rule applies: sending on is the bench ``transfer``.
"""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench import data, peers
from tests.bench.measure import MEGABYTE, Stopwatch, Taken, load, median, settle, warm
from tests.bench.report import Report, rounded

CT_COUNT = 1000
LARGE_COUNT = 20
LARGE_BYTES = 100 * 1000 * 1000
HUGE_BYTES = 2 * 1000 * 1000 * 1000
ASSOCIATIONS = (1, 4)
DISK_BYTES = 8 * 1000 * 1000 * 1000

Start = Callable[[Path], AbstractContextManager[peers.Receiver]]

RECEIVERS: dict[str, Start] = {"orthanc": peers.orthanc, "node": peers.node, "storescp": peers.storescp}


@dataclass(frozen=True)
class Load:
    """What is sent: a name, files, and their size together."""

    name: str
    paths: list[Path]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.paths)


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty and has room for DISK_BYTES."""
    free = shutil.disk_usage(folder).free
    print(f"disk: {free / 1e9:.0f} GB free, up to {DISK_BYTES / 1e9:.0f} GB are used; load {load()}", flush=True)
    if free < DISK_BYTES:
        pytest.fail("not enough disk; set TMPDIR to a folder on a larger one")
    report = Report("ingest", peers=peers.versions())
    setting = {"runs": runs, "associations": list(ASSOCIATIONS), "load_before": load()}
    report.setting = {**setting, "node": "receiving process alone, no rule"}
    peaks: list[float] = []
    for one in (_ct(folder), _large(folder)):
        _measure(folder, one, runs, report, peaks)
        shutil.rmtree(folder / one.name)
    report.figures["peak_mb"] = rounded(max(peaks))
    report.figures["peak_mb_2gb"] = rounded(_huge(folder, report))
    report.setting["load_after"] = load()
    return report


def _ct(folder: Path) -> Load:
    return Load("ct", data.ct_slices(folder / "ct" / "files", CT_COUNT))


def _large(folder: Path) -> Load:
    return Load("large", data.large_frames(folder / "large" / "files", LARGE_COUNT, LARGE_BYTES))


def _measure(folder: Path, one: Load, runs: int, report: Report, peaks: list[float]) -> None:
    shares = {count: data.dealt(one.paths, folder / one.name, count) for count in ASSOCIATIONS}
    taken: dict[tuple[str, int], list[Taken]] = defaultdict(list)
    for run in range(runs):
        for count in ASSOCIATIONS:
            for name in _turned(list(RECEIVERS), run):
                measured = once(folder, RECEIVERS[name], shares[count], len(one.paths))
                taken[name, count].append(measured)
                if name == "node":
                    peaks.append(measured.peak_mb)
                speed = len(one.paths) / measured.seconds
                print(f"{one.name} run {run + 1}, {count} associations, {name}: {measured.seconds:.2f} s, "
                      f"{speed:.0f}/s, {one.size / measured.seconds / MEGABYTE:.0f} MB/s", flush=True)  # fmt: skip
    _note(one, taken, report)


def _turned(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


def once(folder: Path, start: Start, shares: list[Path], count: int) -> Taken:
    """One measurement with a fresh receiver."""
    warm(path for share in shares for path in share.iterdir())
    place = folder / "receiver"
    place.mkdir()
    try:
        with start(place) as receiver:
            settle()
            watch = Stopwatch(receiver.pids)
            peers.send(receiver, shares)
            taken = watch.taken()
            peers.expect(receiver, count)
    finally:
        shutil.rmtree(place)
    return taken


def _note(one: Load, taken: dict[tuple[str, int], list[Taken]], report: Report) -> None:
    count = len(one.paths)
    for (name, associations), all_taken in taken.items():
        seconds = median(each.seconds for each in all_taken)
        start = f"{one.name}_{associations}" + ("" if name == "node" else f"_{name}")
        report.figures[f"{start}_per_second"] = rounded(count / seconds)
        report.figures[f"{start}_mb_per_second"] = rounded(one.size / seconds / MEGABYTE)
        if name != "storescp":  # its work is done by children that are gone by then
            processor = median(each.processor for each in all_taken)
            report.figures[f"{start}_processor_ms"] = rounded(1000 * processor / count)
    for associations in ASSOCIATIONS:
        ours = median(each.seconds for each in taken["node", associations])
        for peer in ("orthanc", "storescp"):
            theirs = median(each.seconds for each in taken[peer, associations])
            report.ratios[f"{one.name}_{associations}_vs_{peer}"] = rounded(theirs / ours)


def _huge(folder: Path, report: Report) -> float:
    """Peak memory of the receiving process after one instance of 2 GB; only once, for it does not vary."""
    paths = data.large_frames(folder / "huge" / "files", 1, HUGE_BYTES)
    taken = once(folder, peers.node, data.dealt(paths, folder / "huge", 1), 1)
    report.figures["huge_mb_per_second"] = rounded(HUGE_BYTES / taken.seconds / MEGABYTE)
    return taken.peak_mb


if __name__ == "__main__":
    sys.exit("run it as: python -m tests.bench.run ingest")
