"""A whole world for journeys: a hub, two hospitals' nodes as real processes, and a PACS that tells everything.

The same world as the demo's, with further sending rules at A. Its fixtures are in ``conftest``. Every wait is bounded,
every process is stopped by its id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from beeldbrug.cli.demo.world import Hospital as Site
from beeldbrug.cli.demo.world import World as Made
from beeldbrug.cli.demo.world import build
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import State
from beeldbrug.node.app.base import Base, connect_hub, open_base
from beeldbrug.node.app.hosting import load_node
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.ports.records import AlertRow, ExchangeRow, InstanceRow
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from beeldbrug.node.usecases.heads import verify
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from tests.e2e.archive import Archive
from tests.e2e.processes import Program
from tests.e2e.studies import Made as Instance
from tests.peers.processes import wait_until

SECONDS = 60.0
"""How long a journey may take on a busy machine."""

SETTLED = frozenset({State.IMPORTED, State.FAILED, State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.PARKED})

RULES = """
[[rules]]
ae_title = "SPOED_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "stat"
quiet_seconds = 0.3

[[rules]]
ae_title = "OVERLEG_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
ground = "emergency"
responsible = "dienstdoend radioloog"
urgency = "stat"
question = "Bloeding? Kan de patiënt komen?"
phone = "030 555 0112"
quiet_seconds = 0.3

[[rules]]
ae_title = "ROUTINE_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "routine"
quiet_seconds = 0.3

[[rules]]
ae_title = "RUSTIG_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "stat"
quiet_seconds = 3.0

[[rules]]
ae_title = "LAAT_B"
receiver = "00000002"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "routine"
quiet_seconds = 30.0

[[rules]]
ae_title = "KORT_B"
receiver = "00000002"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "routine"
quiet_seconds = 0.3
expires_days = 0.00025

[[rules]]
ae_title = "CONSULT_B"
receiver = "00000002"
ground = "consultation"
responsible = "dienstdoend radioloog"
urgency = "routine"
quiet_seconds = 0.3

[[rules]]
ae_title = "WEK_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
department = "Wekkers"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "stat"
quiet_seconds = 0.3

[[rules]]
ae_title = "NERGENS"
receiver = "00000009"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "routine"
quiet_seconds = 0.3

[[rules]]
ae_title = "EIGEN"
receiver = "00000002"
ground = "referral"
responsible = "dienstdoend radioloog"
callers = [{ ae_title = "PACSX", networks = ["192.0.2.0/24"] }]
"""
"""Sending rules at A beside the demo's. 0.00025 days are 22 s; 192.0.2.0/24 is nobody's network (RFC 5737)."""


@dataclass
class End:
    """One hospital: its node, and a look into its vault."""

    site: Site
    program: Program
    base: Base | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def vault(self) -> Base:
        """The vault, open beside the running node."""
        if self.base is None:
            self.base = self._stack.enter_context(open_base(load_node(self.site.settings)))
        return self.base

    def close(self) -> None:
        """Close the vault; it opens again when it is asked for."""
        self._stack.close()
        self.base = None

    def exchanges(self, study: str = "") -> list[ExchangeRow]:
        """Newest first, of one study or all."""
        with self.vault.database.read() as tx:
            rows = tx.exchanges.listing(self.site.ura, None, limit=100_000)
        return [row for row in rows if not study or row.study_uid == study]

    def exchange(self, study: str) -> ExchangeRow | None:
        """The newest exchange of a study."""
        return next(iter(self.exchanges(study)), None)

    def alerts(self, exchange: str) -> list[AlertRow]:
        """Open alerts about an exchange."""
        with self.vault.database.read() as tx:
            return [alert for alert in tx.alerts.open(self.site.ura) if alert.exchange == exchange]

    def events(self, exchange: str) -> list[str]:
        """Names of the audit events about an exchange."""
        with self.vault.database.read() as tx:
            return [event.event for _, event in tx.audit.events(self.site.ura, limit=100_000, exchange=exchange)]

    def instances(self, exchange: str) -> list[InstanceRow]:
        """All members of an exchange."""
        with self.vault.database.read() as tx:
            members = tx.exchanges.members(exchange, limit=100_000)
            return tx.instances.get(self.site.ura, [member.instance for member in members])

    def original(self, row: InstanceRow) -> bytes:
        """An instance's bytes, opened and joined, as the sender gave them."""
        sources = self.vault.sources
        return b"".join(bytes(chunk) for chunk in read_original(sources, Places(sources, self.site.ura), row))

    def audit_whole(self) -> bool:
        """The chain is unbroken."""
        return verify(self.vault.own, self.vault.database, []).whole


@dataclass
class World:
    """Hub, two hospitals, one archive process that is both PACSes (by called AE title)."""

    folder: Path
    made: Made
    hub: Program
    a: End
    b: End
    pacs: Archive

    def send(
        self, instances: Sequence[Instance], title: str = "ROUTINE_B", calling: str = "PACSA", end: End | None = None
    ) -> list[int]:
        """C-STORE to A's node (or ``end``'s) on one association; the statuses."""
        port = (end or self.a).site.dimse_port
        pairs = list(dict.fromkeys((one.sop_class, one.syntax) for one in instances))
        with StoreScu(Application(title, "127.0.0.1", port, calling), pairs) as association:
            return [association.store(one.sop_class, one.uid, one.syntax, [one.dataset]).status for one in instances]

    def wait_state(self, end: End, study: str, *states: State, seconds: float = SECONDS) -> ExchangeRow:
        """The exchange of a study once it is in one of these states; fails when it settles in another."""

        def right(row: ExchangeRow) -> bool:
            if row.state in SETTLED and row.state not in states:
                pytest.fail(f"{end.site.name}: {row.state} ({row.reason_code}) where {states} was expected")
            return row.state in states

        return self.wait_row(end, study, right, f"{end.site.name}: {states}", seconds)

    def wait_row(
        self, end: End, study: str, right: Callable[[ExchangeRow], bool], what: str, seconds: float = SECONDS
    ) -> ExchangeRow:
        """The exchange of a study once it is as ``right`` says."""
        row: ExchangeRow | None = None

        def found() -> bool:
            nonlocal row
            row = end.exchange(study)
            return row is not None and right(row)

        try:
            wait_until(found, what, seconds, 0.03)
        except pytest.fail.Exception:
            pytest.fail(f"{what}: not within {seconds} s; {_told(row)}; {self.tail(end)}")
        assert row is not None
        return row

    def imported(self, study: str, seconds: float = SECONDS) -> tuple[ExchangeRow, ExchangeRow]:
        """Both ends' exchanges once the study is in B's PACS and A knows so."""
        at_b = self.wait_state(self.b, study, State.IMPORTED, seconds=seconds)
        return self.wait_state(self.a, study, State.IMPORTED, seconds=seconds), at_b

    def tail(self, end: End) -> str:
        """The end of a node's log, for the text of a failure."""
        return end.program.log.read_text(errors="replace")[-1500:]

    def online(self, seconds: float = SECONDS) -> None:
        """Return when both nodes have put their keys into the hub's address book."""
        hub = connect_hub(self.a.vault)

        def both() -> bool:
            try:
                return sum(bool(one.statement) for one in hub.correspondents()) >= 2
            except BeeldbrugError:
                return False

        try:
            wait_until(both, "the nodes are not in the address book", seconds, 0.1)
        finally:
            hub.close()

    def start(self) -> None:
        """Start hub and nodes, side by side."""
        programs = dict.fromkeys((self.hub, self.a.program, self.b.program))  # one node may be both
        for program in programs:
            program.start(wait=False)
        for program in programs:
            program.wait_ready()
        self.online()

    def stop(self) -> None:
        """Stop all."""
        for end in (self.a, self.b):
            end.close()
        programs = dict.fromkeys((self.a.program, self.b.program, self.hub))
        for program in programs:
            program.ask_to_stop()
        for program in programs:
            program.stop()


def build_world(folder: Path, pacs: Archive, rules: str = RULES, ports: tuple[int, int] | None = None) -> World:
    """A world on disk, not started. ``ports`` of A's and B's PACS when they are others than ``pacs``."""
    made = build(folder / "data", *(ports or (pacs.port, pacs.port)))
    with made.a.settings.open("a") as file:
        file.write(rules)
    hub = Program("hub", made.hub_settings, folder / "hub.log")
    spread = {"BEELDBRUG_NODE_DIMSE__PROCESSES": "2"}  # also where there are few processors
    a = End(made.a, Program("node", made.a.settings, folder / "a.log", spread))
    often = {"BEELDBRUG_NODE_IMPORTS__ASK_AGAIN_SECONDS": "5"}
    b = End(made.b, Program("node", made.b.settings, folder / "b.log", often))
    return World(folder, made, hub, a, b, pacs)


@contextmanager
def running_world(folder: Path, keep: bool = True, rules: str = RULES) -> Iterator[World]:
    """A running world with its archive."""
    from tests.e2e.archive import archive

    folder.mkdir(parents=True, exist_ok=True)
    with archive(folder / "pacs", keep) as pacs:
        world = build_world(folder, pacs, rules)
        try:
            world.start()
            yield world
        finally:
            world.stop()


def pause(seconds: float) -> None:
    """Wait, where the passing of time itself is what is tested."""
    time.sleep(seconds)


def _told(row: ExchangeRow | None) -> str:
    if row is None:
        return "no exchange"
    counts = f"total {row.total} done {row.done} imported {row.imported} closed {row.closed}"
    return f"{row.state} {row.reason_code} {counts}"
