"""The one transaction that makes a received instance safe: row, place, state, exchange, audit, outbox (guarantee 1).

Runs inside a group commit. Which exchange an instance belongs to follows from the rule of the called AE title and the
study: an open one is added to, an ended one is supplemented, else a new one is queued; whether it may go out is decided
by ``usecases.send``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Direction, State, Terms, Urgency
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.ports.records import (
    OWN,
    AlertRow,
    AuditEvent,
    NewExchange,
    NewInstance,
    NewPack,
    OpenExchange,
)
from beeldbrug.node.ports.vault import Transaction

UNDO_SECONDS = 30.0
"""How long a sending that nobody has opened can be undone without a trace at the receiver."""

REOPENED = frozenset({State.VERIFIED, State.SEEN, State.IMPORTED, State.ARRIVING, State.SENDING})
"""States of an exchange that a late instance turns into a supplement."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What one association feeds: the rule's name and terms, and who is calling. ``exchange`` not empty: that one
    alone, and none is opened for what it cannot take."""

    organisation: str
    rule: str
    terms: Terms
    expires_days: float
    association: str
    process: str
    peer: Peer
    exchange: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Outcome: the exchange, whether it is a new member of it, and whether the content was here already."""

    exchange: str
    urgency: Urgency
    added: bool
    duplicate: bool


def keep(
    tx: Transaction,
    feed: Feed,
    new: NewInstance,
    packs: Sequence[NewPack],
    grown: Sequence[tuple[str, int, int]],
    first: bool,
    now: float,
    early: bytes = b"",
) -> Kept:
    """Keep one instance. ``packs`` are those that the vault may not have yet; ``grown`` lists (pack, segment,
    acknowledged length); ``first``: the association's first of this study, which is audited; ``early``: the hash under
    which it was announced, if it was."""
    known = tx.instances.find(new.organisation, OWN, new.index.instance_uid, early) if early else None
    there = tx.instances.find(new.organisation, OWN, new.index.instance_uid, new.hash)
    if there is None:
        for pack in packs:
            tx.packs.add(pack)
        for pack_id, number, length in grown:
            tx.packs.grow_segment(new.organisation, pack_id, number, length)
        other = tx.instances.has_other_content(new.organisation, OWN, new.index.instance_uid, new.hash)
    else:
        other = False
    instance = _kept(tx, new, known) if there is None else there
    exchange, urgency = exchange_for(tx, feed, new.index, now, there)
    if known is not None:
        _settle(tx, feed, known, instance, exchange, now)
    added = tx.exchanges.add_member(exchange, feed.organisation, instance) is not None
    if added:
        tx.exchanges.bump(exchange, now, total=1)
    if added or known is not None:
        tx.work.add(feed.organisation, "send", exchange, urgency, now)
    if first:
        associate(tx, feed, new.index, exchange, now)
    if other:
        tx.alerts.raise_(_other_content(feed.organisation, exchange, now))
    return Kept(exchange, urgency, added, there is not None)


def associate(tx: Transaction, feed: Feed, index: InstanceIndex, exchange: str, now: float) -> None:
    """The association begins to feed this exchange; audited."""
    tx.exchanges.association_opened(exchange, feed.organisation, feed.association, feed.process, now)
    tx.audit.append(_event(feed, index, exchange, now))


def _kept(tx: Transaction, new: NewInstance, known: int | None) -> int:
    if known is None:
        return tx.instances.add(new)
    tx.instances.complete(known, new)
    return known


def _settle(tx: Transaction, feed: Feed, known: int, instance: int, exchange: str, now: float) -> None:
    """The announced row is the instance now, in this exchange alone; or goes, where the content was here already."""
    for other in tx.exchanges.exchanges_of(feed.organisation, known):
        if known != instance or other != exchange:
            tx.exchanges.remove_member(other, known)
            tx.exchanges.bump(other, now, total=-1)
    if known != instance:
        tx.instances.delete(feed.organisation, [known])
    tx.exchanges.update(exchange, now, last_instance=now)


def exchange_for(
    tx: Transaction, feed: Feed, index: InstanceIndex, now: float, there: int | None = None
) -> tuple[str, Urgency]:
    """Exchange that an instance goes into, found or opened; and its urgency. One that has ended is not opened again
    for what it holds: ``there``, the instance that was kept before with the same content."""
    receiver = feed.terms.receiver.organisation
    row = tx.exchanges.find_open(feed.organisation, feed.rule, index.study_uid, receiver)
    if feed.exchange and (row is None or row.id != feed.exchange or row.expires <= now):
        raise Conflict("sending-ended", "The sending that this is for was taken back or has ended.", "Send it again.")
    if row is None or row.expires <= now:  # hub and receiver take nothing more of what has expired
        return _open(tx, feed, index, now), feed.terms.urgency
    held = there is not None and row.closed and row.id in tx.exchanges.exchanges_of(feed.organisation, there)
    if row.closed and row.state in REOPENED and not held:
        tx.exchanges.update(row.id, now, closed=False, state=State.SENDING)
    _describe(tx, row, index, now)
    return row.id, row.urgency


def _open(tx: Transaction, feed: Feed, index: InstanceIndex, now: float) -> str:
    exchange = uuid4().hex
    tx.exchanges.add(
        NewExchange(
            id=exchange,
            organisation=feed.organisation,
            direction=Direction.OUT,
            peer=feed.terms.receiver.organisation,
            terms=feed.terms,
            study_uid=index.study_uid,
            state=State.QUEUED,
            created=now,
            expires=now + feed.expires_days * 86400,
            rule=feed.rule,
            undo_until=now + UNDO_SECONDS,
        )
    )
    modalities = (index.modality,) if index.modality else ()
    tx.exchanges.update(exchange, now, description=index.study_description, modalities=modalities)
    return exchange


def _describe(tx: Transaction, row: OpenExchange, index: InstanceIndex, now: float) -> None:
    if index.modality and index.modality not in row.modalities:
        tx.exchanges.update(row.id, now, modalities=(*row.modalities, index.modality))


def _event(feed: Feed, index: InstanceIndex, exchange: str, now: float) -> AuditEvent:
    return AuditEvent(
        organisation=feed.organisation,
        event="receive",
        action="C",
        outcome="success",
        actor=feed.peer.calling_ae,
        responsible=feed.terms.responsible,
        purpose=feed.terms.purpose,
        ground=feed.terms.ground,
        exchange=exchange,
        patient=index.patient.number.value,
        study_uid=index.study_uid,
        details={"called_ae": feed.peer.called_ae, "address": feed.peer.address, "tls": feed.peer.tls},
        at=now,
    )


def _other_content(organisation: str, exchange: str, now: float) -> AlertRow:
    return AlertRow(
        0,
        organisation,
        exchange,
        "same-uid-other-content",
        "Een beeld kwam opnieuw binnen met andere inhoud; beide versies zijn bewaard en de nieuwste gaat mee.",
        "An instance came in again with other content; both versions are kept and the newest goes along.",
        "Controleer in het PACS welke versie de juiste is.",
        "Check in the PACS which version is the right one.",
        now,
    )
