"""Empty exchanges that ended some time ago: instances, keys of packs and sealed files go; exchange and trail stay.

Sent: an own instance goes with the last exchange that it is in, a pack when no instance and no other exchange needs it;
what an association is feeding right now waits. It is done in steps, so that a large study holds nobody up; each is
repeatable, and from the first one on no late instance is added to the exchange. Imported: as ``withdraw.forget`` does
it, and the sender is told. How long is ``policy.keeping``. DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, Urgency
from beeldbrug.node.policy.keeping import OVER, Keeping, last_change
from beeldbrug.node.ports.records import OWN, ExchangeRow, SegmentState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.imports.commit import is_committed
from beeldbrug.node.usecases.send.records import segments_of
from beeldbrug.node.usecases.withdraw import forget

INSTANCES_AT_ONCE = 200
"""Instances per step: a few hundredths of a second in which nothing else is written."""

AGAIN_SECONDS = 60.0
"""When it is looked at again whether the last segments have come out of the spool."""

log = get("empty")


def empty_over(database: Database, organisation: str, keeping: Keeping, now: float) -> int:
    """Begin to empty what is kept no longer; returns how many exchanges. Where the hospital wants so, nothing that the
    PACS has not committed to keep."""
    begun = 0
    for direction, states in OVER.items():
        since = last_change(keeping, direction, now)
        if since is None:
            continue
        with database.read() as tx:
            rows = tx.exchanges.full(organisation, direction, sorted(states), since)
            rows = [row for row in rows if not tx.exchanges.study_is_fed(organisation, row.study_uid)]
            if direction is Direction.IN and keeping.committed:
                rows = [row for row in rows if is_committed(tx, row)]
        for row in rows:
            with database.write() as tx:
                begun += _begin(tx, row, since, now)
    return begun


def _begin(tx: Transaction, exchange: ExchangeRow, since: float, now: float) -> bool:
    """Unless something has happened in it meanwhile."""
    organisation = exchange.organisation
    fed = tx.exchanges.study_is_fed(organisation, exchange.study_uid)
    if fed or not tx.exchanges.empty(organisation, exchange.id, since, now):
        return False
    if exchange.direction is Direction.IN:
        packs = forget(tx, exchange, exchange.state, now)
        tx.audit.append(of_exchange(exchange, "emptied", "D", "success", now, packs=len(packs)))
        tx.work.add(organisation, WorkKind.RECEIPT, exchange.id, Urgency.ROUTINE, now)
    else:
        tx.exchanges.update(exchange.id, now, description="")
        tx.work.add(organisation, WorkKind.EMPTY, exchange.id, Urgency.ROUTINE, now)
    return True


@dataclass(frozen=True)
class EmptyStep:
    """The work ``empty`` of one organisation: its subject is a sent exchange that has begun to be emptied."""

    organisation: str
    database: Database
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Some instances, or when there are none left the packs. Raises Unavailable."""
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is None or exchange.emptied is None or exchange.direction is not Direction.OUT:
                return None
            if _drop_some(tx, exchange):
                return 0.0
            _drop_saved(tx, exchange)
            if not _drop_packs(tx, exchange, self.clock()):
                return AGAIN_SECONDS
        self.database.scrub()
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """It stays, sealed, for a while."""
        log.error("exchange not emptied", code=error.code, exchange=subject)
        return AGAIN_SECONDS


def _drop_some(tx: Transaction, exchange: ExchangeRow) -> int:
    """Let some instances go from the exchange, and those that no other has from the vault; how many it let go.

    Where they lay is noted with the exchange's segments first: the packs come last.
    """
    instances = [member.instance for member in tx.exchanges.members(exchange.id, 0, INSTANCES_AT_ONCE)]
    saved = {row.instance for row in tx.saved.of_study(exchange.organisation, OWN, exchange.study_uid)}
    left = tx.exchanges.leave(exchange.organisation, exchange.id, instances)
    alone = [instance for instance in left if instance not in saved]
    for pack, number in segments_of(tx.instances.get(exchange.organisation, alone)):
        tx.parcels.want_sending(exchange.id, exchange.organisation, pack, number)
    tx.instances.delete(exchange.organisation, alone)
    return len(instances)


def _drop_saved(tx: Transaction, exchange: ExchangeRow) -> None:
    """What people saved beside the study goes when nothing else of the study is left."""
    organisation, study_uid = exchange.organisation, exchange.study_uid
    saved = [row.instance for row in tx.saved.of_study(organisation, OWN, study_uid)]
    if not saved or any(tx.exchanges.exchanges_of(organisation, instance) for instance in saved):
        return
    rows = tx.instances.instances(organisation, OWN, study_uid, None, {})
    if {row.id for row in rows} <= set(saved):
        tx.instances.delete(organisation, saved)


def _drop_packs(tx: Transaction, exchange: ExchangeRow, now: float) -> bool:
    """Destroy the keys of the packs that nothing needs any more, and wish for their files to go; False while a segment
    of one has not come out of the spool."""
    organisation = exchange.organisation
    used = tx.instances.packs_used(organisation, OWN, exchange.study_uid)
    spent = [pack for pack in tx.parcels.only_here(organisation, exchange.id) if pack not in used]
    rows = [row for pack in spent for row in tx.packs.segments(organisation, pack)]
    if any(row.state is not SegmentState.STORED for row in rows):
        return False
    for pack in tx.packs.delete(organisation, OWN, spent):
        tx.work.add(organisation, WorkKind.DISCARD, pack, Urgency.ROUTINE, now)
    tx.live_secrets.delete(organisation, exchange.id)
    tx.reports.forget(organisation, exchange.id)
    tx.parcels.delete_sendings(organisation, exchange.id)
    tx.parcels.retract(organisation, exchange.id, organisation)
    tx.audit.append(of_exchange(exchange, "emptied", "D", "success", now, packs=len(spent)))
    return True
