"""Import a verified arrival into the own PACS by C-STORE; repeatable (guarantee 3, FIELD 5.6).

The coerced datasets are fixed in the vault before the first C-STORE, so that a repeat sends the same bytes; the PACS's
answer is kept per instance, and what was accepted is not sent again. The same SOP Instance UID with other content than
was imported before is a question for a human, never an overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from beeldbrug.dicom.join import join
from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.capsule import HeaderRecord
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import Patient
from beeldbrug.node.ports.pacs import Pacs, StoreAssociation
from beeldbrug.node.ports.records import (
    AlertRow,
    AuditEvent,
    ExchangeRow,
    ImportRow,
    InstanceRow,
    InstanceState,
    Member,
)
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.imports.coerce import Coercion, coerce
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.read.part10 import read_header, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

ASK_AGAIN_SECONDS = 60.0
"""How often an arrival without a safe match is looked up again: the patient may have been registered meanwhile."""

FIX_AT_ONCE = 100
STORE_SECONDS = 3600.0
OUT_OF_RESOURCES = range(0xA700, 0xA800)
IMPORTABLE = frozenset({State.VERIFIED, State.SEEN})

log = get("import")


@dataclass(frozen=True)
class ImportStep:
    """The work ``import`` of one organisation."""

    organisation: str
    database: Database
    sources: Sources
    pacs: Pacs
    decide: DecideImport
    lanes: Lanes
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Decide, fix, store, conclude; what is done already is skipped."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
        if exchange is None or exchange.direction is not Direction.IN or exchange.withdrawn is not None:
            return None
        if exchange.state not in IMPORTABLE:
            return None
        if not self._fix(exchange):
            return ASK_AGAIN_SECONDS
        self._store(exchange)
        return self._conclude(exchange)

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """Note it where a human and the sender see it; the study stays readable."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is not None and exchange.state in IMPORTABLE:
                _fail(tx, exchange, error.code, error.text, error.remedy, now)

    def _fix(self, exchange: ExchangeRow) -> bool:
        """Fix the coerced datasets of all members; False when a human must decide first."""
        with self.database.read() as tx:
            fixed = {row.instance for row in tx.imports.all(exchange.id)}
            waiting = [member for member in _members(tx, exchange) if member.instance not in fixed]
        if not waiting:
            return True
        coercion: Coercion | None = None
        for start in range(0, len(waiting), FIX_AT_ONCE):
            with self.database.read() as tx:
                rows = tx.instances.get(
                    self.organisation, [member.instance for member in waiting[start : start + FIX_AT_ONCE]]
                )
            rows = [row for row in rows if row.state is InstanceState.VERIFIED]
            if coercion is None and rows:
                coercion = self.decide.decide(exchange, self._patient(rows[0]))
            if coercion is None:
                return False
            fixed_rows = [self._coerced(exchange, row, coercion) for row in rows]
            with self.database.write() as tx:
                if self._is_withdrawn(tx, exchange):
                    return False
                self._question_others(tx, exchange, rows)
                tx.imports.fix(self.organisation, fixed_rows)
        return True

    def _is_withdrawn(self, tx: Transaction, exchange: ExchangeRow) -> bool:
        current = tx.exchanges.get(self.organisation, exchange.id)
        return current is None or current.withdrawn is not None

    def _question_others(self, tx: Transaction, exchange: ExchangeRow, rows: Sequence[InstanceRow]) -> None:
        together: dict[str, bytes] = {}
        for row in rows:
            if together.setdefault(row.instance_uid, row.hash) != row.hash:
                raise _other_content()
            if tx.imports.other_content(self.organisation, row.instance_uid, row.hash):
                raise _other_content()

    def _header(self, row: InstanceRow) -> bytes:
        return read_header(self.sources, Places(self.sources, self.organisation), row)

    def _patient(self, row: InstanceRow) -> Patient:
        head = HeaderRecord(
            1,
            row.study_uid,
            row.series_uid,
            row.instance_uid,
            row.sop_class,
            row.transfer_syntax,
            row.part10,
            self._header(row),
        )
        return index_of(head, row.pieces).patient

    def _coerced(self, exchange: ExchangeRow, row: InstanceRow, coercion: Coercion) -> ImportRow:
        places = Places(self.sources, self.organisation)
        original = read_original(self.sources, places, row)
        return coerce(exchange.id, row, self._header(row), self._patient(row), coercion, original)

    def _store(self, exchange: ExchangeRow) -> None:
        """C-STORE what has no accepted answer yet, over several associations. Raises Unavailable."""
        with self.database.read() as tx:
            pending = tx.imports.pending(exchange.id, 1_000_000)
            rows = {row.id: row for row in tx.instances.get(self.organisation, [one.instance for one in pending])}
        several = max(1, min(self.decide.rule.associations, len(pending) // 4))
        futures = [
            self.lanes.submit(
                exchange.urgency.rank,
                lambda share=pending[number::several]: self._store_share(exchange, share, rows),  # type: ignore[misc]  # bound now
            )
            for number in range(several)
            if pending[number::several]
        ]
        for future in futures:
            future.result(STORE_SECONDS)

    def _store_share(self, exchange: ExchangeRow, share: Sequence[ImportRow], rows: dict[int, InstanceRow]) -> None:
        contexts = list(dict.fromkeys((rows[one.instance].sop_class, one.transfer_syntax) for one in share))
        with self.pacs.associate(contexts) as association:
            for one in share:
                self._store_one(exchange, association, one, rows[one.instance])

    def _store_one(
        self, exchange: ExchangeRow, association: StoreAssociation, one: ImportRow, row: InstanceRow
    ) -> None:
        places = Places(self.sources, self.organisation)
        dataset = join(one.pieces, one.header, lambda ordinal: places.read(row.bulks[ordinal].place))
        outcome = association.store(row.sop_class, row.instance_uid, one.transfer_syntax, dataset)
        now = self.clock()
        accepted = int(outcome.accepted)

        def note(tx: Transaction) -> None:
            tx.imports.answered(exchange.id, row.id, outcome.status, outcome.comment or outcome.reason, now)
            tx.exchanges.bump(exchange.id, now, imported=accepted)

        self.database.submit(note).result(60)
        if outcome.status in OUT_OF_RESOURCES:
            raise Unavailable("pacs-out-of-resources", "The PACS is out of resources.", "Free space in the PACS.")

    def _conclude(self, exchange: ExchangeRow) -> float | None:
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or current.state not in IMPORTABLE:
                return None  # a supplement came in meanwhile; once it is verified, it wishes for an import itself
            refused = tx.imports.pending(exchange.id, 1)
            if refused:
                status = refused[0].status or 0
                text = f"The PACS refused instances with status {status:04X}H."
                _fail(tx, exchange, f"pacs-refused-{status:04x}", text, "See the PACS's log, then import again.", now)
                return None
            count = len(tx.imports.all(exchange.id))
            tx.exchanges.update(exchange.id, now, state=State.IMPORTED, imported_at=now, imported=count)
            tx.audit.append(_event(exchange, "imported", "success", now, count))
            tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
        return None


def _members(tx: Transaction, exchange: ExchangeRow) -> Iterable[Member]:
    after = 0
    while members := tx.exchanges.members(exchange.id, after, 1000):
        yield from members
        after = members[-1].ordinal


def _other_content() -> BeeldbrugError:
    return Conflict(
        "imported-before-with-other-content",
        "An instance with the same UID but other content was imported before.",
        "Compare both at the image desk and decide; nothing was overwritten.",
    )


def _fail(tx: Transaction, exchange: ExchangeRow, code: str, text: str, remedy: str, now: float) -> None:
    tx.exchanges.update(exchange.id, now, state=State.FAILED, reason_code=code)
    texts = ("Import in het PACS is mislukt.", text, "Bekijk de reden en importeer opnieuw.", remedy)
    tx.alerts.raise_(AlertRow(0, exchange.organisation, exchange.id, code, *texts, raised=now))
    tx.audit.append(_event(exchange, "import", code, now, 0))
    tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)


def _event(exchange: ExchangeRow, event: str, outcome: str, now: float, count: int) -> AuditEvent:
    return AuditEvent(
        organisation=exchange.organisation,
        event=event,
        action="C",
        outcome=outcome,
        actor="node",
        responsible=exchange.terms.responsible,
        purpose=exchange.terms.purpose,
        ground=exchange.terms.ground,
        exchange=exchange.id,
        peer=exchange.peer,
        study_uid=exchange.study_uid,
        details={"instances": count},
        at=now,
    )
