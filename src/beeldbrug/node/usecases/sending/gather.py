"""Bring the chosen instances of a study into their exchange: out of the own PACS, the vault, or an arrival.

It runs while ``send`` sends what is there already, ends in any case, and says so in plain words where it got less than
was chosen. Repeatable at any point: what came before is known by its content. PS3.4 annex C; DESIGN sections 4 and 7.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any, Final

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.model.exchange import ENDED, State
from beeldbrug.node.policy.retrieving import LASTING, PAUSES, TRIES, trouble
from beeldbrug.node.ports.archive import Archive
from beeldbrug.node.ports.reception import Peer, StoreRequest
from beeldbrug.node.ports.records import OWN, ExchangeRow, InstanceRow, InstanceState
from beeldbrug.node.ports.sending import OVER, Gathering, GatherState, Source
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.read.describe import attributes
from beeldbrug.node.usecases.read.part10 import is_here, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.receive.arrival import InstanceArrival
from beeldbrug.node.usecases.receive.keep import REOPENED
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.sending.enclosing import encapsulated
from beeldbrug.node.usecases.sending.order import feeder_of

WAIT_SECONDS: Final = 1.0
"""Until it is looked at again whether another one has finished with the same study, or an arrival is complete."""

AT_ONCE: Final = 200
TOLD_SECONDS: Final = 0.5
"""How often progress is written down."""

LATE_SECONDS: Final = 5.0
"""How long an archive may still be sending after it said that it had finished."""


log = get("gather")


@dataclass(frozen=True)
class GatherStep:
    """The work ``gather`` of one organisation; its subject is an exchange. ``title`` is where the PACS sends to."""

    organisation: str
    database: Database
    sources: Sources
    archive: Archive
    receive: Callable[[], AbstractContextManager[Receiving]]
    title: str
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Bring in what can be had. Raises nothing but faults: what goes wrong is the gathering's own outcome."""
        found = self._claimed(subject)
        if not isinstance(found, tuple):
            return found
        gathering, exchange = found
        try:
            self._bring(gathering, exchange)
        except _TakenBack:
            self._end(gathering, GatherState.STOPPED, "")
            return None
        except _NotYet:
            self._note(gathering, state=GatherState.WAITING)
            return WAIT_SECONDS
        except BeeldbrugError as error:
            return self._trouble(gathering, error)
        return self._finish(gathering)

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """It cannot be done at all."""
        with self.database.read() as tx:
            gathering = tx.gatherings.get(self.organisation, subject)
        if gathering is not None and gathering.state not in OVER:
            self._give_up(gathering, error.code, error.text, error.remedy)
        return None

    # ------------------------------------------------------------ beginning

    def _claimed(self, subject: str) -> tuple[Gathering, ExchangeRow] | float | None:
        """The gathering, when it is its turn; else seconds to wait, or None when it is over."""
        now = self.clock()
        with self.database.write() as tx:
            gathering = tx.gatherings.get(self.organisation, subject)
            exchange = tx.exchanges.get(self.organisation, subject)
            if gathering is None or exchange is None or gathering.state in OVER:
                return None
            if not _open(exchange, now):
                _close(tx, gathering, GatherState.STOPPED, "", now)
                return None
            if not tx.gatherings.claim(self.organisation, subject, now):
                return WAIT_SECONDS
            if gathering.state is GatherState.WAITING and gathering.source is Source.PACS:
                tx.audit.append(of_exchange(exchange, "retrieve", "R", "begun", now, actor=gathering.actor))
        return gathering, exchange

    def _bring(self, gathering: Gathering, exchange: ExchangeRow) -> None:
        match gathering.source:
            case Source.PACS:
                self._retrieve(gathering)
            case Source.NODE:
                self._join(gathering)
            case Source.ARRIVAL:
                self._copy(gathering, exchange)

    # ------------------------------------------------------------ out of the own PACS

    def _retrieve(self, gathering: Gathering) -> None:
        told = 0.0
        coming = _Coming(self, gathering.exchange)
        found = self.archive.move(gathering.study_uid, gathering.fetches, self.title, coming)
        with closing(found) as moves:
            for moved in moves:
                if time.monotonic() - told >= TOLD_SECONDS or moved.over:
                    told = time.monotonic()
                    said = moved.remaining + moved.completed + moved.failed
                    self._progress(gathering, moved.failed, 0 if gathering.expected else said)

    def _progress(self, gathering: Gathering, failed: int, expected: int) -> None:
        """Write down how far it is. Raises _TakenBack when nobody wants it any more."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, gathering.exchange)
            if exchange is None or not _open(exchange, now):
                raise _TakenBack
            columns = {"gathered": exchange.total, "failed": failed, "code": ""}
            if expected:
                columns["expected"] = expected
            tx.gatherings.update(self.organisation, gathering.exchange, now, **columns)

    # ------------------------------------------------------------ what is in the vault

    def _join(self, gathering: Gathering) -> None:
        """Own instances become members of one exchange more."""
        with self.database.read() as tx:
            rows = _chosen(tx, gathering, OWN)
        self._note(gathering, expected=len(rows))
        for start in range(0, len(rows), AT_ONCE):
            now = self.clock()
            with self.database.write() as tx:
                exchange = tx.exchanges.get(self.organisation, gathering.exchange)
                if exchange is None or not _open(exchange, now):
                    raise _TakenBack
                for row in rows[start : start + AT_ONCE]:
                    _add(tx, gathering, row, now)
                tx.work.add(self.organisation, WorkKind.SEND, gathering.exchange, exchange.urgency, now)
            self._progress(gathering, 0, 0)

    def _copy(self, gathering: Gathering, exchange: ExchangeRow) -> None:
        """What arrived is taken in once more, as own content: nothing is shared between what came from two places."""
        with self.database.read() as tx:
            arrival = tx.exchanges.get(self.organisation, gathering.origin)
            rows = _chosen(tx, gathering, gathering.origin)
        if arrival is not None and arrival.state is State.ARRIVING:
            raise _NotYet
        self._note(gathering, expected=len(rows))
        places = Places(self.sources, self.organisation)
        with self.receive() as receiving:
            session = receiving.feeding(exchange, _peer(gathering, exchange))
            clean = False
            try:
                for number, row in enumerate(rows):
                    if is_here(places, row):
                        _take(session.begin_file() if row.part10 else session.begin(_request(row)), row, self, places)
                    if number % AT_ONCE == 0:
                        self._progress(gathering, 0, 0)
                clean = True
            finally:
                session.end(clean)
        self._progress(gathering, 0, 0)

    def _enclose(self, gathering: Gathering, exchange: ExchangeRow) -> None:
        """The report, made with patient and study of an instance that came in."""
        with self.database.read() as tx:
            enclosure = tx.gatherings.enclosure(self.organisation, gathering.enclosure)
            members = tx.exchanges.members(gathering.exchange, 0, 1)
            rows = tx.instances.get(self.organisation, [member.instance for member in members])
        if enclosure is None or not rows:
            raise NotFound("report-gone", "The report that was put ready is not here any more.", "Choose it again.")
        found = attributes(self.sources, Places(self.sources, self.organisation), rows[0])
        content = encapsulated(enclosure, gathering.exchange, gathering.study_uid, found)
        with self.receive() as receiving:
            session = receiving.feeding(exchange, _peer(gathering, exchange))
            try:
                arrival = session.begin_file()
                arrival.write(memoryview(content))
                arrival.commit()
            finally:
                session.end(True)
        now = self.clock()
        with self.database.write() as tx:
            tx.gatherings.update(self.organisation, gathering.exchange, now, enclosure="")
            tx.gatherings.drop_enclosure(self.organisation, gathering.enclosure)
            tx.audit.append(of_exchange(exchange, "enclose", "C", "success", now, actor=gathering.actor))

    # ------------------------------------------------------------ ending

    def _finish(self, gathering: Gathering) -> float | None:
        """Over: whole, or with less than was chosen."""
        self._await_late(gathering)
        with self.database.read() as tx:
            current = tx.gatherings.get(self.organisation, gathering.exchange)
            exchange = tx.exchanges.get(self.organisation, gathering.exchange)
        if current is None or exchange is None:
            return None
        missing = _missing(current, exchange)
        if not _open(exchange, self.clock()):
            self._end(current, GatherState.STOPPED, "")
        elif not exchange.total:
            code = "pacs-has-nothing" if gathering.source is Source.PACS else "study-not-here"
            self._give_up(current, code, "There is nothing of this study.", "Send it again.")
        elif missing and gathering.source is Source.PACS and current.tries + 1 < TRIES // 2:
            self._note(gathering, state=GatherState.WAITING, tries=current.tries + 1)
            return PAUSES[0]
        else:
            self._add_saved(current, exchange)
            reported = self._reported(current, exchange)
            code = "not-all-gathered" if missing else "" if reported else "report-not-made"
            self._end(current, GatherState.INCOMPLETE if code else GatherState.DONE, code, missing)
        return None

    def _add_saved(self, gathering: Gathering, exchange: ExchangeRow) -> None:
        """What people saved here beside a study that came out of the PACS goes along: the PACS does not have it."""
        if gathering.source is not Source.PACS:
            return
        now = self.clock()
        with self.database.write() as tx:
            saved = tx.saved.of_study(self.organisation, OWN, gathering.study_uid)
            chosen = [one.instance for one in saved if gathering.takes(one.series_uid, one.kind.modality)]
            for row in tx.instances.get(self.organisation, chosen):
                _add(tx, gathering, row, now)
            if chosen:
                tx.work.add(self.organisation, WorkKind.SEND, exchange.id, exchange.urgency, now)

    def _reported(self, gathering: Gathering, exchange: ExchangeRow) -> bool:
        """Put the report beside it, if there is one; False when that failed, which holds no image up."""
        try:
            if gathering.enclosure:
                self._enclose(gathering, exchange)
        except BeeldbrugError as error:
            log.error("report not made", code=error.code, exchange=exchange.id)
            with self.database.write() as tx:
                tx.alerts.raise_(alert_of(exchange, trouble("report-not-made", "", ""), self.clock()))
            return False
        return True

    def _await_late(self, gathering: Gathering) -> None:
        """Some archives say that they have finished while their last instances are on their way."""
        deadline, before = time.monotonic() + LATE_SECONDS, -1
        while gathering.source is Source.PACS and time.monotonic() < deadline:
            with self.database.read() as tx:
                current = tx.gatherings.get(self.organisation, gathering.exchange)
                exchange = tx.exchanges.get(self.organisation, gathering.exchange)
            if current is None or exchange is None or not _missing(current, exchange) or current.failed:
                return
            if exchange.total == before:
                return
            before = exchange.total
            time.sleep(WAIT_SECONDS)

    def _trouble(self, gathering: Gathering, error: BeeldbrugError) -> float | None:
        """Once more after a pause, unless that helps nothing; then a human is told."""
        tries = gathering.tries + 1
        if isinstance(error, Unavailable) and error.code not in LASTING and tries < TRIES:
            self._note(gathering, state=GatherState.WAITING, tries=tries, code=error.code)
            return PAUSES[min(tries, len(PAUSES)) - 1]
        self._give_up(gathering, error.code, error.text, error.remedy)
        return None

    def _give_up(self, gathering: Gathering, code: str, text: str, remedy: str) -> None:
        """Nothing more comes: what did come is sent; a sending without anything has failed."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, gathering.exchange)
            if exchange is None:
                return
            some = exchange.total > 0
            _close(tx, gathering, GatherState.INCOMPLETE if some else GatherState.FAILED, code, now)
            if not _open(exchange, now):
                return
            tx.alerts.raise_(alert_of(exchange, trouble(code, text, remedy), now))
            if some:
                tx.alerts.raise_(alert_of(exchange, trouble("not-all-gathered", "", ""), now))
            else:
                tx.exchanges.update(exchange.id, now, state=State.FAILED, reason_code=code)
            tx.audit.append(of_exchange(exchange, "retrieve", "R", code, now, actor=gathering.actor))

    def _end(self, gathering: Gathering, state: GatherState, code: str, missing: int = 0) -> None:
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, gathering.exchange)
            _close(tx, gathering, state, code, now)
            if exchange is None:
                return
            tx.work.add(self.organisation, WorkKind.SEND, exchange.id, exchange.urgency, now)
            if gathering.source is Source.PACS:
                outcome = code or ("success" if state is GatherState.DONE else state.value)
                actor, count = gathering.actor, exchange.total
                event = of_exchange(
                    exchange, "retrieve", "R", outcome, now, actor=actor, instances=count, missing=missing
                )
                tx.audit.append(event)
            if state is GatherState.INCOMPLETE and _open(exchange, now):
                tx.alerts.raise_(alert_of(exchange, trouble(code, "", ""), now))

    def _note(self, gathering: Gathering, **columns: Any) -> None:
        with self.database.write() as tx:
            tx.gatherings.update(self.organisation, gathering.exchange, self.clock(), **columns)


class _TakenBack(Exception):
    """The exchange was taken back, or has ended; holds no text."""


@dataclass
class _Coming:
    """Whether anything has come in since it was asked last."""

    step: GatherStep
    exchange: str
    before: int = -1

    def __call__(self) -> bool:
        with self.step.database.read() as tx:
            row = tx.exchanges.get(self.step.organisation, self.exchange)
        now = 0 if row is None or row.withdrawn is not None else row.total
        grew, self.before = now > max(self.before, 0), now
        return grew


class _NotYet(Exception):
    """The arrival is not complete; holds no text."""


def _open(exchange: ExchangeRow, now: float) -> bool:
    over = exchange.state in ENDED and exchange.state is not State.IMPORTED
    return exchange.withdrawn is None and not over and now < exchange.expires


def _missing(gathering: Gathering, exchange: ExchangeRow) -> int:
    """How many did not come; what the PACS counted decides where the list said nothing."""
    if gathering.expected:
        return max(0, gathering.expected - exchange.total)
    return gathering.failed


def _close(tx: Transaction, gathering: Gathering, state: GatherState, code: str, now: float) -> None:
    tx.gatherings.update(gathering.organisation, gathering.exchange, now, state=state, code=code)
    tx.exchanges.association_ended(feeder_of(gathering.exchange), now)


def _chosen(tx: Transaction, gathering: Gathering, origin: str) -> list[InstanceRow]:
    organisation, study_uid = gathering.organisation, gathering.study_uid
    modalities = {one.series_uid: one.modality for one in tx.instances.series(organisation, origin, study_uid, {})}
    rows = tx.instances.instances(organisation, origin, study_uid, None, {})
    return [
        row
        for row in rows
        if row.state is not InstanceState.HEADER and gathering.takes(row.series_uid, modalities.get(row.series_uid, ""))
    ]


def _add(tx: Transaction, gathering: Gathering, row: InstanceRow, now: float) -> None:
    """Hold the row, so that it is not emptied meanwhile, and make it a member."""
    organisation = gathering.organisation
    held = tx.instances.find(organisation, OWN, row.instance_uid, row.hash)
    if held is None or tx.exchanges.add_member(gathering.exchange, organisation, held) is None:
        return
    exchange = tx.exchanges.get(organisation, gathering.exchange)
    if exchange is not None and exchange.closed and exchange.state in REOPENED:
        tx.exchanges.update(exchange.id, now, closed=False, state=State.SENDING)  # what goes out again is a supplement
    tx.exchanges.bump(gathering.exchange, now, total=1)


def _take(arrival: InstanceArrival, row: InstanceRow, step: GatherStep, places: Places) -> None:
    try:
        for chunk in read_original(step.sources, places, row):
            arrival.write(memoryview(chunk))
        arrival.commit()
    except BaseException:
        arrival.abort()
        raise


def _request(row: InstanceRow) -> StoreRequest:
    return StoreRequest(row.sop_class, row.instance_uid, row.transfer_syntax)


def _peer(gathering: Gathering, exchange: ExchangeRow) -> Peer:
    return Peer(calling_ae=gathering.actor, called_ae=exchange.rule, address="portal")
