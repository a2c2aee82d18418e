"""Composition root of a node: the only place that plugs stores and protocols into use cases (DESIGN section 5).

``base.open_base`` gives what every process and command needs; ``reception``, ``worker_parts`` and ``reading`` add what
the dimse, worker and web processes do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from beeldbrug.kit.files import make_folder
from beeldbrug.kit.lanes import Lanes
from beeldbrug.node.app.archive import LiveArchive
from beeldbrug.node.app.base import Base, make_known
from beeldbrug.node.app.drops import drop_steps
from beeldbrug.node.app.intake import intake_steps, sweep_intake
from beeldbrug.node.app.live import LivePacs, LiveRules, pacs_of
from beeldbrug.node.app.ordering import make_order_step, make_placing
from beeldbrug.node.app.partners import partner_steps
from beeldbrug.node.app.rekeying import make_rekey_step
from beeldbrug.node.app.reports import report_steps
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.trail import forward_steps
from beeldbrug.node.app.unseen import unseen_steps
from beeldbrug.node.app.waking import waking_steps
from beeldbrug.node.policy.committing import REQUIRED
from beeldbrug.node.policy.rejecting import TRUSTED
from beeldbrug.node.policy.rules import SendingRule
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.pacs import Pacs
from beeldbrug.node.ports.route import AddressBook, Ways
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.notices.notify import Notices
from beeldbrug.node.usecases.administer.configuration import warn_clashes
from beeldbrug.node.usecases.administer.people import warn_ending
from beeldbrug.node.usecases.arrive.fetch import FetchStep
from beeldbrug.node.usecases.arrive.receipts import Receipts
from beeldbrug.node.usecases.asking.tell import AskStep
from beeldbrug.node.usecases.consult.tell import TellStep
from beeldbrug.node.usecases.discard import DiscardStep
from beeldbrug.node.usecases.empty import EmptyStep
from beeldbrug.node.usecases.figures.dose import FiguresStep
from beeldbrug.node.usecases.heads import HeadStep
from beeldbrug.node.usecases.imports.commit import CommitStep, take_report
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.imports.store import ImportStep
from beeldbrug.node.usecases.own_keys import KeysStep
from beeldbrug.node.usecases.post import Post
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.receive.packing import Packing
from beeldbrug.node.usecases.receive.recover import recover_sides
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.reject.reject import RejectStep
from beeldbrug.node.usecases.rekey.step import adopt
from beeldbrug.node.usecases.reports.look_after import look_after as look_after_reports
from beeldbrug.node.usecases.reports.send import SendReportsStep
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.send.send import SendStep
from beeldbrug.node.usecases.sending.gather import GatherStep
from beeldbrug.node.usecases.sweep import SweepStep
from beeldbrug.node.usecases.trust import Trust
from beeldbrug.node.usecases.waiting import Waiting
from beeldbrug.node.usecases.withdraw import WithdrawStep

TRANSFERS = 8
TRANSFERS_STAT = 2
"""Segments on their way to and from the hub, and verifications, at once; some threads are kept for stat."""

IMPORTS = 8
IMPORTS_STAT = 2
"""Associations with the own PACS at once, in lanes of their own: a PACS that hangs holds each until its time-out, and
must hold up nothing that arrives or is sent. Enough for a large arrival (four associations, by setting) beside others,
and few enough for an archive that lets one caller open ten."""


def make_trust(base: Base, hub: AddressBook) -> Trust:
    """The checked address book."""
    return Trust(base.own.ura, hub, base.roots, base.database, base.clock.now)


def make_pacs(settings: NodeSettings) -> Pacs | None:
    """The PACS and worklist of these settings, where set; ``base.live`` has those in force."""
    return pacs_of(settings)


@contextmanager
def reception(base: Base, process: str) -> Iterator[Receiving]:
    """What the first dimse process listens with, and a command that runs in its stead."""
    packing = Packing(base.spool, base.store, base.database, base.clock.monotonic)
    try:
        yield _receiving(base, packing, process)
    finally:
        packing.close()


@contextmanager
def side_reception(base: Base) -> Iterator[Receiving]:
    """What further dimse processes listen with, and commands take files with, each in a spool of its own."""
    with base.sides.open() as (process, spool):
        packing = Packing(spool, base.store, base.database, base.clock.monotonic)
        try:
            yield _receiving(base, packing, process)
        finally:
            packing.close()


def _receiving(base: Base, packing: Packing, process: str) -> Receiving:
    names = {base.own.ura: base.own.name}
    rules, ura = LiveRules(base.live), base.own.ura

    def report(told: CommitReport) -> None:
        take_report(base.database, ura, told, base.clock.now())

    archive = LivePacs(base.live).titles
    return Receiving(base.database, packing, rules, names, process, base.clock.now, ura, report, archive)


def reading(base: Base) -> Reading:
    """What the web process reads with."""
    return Reading(base.sources)


@dataclass(frozen=True)
class WorkerParts:
    """What the worker process runs."""

    steps: Mapping[tuple[str, str], Step]
    trust: Trust
    waiting: Waiting
    lanes: tuple[Lanes, ...]
    """To be closed when the process stops."""


def worker_parts(base: Base, hub: Ways) -> WorkerParts:
    """Wire up all durable work of the node's organisation."""
    ura, now, database = base.own.ura, base.clock.now, base.database
    lanes, import_lanes = Lanes(TRANSFERS, TRANSFERS_STAT, "transfer"), Lanes(IMPORTS, IMPORTS_STAT, "import")
    trust = make_trust(base, hub)
    post = Post(base.own, database, hub, trust, now)
    receipts = Receipts(database, post, now)
    incoming = base.settings.data / "incoming"
    make_folder(incoming)
    rules, pacs = LiveRules(base.live), LivePacs(base.live)
    decide = DecideImport(
        database,
        make_known(base),
        base.settings.import_rule(),
        now,
        lambda: base.live.now().coercion.table(),
        make_placing(base.settings, ura, database, base.clock),
    )
    imports = ImportStep(
        ura, database, base.sources, pacs, decide, import_lanes, now, base.settings.imports.ask_again_seconds
    )
    steps: dict[tuple[str, str], Step] = {
        (ura, WorkKind.SEND): SendStep(
            database, base.store, hub, post, Decide(database, trust), lanes, now, rules.quiet_seconds
        ),
        (ura, WorkKind.GATHER): GatherStep(
            ura,
            database,
            base.sources,
            LiveArchive(base.live),
            lambda: side_reception(base),
            base.settings.retrieve.ae_title,
            now,
        ),
        (ura, WorkKind.FETCH): FetchStep(ura, database, base.sources, hub, receipts, lanes, incoming, now),
        (ura, WorkKind.IMPORT): imports,
        (ura, WorkKind.COMMIT): CommitStep(
            ura,
            database,
            pacs,
            imports.send_again,
            decide.rule.commitment == REQUIRED,
            now,
            base.settings.imports.commitment_seconds,
        ),
        (ura, WorkKind.ORDER): make_order_step(base.settings, ura, database, base.clock),
        (ura, WorkKind.REJECT): RejectStep(ura, database, pacs, base.settings.imports.rejection_notes == TRUSTED, now),
        (ura, WorkKind.REKEY): make_rekey_step(base, decide),
        (ura, WorkKind.RECEIPT): receipts,
        (ura, WorkKind.ANSWER): TellStep(database, post, now),
        (ura, WorkKind.REPORT): SendReportsStep(database, post, rules.reports, now),
        (ura, WorkKind.ASK): AskStep(database, post, now),
        (ura, WorkKind.WITHDRAW): WithdrawStep(database, base.store, post, now),
        (ura, WorkKind.EMPTY): EmptyStep(ura, database, now),
        (ura, WorkKind.DISCARD): DiscardStep(database, base.store, incoming),
        (ura, WorkKind.KEYS): KeysStep(
            base.own, database, hub, now, direct.url if (direct := base.settings.direct) else ""
        ),
        (ura, WorkKind.HEAD): HeadStep(base.own, database, hub, now),
        (ura, WorkKind.FIGURES): FiguresStep(ura, database, base.sources, now),
        (ura, WorkKind.SWEEP): SweepStep(
            ura,
            database,
            Notices(base.settings.alerts.hook()),
            now,
            lambda at: _look_after(base, at),
            replace(base.settings.keep.keeping(), committed=decide.rule.commitment == REQUIRED),
        ),
    }
    steps |= intake_steps(base.settings, database, lambda: side_reception(base), now)
    steps |= drop_steps(base.settings, database, lambda: side_reception(base), now)
    steps |= waking_steps(base.settings, database, now)
    steps |= forward_steps(base)
    steps |= unseen_steps(base.settings, database, now)
    steps |= partner_steps(ura, database, base.sources, now, rules.quiet_seconds)
    steps |= report_steps(base.settings, base.own.name, database, base.sources, pacs, now)
    return WorkerParts(steps, trust, Waiting(ura, database, now), (lanes, import_lanes))


def _look_after(base: Base, now: float) -> None:
    """What the clock does beside exchanges: mend what killed processes left, tell of access that ends soon, and of
    settings that serve nothing."""
    recover_sides(base.database, base.sides, base.store, now)
    sweep_intake(base.settings, base.database, now)
    adopt(base.database, base.own.ura, now)
    look_after_reports(base.database, base.own.ura, base.settings.keep.report_days, now)
    warn_ending(base.database, base.own.ura, now)
    warn_clashes(base.database, base.own.ura, bool(base.live.clashes()), now)


def sending_rule(base: Base, title: str) -> SendingRule | None:
    """The sending rule of an AE title that is in force."""
    found = (rule for rule in base.live.now().policy_rules() if rule.ae_title == title)
    return next((rule for rule in found if isinstance(rule, SendingRule)), None)
