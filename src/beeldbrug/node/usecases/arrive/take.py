"""Take one capsule part from the mailbox: check, open, keep, acknowledge (DESIGN section 4, "On opening").

Signature by the certified key, place in the chain, hash, seal and preface are checked before a record is believed. The
content keys are re-wrapped under the vault key by the store; of the capsule only the signed envelope stays. A part that
cannot be opened stays at the hub, raises an alert and is audited; the sender is told when its signature held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound, Unavailable
from beeldbrug.node.ports.records import AlertRow, AuditEvent, PartRow
from beeldbrug.node.ports.route import Hub, MailboxEntry
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.arrive.apply import Apply
from beeldbrug.node.usecases.own_keys import secrets
from beeldbrug.node.usecases.trust import OwnOrganisation, Trust
from beeldbrug.sealed.envelope import (
    Envelope,
    EnvelopeState,
    EnvelopeWarning,
    check_next,
    envelope_hash,
    peek_envelope,
    read_envelope,
)
from beeldbrug.sealed.opening.capsule import OpenedPart, open_part

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
    _refused: set[tuple[str, str, int]] = field(default_factory=set)

    def take(self, entry: MailboxEntry) -> bool:
        """Take one part; True when it was kept (now or before). False: it was refused, or an earlier part is missing.

        Raises Unavailable when the hub or the sender's certificate cannot be reached.
        """
        if (entry.parcel, entry.sender, entry.number) in self._refused:
            return False
        try:
            if not self._kept(entry):
                self._take_new(entry)
        except Unavailable:
            raise
        except BeeldbrugError as error:
            if error.code == "envelope-gap":
                return False
            self._note_refusal(entry, error)
            return False
        self.hub.acknowledge(entry.parcel, entry.sender, entry.number)
        return True

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

    def _take_new(self, entry: MailboxEntry) -> None:
        envelope, state = self._checked(entry)
        body = self.hub.get_part(entry.parcel, entry.sender, entry.number)
        with self.database.read() as tx:
            identities = secrets(tx, self.own.ura, envelope.key_id)
        opened = open_part(body, identities, envelope)
        now = self.clock()
        with self.database.write() as tx:
            tx.parcels.add_part(
                PartRow(
                    self.own.ura,
                    envelope.parcel,
                    envelope.sender,
                    envelope.part,
                    envelope.kind,
                    entry.envelope,
                    None,
                    now,
                )
            )
            self._report(tx, state, envelope, now)
            self._applied(tx, envelope, opened, now)

    def _checked(self, entry: MailboxEntry) -> tuple[Envelope, EnvelopeState]:
        key = self.trust.certified(entry.sender).public_key
        envelope = read_envelope(entry.envelope, key)
        named = (envelope.parcel, envelope.sender, envelope.part, envelope.receiver)
        if named != (entry.parcel, entry.sender, entry.number, self.own.ura):
            raise Conflict("envelope-misplaced", "A part lies in a mailbox that its envelope does not name.")
        with self.database.read() as tx:
            last = tx.parcels.last_part(self.own.ura, envelope.parcel, envelope.sender)
        previous = None if last is None else _state(last)
        return envelope, check_next(previous, envelope, entry.envelope, self.clock())

    def _applied(self, tx: Transaction, envelope: Envelope, opened: OpenedPart, now: float) -> None:
        self.apply.apply(tx, envelope, opened.records, now)

    def _report(self, tx: Transaction, state: EnvelopeState, envelope: Envelope, now: float) -> None:
        for warning in state.warnings:
            log.warning("envelope reported", code=warning, organisation=self.own.ura)
            if warning == EnvelopeWarning.UNKNOWN_KIND:
                tx.alerts.raise_(_alert(self.own.ura, envelope.parcel, warning, now, _UNKNOWN_KIND))

    def _note_refusal(self, entry: MailboxEntry, error: BeeldbrugError) -> None:
        if isinstance(error, NotFound) and error.code not in ("correspondent-unknown",):
            log.warning("part is gone", code=error.code, parcel=entry.parcel)
        else:
            log.error("part refused", code=error.code, parcel=entry.parcel, text=error.text)
        self._refused.add((entry.parcel, entry.sender, entry.number))
        self.trust.forget(entry.sender)
        now = self.clock()
        with self.database.write() as tx:
            texts = ("Een zending kon niet worden geopend.", error.text, "Vraag de afzender opnieuw te versturen.")
            tx.alerts.raise_(_alert(self.own.ura, entry.parcel, error.code, now, (*texts, error.remedy)))
            tx.audit.append(
                AuditEvent(
                    self.own.ura,
                    "part-refused",
                    "C",
                    error.code,
                    actor="node",
                    exchange=entry.parcel,
                    peer=entry.sender,
                    at=now,
                )
            )


_UNKNOWN_KIND = (
    "Een onbekend soort bericht kwam aan en is bewaard.",
    "A message of an unknown kind came in and was kept.",
    "Werk deze node bij.",
    "Upgrade this node.",
)


def _alert(organisation: str, exchange: str, code: str, now: float, texts: tuple[str, str, str, str]) -> AlertRow:
    return AlertRow(0, organisation, exchange, code, *texts, raised=now)


def _state(row: PartRow) -> EnvelopeState:
    envelope = peek_envelope(row.envelope)
    return EnvelopeState(
        envelope.parcel, envelope.sender, envelope.receiver, envelope.part, envelope_hash(row.envelope)
    )
