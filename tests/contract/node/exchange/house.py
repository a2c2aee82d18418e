"""One hospital's node inside the test's own process: real vault, spool, folder and seals; the hub and PACS are
given.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS, PhantomPatient
from beeldbrug.kit.lanes import Lanes
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Ground, Party, Purpose, State, Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import CoercionTable, Order
from beeldbrug.node.policy.keeping import Keeping
from beeldbrug.node.policy.ordering import Making
from beeldbrug.node.policy.rules import GeneralRule, ImportRule, SendingRule
from beeldbrug.node.ports.archive import Archive, ArchivedStudy, StudyKey
from beeldbrug.node.ports.messages import Outgoing
from beeldbrug.node.ports.pacs import PatientRecord, StoreOutcome
from beeldbrug.node.ports.reception import Peer, StoreRequest
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.report_delivery import Folder, HospitalSystem
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.hub.listen import Mailbox
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.spool import FileSpool
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.arrive.apply import Apply
from beeldbrug.node.usecases.arrive.fetch import FetchStep
from beeldbrug.node.usecases.arrive.listening import Listening
from beeldbrug.node.usecases.arrive.receipts import Receipts
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.asking.tell import AskStep
from beeldbrug.node.usecases.cancel_order import OrderStep
from beeldbrug.node.usecases.desk.undo import Told
from beeldbrug.node.usecases.discard import DiscardStep
from beeldbrug.node.usecases.empty import EmptyStep
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.imports.place_order import PlaceOrder
from beeldbrug.node.usecases.imports.store import ImportStep
from beeldbrug.node.usecases.known import Known
from beeldbrug.node.usecases.own_keys import KeysStep, publish
from beeldbrug.node.usecases.post import Post
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.receive.packing import Packing
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.rekey.step import RekeyStep
from beeldbrug.node.usecases.reports.deliver import Outlets, ReportStep
from beeldbrug.node.usecases.reports.due import DeliveryRule
from beeldbrug.node.usecases.reports.make import Maker
from beeldbrug.node.usecases.reports.print import Paper
from beeldbrug.node.usecases.reports.send import SendReportsStep
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.send.send import SendStep
from beeldbrug.node.usecases.sweep import SweepStep
from beeldbrug.node.usecases.trust import OwnOrganisation, Trust
from beeldbrug.node.usecases.waiting import Waiting
from beeldbrug.node.usecases.withdraw import WithdrawStep
from beeldbrug.sealed.certificates import certificate_pem, issue, make_authority, make_request
from beeldbrug.sealed.keys import new_signing_key
from beeldbrug.sealed.opening.vault import VaultRoot
from tests.contract.node.exchange.memory_hub import Face, MemoryHub
from tests.contract.node.exchange.memory_ris import RIS, WRITER, MemoryRis
from tests.contract.node.exchange.small import decoded
from tests.vaults import fresh_vault

A, B, C = "00000001", "00000002", "00000003"
SECONDS = 30.0
Authority = tuple[x509.Certificate, Ed25519PrivateKey]


def authority() -> Authority:
    """A root for the test."""
    return make_authority("Test authority", time.time() - 3600)


class HandClock:
    """Real time plus what the test adds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class FakePacs:
    """A PACS in memory: whom it knows, what it took, what it answers."""

    known: list[Patient] = field(default_factory=list)
    taken: dict[str, list[bytes]] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)
    status: int = 0
    bad: dict[str, int] = field(default_factory=dict)
    """What it answers to these instances whatever the rest."""
    room: int | None = None
    """Instances after which it is out of resources; None: never."""
    no_answer: Unavailable | None = None
    """What comes of asking it for patients, after those it knows."""
    hangs: threading.Event | None = None
    """It answers nothing until this is set."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    orders: dict[str, list[Order]] = field(default_factory=dict)
    """What its worklist has, by number."""

    def echo(self) -> float:
        return 0.0

    moved: dict[str, str] = field(default_factory=dict)
    """Patient IDs that it has replaced by others, as by an A40."""
    no_studies: Unavailable | None = None
    """What comes of asking it for studies."""

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        if self.no_studies is not None:
            raise self.no_studies
        held = [decoded(contents[-1]) for contents in self.taken.values()]
        for uid, number in sorted({(str(one.StudyInstanceUID), self.now_under(str(one.PatientID))) for one in held}):
            if uid == key.study_uid:
                yield ArchivedStudy(Patient(number=PatientNumber(number)), uid)

    def now_under(self, number: str) -> str:
        """The Patient ID that it has instead of this one."""
        while number in self.moved:
            number = self.moved[number]
        return number

    def find_orders(self, number: str) -> list[Order]:
        return self.orders.get(number, [])

    def find_patients(self, patient: Patient) -> Iterator[PatientRecord]:
        yield from [PatientRecord(one, "pacs") for one in self.known]
        if self.no_answer is not None:
            raise self.no_answer

    @contextmanager
    def associate(self, contexts: Sequence[tuple[str, str]]) -> Iterator[FakePacs]:
        yield self

    def store(
        self, sop_class: str, instance_uid: str, transfer_syntax: str, dataset: Iterable[bytes | memoryview]
    ) -> StoreOutcome:
        content = b"".join(bytes(chunk) for chunk in dataset)
        self.offered.append(instance_uid)
        if self.hangs is not None and not self.hangs.wait(SECONDS):
            raise Unavailable("peer-silent", "The PACS is silent.", "It is tried again.")
        with self._lock:
            full = self.room is not None and len(self.taken) >= self.room
            status = self.bad.get(instance_uid, 0xA700 if full else self.status)
            if status == 0:
                self.taken.setdefault(instance_uid, []).append(content)
        return StoreOutcome(status)


@dataclass
class FakeNotices:
    """A mail server in memory."""

    told: list[str] = field(default_factory=list)
    error: BeeldbrugError | None = None

    def notify(self, alert: AlertRow) -> None:
        if self.error is not None:
            raise self.error
        self.told.append(alert.code)


@dataclass
class House:
    """A node of one organisation. ``run`` does all due work until nothing is due."""

    ura: str
    folder: Path
    root: Authority
    hub: MemoryHub
    rules: tuple[SendingRule | GeneralRule, ...] = ()
    import_rule: ImportRule | None = None
    keeping: Keeping = field(default_factory=Keeping)

    def __post_init__(self) -> None:
        self.clock = HandClock()
        self.pacs = FakePacs()
        self.ris = MemoryRis()
        self.outgoing: Outgoing = self.ris
        self.ris_peer = RIS
        self.making = Making()
        self.table = CoercionTable()
        self.rekey_wait = 600.0
        self.tell: Told | None = None
        self.with_reports = True
        self.places: tuple[str, ...] = ("pacs",)
        self.folder.mkdir(exist_ok=True)
        self.secret = os.urandom(32)
        self.report_rule = DeliveryRule()
        self.hospital: HospitalSystem | None = None
        self.report_folder: Folder | None = None
        self.database: Vault = open_vault(fresh_vault(self.folder / "node.sqlite"), lambda _: VaultRoot(self.secret))
        self.spool = FileSpool(self.folder / "spool", 0)
        self.store = FolderStore(self.folder / "segments")
        self.lanes = Lanes(4)
        self.import_lanes = Lanes(4)
        signing = new_signing_key()
        certificate = issue(self.root, make_request(signing, self.ura, self.ura), self.ura, self.ura, time.time() - 60)
        self.own = OwnOrganisation(self.ura, self.ura, signing, (certificate_pem(certificate),))
        self.face: Hub = Face(self.hub, self.ura)
        self.working: Database = self.database
        self.wire()
        publish(self.own, self.database, self.face, self.clock.now())

    def wire(self) -> None:
        """Make the worker's parts anew, as its process does when it starts: nothing in memory is left."""
        now, face, database = self.clock.now, self.face, self.working
        self.trust = Trust(self.ura, face, (self.root[0],), database, now)
        self.post = Post(self.own, database, face, self.trust, now)
        self.sources = Sources(database, (self.spool,), self.store, self.clock)
        receipts = Receipts(database, self.post, now)
        incoming = self.folder / "incoming"
        incoming.mkdir(exist_ok=True)
        rule = self.import_rule or ImportRule(self.ura, f"Ziekenhuis {self.ura}")
        self.known = Known(database, self.ura, self.pacs, rule.issuer, lambda: self.places, rule.emergency_issuer)
        placing = PlaceOrder(
            self.ura, database, WRITER, self.outgoing, lambda _: self.ris_peer, self.making, rule.without, now
        )
        decide = DecideImport(database, self.known, rule, now, lambda: self.table, placing)
        self.steps: dict[str, Step] = {
            WorkKind.SEND: SendStep(
                database, self.store, face, self.post, Decide(database, self.trust), self.lanes, now, lambda _: 0.0
            ),
            WorkKind.FETCH: FetchStep(self.ura, database, self.sources, face, receipts, self.lanes, incoming, now),
            WorkKind.RECEIPT: receipts,
            WorkKind.REPORT: SendReportsStep(database, self.post, lambda _: self.with_reports, now),
            WorkKind.WITHDRAW: WithdrawStep(database, self.store, self.post, now),
            WorkKind.IMPORT: ImportStep(self.ura, database, self.sources, self.pacs, decide, self.import_lanes, now),
            WorkKind.REKEY: RekeyStep(
                self.ura, database, self.sources, cast(Archive, self.pacs), decide, self.rekey_wait, now, self.tell
            ),
            WorkKind.ONWARD: self._passing_on(),
            WorkKind.ORDER: OrderStep(self.ura, database, WRITER, self.outgoing, lambda _: self.ris_peer, now),
            WorkKind.EMPTY: EmptyStep(self.ura, database, now),
            WorkKind.DISCARD: DiscardStep(database, self.store, incoming),
            WorkKind.ASK: AskStep(database, self.post, now),
            WorkKind.KEYS: KeysStep(self.own, database, face, now),
        }
        self.notices = FakeNotices()
        self.sweep = SweepStep(self.ura, database, self.notices, now, keeping=self.keeping)
        self.take = Take(self.own, database, face, self.trust, Apply(self.ura, now), now)

    def _passing_on(self) -> ReportStep:
        now = self.clock.now
        maker = Maker(Paper(f"Ziekenhuis {self.ura}", "nl", UTC), self.hospital, now)
        outlets = Outlets(self.pacs, self.hospital, self.report_folder)
        return ReportStep(self.ura, self.working, self.sources, self.report_rule, maker, outlets, now)

    def receiving(self) -> tuple[Receiving, Packing]:
        """A receiving process's parts."""
        packing = Packing(self.spool, self.store, self.database, self.clock.monotonic)
        names = {self.ura: f"Ziekenhuis {self.ura}"}
        return Receiving(self.database, packing, self.rules, names, "test", self.clock.now, self.ura), packing

    def receive(self, datasets: Iterable[tuple[str, str, str, bytes]], called: str = "NAAR_B") -> None:
        """One association that brings these (SOP class, instance UID, transfer syntax, dataset bytes)."""
        receiving, packing = self.receiving()
        session = receiving.admit(Peer("PACSA", called, "127.0.0.1"))
        for sop_class, uid, syntax, content in datasets:
            arrival = session.begin(StoreRequest(sop_class, uid, syntax))
            arrival.write(memoryview(content))
            arrival.commit()
        session.end(True)
        packing.close()

    def later(self) -> bool:
        """Let time pass until the next work is due; False when there is none."""
        with self.database.read() as tx:
            due = tx.work.next_due(self.clock.now())
        if due == math.inf:
            return False
        self.clock.ahead += max(0.0, due - self.clock.now())
        return True

    def run(self, rounds: int = 200) -> bool:
        """Take the mailbox and do due work until both are empty; errors of steps go to the test. Whether anything was
        done."""
        for done in range(rounds):
            busy = False
            for entry in self.face.mailbox(0):
                busy |= self.take.take(entry)
            busy |= self._work()
            if not busy:
                return done > 0
        raise AssertionError("work did not come to an end")

    def listen(self) -> None:
        """Walk the mailbox as the worker process does, the most urgent first."""
        waiting = Waiting(self.ura, self.database, self.clock.now)
        listening = Listening(self.own, self.database, self.face, self.take, waiting, self.clock.now)
        Mailbox(self.face, listening, self.clock).listen()

    def _work(self) -> bool:
        with self.database.read() as tx:
            due = tx.work.due(self.clock.now() + 0.06, 50)
        for row in due:
            step = self.steps[row.kind]
            try:
                again = step.step(row.subject)
            except Unavailable:
                again = 60.0
            except BeeldbrugError as error:
                again = step.failed(row.subject, error)
            with self.database.write() as tx:
                if again is None:
                    tx.work.done(row.id, row.wishes)
                else:
                    tx.work.postpone(row.id, self.clock.now() + again, row.wishes)
        return bool(due)

    def exchange(self) -> ExchangeRow:
        """The newest exchange."""
        with self.database.read() as tx:
            return tx.exchanges.listing(self.ura)[0]

    def close(self) -> None:
        """Stop threads, close the vault."""
        self.lanes.close()
        self.import_lanes.close()
        self.database.close()


def rule_to_b(ground: Ground = Ground.REFERRAL, urgency: Urgency = Urgency.STAT) -> SendingRule:
    """The rule of title NAAR_B at A."""
    return SendingRule("NAAR_B", A, Party(B, "B"), Purpose.TREATMENT, ground, urgency, responsible="radioloog")


def run_both(a: House, b: House, until: State | None = None) -> None:
    """Work at both ends until nothing moves (or A's exchange is in ``until``)."""
    for _ in range(20):
        a.run()
        b.run()
        if until is not None and a.exchange().state is until:
            return
    a.run()


def patient(number: int = 0) -> PhantomPatient:
    """A made-up patient with a test BSN."""
    return PATIENTS[number]


def the_patient() -> PhantomPatient:
    """The first made-up patient with a BSN."""
    return next(one for one in PATIENTS if one.bsn)


def at_b(patient: PhantomPatient) -> Patient:
    """A patient as B's PACS knows him."""
    return patient.identity(HOSPITAL_B)


def alerts(house: House) -> list[str]:
    """Codes of open alerts."""
    with house.database.read() as tx:
        return [alert.code for alert in tx.alerts.open(house.ura)]


def events(house: House) -> list[str]:
    """What the audit trail tells, after checking that it is whole."""
    with house.database.read() as tx:
        assert tx.audit.verify(house.ura)[1] is None
        return [event.event for _, event in tx.audit.events(house.ura, limit=100_000)]


def originals(house: House, origin: str) -> dict[str, list[bytes]]:
    """Every instance of an origin as the vault gives it back."""
    found: dict[str, list[bytes]] = {}
    with house.database.read() as tx:
        for one in tx.instances.studies(house.ura, None, {}, 0, 100):
            if one.origin == origin:
                for row in tx.instances.instances(house.ura, origin, one.study_uid, None, {}):
                    content = b"".join(read_original(house.sources, Places(house.sources, house.ura), row))
                    found.setdefault(row.instance_uid, []).append(content)
    return found
