"""The other children of this process's supervisor, as Linux shows them (proc(5)); none where there is no /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.kit.process import COMMAND_NAME

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Sibling:
    """A running child: its name, when it started (POSIX seconds), and the memory of its own in bytes."""

    name: str
    pid: int
    started: float
    memory: int


def siblings() -> list[Sibling]:
    """All children of the supervisor, this process included; by name."""
    return sorted(_found(os.getppid()), key=lambda one: one.name)


def _found(parent: int) -> Iterator[Sibling]:
    if not _PROC.is_dir():
        return
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            head, _, rest = (folder / "stat").read_text().rpartition(")")
            fields = rest.split()
            name = head.partition("(")[2]
            if int(fields[1]) != parent or not name.startswith(COMMAND_NAME):
                continue
            resident, shared = (int(one) for one in (folder / "statm").read_text().split()[1:3])
        except (OSError, ValueError, IndexError):
            continue  # it ended while we looked
        started = booted + int(fields[19]) / ticks
        yield Sibling(name.removeprefix(COMMAND_NAME), int(folder.name), started, (resident - shared) * page)
