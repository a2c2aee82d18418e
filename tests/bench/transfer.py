"""Bench ``transfer``: from A's PACS to B's PACS through the hub, against a plain store into the same PACS.

The sender is DCMTK's storescu with the study's files, once to the Orthanc of hospital B directly, once to A's node,
which sends on: hub, two nodes and an Orthanc behind each, on one machine. Every measurement has fresh storage. Times
count from the sender's start; the quiet period after its association counts in. A knows what became of it after B does,
so both are told. The world is the demo's.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import dcmread

from beeldbrug.cli.demo.orthanc import OrthancPacs
from beeldbrug.cli.demo.play import RULE, watch_arrivals
from beeldbrug.cli.demo.processes import Processes
from beeldbrug.cli.demo.stage import Stage, opened_stage
from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.app.settings import Rule
from beeldbrug.node.ports.records import ExchangeRow
from tests.bench import data, peers
from tests.bench.measure import load, median, settle, warm
from tests.bench.moments import Sending, now
from tests.bench.report import Report, rounded
from tests.peers.processes import tool, wait_until

SLICES = 500
START_SECONDS = 180.0
END_SECONDS = 300.0
DISK_BYTES = 3 * 1000 * 1000 * 1000
QUIET = Rule.model_fields["quiet_seconds"].default
"""The demo's rule has the default."""


@dataclass(frozen=True)
class Through:
    """Seconds of one transfer, from the sender's start."""

    sent: float
    first_image: float
    verified: float
    imported: float
    verified_at_a: float
    imported_at_a: float


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty and has room for DISK_BYTES."""
    free = shutil.disk_usage(folder).free
    print(f"disk: {free / 1e9:.0f} GB free, up to {DISK_BYTES / 1e9:.0f} GB are used; load {load()}", flush=True)
    if free < DISK_BYTES:
        pytest.fail("not enough disk; set TMPDIR to a folder on a larger one")
    report = Report("transfer", peers=_peers())
    report.setting = {"runs": runs, "slices": SLICES, "quiet_seconds": QUIET, "load_before": load()}
    study = folder / "study"
    paths = data.ct_slices(study, SLICES)
    older = write_study(Kind.DX_THORAX, PATIENTS[0], folder / "older", hospital=HOSPITAL_B, documents=False, seed=3)
    plain: list[float] = []
    through: list[Through] = []
    for run in range(runs):
        for turn in (0, 1) if run % 2 == 0 else (1, 0):
            warm(paths)
            if turn == 0:
                plain.append(_plain(folder / "run", study))
                print(f"run {run + 1}, plain store: {plain[-1]:.2f} s", flush=True)
            else:
                through.append(_through(folder / "run", study, older))
                print(f"run {run + 1}, through the hub: {through[-1]}", flush=True)
            shutil.rmtree(folder / "run")
    _note(report, plain, through)
    report.setting["load_after"] = load()
    return report


def _peers() -> dict[str, dict[str, object]]:
    found = peers.versions()
    del found["storescp"]
    return found


def _note(report: Report, plain: list[float], through: list[Through]) -> None:
    store = median(plain)

    def seconds(of: Callable[[Through], float]) -> float:
        return median(of(one) for one in through)

    figures = {
        "store_s": store,
        "sent_s": seconds(lambda one: one.sent),
        "verified_s": seconds(lambda one: one.verified),
        "imported_s": seconds(lambda one: one.imported),
        "verified_known_at_a_s": seconds(lambda one: one.verified_at_a),
        "imported_known_at_a_s": seconds(lambda one: one.imported_at_a),
        "first_image_s": seconds(lambda one: one.first_image - one.sent),
    }
    report.figures = {name: rounded(value) for name, value in figures.items()}
    report.figures["first_image_before_end"] = int(all(one.first_image < one.sent for one in through))
    report.ratios = {
        "verified_vs_store": rounded(figures["verified_s"] / store),
        "imported_vs_store": rounded(figures["imported_s"] / store),
    }


def _plain(folder: Path, study: Path) -> float:
    """Seconds of a plain store of the study into a fresh PACS of hospital B."""
    folder.mkdir()
    with Processes() as processes, ExitStack() as stack:
        pacs = OrthancPacs(tool("Orthanc", "orthanc", ["/usr/sbin"]), folder / "pacs-b", "PACSB", processes)
        stack.callback(pacs.stop)
        pacs.wait_until_ready(START_SECONDS)
        settle()
        receiver = peers.Receiver("plain", pacs.ae_title, pacs.dicom_port, (), lambda: 0)
        start = now()
        peers.send(receiver, [study])
        return now() - start


def _through(folder: Path, study: Path, older: list[Path]) -> Through:
    """One transfer in a fresh world, in whose B the patient is known."""
    with opened_stage(folder, True, lambda: None) as (stage, _):
        _check_quiet(stage)
        if not all(stage.pacs_b.take(path) for path in older):
            pytest.fail("the PACS of hospital B does not take the older study")
        settle()
        receiver = peers.Receiver("node", RULE, stage.world.a.dimse_port, (), lambda: 0)
        study_uid = str(dcmread(next(study.glob("*.dcm")), stop_before_pixels=True).StudyInstanceUID)
        with watch_arrivals(stage) as first_images:
            sending = Sending(receiver, study)
            at_a = _times_at_a(stage, sending)
            at_b = _row(stage, Direction.IN)
        image = first_images.at.get(study_uid)
    if at_b is None or image is None or at_b.verified is None or at_b.imported_at is None:
        pytest.fail("the study was imported, but its moments were not noted")
    return Through(
        sending.seconds,
        image - sending.start,
        at_b.verified - sending.start,
        at_b.imported_at - sending.start,
        at_a[State.VERIFIED] - sending.start,
        at_a[State.IMPORTED] - sending.start,
    )


def _check_quiet(stage: Stage) -> None:
    rules = tomllib.loads(stage.world.a.settings.read_text())["rules"]
    found = next(rule.get("quiet_seconds", QUIET) for rule in rules if rule["ae_title"] == RULE)
    if found != QUIET:
        pytest.fail("the demo's rule has not the default quiet period")


def _times_at_a(stage: Stage, sending: Sending) -> dict[State, float]:
    """When A knew that the study was verified, and imported. Fails when it ends otherwise."""
    known: dict[State, float] = {}
    seen = -1

    def looked() -> bool:
        nonlocal seen
        version = stage.a.database.version()
        if version == seen:
            return False
        seen = version
        row = _row(stage, Direction.OUT)
        if row is None:
            return False
        if row.state in (State.FAILED, State.REFUSED, State.PARKED):
            pytest.fail(f"the study did not get through: {row.state} {row.reason_code}")
        if row.state in (State.VERIFIED, State.SEEN, State.IMPORTED):
            known.setdefault(State.VERIFIED, now())
        if row.state is State.IMPORTED:
            known.setdefault(State.IMPORTED, now())
        return State.IMPORTED in known

    wait_until(looked, "the study is not in the PACS of hospital B", END_SECONDS, 0.02)
    sending.wait()
    return known


def _row(stage: Stage, direction: Direction) -> ExchangeRow | None:
    base, hospital = (stage.a, stage.world.a) if direction is Direction.OUT else (stage.b, stage.world.b)
    with base.database.read() as tx:
        return next(iter(tx.exchanges.listing(hospital.ura, direction, limit=1)), None)


if __name__ == "__main__":
    sys.exit("run it as: python -m tests.bench.run transfer")
