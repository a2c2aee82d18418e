"""Bench ``import``: an arrival out of the vault into Orthanc, against DCMTK's dcmsend with the same files.

Both are given a fresh Orthanc with the same settings; who goes first alternates. dcmsend reads plain files and changes
nothing. Ours opens sealed segments, writes the own number, fixes what it wrote, sends it over the default number of
associations and notes every answer durably; all of that counts. Target: dcmsend's rate.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from beeldbrug.model.exchange import State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.protocols.dimse.pacs import DimsePacs
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, take_in
from beeldbrug.node.usecases.intake.take import choose as choose_files
from tests.bench import data, peers
from tests.bench.measure import load, median, settle, warm
from tests.bench.report import Report, rounded
from tests.contract.node.exchange.house import B, House, authority
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.peers.processes import run, tool

SLICES = 540
LARGE_BYTES = 500 * 1000 * 1000
SECONDS = 900.0
DISK_BYTES = 5 * 1000 * 1000 * 1000


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty and has room for DISK_BYTES."""
    free = shutil.disk_usage(folder).free
    print(f"disk: {free / 1e9:.0f} GB free, up to {DISK_BYTES / 1e9:.0f} GB are used; load {load()}", flush=True)
    if free < DISK_BYTES:
        pytest.skip("not enough disk for the bench")
    report = Report("import", peers=peers.versions(), setting={"runs": runs, "associations": _rule().associations})
    report.setting |= {"load_before": load(), "processors": os.cpu_count() or 1}
    sets = {
        "ct": data.ct_slices(folder / "ct", SLICES),
        "large": data.large_frames(folder / "large", 1, LARGE_BYTES),
    }
    for name, files in sets.items():
        _measure(name, files, folder, runs, report)
        shutil.rmtree(folder / name)
    report.setting["load_after"] = load()
    return report


def _rule() -> ImportRule:
    return ImportRule(B, "Ziekenhuis B")


def _measure(name: str, files: list[Path], folder: Path, runs: int, report: Report) -> None:
    megabytes = sum(one.stat().st_size for one in files) / 1e6
    rates: dict[str, list[float]] = {"dcmsend": [], "node": []}
    ways: list[tuple[str, Callable[[Path, list[Path]], float]]] = [("dcmsend", _dcmsend), ("node", _node)]
    for number in range(runs):
        for way, store in ways if number % 2 == 0 else reversed(ways):
            place = folder / f"{name}-{way}-{number}"
            place.mkdir()
            seconds = store(place, files)
            shutil.rmtree(place)
            rates[way].append(megabytes / seconds)
            print(f"{name}: {way} {megabytes / seconds:.1f} MB/s, {len(files) / seconds:.0f} a second", file=sys.stderr)
    found = {way: median(values) for way, values in rates.items()}
    report.figures |= {f"{name}_{way}_mb_per_second": rounded(value) for way, value in found.items()}
    report.ratios[f"{name}_vs_dcmsend"] = rounded(found["node"] / found["dcmsend"])


def _dcmsend(folder: Path, files: list[Path]) -> float:
    """Seconds of dcmsend into a fresh Orthanc, one association as is its way."""
    with peers.orthanc(folder) as receiver:
        warm(files)
        settle()
        begun = time.monotonic()
        command = [tool("dcmsend", "dcmtk"), "-aec", receiver.ae, "127.0.0.1", str(receiver.port)]
        done = run([*command, *map(str, files)], seconds=SECONDS)
        seconds = time.monotonic() - begun
        assert done.code == 0, done.output
        peers.expect(receiver, len(files))
        return seconds


def _node(folder: Path, files: list[Path]) -> float:
    """Seconds of one import into a fresh Orthanc, from the wish for it to *imported*."""
    with peers.orthanc(folder) as receiver:
        house = House(B, folder / "house", authority(), MemoryHub(), import_rule=_rule())
        try:
            exchange = _arrived(house, files)
            step = house.steps[WorkKind.IMPORT]
            house.steps[WorkKind.IMPORT] = replace(step, pacs=_pacs(receiver))  # type: ignore[type-var]  # an ImportStep
            choose(house.database, B, exchange, PatientNumber("7001"), "bench", house.clock.now())
            settle()
            begun = time.monotonic()
            while house.steps[WorkKind.IMPORT].step(exchange) is not None:
                assert time.monotonic() - begun < SECONDS
            seconds = time.monotonic() - begun
            assert house.exchange().state is State.IMPORTED
        finally:
            house.close()
        peers.expect(receiver, len(files))
        return seconds


def _pacs(receiver: peers.Receiver) -> DimsePacs:
    return DimsePacs(Application(receiver.ae, "127.0.0.1", receiver.port, "BENCH"), None)


def _arrived(house: House, files: list[Path]) -> str:
    """Take the files in like a disc; the arrival's exchange."""
    receiving, packing = house.receiving()
    with open_carrier(files[0].parent) as carrier:
        listing = list_carrier(carrier)
        brought = Brought(B, "Ziekenhuis A", "cli:bench", "bench", "")
        take_in(receiving, carrier, listing, *choose_files(listing, None, ()), brought)
    packing.close()
    return house.exchange().id
