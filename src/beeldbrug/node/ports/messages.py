"""HL7 v2 messages that the node sends: to whom, and what the peer answered. Implemented over MLLP.

A message is bytes, made once and kept by whoever wants it sent, so that a repeat is the same message: the peer knows it
by its control id (MSH-10). What a peer says in words stays in ``Acknowledged.content`` and goes to no log.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Mode(StrEnum):
    """How messages are acknowledged (HL7 v2 section 2.9): by the application alone, or first by who keeps them."""

    ORIGINAL = "original"
    ENHANCED = "enhanced"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system that takes messages, and how messages to it are written. ``tls_ca`` not empty: over TLS, checked by
    these authorities (PEM file) and by ``tls_name``, or ``host`` where that is empty. Times in seconds, size in
    bytes."""

    name: str
    host: str
    port: int
    sending_application: str = "BEELDBRUG"
    sending_facility: str = ""
    receiving_application: str = ""
    receiving_facility: str = ""
    version: str = "2.5"
    character_set: str = "8859/1"
    processing: str = "P"
    mode: Mode = Mode.ORIGINAL
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    tls_name: str = ""
    connect_seconds: float = 10.0
    answer_seconds: float = 30.0
    answer_bytes: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a peer answered. ``code`` is MSA-1: AA or CA is accepted. ``reason`` is a stable code of ours without the
    peer's words, empty where it was accepted. ``content`` is the whole last answer, which may say who a patient is."""

    code: str
    reason: str
    content: bytes

    @property
    def accepted(self) -> bool:
        """Whether the peer has taken it."""
        return self.code in ("AA", "CA")


class Outgoing(Protocol):
    """Sends messages."""

    def send(self, peer: Peer, content: bytes) -> Acknowledged:
        """Send one message, encoded, MSH first, and wait for its acknowledgement.

        Raises Unavailable where it is not known whether the peer has it, and the same is to be sent again:
        ``hl7-peer-unreachable``, ``hl7-peer-tls``, ``hl7-peer-silent``, ``hl7-peer-closed``, ``hl7-answer-unreadable``,
        ``hl7-answer-too-large``, ``hl7-answer-to-another``. Raises Malformed for unusable TLS files.
        """
