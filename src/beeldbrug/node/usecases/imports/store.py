"""Import a verified arrival into the own PACS by C-STORE; repeatable (guarantee 3, FIELD 5.6).

The coerced datasets are fixed in the vault before the first C-STORE, so that a repeat sends the same bytes; the PACS's
answer is kept per instance, and what was accepted is not sent again. A PACS that is out of resources is waited for, an
instance that alone is answered so is refused (``turned_away``). The same SOP Instance UID with other content than was
imported before is a question for a human, never an overwrite. Series that plan or rule leave out are not looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from beeldbrug.dicom.join import join
from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.answer import AnswerKind
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.committing import NEVER
from beeldbrug.node.policy.consult import UNDO_SECONDS, is_consult
from beeldbrug.node.policy.reconciliation import CHOSEN, REKEYED, contradict
from beeldbrug.node.ports.pacs import Pacs, StoreAssociation
from beeldbrug.node.ports.records import (
    AlertRow,
    ExchangeRow,
    ImportRow,
    InstanceRow,
    InstanceState,
    Member,
)
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.imports.chosen import kept_number
from beeldbrug.node.usecases.imports.coerce import Coercion, check_coerced, coerce, syntax_of_import
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.imports.left_out import count_left, instances_out, note_only_left_out, series_left
from beeldbrug.node.usecases.imports.rejected import note_rejections
from beeldbrug.node.usecases.imports.turned_away import OUT_OF_RESOURCES, TurnedAway
from beeldbrug.node.usecases.imports.unknown import note_unknown
from beeldbrug.node.usecases.moving import is_moving
from beeldbrug.node.usecases.read.part10 import places_of, read_header, read_headers, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.receipts import IMPORT_HAD_BEGUN
from beeldbrug.node.usecases.send.records import head_of

FIX_AT_ONCE = 100
STORE_AT_ONCE = 50
NOTES_AT_ONCE = 8
NOTE_SECONDS = 60.0
KEPT_REASONS = frozenset({CHOSEN.code, REKEYED.code, IMPORT_HAD_BEGUN})
"""Reasons that say how it got into the PACS, rather than why it did not."""

FULL_AFTER = 3
"""Answers A7xx in a row over one association, after which the PACS counts as full for this round."""

SAVED_REFUSED = "saved-not-imported"

MOVING_SECONDS = 2.0
"""When it is looked at again whether the PACS has followed to another number."""

IMPORTABLE = frozenset({State.VERIFIED, State.SEEN})

log = get("import")


class _Notes:
    """Answers of the PACS on their way into the vault, while the next instance is sent; all are there at the end of the
    block. A crash sends those that were not once more, the same bytes."""

    def __init__(self) -> None:
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> _Notes:
        return self

    def add(self, note: Future[None]) -> None:
        """One more; the oldest is waited for when there are too many."""
        self._waiting.append(note)
        while len(self._waiting) > NOTES_AT_ONCE:
            self._waiting.popleft().result(NOTE_SECONDS)

    def __exit__(self, *_: object) -> None:
        while self._waiting:
            self._waiting.popleft().result(NOTE_SECONDS)


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
    ask_again_seconds: float = 60.0
    turned_away: TurnedAway = field(default_factory=TurnedAway)

    def step(self, subject: str) -> float | None:
        """Decide, fix, store, conclude; what is done already is skipped."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            moving = is_moving(tx, self.organisation, subject)
        if exchange is None or exchange.direction is not Direction.IN or exchange.withdrawn is not None:
            self.turned_away.forget(subject)
            return None
        if moving:
            return MOVING_SECONDS
        if exchange.state is State.IMPORTED:
            return self._import_saved(exchange)
        if exchange.state in IMPORTABLE and is_consult(exchange.terms):
            self._note_rejections(exchange)  # whoever gives advice sees what is taken back
        if exchange.state not in IMPORTABLE or is_consult(exchange.terms):
            return None  # what came for advice waits for the answer, which wishes for the import
        if (slip := self._slip(exchange)) > 0:
            return slip
        if not self._fix(exchange):
            return self.ask_again_seconds
        self._store(exchange)
        return self._conclude(exchange)

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Note it where a human and the sender see it; the study stays readable."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is not None and exchange.state is State.IMPORTED:
                tx.alerts.raise_(_saved_refused(exchange, now))
                tx.audit.append(of_exchange(exchange, "saved-imported", "C", error.code, now, instances=0))
            if exchange is not None and exchange.state in IMPORTABLE:
                _fail(tx, exchange, error.code, error.text, error.remedy, now)
        return None

    def _slip(self, exchange: ExchangeRow) -> float:
        """Seconds for which "come" may be a slip of the finger, which a wish from before it must not shorten."""
        if exchange.reason_code == CHOSEN.code:
            return 0.0  # the desk has said more since
        with self.database.read() as tx:
            last = tx.answers.last(self.organisation, exchange.id)
        if last is None or last.answer is not AnswerKind.COME:
            return 0.0
        return last.at + UNDO_SECONDS - self.clock()

    def _fix(self, exchange: ExchangeRow) -> bool:
        """Fix the coerced datasets of all members; False when a human must decide first.

        Everything is looked at before the first is fixed: what has begun cannot be taken back.
        """
        self._note_rejections(exchange)
        with self.database.read() as tx:
            fixed = set(tx.imports.fixed(exchange.id))
            left, back = series_left(tx, exchange, self.decide.rule.without), instances_out(tx, exchange)
            waiting = [instance for instance in _instances(tx, exchange) if instance not in fixed]
        first, wanted = None, []
        for row in (row for rows in self._verified(waiting) for row in rows if row.series_uid not in left):
            if row.instance_uid not in back:
                first = first or row
                wanted.append(row.id)
        if first is None:
            return self._may_conclude(exchange, bool(left or back) and not fixed, bool(back))
        places = Places(self.sources, self.organisation)
        coercion = self.decide.decide(exchange, _patient(first, read_header(self.sources, places, first)))
        if coercion is None:
            return False
        patients = self._question(places, wanted, coercion.chosen)
        for rows in self._verified(wanted):
            fixed_rows = [
                self._coerced(exchange, places, row, header, patients[row.id], coercion)
                for row, header in read_headers(self.sources, places, [row for row in rows if row.id in patients])
            ]
            with self.database.write() as tx:
                if not self._still(tx, exchange, coercion):
                    return False
                tx.imports.fix(self.organisation, fixed_rows)
        return True

    def _note_rejections(self, exchange: ExchangeRow) -> None:
        note_rejections(self.database, self.sources, exchange, self.decide.rule.rejections, self.clock())

    def _may_conclude(self, exchange: ExchangeRow, only_left_out: bool, rejected: bool) -> bool:
        """Nothing (more) is to be fixed; where that is since everything is left out, a human is asked."""
        if only_left_out:
            with self.database.write() as tx:
                note_only_left_out(tx, exchange, self.clock(), rejected)
        return not only_left_out

    def _verified(self, instances: Sequence[int]) -> Iterator[list[InstanceRow]]:
        """Their rows, some at a time."""
        for start in range(0, len(instances), FIX_AT_ONCE):
            with self.database.read() as tx:
                rows = tx.instances.get(self.organisation, instances[start : start + FIX_AT_ONCE])
            yield [row for row in rows if row.state is InstanceState.VERIFIED]

    def _question(self, places: Places, instances: Sequence[int], chosen: bool) -> dict[int, Patient]:
        """Patients as the instances name them. Raises Conflict for what only a human can answer: other content than
        before under one UID, or, unless one has ``chosen``, several patients among those that would get one number."""
        together: dict[str, bytes] = {}
        patients: dict[int, Patient] = {}
        known: dict[Patient, Patient] = {}
        for rows in self._verified(instances):
            with self.database.read() as tx:
                if any(tx.imports.other_content(self.organisation, row.instance_uid, row.hash) for row in rows):
                    raise _other_content()
            for row, header in read_headers(self.sources, places, rows):
                if together.setdefault(row.instance_uid, row.hash) != row.hash:
                    raise _other_content()
                patient = _patient(row, header)
                patients[row.id] = known.setdefault(patient, patient)  # one object for all who are the same
        first = next(iter(known), None)
        if not chosen and first is not None and any(contradict(first, other) for other in known):
            raise _other_patient()
        return patients

    def _still(self, tx: Transaction, exchange: ExchangeRow, coercion: Coercion) -> bool:
        """Whether it goes under this number: nobody has withdrawn it or decided otherwise since it was looked at."""
        current = tx.exchanges.get(self.organisation, exchange.id)
        if current is None or current.withdrawn is not None:
            return False
        number = kept_number(current, self.decide.rule.issuer)
        same = number is not None and (number.value, number.issuer) == (coercion.number.value, coercion.number.issuer)
        return same and not is_moving(tx, self.organisation, exchange.id)

    def _coerced(
        self,
        exchange: ExchangeRow,
        places: Places,
        row: InstanceRow,
        header: bytes,
        patient: Patient,
        coercion: Coercion,
    ) -> ImportRow:
        original = read_original(self.sources, places, row, header)
        coerced = coerce(exchange.id, row, header, patient, coercion, original)
        check_coerced(row, coerced)
        return coerced

    def _store(self, exchange: ExchangeRow) -> None:
        """C-STORE what has no accepted answer yet, over several associations. Raises Unavailable."""
        with self.database.read() as tx:
            waiting = self.turned_away.in_order(exchange.id, tx.imports.waiting(exchange.id))
        several = max(1, min(self.decide.rule.associations, len(waiting) // 4))
        futures = [
            self.lanes.submit(
                exchange.urgency.rank,
                lambda share=waiting[number::several]: self._store_share(exchange, share),  # type: ignore[misc]  # bound now
            )
            for number in range(several)
            if waiting[number::several]
        ]
        wait(futures)  # all of them: a share that is left running would be stored twice by the next try
        for future in futures:
            future.result()

    def _store_share(self, exchange: ExchangeRow, share: Sequence[int]) -> None:
        with self.pacs.associate(self._contexts(share)) as association:
            left = self._store_each(exchange, association, share)
        if left:
            raise Unavailable("pacs-out-of-resources", "The PACS is out of resources.", "Free space in the PACS.")

    def _store_each(self, exchange: ExchangeRow, association: StoreAssociation, share: Sequence[int]) -> bool:
        """Offer them one after the other; whether some should be offered again later."""
        places = Places(self.sources, self.organisation)
        with _Notes() as notes:
            return self._store_some(exchange, association, share, places, notes)

    def _store_some(
        self,
        exchange: ExchangeRow,
        association: StoreAssociation,
        share: Sequence[int],
        places: Places,
        notes: _Notes,
    ) -> bool:
        left, in_a_row = False, 0
        for start in range(0, len(share), STORE_AT_ONCE):
            some = share[start : start + STORE_AT_ONCE]
            with self.database.read() as tx:
                fixed = tx.imports.rows(exchange.id, some)
                saved = _saved(tx, exchange)
                rows = {row.id: row for row in tx.instances.get(self.organisation, some)}
            places.load(place for row in rows.values() for place in places_of(row))
            for one in fixed:
                row, own = rows[one.instance], one.instance in saved
                status = self._store_one(exchange, association, places, one, row, own, notes)
                if status not in OUT_OF_RESOURCES:
                    in_a_row = 0
                    continue
                in_a_row += 1
                left |= self.turned_away.again(exchange.id, one.instance)
                if in_a_row == FULL_AFTER:
                    return True
        return left

    def _contexts(self, share: Sequence[int]) -> list[tuple[str, str]]:
        found: dict[tuple[str, str], None] = {}
        for rows in self._verified(share):
            for row in rows:
                found[row.sop_class, syntax_of_import(row)] = None
        return list(found)

    def _store_one(
        self,
        exchange: ExchangeRow,
        association: StoreAssociation,
        places: Places,
        one: ImportRow,
        row: InstanceRow,
        own: bool,
        notes: _Notes,
    ) -> int:
        """C-STORE one instance and have the PACS's answer noted; its status. ``own``: it was made here."""
        dataset = join(one.pieces, one.header, lambda ordinal: places.read(row.bulks[ordinal].place))
        offered = self.turned_away.offers()
        outcome = association.store(row.sop_class, row.instance_uid, one.transfer_syntax, dataset)
        if outcome.accepted:
            self.turned_away.accepted(exchange.id, row.id, offered)
        now = self.clock()
        accepted = int(outcome.accepted and not own)  # counted is what the sender sent

        def note(tx: Transaction) -> None:
            tx.imports.answered(exchange.id, row.id, outcome.status, outcome.comment or outcome.reason, now)
            tx.exchanges.bump(exchange.id, now, imported=accepted)

        notes.add(self.database.submit(note))
        return outcome.status

    def _has_more(self, tx: Transaction, exchange: ExchangeRow, fixed: Set[int]) -> bool:
        """Whether verified members of it that are to be imported have not been fixed."""
        left, back = series_left(tx, exchange, self.decide.rule.without), instances_out(tx, exchange)
        more = [instance for instance in _instances(tx, exchange) if instance not in fixed]
        rows = tx.instances.get(self.organisation, more)
        wanted = (row for row in rows if row.series_uid not in left and row.instance_uid not in back)
        return any(row.state is InstanceState.VERIFIED for row in wanted)

    def _import_saved(self, exchange: ExchangeRow) -> float | None:
        """What people saved beside it since it was imported follows it into the PACS."""
        if exchange.emptied is not None:
            return None
        if not self._fix(exchange):
            return self.ask_again_seconds
        with self.database.read() as tx:
            waiting = len(tx.imports.waiting(exchange.id))
        if not waiting:
            return None
        self._store(exchange)
        self.turned_away.forget(exchange.id)
        now = self.clock()
        with self.database.write() as tx:
            refused = len(tx.imports.pending(exchange.id))
            outcome = SAVED_REFUSED if refused else "success"
            if refused:
                tx.alerts.raise_(_saved_refused(exchange, now))
            tx.audit.append(of_exchange(exchange, "saved-imported", "C", outcome, now, instances=waiting - refused))
        return None

    def _conclude(self, exchange: ExchangeRow) -> float | None:
        self.turned_away.forget(exchange.id)
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or current.state not in IMPORTABLE:
                return None  # a supplement came in meanwhile; once it is verified, it wishes for an import itself
            fixed = set(tx.imports.fixed(exchange.id))
            if self._has_more(tx, exchange, fixed):
                return 0.0  # a supplement came in and was verified meanwhile
            saved = _saved(tx, exchange)
            left = tx.imports.pending(exchange.id)
            refused = [row for row in left if row.instance not in saved]
            if refused:
                status = refused[0].status or 0
                text = f"The PACS refused instances with status {status:04X}H."
                _fail(tx, exchange, f"pacs-refused-{status:04x}", text, "See the PACS's log, then import again.", now)
                return None
            count = len(fixed - saved)
            reason = current.reason_code if current.reason_code in KEPT_REASONS else ""
            reason = note_unknown(tx, current, now) or reason
            tx.exchanges.update(
                exchange.id, now, state=State.IMPORTED, imported_at=now, imported=count, reason_code=reason
            )
            out = count_left(tx, exchange, series_left(tx, exchange, self.decide.rule.without))
            tx.audit.append(
                of_exchange(exchange, "imported", "C", "success", now, instances=count, left_out=out.left_instances)
            )
            if left:
                tx.alerts.raise_(_saved_refused(exchange, now))
            tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
            tx.work.add(self.organisation, WorkKind.ONWARD, exchange.id, exchange.urgency, now)
            if self.decide.rule.commitment != NEVER:
                tx.work.add(self.organisation, WorkKind.COMMIT, exchange.id, Urgency.ROUTINE, now)
        return None

    def send_again(self, exchange: ExchangeRow) -> None:
        """Offer the PACS once more what it has not accepted, or does not keep. Raises Unavailable."""
        self._store(exchange)
        self.turned_away.forget(exchange.id)


def _patient(row: InstanceRow, header: bytes) -> Patient:
    return index_of(head_of(row, header), row.pieces).patient


def _instances(tx: Transaction, exchange: ExchangeRow) -> Iterator[int]:
    """What came in, and what people here have saved beside it."""
    yield from (member.instance for member in _members(tx, exchange))
    yield from sorted(_saved(tx, exchange))


def _saved(tx: Transaction, exchange: ExchangeRow) -> set[int]:
    return {row.instance for row in tx.saved.of_study(exchange.organisation, exchange.id, exchange.study_uid)}


def _members(tx: Transaction, exchange: ExchangeRow) -> Iterable[Member]:
    after = 0
    while members := tx.exchanges.members(exchange.id, after, 1000):
        yield from members
        after = members[-1].ordinal


def _saved_refused(exchange: ExchangeRow, now: float) -> AlertRow:
    return AlertRow(
        0,
        exchange.organisation,
        exchange.id,
        SAVED_REFUSED,
        "Een hier bewaard sleutelbeeld of weergave is niet in het PACS gekomen; het onderzoek zelf wel.",
        "A key image or presentation that was saved here did not get into the PACS; the study itself did.",
        "Bekijk in het logboek van het PACS waarom, en bewaar het opnieuw.",
        "See in the PACS's log why, and save it again.",
        now,
    )


def _other_content() -> BeeldbrugError:
    return Conflict(
        "imported-before-with-other-content",
        "An instance with the same UID but other content was imported before.",
        "Compare both at the image desk and decide; nothing was overwritten.",
    )


def _other_patient() -> BeeldbrugError:
    return Conflict(
        "patients-differ",
        "Instances of the study are of different patients.",
        "Look at the images with the sender; choose the own number only when they are of one patient after all.",
    )


def _fail(tx: Transaction, exchange: ExchangeRow, code: str, text: str, remedy: str, now: float) -> None:
    tx.exchanges.update(exchange.id, now, state=State.FAILED, reason_code=code)
    texts = ("Import in het PACS is mislukt.", text, "Bekijk de reden en importeer opnieuw.", remedy)
    tx.alerts.raise_(AlertRow(0, exchange.organisation, exchange.id, code, *texts, raised=now))
    tx.audit.append(of_exchange(exchange, "import", "C", code, now, instances=0))
    tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
