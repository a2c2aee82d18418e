"""Pulls the plug of A's node, on a disk that forgets what was not synced: whatever was acknowledged must be there.

The node runs as it is, under the recorder, while a sender feeds it. Then, for many points in time and many fates of the
unsynced work, the data folder is rebuilt as a disk may have it, the node's own start-up mends it, and every instance
acknowledged before that point is read back, byte for byte. Once the folder is also really swapped, and all of it must
get into B's PACS, once. A disk whose syncs do nothing must be caught by the same check.
"""

from __future__ import annotations

import copy
import hashlib
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beeldbrug.cli.demo.world import Hospital as Site
from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS, PhantomPatient
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import State
from beeldbrug.node.app.base import Base, open_base
from beeldbrug.node.app.processes import mend
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.usecases.heads import verify
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from tests.e2e.archive import archive
from tests.e2e.chaos.sender import Ledger, Sender
from tests.e2e.power.replay import Disk, Fate, read_log, recording
from tests.e2e.processes import await_death, children
from tests.e2e.studies import Made
from tests.e2e.world import World, build_world

FATES = ((0.0, 0.0), (0.5, 0.5), (0.0, 1.0), (1.0, 0.0), (0.9, 0.9), (1.0, 1.0))
"""Likelihood that an unsynced write, and an unsynced name, is on the disk after all."""

SETTLE_SECONDS = 120.0


@dataclass
class TimedLedger(Ledger):
    """Also notes how long the recorder's log was when an answer came in, and what the whole dataset was."""

    log: Path = Path()
    told: list[tuple[int, str, str, str]] = field(default_factory=list)

    def note(self, one: Made) -> None:
        """The node said success."""
        super().note(one)
        with self.lock:
            digest = hashlib.sha256(one.dataset).hexdigest()
            self.told.append((self.log.stat().st_size, one.study_uid, one.uid, digest))


@dataclass
class Outcome:
    """How many power cuts, how many acknowledged instances they were asked for in all, and what was wrong."""

    cuts: int = 0
    asked: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)
    unknown: int = 0
    acknowledged: int = 0
    missing: int = 0
    twice: int = 0

    @property
    def held(self) -> bool:
        """Nothing was lost and the recorder saw everything."""
        return not (self.lost or self.faults or self.unknown or self.missing or self.twice) and self.asked > 0

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return dict(vars(self))


@dataclass
class Recorded:
    """A run of A's node: its disk before it, the log of its writes, and what it acknowledged when."""

    world: World
    disk: Disk
    log: Path
    ledger: TimedLedger


@contextmanager
def recorded_run(folder: Path, library: Path, seconds: float, seed: int) -> Iterator[Recorded]:
    """A world whose node A was fed for so long and then killed with its supervisor; hub and B still run."""
    with archive(folder / "pacs", keep=False) as pacs:
        world = build_world(folder, pacs)
        patients = tuple(patient for patient in PATIENTS if patient.bsn)
        pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in patients]})
        try:
            world.start()
            world.a.close()
            world.a.program.stop()
            log = folder / "power.log"
            log.touch()
            run = Recorded(world, Disk(world.a.site.data), log, TimedLedger(log=log))
            _feed(run, library, seconds, seed, patients)
            yield run
        finally:
            world.stop()


def _feed(run: Recorded, library: Path, seconds: float, seed: int, patients: tuple[PhantomPatient, ...]) -> None:
    world = run.world
    world.a.program.more |= recording(library, world.a.site.data, run.log)
    world.a.program.start()
    port = world.a.site.dimse_port
    senders = [
        Sender(number, seed, port, ("ROUTINE_B", "SPOED_B"), patients, run.ledger, lambda: True) for number in range(3)
    ]
    for sender in senders:
        sender.start()
    time.sleep(seconds)
    pids = [*children(world.a.program.pid).values(), world.a.program.pid]
    for sender in senders:
        sender.abandon()
    world.a.program.kill()
    await_death(pids)
    for sender in senders:
        sender.join(30)
    for name in recording(library, world.a.site.data, run.log):
        del world.a.program.more[name]


def cut_power(run: Recorded, folder: Path, cuts: int, seed: int, honest: bool = True) -> Outcome:
    """Rebuild the folder at many points in time, mend it as a start does, and ask for what was acknowledged by then."""
    chance = random.Random(seed)
    ops = list(read_log(run.log))
    first = next((number for number, op in enumerate(ops) if op.end >= min(told[0] for told in run.ledger.told)), 0)
    points = sorted(chance.sample(range(first, len(ops)), min(cuts, len(ops) - first)))
    disk = copy.deepcopy(run.disk)
    disk.honest = honest
    outcome = Outcome(acknowledged=run.ledger.count())
    done = 0
    for cut, point in enumerate(points):
        for op in ops[done : point + 1]:
            disk.take(op)
        done = point + 1
        target = folder / f"cut-{cut}"
        disk.after_cut(target, Fate(chance, *FATES[cut % len(FATES)]))
        told = [(study, uid, digest) for size, study, uid, digest in run.ledger.told if size <= ops[point].end]
        outcome.cuts += 1
        outcome.asked += len(told)
        outcome.lost += _lost(run.world.a.site, target, told, outcome)
        shutil.rmtree(target)
    outcome.unknown = disk.unknown
    return outcome


def come_back(run: Recorded, seed: int) -> Outcome:
    """Swap A's data folder for what its disk had at the end, start the node, and wait for B's PACS to have it all."""
    world, chance = run.world, random.Random(seed)
    disk = copy.deepcopy(run.disk)
    for op in read_log(run.log):
        disk.take(op)
    data = world.a.site.data
    shutil.rmtree(data)
    disk.after_cut(data, Fate(chance, 0.5, 0.5))
    world.a.program.start()
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline and not _arrived(run):
        time.sleep(0.2)
    contents: dict[str, set[tuple[str, str]]] = {}
    for one in world.pacs.received():
        contents.setdefault(one.uid, set()).add((one.hash, one.pixels))
    acknowledged = run.ledger.acknowledged
    outcome = Outcome(cuts=1, asked=len(acknowledged), acknowledged=len(acknowledged), unknown=disk.unknown)
    outcome.missing = sum(
        pixels not in {found for _, found in contents.get(uid, ())} for uid, pixels in acknowledged.items()
    )
    outcome.twice = sum(len(found) > 1 for found in contents.values())
    states = Counter(f"{row.state} {row.reason_code}".strip() for row in world.a.exchanges())
    if set(states) != {State.IMPORTED.value}:
        outcome.faults.append(f"A's exchanges: {dict(states)}")
    return outcome


def _arrived(run: Recorded) -> bool:
    there = {one.uid for one in run.world.pacs.received()}
    return there >= run.ledger.acknowledged.keys() and all(
        row.state is State.IMPORTED for row in run.world.a.exchanges()
    )


def _lost(site: Site, data: Path, told: Sequence[tuple[str, str, str]], outcome: Outcome) -> int:
    """How many of the acknowledged instances are not there, whole, after the node's own start-up."""
    try:
        with open_base(load(NodeSettings, site.settings, {"data": str(data)})) as base:
            mend(base, f"dimse-{site.ura}")
            lost = sum(not _is_there(base, *one) for one in told)
            if not verify(base.own, base.database, []).whole:
                outcome.faults.append("audit chain broken")
    except BeeldbrugError as error:
        outcome.faults.append(error.code)
        return len(told)
    except sqlite3.DatabaseError as error:
        outcome.faults.append(type(error).__name__)
        return len(told)
    return lost


def _is_there(base: Base, study: str, uid: str, digest: str) -> bool:
    """The instance is kept, belongs to an exchange, and reads back with the hash of what was sent."""
    ura = base.own.ura
    with base.database.read() as tx:
        rows = [row for row in tx.instances.instances(ura, OWN, study, None, {}) if row.instance_uid == uid]
        if not rows or not tx.exchanges.exchanges_of(ura, rows[0].id):
            return False
    found = hashlib.sha256()
    try:
        for chunk in read_original(base.sources, Places(base.sources, ura), rows[0]):
            found.update(chunk)
    except BeeldbrugError:
        return False
    return found.hexdigest() == digest
