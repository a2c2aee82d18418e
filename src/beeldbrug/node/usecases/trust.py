"""Whom may we seal to, and whose signature is this: the address book, checked (DESIGN section 4, Keys).

Nothing that a hub serves is believed: the chain must end at a pinned root, the statement must be signed by the
certified key, not rolled back and not stale. While the hub is away the last checked entries go on to serve until they
go stale.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509 import Certificate

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, NotFound, Unavailable
from beeldbrug.node.ports.route import AddressBook, Correspondent
from beeldbrug.node.ports.vault import Database
from beeldbrug.sealed.certificates import CertifiedOrganisation, read_certificates, verify_chain
from beeldbrug.sealed.statement import (
    Remembered,
    TransportKeyEntry,
    choose_transport_key,
    statement_hash,
    verify_statement,
)

SET_BACK = frozenset({"statement-rolled-back", "statement-forked"})
"""Refusals that say that the hub serves another statement than before, and nothing about the organisation."""

log = get("trust")

FRESH_SECONDS = 60.0
"""How long a checked address book entry serves without asking the hub again."""


@dataclass(frozen=True)
class OwnOrganisation:
    """One of the node's organisations with its certified signing key."""

    ura: str
    name: str
    signing_key: Ed25519PrivateKey = field(repr=False)
    certificate_chain: tuple[str, ...] = ()


@dataclass
class _Entry:
    certified: CertifiedOrganisation
    statement: str
    fetched: float


@dataclass
class Trust:
    """The checked address book as one organisation sees it. Thread-safe."""

    organisation: str
    hub: AddressBook
    roots: Sequence[Certificate]
    database: Database
    clock: Callable[[], float]
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, peer: str) -> bool:
        """Whether the organisation is in the address book with a chain that holds. Raises Unavailable (hub away)."""
        try:
            self.certified(peer)
        except (NotFound, Denied, Malformed):
            return False
        return True

    def certified(self, peer: str) -> CertifiedOrganisation:
        """Who signs for ``peer``. Raises NotFound, Denied, or Unavailable."""
        return self._entry(peer).certified

    def transport_key(self, peer: str) -> TransportKeyEntry:
        """The key to seal to.

        Raises Unavailable (hold: nothing is sealed to a key that cannot be trusted now, nothing is lost by waiting):
        ``statement-missing``, ``statement-stale``, ``statement-not-yet``, ``transport-key-missing``, or
        ``statement-rolled-back`` and ``statement-forked`` when the hub serves another one than was seen before and that
        one has gone stale meanwhile.
        """
        entry = self._entry(peer)
        now = self.clock()
        with self.database.read() as tx:
            known = tx.keys.statement(self.organisation, peer)
        if not entry.statement:
            raise Unavailable(
                "statement-missing",
                "The receiver has not published its keys yet.",
                "Nothing is lost: sending goes on when the receiver's node has started.",
            )
        remembered = Remembered(known[0], statement_hash(known[1])) if known else None
        key = entry.certified.public_key
        try:
            statement, found = verify_statement(entry.statement, key, peer, remembered, now)
        except Denied as error:
            if known is None or remembered is None or error.code not in SET_BACK:
                raise
            return self._remembered_key(known[1], entry, peer, error, now)
        if remembered is None or found.sequence > remembered.sequence:
            with self.database.write() as tx:
                tx.keys.remember_statement(self.organisation, peer, found.sequence, entry.statement, now)
        return choose_transport_key(statement, now)

    def _remembered_key(self, token: str, entry: _Entry, peer: str, error: Denied, now: float) -> TransportKeyEntry:
        """An address book that was set back, or shows two faces, changes nothing: the newest statement that was seen
        serves as long as it is fresh."""
        log.warning("address book set back", code=error.code, organisation=peer)
        self.forget(peer)
        try:
            statement, _ = verify_statement(token, entry.certified.public_key, peer, None, now)
        except Unavailable:
            raise Unavailable(error.code, error.text, error.remedy) from None
        return choose_transport_key(statement, now)

    def book(self) -> list[tuple[CertifiedOrganisation, bool]]:
        """Everybody in the address book whose chain holds, and whether keys to seal to are there.

        Raises Unavailable.
        """
        found = []
        for one in self.hub.correspondents():
            try:
                entry = self._checked(one, one.organisation)
            except (Denied, Malformed) as error:
                log.warning("address book entry not believed", code=error.code, organisation=one.organisation)
                continue
            found.append((entry.certified, bool(entry.statement)))
        return found

    def forget(self, peer: str) -> None:
        """Ask the hub anew at the next use (a part was refused for its key)."""
        with self._lock:
            self._entries.pop(peer, None)

    def _entry(self, peer: str) -> _Entry:
        with self._lock:
            entry = self._entries.get(peer)
            if entry is not None and self.clock() - entry.fetched < FRESH_SECONDS:
                return entry
        try:
            fresh = self._checked(self.hub.correspondent(peer), peer)
        except Unavailable:
            if entry is None:
                raise
            return entry
        with self._lock:
            self._entries[peer] = fresh
        return fresh

    def _checked(self, correspondent: Correspondent, peer: str) -> _Entry:
        now = self.clock()
        chain = [one for pem in correspondent.certificate_chain for one in read_certificates(pem)]
        certified = verify_chain(chain, self.roots, now, peer)
        return _Entry(certified, correspondent.statement, now)


def statement_warning(trust: Trust, peer: str) -> str:
    """Why the peer's statement cannot be used now, as a code, or empty. For ``check``."""
    try:
        trust.transport_key(peer)
    except BeeldbrugError as error:
        return error.code
    return ""
