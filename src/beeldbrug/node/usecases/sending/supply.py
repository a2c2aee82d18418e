"""The sender's end of a request for images: what was not sent of the study, sending it, or saying why not.

What was not sent is known by asking the own PACS (C-FIND at SERIES and IMAGE level) or, without one, by the own content
of this node. It goes as a supplement of the same exchange, and where that takes no more (emptied at either end, failed)
as an exchange of its own on the same terms; policy decides on it as on all sending.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from beeldbrug.model.answer import Answerer
from beeldbrug.model.decision import Decision
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import Direction, Party, State
from beeldbrug.model.image_request import (
    OPEN,
    PARCELS_MOST,
    PHONE_CHARACTERS,
    TEXT_CHARACTERS,
    RequestState,
)
from beeldbrug.node.policy.asking import REFUSALS, may_add
from beeldbrug.node.policy.disclosure import Facts, may_send
from beeldbrug.node.ports.archive import Archive
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.ports.records import OWN, ExchangeRow, NewExchange
from beeldbrug.node.ports.sending import OVER, Gathering, GatherState, Source
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.asking.ask import checked
from beeldbrug.node.usecases.asking.facts import (
    codes,
    facts_of,
    instances_of,
    refused,
    request_of,
    sending,
    series_in,
)
from beeldbrug.node.usecases.asking.settle import clear_asked
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.receive.keep import UNDO_SECONDS
from beeldbrug.node.usecases.sending.order import DAYS, begin, keep_open


@dataclass(frozen=True, slots=True)
class Unsent:
    """A series of the study with instances that the exchange does not have. ``missing`` of them; ``sent`` it has."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    sent: int
    missing: int


@dataclass(frozen=True, slots=True)
class Replying:
    """Who replies, with what words beside it. ``login`` is whose account it is."""

    who: Answerer
    login: str
    text: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Supply:
    """One organisation's. ``has_archive`` says whether there is a PACS to ask; ``known`` whether policy will find a
    receiver."""

    organisation: str
    database: Database
    archive: Archive
    has_archive: Callable[[], bool]
    known: Callable[[Party], bool]
    clock: Callable[[], float]

    def unsent(self, exchange_id: str) -> list[Unsent]:
        """What was not sent of the study, series by series. Raises NotFound; Unavailable of the PACS."""
        with self.database.read() as tx:
            exchange = sending(tx, self.organisation, exchange_id)
            sent = series_in(instances_of(tx, exchange))
            here = {} if self.has_archive() else _held(tx, exchange)
        found = self._in_archive(exchange, sent) if self.has_archive() else _unsent(here, sent)
        return sorted(found, key=lambda one: (one.number is None, one.number or 0, one.series_uid))

    def check(self, exchange_id: str, number: int) -> ExchangeRow:
        """The exchange, when more may be sent for this request. Raises as ``send``."""
        with self.database.read() as tx:
            exchange = sending(tx, self.organisation, exchange_id)
            self._decide(tx, exchange, number)
        return exchange

    def send(
        self,
        exchange_id: str,
        number: int,
        replying: Replying,
        series: Sequence[str] | None = None,
        parcels: Sequence[str] = (),
    ) -> ImageRequestRow:
        """Send what was not sent: these series, or all where None. ``parcels`` are exchanges that bring the rest.

        Raises NotFound, Conflict ``nothing-unsent``, ``image-request-answered`` or with the reason of policy;
        Unavailable of the PACS.
        """
        self.check(exchange_id, number)
        found = [] if series is not None and not series else self.unsent(exchange_id)
        chosen = [one for one in found if series is None or one.series_uid in series]
        if not chosen and not parcels:
            raise Conflict(
                "nothing-unsent",
                "Everything that is here of this study has been sent already.",
                "Refuse the request with that reason, or send what is meant from the PACS.",
            )
        reply = self._reply(replying, RequestState.COMING, "")
        now = self.clock()
        with self.database.write() as tx:
            exchange = sending(tx, self.organisation, exchange_id)
            row, decision = self._decide(tx, exchange, number)
            others = tuple(dict.fromkeys(parcels))[:PARCELS_MOST]
            supplement = bool(chosen) and self._takes_more(tx, exchange)
            if supplement:
                self._supplement(tx, exchange, chosen, replying.login, now)
            elif chosen:
                others = (self._anew(tx, exchange, chosen, replying.login, now), *others)
            reply = replace(reply, supplement=supplement, parcels=others)
            kept = replace(row, state=RequestState.COMING, reply=reply, reply_part=None, had=exchange.total, ended=None)
            self._keep(tx, exchange, kept, replying.login, now)
            tx.audit.append(
                of_exchange(
                    exchange,
                    "images-supply",
                    "E",
                    "success",
                    now,
                    actor=replying.login,
                    decision=codes(decision),
                    series=len(chosen),
                    instances=sum(one.missing for one in chosen),
                    parcels=len(others),
                )
            )
        return kept

    def refuse(self, exchange_id: str, number: int, replying: Replying, reason: str) -> ImageRequestRow:
        """Say why it is not sent. Raises NotFound, Malformed ``image-request-malformed``, Conflict as ``send``."""
        if reason not in REFUSALS:
            raise Malformed("image-request-malformed", "This is no reason.", "Choose one of the reasons.")
        reply = self._reply(replying, RequestState.REFUSED, reason)
        now = self.clock()
        with self.database.write() as tx:
            exchange = sending(tx, self.organisation, exchange_id)
            row = _open(tx, exchange, number)
            decision = may_add(facts_of(exchange, now))
            if not decision.permitted:
                raise refused(decision)
            kept = replace(row, state=RequestState.REFUSED, reply=reply, reply_part=None, ended=now)
            self._keep(tx, exchange, kept, replying.login, now)
            actor, why = replying.login, codes(decision)
            tx.audit.append(of_exchange(exchange, "images-refuse", "E", reason, now, actor=actor, decision=why))
        return kept

    # ------------------------------------------------------------ deciding

    def _decide(self, tx: Transaction, exchange: ExchangeRow, number: int) -> tuple[ImageRequestRow, Decision]:
        """The request, and what policy says of sending more. Raises Conflict."""
        row = _open(tx, exchange, number)
        decision = may_add(facts_of(exchange, self.clock()))
        if decision.permitted:
            decision = may_send(Facts(exchange.terms, self.known(exchange.terms.receiver)))
        if not decision.permitted:
            raise refused(decision)
        return row, decision

    def _takes_more(self, tx: Transaction, exchange: ExchangeRow) -> bool:
        """Whether late instances become its supplement. Raises Conflict while an earlier request is being fetched."""
        gathering = tx.gatherings.get(self.organisation, exchange.id)
        if gathering is not None and gathering.state not in OVER:
            raise Conflict(
                "gathering-there", "This exchange is being filled already.", "Wait until that is done; see the list."
            )
        receiver = exchange.terms.receiver.organisation
        row = tx.exchanges.find_open(self.organisation, exchange.rule, exchange.study_uid, receiver)
        return row is not None and row.id == exchange.id

    # ------------------------------------------------------------ sending

    def _supplement(
        self, tx: Transaction, exchange: ExchangeRow, chosen: Sequence[Unsent], login: str, now: float
    ) -> None:
        """Fetch into the same exchange; it stays open meanwhile."""
        known = tx.gatherings.get(self.organisation, exchange.id)
        later = tuple(one.series_uid for one in chosen)
        expected = exchange.total + sum(one.missing for one in chosen)
        if known is None:
            bundle = f"asked-{exchange.id}"
            gathering = self._gathering(exchange.id, bundle, exchange, login, now)
            begin(tx, replace(gathering, later=later, expected=expected), exchange.urgency, now)
            return
        series = dict.fromkeys((*known.series, *known.later)) if known.series else ()  # all stays all
        tx.gatherings.update(
            self.organisation,
            exchange.id,
            now,
            series=tuple(series),
            later=later,
            actor=login,
            expected=expected,
            state=GatherState.WAITING,
            gathered=0,
            failed=0,
            tries=0,
            code="",
        )
        keep_open(tx, known, now)
        tx.work.add(self.organisation, WorkKind.GATHER, exchange.id, exchange.urgency, now)

    def _anew(self, tx: Transaction, exchange: ExchangeRow, chosen: Sequence[Unsent], login: str, now: float) -> str:
        """An exchange of its own on the same terms; all of the study where the first one failed."""
        id, bundle = uuid4().hex, uuid4().hex
        new = NewExchange(
            id=id,
            organisation=self.organisation,
            direction=Direction.OUT,
            peer=exchange.peer,
            terms=exchange.terms,
            study_uid=exchange.study_uid,
            state=State.QUEUED,
            created=now,
            expires=max(exchange.expires, now + DAYS * 86400),
            rule=f"bundle-{bundle}",
            undo_until=now + UNDO_SECONDS,
        )
        tx.exchanges.add(new)
        tx.exchanges.update(id, now, description=exchange.description, modalities=exchange.modalities)
        gathering = self._gathering(id, bundle, exchange, login, now)
        if exchange.state is not State.FAILED:
            series = tuple(one.series_uid for one in chosen)
            gathering = replace(gathering, series=series, expected=sum(one.missing + one.sent for one in chosen))
        begin(tx, gathering, exchange.urgency, now)
        tx.work.add(self.organisation, WorkKind.SEND, id, exchange.urgency, now)
        row = sending(tx, self.organisation, id)
        tx.audit.append(of_exchange(row, "order", "C", "success", now, actor=login, bundle=bundle, origin=exchange.id))
        return id

    def _gathering(self, id: str, bundle: str, exchange: ExchangeRow, login: str, now: float) -> Gathering:
        source = Source.PACS if self.has_archive() else Source.NODE
        return Gathering(id, self.organisation, bundle, login, exchange.study_uid, source, now, now)

    # ------------------------------------------------------------ keeping

    def _reply(self, replying: Replying, outcome: RequestState, reason: str) -> Reply:
        text, phone = checked(replying.text, TEXT_CHARACTERS), checked(replying.phone, PHONE_CHARACTERS)
        return Reply(outcome, self.clock(), replying.who, reason, text, phone, replying.login)

    def _keep(self, tx: Transaction, exchange: ExchangeRow, row: ImageRequestRow, login: str, now: float) -> None:
        tx.image_requests.put(row)
        tx.exchanges.bump(exchange.id, now)
        clear_asked(tx, exchange, login, now)
        tx.work.add(self.organisation, WorkKind.ASK, exchange.id, row.urgency, now)

    # ------------------------------------------------------------ what is there

    def _in_archive(self, exchange: ExchangeRow, sent: dict[str, set[str]]) -> list[Unsent]:
        found = []
        for one in self.archive.find_series(exchange.study_uid):
            there = sent.get(one.series_uid, set())
            if one.instances == len(there):
                continue
            missing = one.instances or 0
            if there or not one.instances:
                missing = len(set(self.archive.find_instances(exchange.study_uid, one.series_uid)) - there)
            if missing:
                found.append(Unsent(one.series_uid, one.modality, one.number, one.description, len(there), missing))
        return found


def _held(tx: Transaction, exchange: ExchangeRow) -> dict[str, tuple[Unsent, set[str]]]:
    """What this node has of the study as its own, by series."""
    found = {
        one.series_uid: (Unsent(one.series_uid, one.modality, one.number, one.description, 0, 0), set[str]())
        for one in tx.instances.series(exchange.organisation, OWN, exchange.study_uid, {})
    }
    for row in tx.instances.instances(exchange.organisation, OWN, exchange.study_uid, None, {}):
        if row.series_uid in found:
            found[row.series_uid][1].add(row.instance_uid)
    return found


def _unsent(here: dict[str, tuple[Unsent, set[str]]], sent: dict[str, set[str]]) -> list[Unsent]:
    found = []
    for series_uid, (one, uids) in here.items():
        there = sent.get(series_uid, set())
        if missing := len(uids - there):
            found.append(replace(one, sent=len(there), missing=missing))
    return found


def _open(tx: Transaction, exchange: ExchangeRow, number: int) -> ImageRequestRow:
    """A request that waits, or whose images have not come. Raises NotFound, Conflict ``image-request-answered``."""
    row = request_of(tx, exchange, number)
    if row.state not in OPEN:
        raise Conflict("image-request-answered", "This request has been answered already.", "Reload the exchange.")
    return row
