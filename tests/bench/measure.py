"""Clocks and counters of a bench: wall-clock time, processor time and peak memory of processes (proc(5)), medians.

``settle`` writes out what earlier measurements left, so that nobody pays for another's dirty pages. Linux only.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1_000_000
MEMORY_SECONDS = 0.1
"""Between two looks at the memory: each takes a millisecond or two."""


@dataclass(frozen=True)
class Taken:
    """What one measurement took: seconds on the clock, and of processor time in the processes under measurement.

    ``peak_mb`` is the most that they took together, pages that they share counted once (PSS), looked at every
    MEMORY_SECONDS.
    """

    seconds: float
    processor: float
    peak_mb: float = 0.0


class Stopwatch:
    """Starts when made; ``taken`` gives what the processes ``pids`` and the clock took since."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._peak = 0.0
        self._stopping = threading.Event()
        self._memory = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._memory.start()
        self._processor = sum(map(processor_seconds, pids))
        self._start = time.monotonic()

    def taken(self) -> Taken:
        """Since the start."""
        seconds = time.monotonic() - self._start
        processor = sum(map(processor_seconds, self._pids)) - self._processor
        self._stopping.set()
        self._memory.join()
        return Taken(seconds, processor, self._peak)

    def _watch(self) -> None:
        while True:
            self._peak = max(self._peak, sum(map(memory_mb, self._pids)))
            if self._stopping.wait(MEMORY_SECONDS):
                return


def processor_seconds(pid: int) -> float:
    """User and system time of a process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(pid: int) -> float:
    """Memory of a process in MB: its own, and its share of what it shares with others (Pss in smaps_rollup)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / MEGABYTE
    return 0.0


def settle() -> None:
    """Write out all dirty pages."""
    os.sync()


def median(values: Iterable[float]) -> float:
    """Median."""
    return statistics.median(values)


def warm(paths: Iterable[Path]) -> None:
    """Read files into the page cache."""
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 22):
                pass


def load() -> list[float]:
    """Load averages of the machine: a bench beside other work says so."""
    return [round(value, 2) for value in os.getloadavg()]
