"""The play: studies go from A's PACS to node A by DIMSE, through the hub to node B, and into B's PACS; then the
figures.

What A's PACS cannot hold or send goes straight to node A, as from a modality, and is counted. All times are POSIX
seconds of one machine. It judges nothing: ``Figures.flawless`` says what the demo demands.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from beeldbrug.cli.demo.readback import ReadBack, exchanges, members, read_back
from beeldbrug.cli.demo.stage import Stage
from beeldbrug.cli.demo.studies import SourceFile, Sources
from beeldbrug.cli.demo.viewer import FirstImages
from beeldbrug.model.errors import BeeldbrugError, Conflict
from beeldbrug.model.exchange import ENDED, Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import CHOSEN, EMERGENCY
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.waiting import waiting
from beeldbrug.node.usecases.imports.chosen import kept_number

RULE = "NAAR_B"
"""AE title of node A that means: send to hospital B."""

LOOK_SECONDS = 0.05
PATIENCE = 60.0
SECONDS_PER_MEGABYTE = 0.2
"""How long nothing may move before the demo gives up; more for large folders, whose files may be large."""

TERMINAL = ENDED | {State.PARKED}
Tell = Callable[[str], None]


@dataclass(slots=True)
class Moments:
    """When what happened to one study, POSIX seconds; None while it has not."""

    study_uid: str
    instances: int = 0
    began: float | None = None
    first_byte: float | None = None
    last_byte: float | None = None
    first_image: float | None = None
    verified: float | None = None
    imported: float | None = None
    state: str = ""
    reason: str = ""
    by_hand: bool = False
    """Imported under an emergency number: to be re-keyed by a human."""
    by_desk: bool = False
    """Waited for a human, whom the demo then played."""

    def after_last(self, moment: float | None) -> float | None:
        """Seconds after the last byte at A."""
        return None if moment is None or self.last_byte is None else moment - self.last_byte


@dataclass(slots=True)
class Sent:
    """How the files got to node A; ``refused`` by reason."""

    by_pacs: int = 0
    directly: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def send_all(stage: Stage, sources: Sources, tell: Tell) -> dict[str, Moments]:
    """Put the studies into A's PACS and have it send them, one association a study; then send what did not come."""
    held = {file.instance_uid: stage.pacs_a.take(file.path) for file in sources.files}
    told: dict[str, Moments] = {}
    for study_uid, files in sources.studies.items():
        told[study_uid] = Moments(study_uid, began=time.time())
        ready = [file for file in files if held[file.instance_uid]]
        if ready:
            stage.pacs_a.send(ready, RULE)
        tell(study_uid)
    return told


def send_rest(stage: Stage, sources: Sources) -> Sent:
    """Send straight to node A what its PACS did not bring; what the node refuses is counted by reason."""
    sent = Sent()
    here = {row.instance_uid for row in received(stage)}
    sent.by_pacs = len(here)
    application = Application(RULE, "127.0.0.1", stage.world.a.dimse_port, "MODALITEIT")
    for files in sources.studies.values():
        rest = [file for file in files if file.instance_uid not in here]
        for file in rest:
            reason = _send_one(application, file)
            if reason:
                sent.refused[reason] += 1
            else:
                sent.directly += 1
    return sent


def _send_one(application: Application, file: SourceFile) -> str:
    try:
        with StoreScu(application, [(file.sop_class, file.transfer_syntax)]) as association:
            outcome = association.store(file.sop_class, file.instance_uid, file.transfer_syntax, file.dataset())
    except BeeldbrugError as error:
        return error.code
    return "" if outcome.accepted else outcome.reason or f"status-{outcome.status:04x}"


def received(stage: Stage) -> list[InstanceRow]:
    """Every instance that node A has acknowledged."""
    rows: dict[int, InstanceRow] = {}
    for exchange in exchanges(stage.a.database, stage.world.a.ura, Direction.OUT):
        with stage.a.database.read() as tx:
            rows.update((row.id, row) for row in members(tx, exchange))
    return list(rows.values())


def wait_for_ends(stage: Stage, size: int, tell: Callable[[Sequence[ExchangeRow]], None]) -> None:
    """Return when every sending has ended and both sides say the same, or when nothing has moved for a long while."""
    patience = PATIENCE + size / 1e6 * SECONDS_PER_MEGABYTE
    moved, before = time.monotonic(), [(0, 0, "")]
    while True:
        rows = exchanges(stage.a.database, stage.world.a.ura, Direction.OUT)
        tell(rows)
        if rows and all(row.state in TERMINAL for row in rows) and _agreed(stage, rows):
            return
        now = [(row.done, row.imported, row.state.value) for row in rows]
        if now != before:
            moved, before = time.monotonic(), now
        elif time.monotonic() - moved > patience:
            return
        time.sleep(LOOK_SECONDS)


def _agreed(stage: Stage, rows: Sequence[ExchangeRow]) -> bool:
    states = {row.id: row.state for row in rows}
    arrived = exchanges(stage.b.database, stage.world.b.ura, Direction.IN)
    return all(states.get(row.id) == row.state for row in arrived)


def serve_desk(stage: Stage) -> int:
    """Play the image desk at B: whatever waits for a human gets a number made up for it; returns how many."""
    served, now = 0, time.time()
    for row in waiting(stage.b.database, stage.world.b.ura):
        number = PatientNumber(f"BALIE{int(row.id, 16) % 10**8:08d}")
        with suppress(Conflict):  # its import had begun: the number stands
            choose(stage.b.database, stage.world.b.ura, row.id, number, "demo", now)
            served += 1
    return served


def watch_arrivals(stage: Stage) -> FirstImages:
    """Watches B with a viewer's eyes."""

    def arriving() -> Iterable[str]:
        rows = exchanges(stage.b.database, stage.world.b.ura, Direction.IN)
        return [row.study_uid for row in rows if row.study_uid]

    return FirstImages(stage.viewer, stage.b.database.version, arriving)


def note_moments(stage: Stage, moments: dict[str, Moments], first_images: FirstImages) -> None:
    """Fill in what both vaults and the viewer know."""
    for exchange in exchanges(stage.a.database, stage.world.a.ura, Direction.OUT):
        if exchange.study_uid not in moments:
            continue
        noted = moments[exchange.study_uid]
        with stage.a.database.read() as tx:
            times = [row.received for row in members(tx, exchange)]
        noted.instances = len(times)
        noted.first_byte, noted.last_byte = min(times, default=None), max(times, default=None)
        noted.state, noted.reason = exchange.state.value, exchange.reason_code
    for exchange in exchanges(stage.b.database, stage.world.b.ura, Direction.IN):
        if exchange.study_uid in moments:
            noted = moments[exchange.study_uid]
            noted.verified, noted.imported = exchange.verified, exchange.imported_at
            noted.reason = exchange.reason_code or noted.reason
            noted.by_hand = exchange.reason_code == EMERGENCY.code
            noted.by_desk = exchange.reason_code == CHOSEN.code
            noted.first_image = first_images.at.get(exchange.study_uid)


def compare(stage: Stage) -> ReadBack:
    """Read everything back at B."""
    arrived = exchanges(stage.b.database, stage.world.b.ura, Direction.IN)
    issuer = stage.b.settings.import_rule().issuer
    kept = {row.study_uid: kept_number(row, issuer) for row in arrived}
    numbers = {study_uid: number.value for study_uid, number in kept.items() if number is not None}
    return read_back(received(stage), numbers, stage.viewer, stage.retriever, stage.world.data)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the demo found; ``as_json`` is its last line (docs/reference/machine-output.md)."""

    moments: tuple[Moments, ...]
    read: ReadBack
    sent: Sent
    left_out: Counter[str]
    leaks: int
    pacs: str
    leaks_proven: bool = True
    """Whether the search for leaks found every value that it had planted itself."""
    expected: int | None = None
    """Instances that must have been taken; None for files of the user's, which a node may refuse with a reason."""

    @property
    def flawless(self) -> bool:
        """Everything that node A took is at B byte for byte, verified, in the PACS once, and nothing leaked."""
        read = self.read
        counts = read.instances == read.byte_exact == read.imported
        ended = all(one.verified is not None and one.state == State.IMPORTED for one in self.moments if one.instances)
        if self.expected not in (None, read.instances):
            return False
        return read.instances > 0 and counts and ended and self.leaks_proven and not (read.duplicates or self.leaks)

    def as_json(self) -> dict[str, object]:
        """Seconds are of the slowest study; ``first_image_before_end`` is of the largest."""
        largest = max(self.moments, key=lambda one: one.instances, default=None)
        before = largest is not None and (largest.after_last(largest.first_image) or 0.0) < 0.0
        return {
            "instances": self.read.instances,
            "byte_exact": self.read.byte_exact,
            "imported": self.read.imported,
            "duplicates": self.read.duplicates,
            "leaks": self.leaks,
            "first_image_s": _slowest(one.after_last(one.first_image) for one in self.moments if one.instances),
            "verified_s": _slowest(one.after_last(one.verified) for one in self.moments if one.instances),
            "imported_s": _slowest(one.after_last(one.imported) for one in self.moments if one.instances),
            "first_image_before_end": before,
            "pacs": self.pacs,
            "studies": sum(one.instances > 0 for one in self.moments),
            "by_modality": self.sent.directly,
            "emergency_number": sum(one.by_hand for one in self.moments),
            "by_desk": sum(one.by_desk for one in self.moments),
            "refused": dict(sorted(self.sent.refused.items())),
            "left_out": dict(sorted(self.left_out.items())),
            "faults": dict(sorted((self.read.faults + _unfinished(self.moments)).items())),
        }


def _slowest(seconds: Iterable[float | None]) -> float | None:
    """The largest; None when one never came."""
    found = list(seconds)
    known = [one for one in found if one is not None]
    return round(max(known), 3) if known and len(known) == len(found) else None


def _unfinished(moments: Iterable[Moments]) -> Counter[str]:
    return Counter(
        one.reason or one.state or "not-sent" for one in moments if one.instances and one.state != State.IMPORTED
    )


def size_of(sources: Sources) -> int:
    """Bytes of all files."""
    return sum(file.size for file in sources.files)
