"""What a receiving protocol (DIMSE, later STOW-RS) asks of the node: admit a peer, take instances, say when safe.

The protocol owns the wire; behind this port lie policy, cutting, sealing, the vault. DESIGN guarantee 1: ``commit``
returns only when the instance is durable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from beeldbrug.node.ports.committing import CommitReport


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is calling, as far as the transport knows. ``certificate`` is the SHA-256 fingerprint in hex, or empty."""

    calling_ae: str
    called_ae: str
    address: str
    tls: bool = False
    certificate: str = ""
    certificate_subject: str = ""


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """One C-STORE-RQ (PS3.7 section 9.1.1): what the sender declares about the dataset that follows."""

    sop_class: str
    instance_uid: str
    transfer_syntax: str


class Arrival(Protocol):
    """One instance coming in. Exactly one of ``commit`` and ``abort`` ends it."""

    def write(self, data: memoryview) -> None:
        """Take the next bytes of the dataset; the buffer may be reused after return. Raises BeeldbrugError."""

    def commit(self) -> None:
        """All bytes were written: make it safe, then return. Raises BeeldbrugError when it was not kept."""

    def abort(self) -> None:
        """Forget it; nothing of it remains. Never raises."""


class ReceptionSession(Protocol):
    """One association (or upload) of one admitted peer."""

    def begin(self, request: StoreRequest) -> Arrival:
        """Start one instance. Raises BeeldbrugError to refuse it."""

    def echo(self) -> None:
        """A C-ECHO was answered."""

    def committed(self, report: CommitReport) -> None:
        """The archive reports on a request for storage commitment. Raises NotFound ``commitment-unknown``."""

    def end(self, clean: bool) -> None:
        """The association ended; ``clean`` is False after an abort or a broken connection. Never raises."""


class Reception(Protocol):
    """The door. One for the whole process; thread-safe."""

    def admit(self, peer: Peer) -> ReceptionSession:
        """Admit an association or raise Denied: code ``called-ae-unknown``, ``calling-ae-unknown``,
        ``address-not-allowed`` or ``certificate-not-allowed``; Unavailable ``too-busy``."""
