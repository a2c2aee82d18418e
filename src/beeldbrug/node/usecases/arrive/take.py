"""Take one capsule part from the mailbox: check, open, keep, acknowledge (DESIGN section 4, "On opening").

Signature by the certified key, place in the chain, hash, seal and preface are checked before a record is believed. The
content keys are re-wrapped under the vault key by the store; of the capsule only the signed envelope stays. A part that
cannot be opened stays at the hub and is tried again now and then; it raises an alert, is audited, and when its
signature held the sender is told in a receipt, so that neither end waits in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Conflict, Denied, NotFound, Unavailable
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import AlertRow, AuditEvent, PartRow
from beeldbrug.node.ports.route import Hub, MailboxEntry
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.apply import OVER, Apply
from beeldbrug.node.usecases.arrive.unopened import add_unopened
from beeldbrug.node.usecases.own_keys import secrets
from beeldbrug.node.usecases.trust import OwnOrganisation, Trust
from beeldbrug.sealed.envelope import (
    Envelope,
    EnvelopeKind,
    EnvelopeState,
    EnvelopeWarning,
    check_next,
    envelope_hash,
    part_hash,
    peek_envelope,
    read_envelope,
)
from beeldbrug.sealed.opening.capsule import open_part

REFUSED_SECONDS = 600.0
"""How long a refused part rests before it is tried again: keys may be restored, the program upgraded."""

CONTENT = frozenset({EnvelopeKind.PARCEL, EnvelopeKind.SUPPLEMENT})
SAID = {
    *(EnvelopeKind.RECEIPT, EnvelopeKind.WITHDRAW, EnvelopeKind.ANSWER),
    *(EnvelopeKind.REPORT, EnvelopeKind.REQUEST, EnvelopeKind.NOTICE),
}
APPLIED = CONTENT | SAID
"""Kinds whose records are applied; parts of other kinds are kept as they came, and reported."""

WAITS = frozenset({"envelope-gap", "part-not-here"})
"""Reasons that say nothing against a part: an earlier one is on its way, or it was withdrawn from the hub."""

Key = tuple[str, str, int]

log = get("arrive")


@dataclass(frozen=True)
class Take:
    """Takes parts for one organisation; call it from one thread per organisation."""

    own: OwnOrganisation
    database: Database
    hub: Hub
    trust: Trust
    apply: Apply
    clock: Callable[[], float]
    _refused: dict[Key, tuple[float, str]] = field(default_factory=dict)
    """When each refused part was tried last, and why it was refused."""

    def take(self, entry: MailboxEntry) -> bool:
        """Take one part; True when it was kept (now or before). False: it was refused, or an earlier part is missing.

        Raises Unavailable when the hub or the sender's certificate cannot be reached.
        """
        refused = self._refused.get(_key(entry))
        if refused is not None and self.clock() - refused[0] < REFUSED_SECONDS:
            return False
        envelope: Envelope | None = None
        try:
            envelope = self._read(entry)
            if not self._kept(entry) and not self._comes_too_late(envelope):
                self._take_new(entry, envelope)
        except Unavailable:
            raise
        except BeeldbrugError as error:
            if error.code not in WAITS:
                self.refuse(entry, error, envelope)
            return False
        self._refused.pop(_key(entry), None)
        self._acknowledge(entry)
        return True

    def refuse(self, entry: MailboxEntry, error: BeeldbrugError, envelope: Envelope | None = None) -> None:
        """Note that a part cannot be taken; ``envelope`` when its signature held, so that its sender is told."""
        log.error("part refused", code=error.code, parcel=entry.parcel, text=error.text)
        before = self._refused.get(_key(entry))
        self._refused[_key(entry)] = (self.clock(), error.code)
        self.trust.forget(entry.sender)
        now = self.clock()
        with self.database.write() as tx:
            texts = ("Een zending kon niet worden geopend.", error.text, "Vraag de afzender opnieuw te versturen.")
            tx.alerts.raise_(_alert(self.own.ura, entry.parcel, error.code, now, (*texts, error.remedy)))
            if before is None or before[1] != error.code:
                tx.audit.append(_event(self.own.ura, entry, error, now))
            if envelope is not None and envelope.kind in CONTENT:
                self._fail(tx, envelope, error, now)

    def _fail(self, tx: Transaction, envelope: Envelope, error: BeeldbrugError, now: float) -> None:
        """The arrival has failed, and its sender is told."""
        exchange = tx.exchanges.get(self.own.ura, envelope.parcel)
        if exchange is None:
            add_unopened(tx, self.own.ura, envelope, State.FAILED, error.code, now)
        elif exchange.peer == envelope.sender and (exchange.direction, exchange.state) == (
            Direction.IN,
            State.ARRIVING,
        ):
            tx.exchanges.update(exchange.id, now, state=State.FAILED, reason_code=error.code)
        else:
            return
        urgency = exchange.urgency if exchange is not None else "routine"
        tx.work.add(self.own.ura, WorkKind.RECEIPT, envelope.parcel, urgency, now)

    def _read(self, entry: MailboxEntry) -> Envelope:
        """The envelope, its signature checked; by a certificate fetched anew when the one at hand does not fit."""
        try:
            envelope = read_envelope(entry.envelope, self.trust.certified(entry.sender).public_key)
        except Denied:
            self.trust.forget(entry.sender)
            envelope = read_envelope(entry.envelope, self.trust.certified(entry.sender).public_key)
        named = (envelope.parcel, envelope.sender, envelope.part, envelope.receiver)
        if named != (entry.parcel, entry.sender, entry.number, self.own.ura):
            raise Conflict("envelope-misplaced", "A part lies in a mailbox that its envelope does not name.")
        return envelope

    def _kept(self, entry: MailboxEntry) -> bool:
        with self.database.read() as tx:
            row = tx.parcels.part(self.own.ura, entry.parcel, entry.sender, entry.number)
        if row is not None and envelope_hash(row.envelope) != envelope_hash(entry.envelope):
            raise Conflict(
                "part-replaced",
                "A part was replaced by another one with the same number.",
                "Call the sender: its parcel was changed on the way or sent twice.",
            )
        return row is not None and row.done is not None

    def _comes_too_late(self, envelope: Envelope) -> bool:
        """Whether it is content from before a withdrawal that overtook it: nothing is to be done with it."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.own.ura, envelope.parcel)
            last = tx.parcels.last_part(self.own.ura, envelope.parcel, envelope.sender)
        over = exchange is not None and (exchange.state in OVER or exchange.withdrawn is not None)
        return over and last is not None and last.kind == EnvelopeKind.WITHDRAW and envelope.part < last.number

    def _take_new(self, entry: MailboxEntry, envelope: Envelope) -> None:
        state = self._checked(envelope, entry.envelope)
        body = self.hub.get_part(entry.parcel, entry.sender, entry.number)
        if envelope.kind not in APPLIED:
            self._keep_unknown(entry, envelope, state, body)
            return
        with self.database.read() as tx:
            identities = secrets(tx, self.own.ura, envelope.key_id)
        opened = open_part(body, identities, envelope)
        now = self.clock()
        with self.database.write() as tx:
            tx.parcels.add_part(self._row(envelope, entry.envelope, None, now))
            self._report(tx, state, envelope, now)
            self.apply.apply(tx, envelope, opened.records, now)

    def _keep_unknown(self, entry: MailboxEntry, envelope: Envelope, state: EnvelopeState, body: bytes) -> None:
        if part_hash(body) != envelope.part_hash:
            raise Denied("part-hash-differs", "A part is not the one that its envelope was signed for.")
        now = self.clock()
        with self.database.write() as tx:
            tx.parcels.add_part(self._row(envelope, entry.envelope, body, now))
            self._report(tx, state, envelope, now)

    def _row(self, envelope: Envelope, token: str, body: bytes | None, now: float) -> PartRow:
        stream = (self.own.ura, envelope.parcel, envelope.sender, envelope.part)
        return PartRow(*stream, envelope.kind, token, body, now)

    def _checked(self, envelope: Envelope, token: str) -> EnvelopeState:
        with self.database.read() as tx:
            last = tx.parcels.last_part(self.own.ura, envelope.parcel, envelope.sender)
        previous = None if last is None else _state_of(peek_envelope(last.envelope), last.envelope)
        try:
            return check_next(previous, envelope, token, self.clock())
        except Conflict as error:
            if error.code != "envelope-gap" or envelope.kind != EnvelopeKind.WITHDRAW:
                raise
            # what lies between was withdrawn from the hub before it was taken; nothing but deleting follows from this
            return _state_of(envelope, token)

    def _acknowledge(self, entry: MailboxEntry) -> None:
        try:
            self.hub.acknowledge(entry.parcel, entry.sender, entry.number)
        except NotFound:
            log.info("part had gone", parcel=entry.parcel)

    def _report(self, tx: Transaction, state: EnvelopeState, envelope: Envelope, now: float) -> None:
        for warning in state.warnings:
            log.warning("envelope reported", code=warning, organisation=self.own.ura)
        if envelope.kind not in APPLIED:
            row = _alert(self.own.ura, envelope.parcel, EnvelopeWarning.UNKNOWN_KIND, now, _UNKNOWN_KIND)
            tx.alerts.raise_(row)


_UNKNOWN_KIND = (
    "Een onbekend soort bericht kwam aan en is bewaard.",
    "A message of an unknown kind came in and was kept.",
    "Werk Beeldbrug bij.",
    "Upgrade Beeldbrug.",
)


def _key(entry: MailboxEntry) -> Key:
    return entry.parcel, entry.sender, entry.number


def _alert(organisation: str, exchange: str, code: str, now: float, texts: tuple[str, str, str, str]) -> AlertRow:
    return AlertRow(0, organisation, exchange, code, *texts, raised=now)


def _event(organisation: str, entry: MailboxEntry, error: BeeldbrugError, now: float) -> AuditEvent:
    return AuditEvent(
        organisation,
        "part-refused",
        "C",
        error.code,
        actor="node",
        exchange=entry.parcel,
        peer=entry.sender,
        at=now,
    )


def _state_of(envelope: Envelope, token: str) -> EnvelopeState:
    return EnvelopeState(envelope.parcel, envelope.sender, envelope.receiver, envelope.part, envelope_hash(token))
