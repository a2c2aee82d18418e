"""Capsule parts of ours: sealed and signed once, kept, delivered in order until the hub has them (DESIGN section 4).

A part is fixed in the vault before it is delivered, so a repeat after a crash is the same part; the chain of envelopes
never forks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from beeldbrug.model.capsule import CAPSULE_VERSION, Preface
from beeldbrug.model.errors import Denied
from beeldbrug.model.exchange import ENDED, Direction, State
from beeldbrug.node.ports.records import ExchangeRow, PartRow
from beeldbrug.node.ports.route import Ways
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.trust import OwnOrganisation, Trust
from beeldbrug.sealed.capsule import Content, PartBuilder
from beeldbrug.sealed.envelope import VERSION, Envelope, EnvelopeKind, envelope_hash, part_hash, sign_envelope

CONTENT_KINDS = frozenset({EnvelopeKind.PARCEL, EnvelopeKind.SUPPLEMENT, EnvelopeKind.REPORT})
"""Kinds of parts that carry content."""


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A part ready to be kept, with the records it holds."""

    row: PartRow
    records: tuple[Content, ...]


@dataclass(frozen=True)
class Post:
    """Writes and delivers parts of one organisation."""

    own: OwnOrganisation
    database: Database
    ways: Ways
    trust: Trust
    clock: Callable[[], float]
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def publish(
        self,
        exchange: ExchangeRow,
        kind: str,
        records: Sequence[Content],
        also: Callable[[Transaction, Sequence[SealedPart]], bool] | None = None,
    ) -> Sequence[SealedPart]:
        """Seal ``records`` in as many parts as they need, keep them together with what ``also`` notes, deliver.

        ``also`` runs in the transaction that keeps the parts; when it returns False, or the sending is being withdrawn,
        nothing is kept. Returns the parts.
        Raises Unavailable when the receiver's key statement is stale (hold) or the hub is away; what was kept is
        delivered by the next call.
        """
        with self._writing(exchange.id):
            parts = self._sealed(exchange, kind, records)
            with self.database.write() as tx:
                if self._is_over(tx, exchange, kind) or (also is not None and not also(tx, parts)):
                    return []
                for part in parts:
                    tx.parcels.add_part(part.row)
            self._deliver(exchange)
        return parts

    def deliver(self, exchange: ExchangeRow) -> None:
        """Deliver what is kept and not yet delivered, in order; nothing of a sending that is being taken back. Raises
        Unavailable."""
        with self._writing(exchange.id):
            with self.database.read() as tx:
                current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is not None and (current.direction is Direction.IN or current.withdrawn is None):
                self._deliver(exchange)

    def take_back(self, exchange: ExchangeRow) -> bool:
        """The hub deletes a sending of ours and takes no more of it; parts that it never had leave our chain, so that
        they never go out. False when nothing of it was ever there, and so nothing can be at the receiver.

        Raises Unavailable.
        """
        with self._writing(exchange.id):
            if self.ways.toward(exchange.peer).withdraw(exchange.id):
                try:
                    self._deliver(exchange)  # what is there already is there still; nothing is added
                except Denied as error:
                    if error.code != "parcel-withdrawn":
                        raise
                    self._retract(exchange)
                return True
            self._retract(exchange)
            with self.database.read() as tx:
                return tx.parcels.count_parts(self.own.ura, exchange.id, self.own.ura) > 0

    def _retract(self, exchange: ExchangeRow) -> None:
        with self.database.write() as tx:
            tx.parcels.retract(self.own.ura, exchange.id, self.own.ura)

    def _is_over(self, tx: Transaction, exchange: ExchangeRow, kind: str) -> bool:
        """Whether it was taken back meanwhile: then nothing more is said in it but that."""
        if kind not in CONTENT_KINDS:
            return False
        current = tx.exchanges.get(exchange.organisation, exchange.id)
        return current is None or current.withdrawn is not None or current.state in ENDED - {State.IMPORTED}

    def _sealed(self, exchange: ExchangeRow, kind: str, records: Sequence[Content]) -> list[SealedPart]:
        with self.database.read() as tx:
            last = tx.parcels.last_part(self.own.ura, exchange.id, self.own.ura)
        key = self.trust.transport_key(exchange.peer)
        number, previous = (last.number, envelope_hash(last.envelope)) if last else (0, "")
        sealed: list[SealedPart] = []
        waiting = list(records)
        while waiting:
            number += 1
            preface = Preface(CAPSULE_VERSION, self.own.ura, exchange.peer, exchange.id, number, kind)
            builder, taken = PartBuilder(preface), 0
            while taken < len(waiting) and builder.add(waiting[taken]):
                taken += 1
            body = builder.seal(key.recipient)
            envelope = self._envelope(exchange, kind, number, body, previous, key.key_id)
            previous = envelope_hash(envelope)
            row = PartRow(self.own.ura, exchange.id, self.own.ura, number, kind, envelope, body)
            sealed.append(SealedPart(row, tuple(waiting[:taken])))
            del waiting[:taken]
        return sealed

    def _deliver(self, exchange: ExchangeRow) -> None:
        with self.database.read() as tx:
            waiting = tx.parcels.unsent_parts(self.own.ura, exchange.id, self.own.ura)
        way = self.ways.toward(exchange.peer)
        for row in waiting:
            if row.body is not None:
                way.put_part(row.parcel, row.number, row.envelope, row.body, exchange.urgency.value, exchange.expires)
            with self.database.write() as tx:
                tx.parcels.part_done(self.own.ura, row.parcel, row.sender, row.number, self.clock())

    @contextmanager
    def _writing(self, parcel: str) -> Iterator[None]:
        """One writer per parcel at a time: two would fork its chain of envelopes."""
        with self._door:
            lock = self._locks.setdefault(parcel, threading.Lock())
        with lock:
            yield

    def _envelope(self, exchange: ExchangeRow, kind: str, number: int, body: bytes, previous: str, key_id: str) -> str:
        envelope = Envelope(
            VERSION,
            kind,
            exchange.id,
            number,
            part_hash(body),
            previous,
            self.own.ura,
            exchange.peer,
            key_id,
            self.clock(),
        )
        return sign_envelope(envelope, self.own.signing_key)
