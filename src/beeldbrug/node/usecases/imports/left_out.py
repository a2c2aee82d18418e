"""Which series of an arrival stay out of its import, as its plan and the rule say; and how many did when it ended."""

from __future__ import annotations

from collections.abc import Collection, Set

from beeldbrug.model.importing import Left
from beeldbrug.node.policy.leaving_out import ONLY_LEFT_OUT, left_out
from beeldbrug.node.ports.records import ExchangeRow, SeriesRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange


def series_of(tx: Transaction, exchange: ExchangeRow) -> list[SeriesRow]:
    """The series that came in with it; not what people here saved beside it."""
    saved = saved_series(tx, exchange)
    rows = tx.instances.series(exchange.organisation, exchange.id, exchange.study_uid, {})
    return [row for row in rows if row.series_uid not in saved]


def saved_series(tx: Transaction, exchange: ExchangeRow) -> set[str]:
    """Series that people here made."""
    return {row.series_uid for row in tx.saved.of_study(exchange.organisation, exchange.id, exchange.study_uid)}


def series_left(tx: Transaction, exchange: ExchangeRow, without: Collection[str]) -> frozenset[str]:
    """UIDs of the series that stay out; ``without`` are modalities, of the rule."""
    plan = tx.plans.get(exchange.organisation, exchange.id)
    if not without and not plan.without:
        return frozenset()
    series = [(row.series_uid, row.modality) for row in series_of(tx, exchange)]
    return left_out(series, plan, without, ())


def count_left(tx: Transaction, exchange: ExchangeRow, left: Set[str]) -> Left:
    """Keep how many series an import leaves out."""
    series = series_of(tx, exchange)
    out = [row for row in series if row.series_uid in left]
    counted = Left(len(series), len(out), sum(row.instances for row in out))
    tx.plans.count(exchange.organisation, exchange.id, counted)
    return counted


def note_only_left_out(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    """Nothing of it would go into the PACS: a human must say what does."""
    if exchange.reason_code == ONLY_LEFT_OUT.code:
        return
    tx.exchanges.update(exchange.id, now, reason_code=ONLY_LEFT_OUT.code)
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    tx.alerts.raise_(alert_of(exchange, ONLY_LEFT_OUT, now))
    tx.audit.append(of_exchange(exchange, "reconcile", "E", "none", now, decision=(ONLY_LEFT_OUT.code,)))
