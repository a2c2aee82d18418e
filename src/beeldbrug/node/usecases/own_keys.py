"""Own keys: publish certificate and key statement, rotate transport keys, destroy those no longer needed (DESIGN 4).

A statement is renewed daily and valid for seven days. A transport key is offered for 30 days; it is destroyed when it
is no longer offered and no arriving parcel can still need it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Denied, Unavailable
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import AlertRow, AuditEvent, TransportKeyRow
from beeldbrug.node.ports.route import Ways
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.sealed.directory import Directory, read_directory, sign_directory
from beeldbrug.sealed.keys import ROTATION_SECONDS, new_transport_key
from beeldbrug.sealed.statement import (
    VALIDITY_SECONDS,
    VERSION,
    KeyStatement,
    TransportKeyEntry,
    read_statement,
    sign_statement,
)

RENEW_SECONDS = 86400.0
"""A statement older than this is renewed."""

PUBLISH_SECONDS = 3600.0
"""How often it is looked at whether one is due."""

REFUSED_SECONDS = 60.0
"""How soon it is tried again after the hub refused."""

REFUSED = "own-keys-refused"

MAILBOX_WALKED = "mailbox-walked"
"""Fact: when the whole mailbox was last walked."""

SET_BACK_SECONDS = 600.0
"""A statement that was issued later than this from now was made while the clock stood wrong: nobody would use it."""

GRACE_SECONDS = 7 * 86400.0
"""Longest that a sender may still seal to a key after its last day: the life of the statement that offered it."""


log = get("keys")


def publish(own: OwnOrganisation, database: Database, hub: Ways, now: float) -> str:
    """Make sure that the hub has our certificate and a fresh statement; returns the statement. Idempotent."""
    hub.enrol(own.certificate_chain)
    statement = current_statement(own, database, now)
    hub.publish_statement(statement)
    return statement


def publish_door(own: OwnOrganisation, hub: Ways, address: str, now: float) -> None:
    """Make sure that our directory says where our own door is, or that there is none. Raises Unavailable."""
    token = hub.correspondent(own.ura).directory
    try:
        known = _directory(own, token) if token else Directory(own.ura, 0, 0.0)
        if known.direct != address:
            fresh = Directory(own.ura, max(int(now), known.sequence + 1), now, known.locations, address)
            hub.publish_directory(sign_directory(fresh, own.signing_key))
    except Unavailable:
        raise
    except BeeldbrugError as error:  # an older hub keeps no such directory; all else goes on without it
        log.warning("directory refused", code=error.code)


def _directory(own: OwnOrganisation, token: str) -> Directory:
    """Our own, or an empty one where another key than the present one signed what is kept."""
    try:
        return read_directory(token, own.signing_key.public_key(), own.ura)
    except Denied:
        return Directory(own.ura, 0, 0.0)


def current_statement(own: OwnOrganisation, database: Database, now: float) -> str:
    """Our statement: the one in force, or a new one with the next sequence number when that is due."""
    with database.write() as tx:
        keys = _rotated(tx, own.ura, now)
        known = tx.keys.statement(own.ura, own.ura)
        issued = float(tx.facts.get(own.ura, "statement-issued") or 0)
        listed = tx.facts.get(own.ura, "statement-keys") or ""
        ids = ",".join(key.key_id for key in keys)
        recent = issued - SET_BACK_SECONDS < now < issued + RENEW_SECONDS
        if known is not None and recent and listed == ids and _is_ours(own, known[1]):
            return known[1]
        sequence = known[0] + 1 if known else 1
        entries = tuple(TransportKeyEntry(key.key_id, key.public, key.not_before, key.not_after) for key in keys)
        token = sign_statement(
            KeyStatement(VERSION, own.ura, sequence, now, now + VALIDITY_SECONDS, entries), own.signing_key
        )
        tx.keys.remember_statement(own.ura, own.ura, sequence, token, now)
        tx.facts.set(own.ura, "statement-issued", str(now))
        tx.facts.set(own.ura, "statement-keys", ids)
        return token


def _is_ours(own: OwnOrganisation, token: str) -> bool:
    """Whether the present signing key signed it; after a new certificate for a new key nobody would believe it."""
    try:
        read_statement(token, own.signing_key.public_key(), own.ura)
    except BeeldbrugError:
        return False
    return True


def _rotated(tx: Transaction, organisation: str, now: float) -> list[TransportKeyRow]:
    """Keys to offer now; makes the next one when the newest has less than a day to go."""
    begun = now + SET_BACK_SECONDS  # a key that begins later was made while the clock stood wrong
    offered = [key for key in tx.keys.transport(organisation) if key.not_before < begun and key.not_after > now]
    if not any(key.not_after - now > RENEW_SECONDS for key in offered):
        fresh = new_transport_key()
        row = TransportKeyRow(organisation, fresh.key_id, fresh.recipient, fresh.secret, now, now + ROTATION_SECONDS)
        tx.keys.add_transport(row)
        tx.audit.append(_event(organisation, "transport-key-made", now))
        offered.insert(0, row)
    return offered


def destroy_spent(organisation: str, database: Database, now: float) -> int:
    """Destroy transport keys that nothing can need any more; returns how many.

    A key lives until the mailbox was walked after its last possible use: a node that was away for weeks must first
    take what was sealed to it meanwhile.
    """
    with database.read() as tx:
        if not _spent(tx, organisation, now):
            return 0
    with database.write() as tx:
        spent = _spent(tx, organisation, now)
        for key in spent:
            tx.keys.destroy_transport(organisation, key.key_id, now)
            tx.audit.append(_event(organisation, "transport-key-destroyed", now))
    return len(spent)


def _spent(tx: Transaction, organisation: str, now: float) -> list[TransportKeyRow]:
    past = [key for key in tx.keys.transport(organisation) if key.not_after + GRACE_SECONDS < now]
    if not past:
        return []
    walked = float(tx.facts.get(organisation, MAILBOX_WALKED) or 0)
    arriving = tx.exchanges.listing(organisation, Direction.IN, (State.ARRIVING,), limit=10_000)
    oldest = min((row.created for row in arriving), default=now)
    return [key for key in past if key.not_after + GRACE_SECONDS < min(walked, oldest)]


def note_walk(organisation: str, database: Database, now: float) -> None:
    """Everything that lay in the mailbox at ``now`` was taken or refused."""
    with database.write() as tx:
        tx.facts.set(organisation, MAILBOX_WALKED, str(now))


@dataclass(frozen=True)
class KeysStep:
    """The work ``keys`` of one organisation: certificate and statement are kept fresh, however long a stream lasts."""

    own: OwnOrganisation
    database: Database
    hub: Ways
    clock: Callable[[], float]
    door: str = ""
    """Address of our own door, which others read in our directory."""

    def step(self, subject: str) -> float | None:
        """Renew what is due and publish it. Raises Unavailable."""
        now = self.clock()
        publish(self.own, self.database, self.hub, now)
        publish_door(self.own, self.hub, self.door, now)
        with self.database.read() as tx:
            told = any(alert.code == REFUSED for alert in tx.alerts.open(self.own.ura))
        if told:
            with self.database.write() as tx:
                tx.alerts.clear(self.own.ura, "", REFUSED, now)
        return PUBLISH_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The hub takes our certificate or statement no more: nobody can seal to us, so a human is told."""
        texts = ("De hub neemt onze sleutels niet aan.", error.text, "Lees de reden en bel de beheerder van de hub.")
        with self.database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self.own.ura, "", REFUSED, *texts, error.remedy, raised=self.clock()))
        return REFUSED_SECONDS


def secrets(tx: Transaction, organisation: str, key_id: str) -> list[str]:
    """The transport secret with this id. Raises Denied ``transport-key-unknown``."""
    found = [key.secret for key in tx.keys.transport(organisation) if key.key_id == key_id]
    if not found:
        raise Denied(
            "transport-key-unknown",
            "A part is sealed to a transport key that this node does not hold (any more).",
            "Ask the sender to send again; its node will use the current key statement.",
        )
    return found


def _event(organisation: str, event: str, now: float) -> AuditEvent:
    return AuditEvent(organisation, event, "E", "success", actor="node", at=now)
