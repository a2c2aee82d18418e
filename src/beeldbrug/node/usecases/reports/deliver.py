"""Give the reports of an imported arrival on to the hospital's own systems; durable and repeatable.

What is sent is made and kept, with the number that the peer will know it by, before the first sending: after a crash
the same goes again under the same number. Taken is taken; what was refused waits at the desk with the reason; a peer
that does not answer is asked again. What went under an import that was undone is taken back.

A file in a folder lies ready first, then that is noted, then it is given: whoever is killed in between gives no second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.model.exchange import Direction
from beeldbrug.node.policy.rekeying import WHY as RE_KEYED
from beeldbrug.node.ports.pacs import Pacs
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.report_delivery import (
    DeliveryRow,
    DeliveryState,
    Folder,
    HospitalSystem,
    Outlet,
    Said,
)
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.moving import is_moving
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.reports.due import OBJECTS, DeliveryRule, is_due, may_go, superseded, to_retract
from beeldbrug.node.usecases.reports.gather import Current, Filed, came_along, filed, in_study
from beeldbrug.node.usecases.reports.make import Maker, file_name, new_row, retraction, sidecar
from beeldbrug.node.usecases.reports.objects import SYNTAX, identifiers

REFUSED: Final = "report-refused"
OUT_OF_RESOURCES: Final = 0xA700
"""Statuses A7xx (PS3.4 section B.2.3)."""

MOVING_SECONDS: Final = 2.0
"""When it is looked at again whether the study has got its own number."""

SUPERSEDED, UNDONE = "superseded", "import-undone"
LAID: Final = "laid-ready"
"""Reason of one that waits, whose files lie ready in the folder or were given already."""

log = get("reports")


@dataclass(frozen=True, slots=True)
class Outlets:
    """The systems that reports go to, as far as they are set."""

    pacs: Pacs
    hospital: HospitalSystem | None = None
    folder: Folder | None = None


@dataclass(frozen=True)
class ReportStep:
    """The work ``report`` of one organisation: its subject is an arrival."""

    organisation: str
    database: Database
    sources: Sources
    rule: DeliveryRule
    maker: Maker
    outlets: Outlets
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Take back, make, send; what is done already is skipped. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            moving = is_moving(tx, self.organisation, subject)
        if exchange is None or exchange.direction is not Direction.IN:
            return None
        if moving:
            return MOVING_SECONDS  # what is said now would be under the number that it leaves
        self._give_laid(exchange)
        self._take_back(exchange)
        if self.rule.outlets and may_go(exchange) and exchange.emptied is None:
            self._make(exchange)
        self._send(exchange)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """A human sees it beside the exchange."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is not None:
                tx.alerts.raise_(_alert(exchange, error.code, now))
                tx.audit.append(of_exchange(exchange, "report-delivered", "C", error.code, now))
        return None

    def _give_laid(self, exchange: ExchangeRow) -> None:
        """What was being given when we were stopped: before anything is decided about it."""
        with self.database.read() as tx:
            laid = [row for row in _rows(tx, exchange) if _is_open(row) and row.reason == LAID]
            found = [(row, opened) for row in laid if (opened := tx.report_deliveries.opened(row.organisation, row.id))]
        for row, (said, _) in found:
            if self.outlets.folder is None:
                raise _not_set()
            self._settled(exchange, row, said, self._given_in(self.outlets.folder, row))

    def _take_back(self, exchange: ExchangeRow) -> None:
        """After an import was undone: nothing more goes under it, and what went is withdrawn."""
        now = self.clock()
        with self.database.read() as tx:
            rows, mark = _rows(tx, exchange), _mark(tx, exchange)
            found = [(row, tx.report_deliveries.opened(self.organisation, row.id)) for row in to_retract(rows, mark)]
        dead = [row.id for row in rows if row.mark != mark and not row.retracts and _is_open(row)]
        made = []
        for row, opened in found:
            if opened is not None:
                back, said = retraction(row, opened[0], now)
                made.append(self._kept(back, said, None, rows))
        if dead or made:
            with self.database.write() as tx:
                tx.report_deliveries.settle(self.organisation, dead, DeliveryState.DROPPED, UNDONE, now)
                self._add(tx, exchange, made, now)

    def _make(self, exchange: ExchangeRow) -> None:
        """What is due and has not been made."""
        now = self.clock()
        with self.database.read() as tx:
            currents, place = list(came_along(tx, exchange)), filed(tx, exchange)
            rows, mark = _rows(tx, exchange), _mark(tx, exchange)
            moved = _moved(tx, exchange)
        if place is None:
            return
        if self.rule.of_dicom:
            known = {current.report.key.number for current in currents}
            inside = in_study(self.sources, exchange, self.maker.paper.zone)
            currents += [one for one in inside if one.report.key.number not in known]
        for current in currents:
            for outlet in self.rule.outlets:
                before = [row for row in rows if (row.report, row.outlet) == (current.id, outlet)]
                along = moved and outlet in OBJECTS  # objects went along with their study
                before = [row for row in before if row.mark == mark or (along and _is_there(row))]
                before = [row for row in before if not row.retracts]
                if is_due(self.rule, outlet, current.report, current.number, before):
                    row = new_row(exchange.id, self.organisation, current, outlet, mark, now)
                    rows = [*rows, self._fix(exchange, current, row, place, rows)]

    def _fix(
        self, exchange: ExchangeRow, current: Current, row: DeliveryRow, place: Filed, rows: list[DeliveryRow]
    ) -> DeliveryRow:
        said = Said(current.report, place.addressed)
        if current.fault:
            made = (replace(row, state=DeliveryState.REFUSED, reason=current.fault), said, b"")
        else:
            made = self._kept(row, said, place, rows)
        with self.database.write() as tx:
            held = tx.exchanges.get(self.organisation, exchange.id)
            if held is not None and may_go(held) and _mark(tx, exchange) == row.mark:
                self._add(tx, exchange, [made], row.created)
        return made[0]

    def _kept(
        self, row: DeliveryRow, said: Said, place: Filed | None, rows: list[DeliveryRow]
    ) -> tuple[DeliveryRow, Said, bytes]:
        """With its bytes; one of which none can be made is refused, with the reason."""
        try:
            return row, said, self.maker.content(row, said.report, said.addressed, place, rows)
        except BeeldbrugError as error:
            return replace(row, state=DeliveryState.REFUSED, reason=error.code), said, b""

    def _add(
        self, tx: Transaction, exchange: ExchangeRow, made: list[tuple[DeliveryRow, Said, bytes]], now: float
    ) -> None:
        for row, said, content in made:
            if tx.report_deliveries.add(row, said, content) and row.state is DeliveryState.REFUSED:
                _tell(tx, exchange, row, said, row.reason, now)

    def _send(self, exchange: ExchangeRow) -> None:
        """All that waits, each by itself: a peer that does not answer holds up no other."""
        now = self.clock()
        with self.database.read() as tx:
            rows = _rows(tx, exchange)
        old = [row.id for row in superseded(rows)]
        if old:
            with self.database.write() as tx:
                tx.report_deliveries.settle(self.organisation, old, DeliveryState.DROPPED, SUPERSEDED, now)
        away: Unavailable | None = None
        held: set[tuple[str, Outlet]] = set()
        for row in sorted(rows, key=lambda one: not one.retracts):
            place = (row.report, row.outlet)
            if row.state is DeliveryState.WAITING and row.id not in old and place not in held:
                try:
                    self._send_one(exchange, row)
                except Unavailable as error:
                    away = away or error
                    held |= {place} if row.retracts else set()  # what follows must not come before its withdrawal
        if away is not None:
            raise away

    def _send_one(self, exchange: ExchangeRow, row: DeliveryRow) -> None:
        with self.database.read() as tx:
            held = tx.exchanges.get(self.organisation, exchange.id)
            opened = tx.report_deliveries.opened(self.organisation, row.id)
            undone = not row.retracts and row.mark != _mark(tx, exchange)
        if held is None or opened is None or undone:
            return
        said, content = opened
        if row.outlet is Outlet.PDF_FOLDER and self.outlets.folder is not None:
            self._lay(self.outlets.folder, row, said, content)
        self._settled(exchange, row, said, self._given(row, content))

    def _settled(self, exchange: ExchangeRow, row: DeliveryRow, said: Said, reason: str) -> None:
        now = self.clock()
        with self.database.write() as tx:
            state = DeliveryState.REFUSED if reason else DeliveryState.DELIVERED
            tx.report_deliveries.settle(self.organisation, [row.id], state, reason, now)
            _tell(tx, exchange, row, said, reason, now)

    def _lay(self, folder: Folder, row: DeliveryRow, said: Said, content: bytes) -> None:
        """Lay its files ready, and note that."""
        folder.ready(f"{file_name(row)}.json", sidecar(row, said))
        folder.ready(f"{file_name(row)}.pdf", content)
        with self.database.write() as tx:
            tx.report_deliveries.settle(self.organisation, [row.id], DeliveryState.WAITING, LAID, self.clock())

    def _given_in(self, folder: Folder, row: DeliveryRow) -> str:
        folder.give(f"{file_name(row)}.json")
        folder.give(f"{file_name(row)}.pdf")
        return ""

    def _given(self, row: DeliveryRow, content: bytes) -> str:
        """Why it was not taken, empty when it was. Raises Unavailable."""
        if row.outlet in OBJECTS:
            return self._stored(content)
        if row.outlet is Outlet.HL7 and self.outlets.hospital is not None:
            return self.outlets.hospital.send(content)
        if row.outlet is Outlet.PDF_FOLDER and self.outlets.folder is not None:
            return self._given_in(self.outlets.folder, row)
        raise _not_set()

    def _stored(self, content: bytes) -> str:
        sop_class, uid = identifiers(content)
        with self.outlets.pacs.associate([(sop_class, SYNTAX)]) as association:
            outcome = association.store(sop_class, uid, SYNTAX, [content])
        if outcome.status & 0xFF00 == OUT_OF_RESOURCES:
            raise Unavailable("pacs-out-of-resources", "The PACS is out of resources.", "Free space in the PACS.")
        return "" if outcome.accepted else f"pacs-refused-{outcome.status:04x}"


def _not_set() -> Unavailable:
    return Unavailable(
        "report-way-not-set",
        "A report waits for a way that is no longer set.",
        "Set [reports] deliver, hl7 and folder as they were until nothing waits.",
    )


def deliver_again(database: Database, organisation: str, exchange: str, id: str, actor: str, now: float) -> None:
    """Make and send one anew that was refused. Raises NotFound ``delivery-unknown``."""
    with database.write() as tx:
        row, found = tx.report_deliveries.get(organisation, id), tx.exchanges.get(organisation, exchange)
        if row is None or found is None or row.exchange != exchange or row.state is not DeliveryState.REFUSED:
            raise NotFound("delivery-unknown", "No such report waits to be sent again.", "Look at the arrival again.")
        tx.report_deliveries.remove(organisation, id)
        _clear(tx, found, now)
        event = of_exchange(found, "report-again", "U", "success", now, actor=actor, way=row.outlet.value)
        tx.audit.append(event)
        tx.work.add(organisation, WorkKind.ONWARD, exchange, found.urgency, now)


def wish(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    """Its reports are to be given on, or looked at again, in the transaction of the cause."""
    tx.work.add(exchange.organisation, WorkKind.ONWARD, exchange.id, exchange.urgency, now)


def _tell(tx: Transaction, exchange: ExchangeRow, row: DeliveryRow, said: Said, reason: str, now: float) -> None:
    """On record; what was refused also where the desk sees it."""
    if reason:
        tx.alerts.raise_(_alert(exchange, reason, now))
    else:
        _clear(tx, exchange, now)
    if row.retracts:
        _on_record(tx, exchange, "report-retracted", row, said, reason, now)
    else:
        _on_record(tx, exchange, "report-delivered", row, said, reason, now)


def _on_record(
    tx: Transaction, exchange: ExchangeRow, event: str, row: DeliveryRow, said: Said, reason: str, now: float
) -> None:
    tx.audit.append(
        of_exchange(
            exchange,
            event,
            "C",
            reason or "success",
            now,
            patient=said.addressed.patient.number.value,
            way=row.outlet.value,
            status=said.report.status.value,
            version=row.number,
        )
    )


def _clear(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    if not any(row.state is DeliveryState.REFUSED for row in _rows(tx, exchange)):
        tx.alerts.clear(exchange.organisation, exchange.id, REFUSED, now)


def _rows(tx: Transaction, exchange: ExchangeRow) -> list[DeliveryRow]:
    return tx.report_deliveries.of_exchange(exchange.organisation, exchange.id)


def _mark(tx: Transaction, exchange: ExchangeRow) -> str:
    """Tells imports of one exchange apart: when the one before was undone."""
    undone = tx.undone.last(exchange.organisation, exchange.id)
    return f"{undone.at:.0f}" if undone is not None else ""


def _moved(tx: Transaction, exchange: ExchangeRow) -> bool:
    """Whether the PACS moved the study to another number itself, with all that is in it."""
    undone = tx.undone.last(exchange.organisation, exchange.id)
    return undone is not None and undone.why == RE_KEYED and undone.removed == undone.at


def _is_there(row: DeliveryRow) -> bool:
    return row.state is DeliveryState.DELIVERED


def _is_open(row: DeliveryRow) -> bool:
    return row.state in (DeliveryState.WAITING, DeliveryState.REFUSED)


def _alert(exchange: ExchangeRow, reason: str, now: float) -> AlertRow:
    return AlertRow(
        0,
        exchange.organisation,
        exchange.id,
        REFUSED,
        f"Een verslag is niet door het RIS, EPD of PACS aangenomen ({reason}).",
        f"A report was not taken by the RIS, EPD or PACS ({reason}).",
        "Zie de reden bij de verslagen van deze uitwisseling, neem die weg en verstuur het opnieuw.",
        "See the reason at the reports of this exchange, remove it, and send it again.",
        now,
    )
