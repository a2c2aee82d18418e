"""Send studies that a person chose: one exchange for each, all together a bundle; durable before the answer.

Everything else is the engine's: policy decides on each exchange, ``gather`` brings the chosen instances in, ``send``
sends them while they come. The same bundle again is nothing to do. DESIGN section 3; guarantee 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid4

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.ports.records import OWN, ExchangeRow, NewExchange
from beeldbrug.node.ports.sending import Gathering, Source
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.read.reach import Reach, not_found
from beeldbrug.node.usecases.receive.keep import UNDO_SECONDS
from beeldbrug.node.usecases.sending.address_book import clean, remembered
from beeldbrug.node.usecases.sending.enclosing import TITLE_CHARACTERS
from beeldbrug.node.usecases.sign_in.signing import Session

STUDIES_MOST: Final = 50
SERIES_MOST: Final = 2000
QUESTION_CHARACTERS: Final = 2000
DAYS: Final = 30.0
DAYS_MOST: Final = 90.0

_UID = re.compile(r"[0-9]+(\.[0-9]+)+")
"""PS3.5 section 9.1, at most 64 characters."""

GATHERING: Final = "gathering"
"""Stands for a process among those that feed an exchange: it stays open while a gathering has not ended."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A study of a sending. ``series`` empty: all. ``description``, ``modalities``, ``expected`` as the list said."""

    study_uid: str
    source: Source
    origin: str = ""
    series: tuple[str, ...] = ()
    description: str = ""
    modalities: tuple[str, ...] = ()
    expected: int = 0
    enclosure: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants sent, to whom, and why. ``bundle`` is chosen by the caller, so that a repeat is known."""

    bundle: str
    chosen: tuple[Chosen, ...]
    receiver: Party
    purpose: Purpose
    ground: Ground
    urgency: Urgency
    responsible: str = ""
    question: str = ""
    consent: str = ""
    without: tuple[str, ...] = ()
    days: float = DAYS


def place(tx: Transaction, session: Session, sender: Party, order: Order, now: float) -> list[str]:
    """Open an exchange for each study; their ids in the order chosen. Raises Malformed, NotFound outside the scope."""
    organisation = session.account.organisation
    if there := tx.gatherings.of_bundle(organisation, order.bundle):
        if there[0].actor != session.account.login:
            raise Conflict("bundle-taken", "This sending is somebody else's.", "Reload the page and send again.")
        return [one.exchange for one in there]
    _check(session, order)
    terms = terms_of(sender, order)
    reach = Reach(tx, session.scope, now)
    ids = []
    for number, chosen in enumerate(order.chosen):
        _reachable(reach, chosen)
        ids.append(_open(tx, session, order, chosen, terms, now + number * 1e-5))
    tx.addresses.used(organisation, session.account.id, remembered(order.receiver), now)
    return ids


def check_uid(uid: str) -> None:
    """One UID and nothing else: an archive would take a wild card for all it has. Raises Malformed."""
    if len(uid) > 64 or _UID.fullmatch(uid) is None:
        raise Malformed("uid-malformed", "A study or series is named by its UID.", "Search again, and choose anew.")


def terms_of(sender: Party, order: Order) -> Terms:
    """The terms of each of its exchanges."""
    return Terms(
        sender=sender,
        receiver=order.receiver,
        purpose=order.purpose,
        ground=order.ground,
        urgency=order.urgency,
        responsible=order.responsible,
        question=order.question[:QUESTION_CHARACTERS].strip(),
        consent=order.consent,
    )


def _check(session: Session, order: Order) -> None:
    if not 0 < len(order.chosen) <= STUDIES_MOST:
        raise Malformed("studies-chosen", "Choose at least one study, and no more than fifty.", "Send in parts.")
    if len({(one.study_uid) for one in order.chosen}) < len(order.chosen):
        raise Malformed("studies-chosen", "A study was chosen twice.", "Choose each once.")
    for uid in (uid for one in order.chosen for uid in (one.study_uid, *one.series)):
        check_uid(uid)
    if any(len(one.series) > SERIES_MOST for one in order.chosen):
        raise Malformed("studies-chosen", "Too many series were chosen by name.", "Choose all series of that study.")
    if not order.receiver.organisation:
        raise Malformed("terms-incomplete", "There is no recipient.", "Choose to whom it goes.")
    if order.receiver.organisation == session.account.organisation:
        raise Malformed("receiver-is-self", "The receiver is this organisation itself.", "Choose another recipient.")
    if not 0 < order.days <= DAYS_MOST:
        raise Malformed("terms-incomplete", "The end date is not possible.", "Choose at most ninety days.")


def _reachable(reach: Reach, chosen: Chosen) -> None:
    """A session that was opened for some exchanges alone sends nothing: what it sent would lie outside its reach."""
    scope = reach.scope
    if scope.exchanges or not scope.covers_study(chosen.study_uid):
        raise not_found()
    organisation = scope.organisation
    if chosen.source is Source.PACS:
        return
    origin = OWN if chosen.source is Source.NODE else chosen.origin
    if origin != OWN and reach.exchange(origin) is None:
        raise not_found()
    if not reach.transaction.instances.studies(organisation, [(origin, chosen.study_uid)], {}, 0, 1):
        raise not_found()


def _open(tx: Transaction, session: Session, order: Order, chosen: Chosen, terms: Terms, now: float) -> str:
    organisation, exchange = session.account.organisation, uuid4().hex
    if chosen.enclosure:
        _own_enclosure(tx, session, chosen)
    new = NewExchange(
        id=exchange,
        organisation=organisation,
        direction=Direction.OUT,
        peer=terms.receiver.organisation,
        terms=terms,
        study_uid=chosen.study_uid,
        state=State.QUEUED,
        created=now,
        expires=now + order.days * 86400,
        rule=f"bundle-{order.bundle}",
        undo_until=now + UNDO_SECONDS,
    )
    tx.exchanges.add(new)
    tx.exchanges.update(exchange, now, description=chosen.description[:64], modalities=chosen.modalities[:16])
    begin(tx, _gathering(session, order, chosen, exchange, now), terms.urgency, now)
    row = tx.exchanges.get(organisation, exchange)
    if row is None:
        raise AssertionError("the exchange was just added")
    _audit(tx, row, session, order, chosen, now)
    tx.work.add(organisation, WorkKind.SEND, exchange, terms.urgency, now)  # policy decides at once
    return exchange


def _gathering(session: Session, order: Order, chosen: Chosen, exchange: str, now: float) -> Gathering:
    return Gathering(
        exchange=exchange,
        organisation=session.account.organisation,
        bundle=order.bundle,
        actor=session.account.login,
        study_uid=chosen.study_uid,
        source=chosen.source,
        created=now,
        updated=now,
        origin=chosen.origin,
        series=chosen.series,
        without=order.without,
        enclosure=chosen.enclosure,
        expected=max(0, chosen.expected),
    )


def begin(tx: Transaction, gathering: Gathering, urgency: Urgency, now: float) -> None:
    """Bring in what a gathering names; its exchange stays open meanwhile."""
    tx.gatherings.add(gathering)
    keep_open(tx, gathering, now)
    tx.work.add(gathering.organisation, WorkKind.GATHER, gathering.exchange, urgency, now)


def keep_open(tx: Transaction, gathering: Gathering, now: float) -> None:
    """The exchange is not complete before the gathering has ended."""
    feeder = feeder_of(gathering.exchange)
    tx.exchanges.association_opened(gathering.exchange, gathering.organisation, feeder, GATHERING, now, anew=True)


def feeder_of(exchange: str) -> str:
    """Under which name a gathering feeds its exchange."""
    return f"gather-{exchange}"


def _own_enclosure(tx: Transaction, session: Session, chosen: Chosen) -> None:
    organisation = session.account.organisation
    enclosure = tx.gatherings.enclosure(organisation, chosen.enclosure)
    if enclosure is None or enclosure.account != session.account.id:
        raise NotFound("report-gone", "The report that was put ready is not here any more.", "Choose the file again.")
    if title := clean(chosen.title, TITLE_CHARACTERS):
        tx.gatherings.entitle(organisation, chosen.enclosure, title)


def _audit(tx: Transaction, row: ExchangeRow, session: Session, order: Order, chosen: Chosen, now: float) -> None:
    event = of_exchange(
        row,
        "order",
        "C",
        "success",
        now,
        actor=session.account.login,
        patient=_number(tx, row.organisation, chosen),
        bundle=order.bundle,
        source=chosen.source.value,
        origin=chosen.origin,
        series=len(chosen.series),
        report=bool(chosen.enclosure),
        without=" ".join(order.without),
    )
    tx.audit.append(replace(event, role=" ".join(session.account.roles)))


def _number(tx: Transaction, organisation: str, chosen: Chosen) -> str:
    """Whose study it is, as far as the vault knows already."""
    origin = chosen.origin or OWN
    found = tx.instances.studies(organisation, [(origin, chosen.study_uid)], {}, 0, 1)
    return found[0].patient_number.value if found else ""
