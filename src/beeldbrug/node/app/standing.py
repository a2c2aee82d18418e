"""How a node's keys stand: what it signs with, until when, what it offers. Read only, no secrets. DESIGN section 4."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.x509 import Certificate

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.base import Base
from beeldbrug.node.stores.rootkey import REHEARSED_FACT
from beeldbrug.sealed.certificates import read_certificates
from beeldbrug.sealed.keys import thumbprint


@dataclass(frozen=True, slots=True)
class Offered:
    """A transport key, without its secret."""

    key_id: str
    not_before: float
    not_after: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Ids and times; POSIX seconds, 0 for never. ``sequence`` is 0 while no statement was made, ``root_key`` empty when
    its file cannot be read any more."""

    ura: str
    name: str
    signing_key: str
    certificates: tuple[Certificate, ...]
    certificate_expires: float
    root_key: str
    rehearsed: float
    sequence: int
    issued: float
    transport: tuple[Offered, ...]


def standing(base: Base) -> Standing:
    """The present state."""
    own = base.own
    chain = tuple(one for pem in own.certificate_chain for one in read_certificates(pem))
    with base.database.read() as tx:
        statement = tx.keys.statement(own.ura, own.ura)
        issued = float(tx.facts.get(own.ura, "statement-issued") or 0)
        rehearsed = float(tx.facts.get("", REHEARSED_FACT) or 0)
        transport = tuple(Offered(key.key_id, key.not_before, key.not_after) for key in tx.keys.transport(own.ura))
    return Standing(
        own.ura,
        own.name,
        thumbprint(own.signing_key.public_key()),
        chain,
        min((one.not_valid_after_utc.timestamp() for one in chain), default=0.0),
        _root_key(base),
        rehearsed,
        statement[0] if statement else 0,
        issued,
        transport,
    )


def _root_key(base: Base) -> str:
    try:
        return base.root_key.provide("").key_id
    except BeeldbrugError:
        return ""
