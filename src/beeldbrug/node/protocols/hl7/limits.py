"""Limits on everything that a sender of HL7 v2 may ask of this node: counts, sizes and times."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """All times in seconds, all sizes in bytes."""

    connections: int = 16
    """Connections at once; any more are closed unread."""

    message_bytes: int = 1024 * 1024
    """Longest message that is read; of a longer one only the head is kept, to refuse it by name."""

    most_bytes: int = 64 * 1024 * 1024
    """Length at which a message is not waited for any more: the connection is closed."""

    idle_seconds: float = 3600.0
    """Silence between two messages; senders keep their connection open."""

    message_seconds: float = 30.0
    """From the first to the last byte of one message, and for a TLS handshake."""

    send_seconds: float = 30.0
    """How long a sender may leave an answer unread."""
