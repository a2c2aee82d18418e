"""Limits on everything that a DICOM peer may ask of this node: counts, sizes and times.

One frozen value, passed in. What is over a limit is refused, rejected or aborted; memory never grows with what a peer
sends. PS3.8 section 9.1.5 (ARTIM timer) and D.1 (maximum length); the other limits are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """All times in seconds, all sizes in bytes."""

    associations: int = 64
    """Associations at once; one more is rejected with "local limit exceeded"."""

    associations_per_address: int = 32
    """Associations at once from one network address."""

    rejections: int = 16
    """Connections over the limit that are told so politely at once; any more are closed unread."""

    pdu_bytes: int = 128 * 1024
    """Maximum length that we offer for a P-DATA-TF PDU (PS3.8 D.1); larger ones measured no faster."""

    associate_bytes: int = 256 * 1024
    """Longest A-ASSOCIATE-RQ that is read: 128 contexts of all standard syntaxes fit."""

    contexts: int = 128
    """Presentation contexts in one association; PS3.8 allows no more identifiers than 128."""

    command_bytes: int = 16 * 1024
    """Longest command set (PS3.7 section 6.3)."""

    fragments_per_pdu: int = 4096
    """Presentation data values in one PDU."""

    empty_fragments: int = 64
    """Presentation data values without content in one message."""

    dataset_bytes: int = 256 * 1024**3
    """Longest dataset; a peer that sends more is aborted."""

    request_seconds: float = 15.0
    """From the connection to the whole A-ASSOCIATE-RQ, TLS handshake included (ARTIM)."""

    idle_seconds: float = 300.0
    """Silence between two PDUs."""

    pdu_seconds: float = 60.0
    """From the first to the last byte of one PDU."""

    close_seconds: float = 3.0
    """How long a peer may take to close after release or abort (ARTIM in Sta13)."""

    send_seconds: float = 30.0
    """How long a peer may leave an answer unread."""
