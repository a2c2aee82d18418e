"""How parcels travel: what the node asks of a hub, and of several ways as if they were one (DESIGN section 2).

A node's own door for parcels speaks as a hub does, so ``Hub`` is also how two nodes speak without one.

Everything that passes here is sealed or signed already. All calls raise Unavailable when the hub cannot be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Correspondent:
    """An organisation in the address book; nothing in it is trusted before its chain and signatures were checked."""

    organisation: str
    name: str
    certificate_chain: tuple[str, ...]
    statement: str
    directory: str


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    """A capsule part that waits for this organisation."""

    cursor: int
    parcel: str
    sender: str
    number: int
    kind: str
    urgency: str
    size: int
    envelope: str


class AddressBook(Protocol):
    """Who can be sent to."""

    def correspondents(self) -> list[Correspondent]:
        """The whole address book."""

    def correspondent(self, organisation: str) -> Correspondent:
        """One entry. Raises NotFound."""


class Way(Protocol):
    """The way to one organisation, and back from it."""

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        """Deliver a capsule part; the same again is nothing to do. Conflict when another one is there."""

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        """Create the pack or add a reader (idempotent)."""

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        """Upload a segment, create-only; resumes a broken upload. The same again is nothing to do."""

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        """Download a segment into ``path``, resuming what is there; the caller checks the hash.
        NotFound ``segment-not-here``."""

    def withdraw(self, parcel: str) -> bool:
        """Delete what lies on the way of a parcel that we sent (or, as receiver, our copy), and let nothing of it pass
        any more. False when it is not known there: nothing of it ever was, or it has expired."""


class Ways(AddressBook, Protocol):
    """All ways of one organisation."""

    def toward(self, organisation: str) -> Way:
        """The way to a correspondent."""

    def echo(self) -> float:
        """Seconds by which the other end's clock is ahead of ours."""

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        """Join with a certificate chain (idempotent). Raises Denied when an operator must do it."""

    def publish_statement(self, statement: str) -> None:
        """Publish the newest key statement (JWS)."""

    def publish_directory(self, directory: str) -> None:
        """Publish locations, departments, and where our own door is (JWS)."""

    def put_head(self, head: str) -> None:
        """Deposit a signed audit head (JWS)."""

    def heads(self, after: int = 0) -> list[str]:
        """Our deposited heads, oldest first."""

    def close(self) -> None:
        """Close the connections."""


class Hub(Ways, Way, Protocol):
    """One hub, or the door of one node, spoken to as one organisation: ``toward`` is itself."""

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        """Entries after a cursor."""

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        """Entries as they come (server-sent events); None at each heartbeat. Ends when the connection does."""

    def get_part(self, parcel: str, sender: str, number: int) -> bytes:
        """Body of a part. NotFound when it was acknowledged, withdrawn or has expired."""

    def acknowledge(self, parcel: str, sender: str, number: int) -> None:
        """The part was opened and kept: the hub may delete its body."""
