"""A human at the receiving desk decides under which own number an arrival is imported (FIELD 5.6 rule 2).

The number is kept sealed with the exchange; ``usecases.imports`` honours it. Once datasets are fixed for the PACS
(guarantee 3) the number stands, and only a repeat is possible.
"""

from __future__ import annotations

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.consult import as_transfer, is_consult
from beeldbrug.node.policy.reconciliation import CHOSEN, SETTLED
from beeldbrug.node.policy.undoing import REMOVED
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.cancel_order import ask_again, cancel_order
from beeldbrug.node.usecases.desk.claim import take
from beeldbrug.node.usecases.desk.undo import check_removed
from beeldbrug.node.usecases.desk.waiting import WAITING
from beeldbrug.node.usecases.desk.wish import NO_WISH, Wish, plan_with
from beeldbrug.node.usecases.imports.chosen import written
from beeldbrug.node.usecases.imports.undone import asked_after_undoing

LONGEST_NUMBER = 64
"""Characters of a LO value (PS3.5 section 6.2)."""


def choose(
    database: Database,
    organisation: str,
    exchange_id: str,
    number: PatientNumber | None,
    actor: str,
    now: float,
    as_of: float | None = None,
    wish: Wish = NO_WISH,
) -> None:
    """Import under ``number`` (``issuer`` empty means the hospital's own), or without it try again as before. ``wish``
    names series and order.

    ``as_of`` is ``updated`` of the exchange as whoever decides had it before him (POSIX seconds); what a colleague has
    decided since then stands. Raises NotFound, Conflict ``not-waiting``, ``decided-meanwhile``, ``desk-taken``,
    ``still-in-pacs``, ``number-needed`` or ``number-fixed``, Malformed ``number-malformed`` or ``no-series``.
    """
    if number is not None:
        check_number(number)
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        if exchange.state not in WAITING or exchange.verified is None:
            raise Conflict(
                "not-waiting",
                "The arrival does not wait for a decision.",
                "See `beeldbrug desk list` for those that do.",
            )
        check_undecided(exchange, as_of)
        check_removed(tx, exchange)
        take(tx, exchange, actor, now)
        if number is None and asked_after_undoing(tx, organisation, exchange_id) is REMOVED:
            raise _number_needed()
        if number is not None and tx.imports.begun(exchange.id):
            raise Conflict(
                "number-fixed",
                "The import under another number had begun; it stands.",
                "Repeat the import without a number.",
            )
        if number is not None and not number.issuer:  # what was merged goes under what stands for it
            number = PatientNumber(tx.own_patients.standing(organisation, number.value))
        tx.plans.put(organisation, exchange.id, plan_with(tx, exchange, wish, number is not None))
        changes: dict[str, object] = {"state": State.SEEN if exchange.seen is not None else State.VERIFIED}
        if not tx.imports.begun(exchange.id):
            changes |= _with_order(tx, exchange, number is not None or wish.ordered, actor, now)
        if is_consult(exchange.terms):  # who imports it takes it over, whatever was answered
            changes["terms"] = as_transfer(exchange.terms)
        if number is not None:
            changes |= {"reason_code": CHOSEN.code, "local_number": written(number)}
        tx.exchanges.update(exchange.id, now, **changes)
        tx.alerts.clear(organisation, exchange.id, None, now)
        tx.audit.append(_event(exchange, number, actor, now))
        tx.work.add(organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)


def _with_order(tx: Transaction, exchange: ExchangeRow, other: bool, actor: str, now: float) -> dict[str, object]:
    """What becomes of an order that the import waited for: with an ``other`` number, order or none it is cancelled,
    else asked for again. A number that a human chose stands."""
    made = ask_again(tx, exchange, now)
    if made is None:
        return {}
    if other:
        cancel_order(tx, exchange, actor, now)
    return {"reason_code": CHOSEN.code if made.chosen else ""}


def _number_needed() -> Conflict:
    return Conflict(
        "number-needed",
        "An import that was undone is not repeated as it was.",
        "Say under which number it goes into the PACS.",
    )


def check_undecided(exchange: ExchangeRow, as_of: float | None) -> None:
    """Two people do not decide the same case unknown to each other. Raises Conflict ``decided-meanwhile``."""
    if as_of is not None and exchange.reason_code in SETTLED and exchange.updated > as_of:
        raise Conflict(
            "decided-meanwhile",
            "A colleague has just decided about this arrival.",
            "Open it again to see what was decided, and decide anew if need be.",
        )


def check_number(number: PatientNumber) -> None:
    """Whether it can be one. Raises Malformed ``number-malformed``."""
    for value in (number.value, number.issuer):
        if len(value) > LONGEST_NUMBER or not value.isprintable() or set(value) & {"\\", "^"}:
            raise Malformed("number-malformed", "This is no patient number or issuer.", "Give it as the PACS shows it.")
    if not number.value.strip():
        raise Malformed("number-malformed", "The patient number is empty.", "Give it as the PACS shows it.")


def _event(exchange: ExchangeRow, number: PatientNumber | None, actor: str, now: float) -> AuditEvent:
    value, decision = (number.value, CHOSEN.code) if number is not None else ("", "repeat")
    return of_exchange(exchange, "desk-import", "U", "success", now, actor=actor, patient=value, decision=(decision,))
