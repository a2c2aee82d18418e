"""Which series of an arrival stay out of its import, as its plan and the rule say; and how many did when it ended."""

from __future__ import annotations

from collections.abc import Collection, Set

from beeldbrug.model.importing import Left
from beeldbrug.node.policy.leaving_out import ALL_REJECTED, ONLY_LEFT_OUT, left_out
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


def taken_back(tx: Transaction, exchange: ExchangeRow) -> dict[str, dict[str, int]]:
    """By series (UID), the instances (UID and row id) that are here and that their sender takes back; not the notes
    that say so."""
    marked: dict[str, set[str]] = {}
    for one in tx.sender_rejections.of(exchange.organisation, exchange.id):
        if one.instance_uid != one.note:
            marked.setdefault(one.series_uid, set()).add(one.instance_uid)
    key = (exchange.organisation, exchange.id, exchange.study_uid)
    found = {
        uid: {row.instance_uid: row.id for row in tx.instances.instances(*key, uid, {}) if row.instance_uid in some}
        for uid, some in marked.items()
    }
    return {uid: some for uid, some in found.items() if some}


def instances_out(tx: Transaction, exchange: ExchangeRow) -> frozenset[str]:
    """UIDs of the instances that stay out since their sender takes them back: none once a human took them in, and
    nothing that went in before."""
    if tx.plans.get(exchange.organisation, exchange.id).rejected:
        return frozenset()
    found = [one for some in taken_back(tx, exchange).values() for one in some.items()]
    fixed = set(tx.imports.fixed(exchange.id)) if found else set()
    return frozenset(uid for uid, id_ in found if id_ not in fixed)


def count_left(tx: Transaction, exchange: ExchangeRow, left: Set[str]) -> Left:
    """Keep how many series and instances an import leaves out."""
    series = series_of(tx, exchange)
    out = [row for row in series if row.series_uid in left]
    back, outside = instances_out(tx, exchange), taken_back(tx, exchange)
    some = sum(uid in back for series_uid, uids in outside.items() if series_uid not in left for uid in uids)
    counted = Left(len(series), len(out), sum(row.instances for row in out) + some)
    tx.plans.count(exchange.organisation, exchange.id, counted)
    return counted


def note_only_left_out(tx: Transaction, exchange: ExchangeRow, now: float, rejected: bool) -> None:
    """Nothing of it would go into the PACS: a human must say what does. ``rejected``: its sender takes it back."""
    why = ALL_REJECTED if rejected else ONLY_LEFT_OUT
    if exchange.reason_code == why.code:
        return
    tx.exchanges.update(exchange.id, now, reason_code=why.code)
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    tx.alerts.raise_(alert_of(exchange, why, now))
    tx.audit.append(of_exchange(exchange, "reconcile", "E", "none", now, decision=(why.code,)))
