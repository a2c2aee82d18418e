"""Hand out an exchange on a disc or in a file: who took it, when, on what ground; audited before the first byte.

It can be made more than once, each on record, until its content is emptied. What left cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import uuid4

from beeldbrug.model.errors import Conflict, Denied, NotFound
from beeldbrug.model.exchange import CARRIED, Direction, Route, State, Terms
from beeldbrug.node.ports.records import OWN, ExchangeRow, NewExchange
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.send.decide import Decide

DAYS: Final = 30.0
NAME: Final = "Schijf of bestand"
"""What stands where a receiver's name would, for readers of both languages."""

READY: Final = (State.SENDING, State.DELIVERED)


def may_hand_out(exchange: ExchangeRow) -> bool:
    """Whether a disc can be made of it now."""
    out = exchange.direction is Direction.OUT and exchange.route is Route.DISC and exchange.closed
    return out and exchange.state in READY and exchange.withdrawn is None and exchange.emptied is None


def check_ready(exchange: ExchangeRow, now: float) -> None:
    """Raises Conflict ``disc-not-ready``."""
    if not may_hand_out(exchange) or exchange.expires <= now:
        raise Conflict(
            "disc-not-ready",
            "Of this exchange no disc can be made: it is not complete, has ended, or goes another way.",
            "Wait until it is complete, or send it anew to a disc or file.",
        )


def begin(database: Database, organisation: str, id: str, actor: str, now: float, sealed: bool = False) -> ExchangeRow:
    """Before the first byte; ``sealed``: with a passphrase. Raises NotFound ``exchange-unknown``, Conflict
    ``disc-not-ready``."""
    with database.write() as tx:
        exchange = tx.exchanges.get(organisation, id)
        if exchange is None:
            raise NotFound("exchange-unknown", "There is no exchange with this id.", "See `beeldbrug status`.")
        check_ready(exchange, now)
        tx.exchanges.update(id, now, first_part=exchange.first_part or now)
        route = Route.DISC.value
        tx.audit.append(of_exchange(exchange, "disclose", "R", "success", now, actor=actor, route=route, sealed=sealed))
    return exchange


def done(database: Database, exchange: ExchangeRow, actor: str, instances: int, now: float) -> None:
    """All of it was written."""
    with database.write() as tx:
        tx.exchanges.update(exchange.id, now, state=State.DELIVERED, done=instances)
        tx.alerts.clear(exchange.organisation, exchange.id, None, now)
        route = Route.DISC.value
        event = of_exchange(exchange, "delivered", "R", "success", now, actor=actor, instances=instances, route=route)
        tx.audit.append(event)


def noted(
    database: Database, exchange: ExchangeRow, chunks: Iterator[bytes], actor: str, instances: int, now: float
) -> Iterator[bytes]:
    """The same chunks; after the last it counts as handed out."""
    yield from chunks
    done(database, exchange, actor, instances, now)


def order(database: Database, decide: Decide, terms: Terms, study_uid: str, actor: str, now: float) -> ExchangeRow:
    """Open an exchange by disc with what the vault holds of a study as its own. Raises NotFound ``study-not-here``,
    Denied ``disc-not-permitted`` with what policy says."""
    organisation, id = terms.sender.organisation, uuid4().hex
    receiver = replace(terms.receiver, organisation=CARRIED, name=terms.receiver.name or NAME)
    stated = replace(terms, receiver=receiver)
    with database.write() as tx:
        found = tx.instances.studies(organisation, [(OWN, study_uid)], {}, 0, 1)
        rows = tx.instances.instances(organisation, OWN, study_uid, None, {}) if found else []
        if not found or not rows:
            raise NotFound(
                "study-not-here",
                "The node holds nothing of this study.",
                "Send it to the node first: `beeldbrug send`.",
            )
        new = NewExchange(
            id=id,
            organisation=organisation,
            direction=Direction.OUT,
            peer=CARRIED,
            terms=stated,
            study_uid=study_uid,
            state=State.QUEUED,
            created=now,
            expires=now + DAYS * 86400.0,
            rule=f"disc-{id}",
            route=Route.DISC,
        )
        tx.exchanges.add(new)
        added = sum(tx.exchanges.add_member(id, organisation, row.id) is not None for row in rows)
        tx.exchanges.bump(id, now, total=added)
        tx.exchanges.update(id, now, description=found[0].description, modalities=found[0].modalities, closed=True)
        row = tx.exchanges.get(organisation, id)
        if row is None:
            raise AssertionError("the exchange was just added")
        number = found[0].patient_number.value
        tx.audit.append(of_exchange(row, "order", "C", "success", now, actor=actor, patient=number))
    return _permitted(database, decide, row, now)


def _permitted(database: Database, decide: Decide, exchange: ExchangeRow, now: float) -> ExchangeRow:
    """The exchange when policy permits it; else it is closed, for nobody waits for it, and the reason is given."""
    state = decide.decide(exchange, now)
    with database.write() as tx:
        current = tx.exchanges.get(exchange.organisation, exchange.id)
        if current is not None and state is State.SENDING:
            return current
        code = "" if current is None else current.reason_code
        tx.exchanges.update(exchange.id, now, state=State.REFUSED)
        tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    raise Denied(
        "disc-not-permitted",
        f"Policy does not permit this disc ({code}).",
        "See the reason in docs/reference/errors.md.",
    )
