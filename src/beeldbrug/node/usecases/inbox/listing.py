"""The list of exchanges as its readers see it: rows with patient, alerts and what can be done, within their scope.

Naming a patient is a disclosure inside the house: it is on record, once for each session and exchange within a
viewing's time (guarantee 4). What is outside a launched session's limits is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.model.exchange import BROUGHT, Direction, State, Urgency
from beeldbrug.model.image_request import OPEN
from beeldbrug.model.importing import Left
from beeldbrug.model.report import ReportStatus
from beeldbrug.node.policy.actions import Facts, possible
from beeldbrug.node.policy.asking import may_add, may_ask
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.policy.undoing import Imported, may_undo
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.image_requests import ImageRequestRow
from beeldbrug.node.ports.importing import Claim
from beeldbrug.node.ports.listing import BY_OWNER, BY_URGENCY, Owner, PatientShown, Place, Sort, Wanted
from beeldbrug.node.ports.live import Present
from beeldbrug.node.ports.records import AlertRow, AuditEvent, ExchangeRow
from beeldbrug.node.ports.rekeying import MOVING, Rekeying
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.asking.facts import facts_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.carry.hand_out import may_hand_out
from beeldbrug.node.usecases.partners.route import may_go_on
from beeldbrug.node.usecases.read.reach import may_be_read
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.read.view import Ledger, Mark
from beeldbrug.node.usecases.sign_in.signing import Session

MOST_ROWS = 200
MOST_SCANNED = 4000
"""Rows looked through for one page by what is sealed (department) or searched."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A colleague, or the reader himself (``own``), who decides about an arrival; ``name`` as people read it."""

    name: str
    own: bool
    expires: float


@dataclass(frozen=True, slots=True)
class Row:
    """One exchange on the list. ``patient`` is None when nothing of the study is here (any more, or yet)."""

    exchange: ExchangeRow
    patient: PatientShown | None
    alerts: tuple[AlertRow, ...]
    may: tuple[str, ...]
    answers: tuple[AnswerRow, ...] = ()
    present: tuple[Present, ...] = ()
    left: Left = field(default_factory=Left)
    """What its import left out."""
    busy: Busy | None = None
    """Who is deciding about it."""
    requests: tuple[ImageRequestRow, ...] = ()
    """For missing images, oldest first."""
    reports: tuple[ReportStatus, ...] = ()
    """How far each report is that came with it, goes with it or went."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where to go on; None when that was all."""

    rows: tuple[Row, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done with an exchange, from the trail: who (by name), what, when, how it ended."""

    at: float
    event: str
    outcome: str
    actor: str


@dataclass(frozen=True)
class Listing:
    """Lists of one organisation."""

    database: Database
    organisation: str
    now: Callable[[], float]
    has_pacs: Callable[[], bool]
    """Whether there is a PACS to import into, now."""
    ledger: Ledger = field(default_factory=Ledger)
    undo_days: float = 7.0
    """Days within which an import can be undone."""
    present: Callable[[str], tuple[Present, ...]] = lambda id: ()
    """Who is looking at an exchange right now."""

    def page(
        self,
        session: Session,
        wanted: Wanted,
        department: str = "",
        search: str = "",
        after: Place | None = None,
        limit: int = 100,
    ) -> Page:
        """The next rows; ``search`` is a name, number or birth date as people type it."""
        limit = max(1, min(limit, MOST_ROWS))
        has_pacs = self.has_pacs()  # reads the vault: before the transaction, not in it
        with self.database.read() as tx:
            wanted = self._within(session, wanted, search)
            found, place, more = self._scan(tx, wanted, department, after, limit)
            rows = self._rows(tx, session, found, has_pacs)
        self._note(session, rows)
        return Page(tuple(rows), place if more else None)

    def one(self, session: Session, id: str) -> Row:
        """One exchange. Raises NotFound ``exchange-unknown``."""
        has_pacs = self.has_pacs()
        with self.database.read() as tx:
            rows = self._rows(tx, session, [visible(tx, session, id)], has_pacs)
        self._note(session, rows)
        return rows[0]

    def history(self, session: Session, id: str) -> list[Deed]:
        """What was done with it, oldest first, as the trail has it. Raises NotFound."""
        with self.database.read() as tx:
            exchange = visible(tx, session, id)
            events = [event for _, event in tx.audit.events(self.organisation, exchange=id)]
            names = {actor: self._called(tx, exchange, actor) for actor in {event.actor for event in events}}
        return [Deed(event.at, event.event, event.outcome, names[event.actor]) for event in events]

    def _called(self, tx: Transaction, exchange: ExchangeRow, actor: str) -> str:
        """An actor as people read it: an organisation or a colleague by name, anything else as the trail has it."""
        parties = (exchange.terms.sender, exchange.terms.receiver)
        named = next((party.name for party in parties if party.organisation == actor and party.name), "")
        if named:
            return named
        account = tx.accounts.by_login(self.organisation, actor) if actor else None
        return actor if account is None else account.name

    def shown(self, session: Session, exchanges: Sequence[ExchangeRow]) -> list[Row]:
        """These, as far as the session reaches them (live updates); none for whoever may not see exchanges."""
        if Permission.SEE_EXCHANGES not in session.permissions:
            return []
        has_pacs = self.has_pacs()
        with self.database.read() as tx:
            rows = self._rows(tx, session, [row for row in exchanges if reaches(session.scope, row)], has_pacs)
        self._note(session, rows)
        return rows

    def counts(self, session: Session) -> dict[tuple[Direction, State, Urgency], int]:
        """How many there are that have not ended; none for a session launched for one patient."""
        if session.row.exchanges or session.row.studies:
            return {}
        with self.database.read() as tx:
            return tx.listings.counts(self.organisation)

    def at_desk(self, session: Session) -> int:
        """How many arrivals wait for a human at the desk."""
        if session.row.exchanges or session.row.studies:
            return 0
        with self.database.read() as tx:
            return tx.listings.count_at_desk(self.organisation)

    def _within(self, session: Session, wanted: Wanted, search: str) -> Wanted:
        scope = session.scope
        wanted = replace(wanted, at=self.now())
        return replace(wanted, typed=search, exchanges=scope.exchanges, studies=scope.studies)

    def _scan(
        self, tx: Transaction, wanted: Wanted, department: str, after: Place | None, limit: int
    ) -> tuple[list[ExchangeRow], Place | None, bool]:
        """Enough rows, the place of the last one looked at, and whether there are more."""
        found: list[ExchangeRow] = []
        scanned = 0
        while len(found) < limit and scanned < MOST_SCANNED:
            rows = tx.listings.page(self.organisation, wanted, after, limit)
            claims = tx.claims.of(self.organisation, [row.id for row in rows], wanted.at)
            scanned += len(rows)
            for row in rows:
                if len(found) == limit:
                    return found, after, True
                after = place_of(row, wanted, claims.get(row.id))
                if not department or _department(row) == department:
                    found.append(row)
            if len(rows) < limit:
                return found, after, False
        return found, after, True

    def _rows(self, tx: Transaction, session: Session, exchanges: Sequence[ExchangeRow], has_pacs: bool) -> list[Row]:
        if not exchanges:
            return []
        patients = tx.listings.patients(exchanges)
        alerts: dict[str, list[AlertRow]] = {}
        for alert in tx.alerts.open(self.organisation):
            alerts.setdefault(alert.exchange, []).append(alert)
        ids = [one.id for one in exchanges]
        answers = tx.answers.of(self.organisation, ids)
        left = tx.plans.left(self.organisation, ids)
        requests = tx.image_requests.of(self.organisation, ids)
        rekeyings = tx.rekeyings.of(self.organisation, [one.id for one in exchanges if one.direction is Direction.IN])
        claims = tx.claims.of(self.organisation, ids, self.now())
        reports = tx.reports.statuses(self.organisation, ids)
        return [
            Row(
                one,
                patients.get(one.id),
                tuple(alerts.get(one.id, ())),
                self._may(
                    tx,
                    session,
                    one,
                    left.get(one.id, Left()),
                    requests.get(one.id, []),
                    rekeyings.get(one.id),
                    has_pacs,
                ),
                tuple(answers.get(one.id, ())),
                self.present(one.id),
                left.get(one.id, Left()),
                self._busy(tx, session, claims.get(one.id)),
                tuple(requests.get(one.id, ())),
                tuple(reports.get(one.id, ())),
            )
            for one in exchanges
        ]

    def _busy(self, tx: Transaction, session: Session, claim: Claim | None) -> Busy | None:
        if claim is None:
            return None
        account = tx.accounts.by_login(self.organisation, claim.account)
        own = claim.account == session.account.login
        return Busy(claim.account if account is None else account.name, own, claim.expires)

    def _may(
        self,
        tx: Transaction,
        session: Session,
        row: ExchangeRow,
        left: Left,
        requests: Sequence[ImageRequestRow],
        rekeying: Rekeying | None,
        has_pacs: bool,
    ) -> tuple[str, ...]:
        arrival = row.direction is Direction.IN
        asking = facts_of(row, self.now())
        facts = Facts(
            direction=row.direction,
            state=row.state,
            verified=row.verified is not None,
            withdrawn=row.withdrawn is not None,
            readable=may_be_read(row, self.now()) if arrival else row.emptied is None and row.total > 0,
            import_begun=arrival and tx.imports.begun(row.id),
            has_pacs=has_pacs,
            reason=row.reason_code,
            terms=row.terms,
            disc_ready=may_hand_out(row),
            left_out=left.left_instances > 0 and row.emptied is None,
            askable=arrival and (row.route in BROUGHT or may_ask(asking).permitted),
            asked=may_add(asking).permitted and any(one.state in OPEN for one in requests),
            undoable=not may_undo(Imported(row.state, row.imported_at, row.emptied is None), self.undo_days, self.now())
            and (rekeying is None or rekeying.state not in MOVING),
            rekeying=rekeying.state.value if rekeying is not None else "",
            deliverable=may_go_on(row) and row.expires > self.now(),
            route=row.route,
        )
        return possible(facts, session.permissions)

    def _note(self, session: Session, rows: Sequence[Row]) -> None:
        now = self.now()
        by_mark: dict[Mark, Row] = {(session.token, row.exchange.id, "list"): row for row in rows if row.patient}
        marks = self.ledger.fresh(list(by_mark), now)
        if not marks:
            return
        events = [_event(session, by_mark[mark], now) for mark in marks]

        def deed(tx: Transaction) -> None:
            for event in events:
                tx.audit.append(event)

        self.database.run(deed)
        self.ledger.keep(marks, now)


def visible(tx: Transaction, session: Session, id: str) -> ExchangeRow:
    """An exchange within the session's reach. Raises NotFound ``exchange-unknown``."""
    row = tx.exchanges.get(session.account.organisation, id)
    if row is None or not reaches(session.scope, row):
        raise NotFound("exchange-unknown", "There is no such exchange within your access.", "Go back to the list.")
    return row


def reaches(scope: Scope, row: ExchangeRow) -> bool:
    """Whether this exchange is within a scope."""
    within = scope.covers_study(row.study_uid) and scope.covers_origin(row.origin)
    return row.organisation == scope.organisation and within


def place_of(row: ExchangeRow, wanted: Wanted, claim: Claim | None) -> Place:
    """Where a row stands on the list; ``claim`` is who decides about it, as of then."""
    part = 0
    if wanted.sort is Sort.USUAL:
        part = 0 if is_urgent(row) else 1
    elif wanted.sort is Sort.URGENCY:
        part = BY_URGENCY.index(row.urgency)
    elif wanted.sort is Sort.OWNER:
        owner = Owner.NOBODY if claim is None else Owner.MINE if claim.account == wanted.reader else Owner.SOMEBODY
        part = BY_OWNER.index(owner)
    return Place(part, row.created, row.id)


def is_urgent(row: ExchangeRow) -> bool:
    """Whether it stands in the urgent part."""
    over = (State.DELIVERED, State.EXPIRED, State.FAILED, State.IMPORTED, State.REFUSED, State.WITHDRAWN)
    return row.urgency in (Urgency.STAT, Urgency.ASAP) and row.state not in over


def write_place(place: Place | None) -> str | None:
    """A place as a cursor in a URL; it holds no identity."""
    return None if place is None else f"{place.part}~{place.created!r}~{place.id}"


def read_place(text: str) -> Place | None:
    """A cursor's place. Raises Malformed ``cursor-malformed``."""
    if not text:
        return None
    part, _, rest = text.partition("~")
    created, _, id = rest.partition("~")
    try:
        return Place(int(part), float(created), id)
    except ValueError:
        raise Malformed("cursor-malformed", "This place in the list cannot be read.", "Reload the list.") from None


def _department(row: ExchangeRow) -> str:
    own = row.terms.receiver if row.direction is Direction.IN else row.terms.sender
    return own.department


def _event(session: Session, row: Row, now: float) -> AuditEvent:
    number = row.patient.number.value if row.patient else ""
    actor = session.account.login
    return of_exchange(row.exchange, "patient-shown", "R", "success", now, actor=actor, patient=number)
