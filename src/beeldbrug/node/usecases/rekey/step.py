"""Follow an import that gets its own number: ask the PACS whether it did the same, and if it did not, import it anew.

A PACS that takes the RIS's A40 moves the study itself; then the fixed datasets are made to say what it has, and nothing
is sent. One that does not follow in time still has it under the emergency number: the same UIDs under another patient
are never sent beside them, so the import is undone as at the desk, and goes in anew when the PACS is clean (0018).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.reconciliation import EMERGENCY
from beeldbrug.node.policy.rekeying import BY_HAND, WHY, Seen, contradicts, seen
from beeldbrug.node.ports.archive import Archive, StudyKey
from beeldbrug.node.ports.records import ExchangeRow, ImportRow, InstanceRow
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.desk.undo import Told, confirm_removed, set_aside
from beeldbrug.node.usecases.imports.chosen import number_in
from beeldbrug.node.usecases.imports.coerce import Coercion, check_coerced, coerce
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.known import NO_PACS, NO_QUERIES
from beeldbrug.node.usecases.patient import patient_of, sample_of
from beeldbrug.node.usecases.read.part10 import read_headers, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.rekey.move import arrived_there, begin, ended, put_aside, question
from beeldbrug.node.usecases.send.records import head_of

ROWS_AT_ONCE = 100
STUDIES_MOST = 20
"""Studies under one UID that are looked at: one for each number under which the PACS has it."""

SOONEST, LATEST = 1.0, 30.0
"""Seconds between two looks at the PACS while it has time to follow."""

SELDOM = 600.0
"""The same when that time is over, and only a human can do something."""

log = get("rekey")


@dataclass(frozen=True)
class RekeyStep:
    """The work ``rekey`` of one organisation. ``wait`` is how long the PACS has to follow (s); ``tell`` has it told by
    a rejection note when it did not, where that is set."""

    organisation: str
    database: Database
    sources: Sources
    archive: Archive
    decide: DecideImport
    wait: float
    clock: Callable[[], float]
    tell: Told | None = None

    def step(self, subject: str) -> float | None:
        """Do what is next. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            row = tx.rekeyings.get(self.organisation, subject)
        if exchange is None or row is None:
            return None
        if exchange.withdrawn is not None or exchange.state in (State.REFUSED, State.EXPIRED, State.WITHDRAWN):
            with self.database.write() as tx:
                ended(tx, exchange.id, self.organisation, row, self.clock())
            return None
        doing = {
            RekeyState.ASKED: self._begin,
            RekeyState.LOOKING: self._look,
            RekeyState.MOVED: self._rewrite,
            RekeyState.ASIDE: self._look_again,
        }.get(row.state)
        return doing(exchange, row) if doing is not None else None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """It is tried again: the study stands safely under the number that it has."""
        log.error("re-keying failed", code=error.code, exchange=subject)
        return SELDOM

    def _begin(self, exchange: ExchangeRow, row: Rekeying) -> float | None:
        """What the hospital said is done once the import has ended, unless the images name another person."""
        if exchange.state is not State.IMPORTED:
            return None  # the end of the import wishes for this again
        with self.database.read() as tx:
            sample = sample_of(tx, self.organisation, exchange.id, exchange.study_uid)
            into = _standing(tx, self.organisation, row.into)
        arrived = patient_of(self.sources, sample)
        local = self._local(into)
        other = arrived is not None and any(contradicts(arrived, one) for one in local)
        now = self.clock()
        with self.database.write() as tx:
            current, held = tx.exchanges.get(self.organisation, exchange.id), tx.rekeyings.get(*self._key(exchange))
            if held != row or current is None or current.state is not State.IMPORTED:
                return 0.0  # something was said or done meanwhile
            if other:
                question(tx, current, held, now)
                return None
            begin(tx, current, held, into, row.actor, now, self.wait)
        return 0.0

    def _local(self, into: str) -> list[Patient]:
        """The own patient, as far as he is known. Raises Unavailable."""
        number = number_in(into, self.decide.rule.issuer)
        with self.database.read() as tx:
            own = tx.own_patients.get(self.organisation, number.value)
        said = [self.decide.known.own_record(own).patient] if own is not None else []
        try:
            return [*said, *(one.patient for one in self.decide.known.of_number(number))]
        except Unavailable as error:
            if said and error.code in (NO_PACS, NO_QUERIES):
                return said
            raise

    def _look(self, exchange: ExchangeRow, row: Rekeying) -> float | None:
        found, now = self._seen(exchange, row), self.clock()
        if found is Seen.FOLLOWED:
            with self.database.write() as tx:
                if tx.rekeyings.get(*self._key(exchange)) == row:
                    tx.rekeyings.put(self.organisation, replace(row, state=RekeyState.MOVED, changed=now))
            return 0.0
        if now < row.until:
            return min(LATEST, max(SOONEST, (now - row.changed) / 4), max(SOONEST, row.until - now))
        if exchange.emptied is not None:
            with self.database.write() as tx:
                tx.alerts.raise_(alert_of(exchange, BY_HAND, now))
            return SELDOM
        if exchange.state not in (State.IMPORTED, State.VERIFIED, State.SEEN, State.FAILED):
            return LATEST  # more of it is coming in
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or current.state is not exchange.state or tx.rekeyings.get(*self._key(exchange)) != row:
                return 0.0
            set_aside(tx, current, row.number, WHY, "node", now, self.tell)
            put_aside(tx, current, row, now)
        return 0.0

    def _look_again(self, exchange: ExchangeRow, row: Rekeying) -> float | None:
        """It waits for the PACS to be clean; one that follows late is clean as well."""
        if self._seen(exchange, row) is not Seen.FOLLOWED:
            return LATEST if self.clock() - row.changed < SELDOM else SELDOM
        try:
            confirm_removed(self.database, self.organisation, exchange.id, "node", self.clock())
        except Conflict:
            return None  # somebody else has just confirmed it
        return None

    def _seen(self, exchange: ExchangeRow, row: Rekeying) -> Seen:
        """Raises Unavailable when the PACS, which answers queries, does not now."""
        numbers: set[str] | None = None
        try:
            found = self.archive.find_studies(StudyKey(study_uid=exchange.study_uid), STUDIES_MOST)
            numbers = {one.patient.number.value for one in found if one.study_uid == exchange.study_uid}
        except Unavailable as error:
            if error.code not in (NO_PACS, NO_QUERIES):
                raise
        with self.database.read() as tx:
            return seen(numbers, plain_of(row), lambda one: tx.own_patients.standing(self.organisation, one))

    def _rewrite(self, exchange: ExchangeRow, row: Rekeying) -> float | None:
        """Make the fixed datasets say what the PACS has; then it is done."""
        if exchange.emptied is None:
            with self.database.read() as tx:
                into = _standing(tx, self.organisation, row.into)
            coercion = self.decide.under(exchange, number_in(into, self.decide.rule.issuer))
            for rows in self._rewritten(exchange, coercion):
                with self.database.write() as tx:
                    tx.imports.rewrite(self.organisation, rows)
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is not None and tx.rekeyings.get(*self._key(exchange)) == row:
                arrived_there(tx, current, row, self.clock())
        return None

    def _rewritten(self, exchange: ExchangeRow, coercion: Coercion) -> Iterator[list[ImportRow]]:
        places = Places(self.sources, self.organisation)
        with self.database.read() as tx:
            ids = tx.imports.fixed(exchange.id)
        for start in range(0, len(ids), ROWS_AT_ONCE):
            with self.database.read() as tx:
                rows = tx.instances.get(self.organisation, ids[start : start + ROWS_AT_ONCE])
            yield [
                self._one(exchange, places, row, header, coercion)
                for row, header in read_headers(self.sources, places, rows)
            ]

    def _one(
        self, exchange: ExchangeRow, places: Places, row: InstanceRow, header: bytes, coercion: Coercion
    ) -> ImportRow:
        arrived = index_of(head_of(row, header), row.pieces).patient
        original = read_original(self.sources, places, row, header)
        made = coerce(exchange.id, row, header, arrived, coercion, original)
        check_coerced(row, made)
        return made

    def _key(self, exchange: ExchangeRow) -> tuple[str, str]:
        return self.organisation, exchange.id


def adopt(database: Database, organisation: str, now: float, most: int = ROWS_AT_ONCE) -> int:
    """Keep the emergency numbers of imports that an earlier version made; returns how many."""
    with database.read() as tx:
        ids: Sequence[str] = tx.rekeyings.unkept(organisation, most)
    for id_ in ids:
        with database.write() as tx:
            exchange = tx.exchanges.get(organisation, id_)
            if exchange is not None and exchange.reason_code == EMERGENCY.code and exchange.local_number:
                tx.rekeyings.put(organisation, Rekeying(id_, exchange.local_number, RekeyState.STANDS, now))
    return len(ids)


def plain_of(row: Rekeying) -> str:
    """The own number, without its issuer."""
    return row.into.partition("^")[0]


def _standing(tx: Transaction, organisation: str, into: str) -> str:
    """What stands for an own number now; one of another issuer stands for itself."""
    return into if "^" in into else tx.own_patients.standing(organisation, into)
