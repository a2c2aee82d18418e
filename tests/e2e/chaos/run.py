"""Kills a node or the hub a thousand times in the middle of its work, and counts what that cost: nothing may be lost.

Which phase is hit next is the one hit least so far; the victim is a process that is doing that phase's work. Every kill
is a JSON line in ``kills.jsonl``: phase, victim, and what was under way at both ends. At the end everything that A
acknowledged must be in B's PACS with its own pixels, once, and both audit chains whole.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS
from beeldbrug.model.exchange import State
from beeldbrug.node.app.base import connect_hub
from beeldbrug.node.usecases.heads import verify
from tests.e2e.archive import archive
from tests.e2e.chaos.phases import PHASES, Watch
from tests.e2e.chaos.sender import Ledger, Sender
from tests.e2e.processes import Program, children
from tests.e2e.world import End, World, build_world

QUICK = {"BEELDBRUG_NODE_RESTART_SECONDS": "0.02", "BEELDBRUG_HUB_RESTART_SECONDS": "0.02"}
"""Restart at once: a thousand kills must not wait for a thousand pauses."""

VICTIMS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "receiving": (("a.dimse", 19), ("a.dimse-1", 19), ("a.web", 1), ("a", 1)),
    "committing": (("a.dimse", 20), ("a.dimse-1", 19), ("a", 1)),
    "uploading": (("a.worker", 26), ("hub.web-1", 11), ("hub", 2), ("a", 1)),
    "opening": (("b.worker", 26), ("hub.web-1", 11), ("hub", 2), ("b", 1)),
    "importing": (("b.worker", 37), ("b", 2), ("b.web", 1)),
}
"""Who does a phase's work, with weights. ``a`` and ``b`` are whole nodes, killed with their supervisor."""

START_SECONDS = 1.0
LIFE_SECONDS = 1.0
"""A process lives at least about as long as its start takes, and then on the average so long, before it is killed: else
nothing would ever be under way."""

STALL_SECONDS = 240.0
"""Longest time without any kill, and then without anything new in B's PACS, before the run gives up."""

COMMON = 0.3
"""No phase gets a larger share than about this, however often it is met."""

SENDERS = 3
MEET_SECONDS = 0.05
COUNT_SECONDS = 0.3
BACKLOG = 120
"""Acknowledged instances not yet in B's PACS, at which the senders pause."""


@dataclass
class Verdict:
    """The outcome; ``row`` is the last line of ``make chaos``."""

    kills: int = 0
    by_state: Counter[str] = field(default_factory=Counter)
    by_victim: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    missing: int = 0
    twice: int = 0
    audit_whole: bool = False
    not_imported: int = 0
    seconds: float = 0.0
    seed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Nothing was lost, doubled or broken."""
        return not (self.missing or self.twice or self.not_imported or self.faults) and self.audit_whole

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kills": self.kills,
            "by_state": dict(self.by_state),
            "by_victim": dict(self.by_victim),
            "acknowledged": self.acknowledged,
            "missing": self.missing,
            "twice": self.twice,
            "audit_whole": self.audit_whole,
            "not_imported": self.not_imported,
            "faults": self.faults,
            "seconds": round(self.seconds, 1),
            "seed": self.seed,
        }


class Chaos:
    """One run over one world."""

    def __init__(self, world: World, kills: int, seed: int, seconds: float, tell: Callable[[str], None]) -> None:
        self._world, self._wanted, self._limit, self._tell = world, kills, seconds, tell
        self._chance = random.Random(seed)
        self._verdict = Verdict(seed=seed)
        self._ledger = Ledger()
        patients = tuple(patient for patient in PATIENTS if patient.bsn)
        world.pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in patients]})
        world.pacs.behave(seconds=0.01)
        self._senders = [
            Sender(
                number, seed, world.a.site.dimse_port, ("ROUTINE_B", "SPOED_B"), patients, self._ledger, self._has_room
            )
            for number in range(SENDERS)
        ]
        self._watch = Watch(self._senders, world.a.site.data / "node.sqlite", world.b.site.data / "node.sqlite")
        self._programs: dict[str, Program] = {"a": world.a.program, "b": world.b.program, "hub": world.hub}
        self._started = time.monotonic()
        self._imported, self._counted = 0, 0.0
        self._spared: dict[int, float] = {}
        self._met = 0.0

    def run(self) -> Verdict:
        """Kill, calm down, judge."""
        for sender in self._senders:
            sender.start()
        with (self._world.folder / "kills.jsonl").open("w") as log:
            while not self._enough() and self._lasts():
                self._revive()
                self._kill_one(log)
        for sender in self._senders:
            sender.stop()
        self._calm()
        self._judge()
        self._verdict.seconds = time.monotonic() - self._started
        return self._verdict

    def _enough(self) -> bool:
        """All kills were done, and a tenth of them in every phase."""
        rarest = min(self._verdict.by_state[phase] for phase in PHASES)
        return self._verdict.kills >= self._wanted and rarest >= self._wanted // 10

    def _lasts(self) -> bool:
        return time.monotonic() - self._started < self._limit

    def _has_room(self) -> bool:
        return self._ledger.count() - self._imported < BACKLOG

    def _count(self) -> int:
        """How many C-STOREs B's PACS has accepted; the senders see the number of the last count."""
        if time.monotonic() - self._counted > COUNT_SECONDS:
            self._imported, self._counted = len(self._world.pacs.received()), time.monotonic()
        return self._imported

    def _revive(self) -> None:
        """Start supervisors that were killed; their children died with them."""
        for program in self._programs.values():
            if not program.pid:
                program.start(wait=False)

    def _kill_one(self, log: Any) -> None:
        phase, victim, process = self._next_victim()
        if not phase:
            return
        time.sleep(self._chance.uniform(0.0, 0.002 if phase in ("receiving", "committing") else 0.06))
        program = self._programs[victim.partition(".")[0]]
        child = victim.partition(".")[2]
        if not self._watch.look(phase) or (program.child(child) if child else program.pid) != process:
            return  # over before the blow; the next look finds another moment
        program.kill(child)
        found = self._watch.all()
        verdict = self._verdict
        verdict.kills += 1
        verdict.by_state[phase] += 1
        verdict.by_victim[victim] += 1
        at = round(time.monotonic() - self._started, 3)
        line = {"kill": verdict.kills, "at": at, "phase": phase, "victim": victim, "pid": process, "under_way": found}
        log.write(json.dumps(line) + "\n")
        log.flush()
        if verdict.kills % 50 == 0 or verdict.kills == self._wanted:
            self._tell(
                f"{verdict.kills} kills in {at:.0f} s: {dict(verdict.by_state)}; acknowledged {self._ledger.count()}, "
                f"in B's PACS {self._count()}"
            )

    def _next_victim(self) -> tuple[str, str, int]:
        """The phase hit least that is under way now, and a living process that does its work."""
        deadline = time.monotonic() + STALL_SECONDS
        patience = time.monotonic() + 4.0
        while time.monotonic() < deadline and self._lasts():
            order = sorted(PHASES, key=lambda phase: (self._verdict.by_state[phase], self._chance.random()))
            # the one hit least is waited for a little, lest the rare ones never get their turn
            for phase in order if time.monotonic() > patience else order[:2]:
                if self._verdict.by_state[phase] <= COMMON * self._wanted and self._watch.look(phase):
                    names, weights = zip(*VICTIMS[phase], strict=True)
                    victim = self._chance.choices(names, weights)[0]
                    program, _, child = victim.partition(".")
                    process = self._programs[program].child(child) if child else self._programs[program].pid
                    if process and self._may_die(process):
                        return phase, victim, process
            self._revive()
            self._meet()
            self._count()
            time.sleep(0.002)
        return "", "", 0

    def _meet(self) -> None:
        """Note new processes, and how long each is spared."""
        now = time.monotonic()
        if now - self._met < MEET_SECONDS:
            return
        self._met = now
        for program in self._programs.values():
            for process in (program.pid, *children(program.pid).values()):
                if process and process not in self._spared:
                    self._spared[process] = now + START_SECONDS + self._chance.expovariate(1 / LIFE_SECONDS)

    def _may_die(self, process: int) -> bool:
        return time.monotonic() >= self._spared.get(process, math.inf)

    def _calm(self) -> None:
        """Let everything arrive that is still on its way."""
        self._revive()
        last, since = -1, time.monotonic()
        while time.monotonic() - since < STALL_SECONDS:
            sending = any(sender.is_alive() for sender in self._senders)
            now = self._count() + self._ledger.count()
            if now != last:
                last, since = now, time.monotonic()
            if not sending and not self._unfinished() and self._all_there():
                return
            time.sleep(0.2)

    def _unfinished(self) -> list[str]:
        """Codes of A's exchanges that are not in B's PACS yet."""
        return [
            f"{row.state}:{row.reason_code}" for row in self._world.a.exchanges() if row.state is not State.IMPORTED
        ]

    def _all_there(self) -> bool:
        there = {one.uid for one in self._world.pacs.received()}
        return there >= self._ledger.acknowledged.keys()

    def _judge(self) -> None:
        verdict, acknowledged = self._verdict, self._ledger.acknowledged
        contents: dict[str, set[tuple[str, str]]] = {}
        for one in self._world.pacs.received():
            contents.setdefault(one.uid, set()).add((one.hash, one.pixels))
        verdict.acknowledged = len(acknowledged)
        verdict.missing = sum(
            pixels not in {found for _, found in contents.get(uid, ())} for uid, pixels in acknowledged.items()
        )
        verdict.twice = sum(len(found) > 1 for found in contents.values())
        verdict.not_imported = len(self._unfinished())
        verdict.faults += [f"sender {sender.name}: {sender.error!r}" for sender in self._senders if sender.error]
        verdict.faults += [f"sender {sender.name} is stuck" for sender in self._senders if sender.is_alive()]
        verdict.faults += sorted({f"A's exchange is {one}" for one in self._unfinished()})
        verdict.faults += _kept_twice(self._world.a)
        verdict.audit_whole = all(_audit_whole(end) for end in (self._world.a, self._world.b))


def run_chaos(
    folder: Path, kills: int, seed: int, seconds: float, tell: Callable[[str], None] = lambda text: None
) -> Verdict:
    """Build a world in ``folder``, run, and stop everything."""
    folder.mkdir(parents=True, exist_ok=True)
    with archive(folder / "pacs", keep=False) as pacs:
        world = build_world(folder, pacs)
        for program in (world.hub, world.a.program, world.b.program):
            program.more |= QUICK
        try:
            world.start()
            tell("hub and both nodes run; the killing begins")
            return Chaos(world, kills, seed, seconds, tell).run()
        finally:
            world.stop()


def _audit_whole(end: End) -> bool:
    """The chain fits, also against the heads that were deposited at the hub."""
    hub = connect_hub(end.vault)
    try:
        return verify(end.vault.own, end.vault.database, hub.heads()).whole
    finally:
        hub.close()


def _kept_twice(end: End) -> list[str]:
    """Instances that A's vault holds in more than one row, or that were counted otherwise than they are there."""
    faults = []
    for row in end.exchanges():
        rows = end.instances(row.id)
        if len({one.instance_uid for one in rows}) != len(rows):
            faults.append("an instance is in an exchange twice")
        if row.total != len(rows) or row.imported != len(rows):
            faults.append(f"counts differ: total {row.total}, imported {row.imported}, rows {len(rows)}")
    return faults
