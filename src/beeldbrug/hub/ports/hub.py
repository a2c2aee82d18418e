"""Everything that the use cases have plugged in: stores, clock, limits and trust. Made once, by ``app``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from beeldbrug.hub.ports.objects import PartialStore, PartStore, SegmentStore
from beeldbrug.hub.ports.records import Records
from beeldbrug.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class HubLimits:
    """Bytes and seconds; see ``app.settings`` for what they mean to an operator."""

    segment_bytes: int
    part_bytes: int
    quota: int
    expiry_seconds: float
    body_bytes: int = 256 * 1024
    upload_seconds: float = 86400.0
    stray_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Hub:
    """What a use case works with."""

    id: str
    records: Records
    parts: PartStore
    segments: SegmentStore
    partials: PartialStore
    clock: Clock
    limits: HubLimits
    roots: Sequence[x509.Certificate]
    open_enrolment: bool = False
    redirect: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """The organisation that a request was authenticated for, with the key that its chain certifies."""

    ura: str
    public_key: Ed25519PublicKey
