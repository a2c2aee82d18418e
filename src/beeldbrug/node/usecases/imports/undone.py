"""What other decisions about a study mean for an import: those that were undone, and other arrivals of the study."""

from __future__ import annotations

from beeldbrug.model.decision import Reason
from beeldbrug.node.policy.undoing import IMPORT_UNDONE, REMOVED, Earlier
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import MOVING
from beeldbrug.node.ports.vault import Transaction


def asked_after_undoing(tx: Transaction, organisation: str, exchange_id: str) -> Reason | None:
    """What an undone import still asks of the desk, whatever came since: IMPORT_UNDONE until somebody took it out of
    the PACS, REMOVED until a human chose anew and the import has begun; None where nothing was undone, or all is
    settled."""
    last = tx.undone.last(organisation, exchange_id)
    if last is None:
        return None
    if last.removed is None:
        return IMPORT_UNDONE
    return None if tx.imports.begun(exchange_id) else REMOVED


def earlier_arrivals(tx: Transaction, exchange: ExchangeRow) -> list[Earlier]:
    """What became of the other arrivals of its study, as ``policy.undoing.may_follow`` asks. What was undone is settled
    by a later import of another one, too: that was a human's decision."""
    organisation = exchange.organisation
    others = [one for one in tx.exchanges.arrivals(organisation, exchange.study_uid) if one.id != exchange.id]
    imported = max((one.imported_at or 0.0 for one in others), default=0.0)
    found = []
    for one in others:
        undone = tx.undone.last(organisation, one.id)
        asked = undone is not None and undone.at >= imported and not tx.imports.begun(one.id)
        found.append(Earlier(_stands(tx, one), asked))
    return found


def _stands(tx: Transaction, exchange: ExchangeRow) -> str:
    """The number under which it stands in the PACS; empty where it does not."""
    if exchange.imported_at is None and not tx.imports.begun(exchange.id):
        return ""
    moving = tx.rekeyings.get(exchange.organisation, exchange.id)
    if moving is not None and moving.state in MOVING:
        return moving.number  # nothing else of the study goes under the own number until it stands there itself
    return tx.own_patients.standing(exchange.organisation, exchange.local_number)
