"""Ask the PACS to keep for good what was imported, and take what it reports (PS3.4 annex J).

The transaction UID is fixed in the vault before the request. What the PACS does not keep is sent once more, and asked
for once more; then a human is told. A PACS that cannot do it is asked no further; where the hospital requires it, a
human is told of that as well, and what is not committed is not emptied early. A report counts whenever it comes, on
whichever association, and once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from beeldbrug.kit.log import get
from beeldbrug.model.decision import Reason
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unsupported
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.node.policy.committing import NOT_COMMITTED, NOT_SUPPORTED, SILENT
from beeldbrug.node.ports.committing import Commitment, CommitReport, CommitState, Committing
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.moving import is_moving

TRIES = 3
"""Requests without a report, after which the PACS counts as silent."""

ROWS_AT_ONCE = 1000

PROCESSING_FAILURE = 0x0110
"""Failure Reason of what a report does not mention (PS3.3 C.14.1.1)."""

OPEN = frozenset({CommitState.ASKING, CommitState.WAITING, CommitState.UNANSWERED})

log = get("commit")


@dataclass(frozen=True)
class CommitStep:
    """The work ``commit`` of one organisation. ``send_again`` offers the PACS what has no accepted answer; ``wait`` and
    ``soon`` are seconds: for a report, and for one on the same association."""

    organisation: str
    database: Database
    pacs: Committing
    send_again: Callable[[ExchangeRow], None]
    required: bool
    clock: Callable[[], float]
    wait: float = 600.0
    soon: float = 3.0

    def step(self, subject: str) -> float | None:
        """Ask, wait, or send once more. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            made = [] if exchange is None else of_import(tx, exchange)
            moving = is_moving(tx, self.organisation, subject)
        if moving:
            return self.wait
        if exchange is None or not _stands(exchange):
            return None
        last = made[-1] if made else None
        if last is None or last.state is CommitState.ASKING:
            return self._ask(exchange, last)
        if last.state is CommitState.WAITING:
            return self._waited(exchange, last, len(made))
        if last.state is CommitState.INCOMPLETE and not last.again:
            self.send_again(exchange)
            return self._ask(exchange, None, again=True)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The import stands; that nobody knows whether it is kept is told where that is required."""
        log.error("commitment not asked", code=error.code, exchange=subject)
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is not None and _stands(exchange):
                self._end(tx, exchange, SILENT)
        return None

    def _ask(self, exchange: ExchangeRow, begun: Commitment | None, again: bool = False) -> float | None:
        with self.database.write() as tx:
            rows = _accepted(tx, exchange)
            if begun is None:
                uid = f"2.25.{uuid4().int}"
                begun = Commitment(exchange.id, uid, self.clock(), again=again, instances=len(rows))
                tx.commitments.add(self.organisation, begun)
            if again and tx.imports.waiting(exchange.id):  # the PACS refuses it now
                left = len(tx.imports.waiting(exchange.id))
                tx.commitments.note(self.organisation, replace(begun, state=CommitState.INCOMPLETE, failed=left))
                _tell(tx, exchange, NOT_COMMITTED, self.clock())
                return None
        try:
            references = [(row.sop_class, row.instance_uid) for row in rows]
            found = self.pacs.request_commitment(begun.transaction_uid, references, self.soon)
        except Unsupported:
            with self.database.write() as tx:
                tx.commitments.note(self.organisation, replace(begun, state=CommitState.UNSUPPORTED))
                self._end(tx, exchange, NOT_SUPPORTED)
            return None
        now = self.clock()
        with self.database.write() as tx:
            current = tx.commitments.get(self.organisation, begun.transaction_uid)
            if current is not None and current.state is CommitState.ASKING:  # else the report was faster
                tx.commitments.note(self.organisation, replace(current, state=CommitState.WAITING, asked=now))
        if found is not None:
            take_report(self.database, self.organisation, found, now)
            return 0.0
        return self.wait

    def _waited(self, exchange: ExchangeRow, last: Commitment, tries: int) -> float | None:
        left = (last.asked or last.created) + self.wait - self.clock()
        if 0 < left <= self.wait:
            return left
        with self.database.write() as tx:
            tx.commitments.note(self.organisation, replace(last, state=CommitState.UNANSWERED))
            if tries >= TRIES:
                self._end(tx, exchange, SILENT)
                return None
        return self._ask(exchange, None, last.again)

    def _end(self, tx: Transaction, exchange: ExchangeRow, why: Reason) -> None:
        now = self.clock()
        tx.audit.append(of_exchange(exchange, "committed", "U", why.code, now, instances=0))
        if self.required:
            tx.alerts.raise_(alert_of(exchange, why, now))


def take_report(database: Database, organisation: str, report: CommitReport, now: float) -> None:
    """What the PACS says of one request, in one transaction. Raises NotFound ``commitment-unknown``."""
    with database.write() as tx:
        asked = tx.commitments.get(organisation, report.transaction_uid)
        exchange = tx.exchanges.get(organisation, asked.exchange) if asked is not None else None
        if asked is None or exchange is None:
            raise NotFound("commitment-unknown", "Nothing was asked under this transaction UID.")
        if asked.state not in OPEN or not _stands(exchange) or asked not in of_import(tx, exchange):
            return  # answered before, or about an import that was undone or done anew
        rows = _accepted(tx, exchange)
        lost = [row for row in rows if row.instance_uid not in report.committed]
        for row in lost:
            reason = report.failed.get(row.instance_uid) or PROCESSING_FAILURE
            tx.imports.answered(exchange.id, row.id, _refusal(reason), "storage commitment", now)
        state = CommitState.INCOMPLETE if lost else CommitState.COMMITTED
        tx.commitments.note(organisation, replace(asked, state=state, failed=len(lost)))
        outcome = NOT_COMMITTED.code if lost else "success"
        kept = len(rows) - len(lost)
        tx.audit.append(of_exchange(exchange, "committed", "U", outcome, now, instances=kept, failed=len(lost)))
        for code in (NOT_COMMITTED.code, SILENT.code):
            tx.alerts.clear(organisation, exchange.id, code, now)
        if lost:
            saved = {one.instance for one in tx.saved.of_study(organisation, exchange.id, exchange.study_uid)}
            tx.exchanges.bump(exchange.id, now, imported=-sum(row.id not in saved for row in lost))
            if asked.again:
                _tell(tx, exchange, NOT_COMMITTED, now)
        tx.work.add(organisation, WorkKind.COMMIT, exchange.id, Urgency.ROUTINE, now)


def of_import(tx: Transaction, exchange: ExchangeRow) -> list[Commitment]:
    """Requests about the import as it stands, oldest first."""
    return tx.commitments.of(exchange.organisation, exchange.id, exchange.imported_at or 0.0)


def is_committed(tx: Transaction, exchange: ExchangeRow) -> bool:
    """Whether the PACS keeps all of the import as it stands."""
    made = of_import(tx, exchange)
    return bool(made) and made[-1].state is CommitState.COMMITTED


def _tell(tx: Transaction, exchange: ExchangeRow, why: Reason, now: float) -> None:
    tx.alerts.raise_(alert_of(exchange, why, now))


def _stands(exchange: ExchangeRow) -> bool:
    here = exchange.emptied is None and exchange.withdrawn is None
    return exchange.direction is Direction.IN and exchange.state is State.IMPORTED and here


def _accepted(tx: Transaction, exchange: ExchangeRow) -> list[InstanceRow]:
    """What the PACS has accepted."""
    waiting = set(tx.imports.waiting(exchange.id))
    ids = [one for one in tx.imports.fixed(exchange.id) if one not in waiting]
    parts = [ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE)]
    return [row for part in parts for row in tx.instances.get(exchange.organisation, part)]


def _refusal(reason: int) -> int:
    """A Failure Reason as a status that counts as no acceptance."""
    return reason if 0 < reason <= 0xFFFF and reason & 0xF000 != 0xB000 else PROCESSING_FAILURE
