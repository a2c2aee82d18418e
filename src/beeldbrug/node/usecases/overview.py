"""What is on its way: exchanges with their alerts, one exchange by the beginning of its id, and whose they are.

Reading names is a disclosure inside the house: it is audited in the transaction that gives them (guarantee 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import OWN, AlertRow, ExchangeRow, StudyRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange

SHORTEST_ID = 4
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Overview:
    """Exchanges, newest first; all open alerts, oldest first; since when the oldest due work waits, 0 for none."""

    exchanges: tuple[ExchangeRow, ...]
    alerts: tuple[AlertRow, ...]
    waits_since: float


def overview(
    database: Database,
    organisation: str,
    now: float,
    direction: Direction | None = None,
    states: Sequence[State] = (),
    limit: int = 50,
) -> Overview:
    """The present state of the in- and outbox."""
    with database.read() as tx:
        exchanges = tx.exchanges.listing(organisation, direction, states, limit=limit)
        waiting = [work for work in tx.work.due(now, MOST) if work.organisation == organisation]
        # work that was wished for "at once" has no time of its own
        updated = {row.id: row.updated for row in exchanges}
        since = [work.due or updated.get(work.subject, 0.0) for work in waiting]
        return Overview(
            tuple(exchanges), tuple(tx.alerts.open(organisation)), min((at for at in since if at), default=0.0)
        )


def find_exchange(database: Database, organisation: str, text: str) -> ExchangeRow:
    """The exchange whose id begins with ``text``. Raises NotFound ``exchange-unknown``, Conflict for several."""
    wanted = text.strip().lower()
    with database.read() as tx:
        exact = tx.exchanges.get(organisation, wanted)
        if exact is not None:
            return exact
        rows = tx.exchanges.listing(organisation, limit=MOST) if len(wanted) >= SHORTEST_ID else []
    found = [row for row in rows if row.id.startswith(wanted)]
    if not found:
        raise NotFound("exchange-unknown", "There is no exchange with this id.", "See `beeldbrug status`.")
    if len(found) > 1:
        raise Conflict("exchange-ambiguous", "Several exchanges begin like this.", "Give more digits of the id.")
    return found[0]


def patients_of(
    database: Database, organisation: str, exchanges: Sequence[ExchangeRow], actor: str, now: float
) -> dict[str, StudyRow]:
    """The study, with its patient, of each exchange that still has one, by exchange id; audited one by one."""
    found: dict[str, StudyRow] = {}
    with database.write() as tx:
        for exchange in exchanges:
            study = _study(tx, exchange)
            if study is not None:
                found[exchange.id] = study
                number = study.patient_number.value
                event = of_exchange(exchange, "patient-shown", "R", "success", now, actor=actor, patient=number)
                tx.audit.append(event)
    return found


def _study(tx: Transaction, exchange: ExchangeRow) -> StudyRow | None:
    origin = OWN if exchange.direction is Direction.OUT else exchange.id
    rows = tx.instances.studies(exchange.organisation, [(origin, exchange.study_uid)], {}, 0, 1)
    return rows[0] if rows else None
