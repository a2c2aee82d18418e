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
from beeldbrug.node.ports.records import ExchangeRow, PartRow
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.trust import OwnOrganisation, Trust
from beeldbrug.sealed.capsule import Content, PartBuilder
from beeldbrug.sealed.envelope import VERSION, Envelope, envelope_hash, part_hash, sign_envelope


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
    hub: Hub
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

        ``also`` runs in the transaction that keeps the parts; when it returns False nothing is kept. Returns the parts.
        Raises Unavailable when the receiver's key statement is stale (hold) or the hub is away; what was kept is
        delivered by the next call.
        """
        with self._writing(exchange.id):
            parts = self._sealed(exchange, kind, records)
            with self.database.write() as tx:
                if also is not None and not also(tx, parts):
                    return []
                for part in parts:
                    tx.parcels.add_part(part.row)
            self._deliver(exchange)
        return parts

    def deliver(self, exchange: ExchangeRow) -> None:
        """Deliver what is kept and not yet delivered, in order. Raises Unavailable."""
        with self._writing(exchange.id):
            self._deliver(exchange)

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
        for row in waiting:
            if row.body is not None:
                self.hub.put_part(
                    row.parcel, row.number, row.envelope, row.body, exchange.urgency.value, exchange.expires
                )
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
