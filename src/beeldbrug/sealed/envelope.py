"""Envelopes: the signed outside of a capsule part, and the chain that they form (DESIGN section 4).

An envelope says who sends which part of which parcel to whom and binds the sealed bytes and the envelope before it by
hash. The chain of one sender in one parcel is checked link by link, by the hub and again by the receiver. Knows nothing
of what is inside the seal. JWS (RFC 7515) with EdDSA (RFC 8037).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Conflict, Denied, Malformed, Unsupported
from beeldbrug.sealed import forms, jws

TYPE: Final = "beeldbrug-envelope"
VERSION: Final = 1
SKEW_SECONDS: Final = 15 * 60.0
"""A clock that differs more is reported; it is never a reason to refuse."""


class EnvelopeKind(StrEnum):
    """Kinds in use. Others are kept and reported, so that a newer sender does not break an older node."""

    PARCEL = "parcel"
    SUPPLEMENT = "supplement"
    RECEIPT = "receipt"
    WITHDRAW = "withdraw"
    REQUEST = "request"
    ANSWER = "answer"
    NOTICE = "notice"
    REPORT = "report"


KINDS: Final = frozenset(kind.value for kind in EnvelopeKind)


class EnvelopeWarning(StrEnum):
    """What is reported of an accepted envelope."""

    UNKNOWN_KIND = "envelope-kind-unknown"
    CLOCK_SKEW = "envelope-clock-skew"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Claims of an envelope. ``part`` counts from 1 per (parcel, sender); hashes are BLAKE3-256 in hexadecimal;
    ``previous`` is the hash of the envelope before, empty for part 1; ``key_id`` names the receiver's transport key;
    ``time`` is POSIX seconds on the sender's clock."""

    version: int
    kind: str
    parcel: str
    part: int
    part_hash: str
    previous: str
    sender: str
    receiver: str
    key_id: str
    time: float


@dataclass(frozen=True, slots=True)
class EnvelopeState:
    """The last accepted link of a chain; ``hash`` is of its envelope. ``warnings`` concern this link only."""

    parcel: str
    sender: str
    receiver: str
    part: int
    hash: str
    warnings: tuple[str, ...] = ()


def part_hash(sealed: bytes) -> str:
    """BLAKE3-256 of a sealed part, as it stands in its envelope."""
    return blake3(sealed).hexdigest()


def envelope_hash(token: str) -> str:
    """BLAKE3-256 of a signed envelope, as it stands in the next one's ``previous``."""
    return blake3(token.encode("ascii", "replace")).hexdigest()


def sign_envelope(envelope: Envelope, signing_key: Ed25519PrivateKey) -> str:
    """Compact JWS of the envelope.

    Raises:
        Malformed: the envelope breaks its own form.
    """
    return jws.sign(TYPE, _checked(envelope), signing_key)


def read_envelope(token: str, verify_key: Ed25519PublicKey) -> Envelope:
    """The envelope, signature and form checked; the caller has found ``verify_key`` by the sender's certificate.

    Raises:
        Malformed: not an envelope.
        Denied: ``signature-invalid``.
        Unsupported: ``envelope-version-unknown``.
    """
    return _checked(jws.read(token, TYPE, Envelope, verify_key))


def peek_envelope(token: str) -> Envelope:
    """The envelope's claims with nothing but their form checked: only to find the sender's key and for routing."""
    return _checked(jws.peek(token, TYPE, Envelope))


def check_next(
    previous: EnvelopeState | None, envelope: Envelope, token: str, now: float | None = None
) -> EnvelopeState:
    """The chain's new state when ``envelope`` (signed text ``token``) is the next link after ``previous``.

    ``now`` in POSIX seconds lets a clock that is far off be reported.

    Raises:
        Conflict: ``envelope-reused`` (a part number that was there before), ``envelope-gap`` (one was left out).
        Denied: ``envelope-stream-differs`` (other parcel, sender or receiver), ``envelope-previous-differs``.
    """
    if previous is not None:
        _check_stream(previous, envelope)
    _check_number(previous.part if previous else 0, envelope.part)
    if envelope.previous != (previous.hash if previous else ""):
        raise Denied(
            "envelope-previous-differs",
            "An envelope does not follow the one before it: one of the two was exchanged.",
            "Ask the sender to send the study again as a new parcel.",
        )
    return EnvelopeState(
        envelope.parcel,
        envelope.sender,
        envelope.receiver,
        envelope.part,
        envelope_hash(token),
        _warnings(envelope, now),
    )


def _check_stream(previous: EnvelopeState, envelope: Envelope) -> None:
    before = (previous.parcel, previous.sender, previous.receiver)
    if (envelope.parcel, envelope.sender, envelope.receiver) != before:
        raise Denied(
            "envelope-stream-differs", "An envelope names another parcel, sender or receiver than those before."
        )


def _check_number(last: int, part: int) -> None:
    if part <= last:
        raise Conflict("envelope-reused", "A part with this number was accepted before.", "Nothing needs to be done.")
    if part > last + 1:
        raise Conflict(
            "envelope-gap", "An earlier part of the parcel has not arrived.", "Send or fetch the earlier parts first."
        )


def _warnings(envelope: Envelope, now: float | None) -> tuple[str, ...]:
    unknown = [EnvelopeWarning.UNKNOWN_KIND.value] if envelope.kind not in KINDS else []
    skewed = now is not None and abs(envelope.time - now) > SKEW_SECONDS
    return (*unknown, *([EnvelopeWarning.CLOCK_SKEW.value] if skewed else []))


def _checked(envelope: Envelope) -> Envelope:
    if envelope.version != VERSION:
        raise Unsupported(
            "envelope-version-unknown", "An envelope has a version that is not known here.", "Upgrade this program."
        )
    code = "envelope-malformed"
    forms.check(envelope.kind, forms.KIND, code)
    forms.check(envelope.parcel, forms.ID, code)
    forms.check(envelope.part_hash, forms.HASH, code)
    forms.check(envelope.sender, forms.URA, code)
    forms.check(envelope.receiver, forms.URA, code)
    forms.check(envelope.key_id, forms.ID, code)
    forms.check_time(envelope.time, code)
    if envelope.previous:
        forms.check(envelope.previous, forms.HASH, code)
    if not 1 <= envelope.part < 2**31:
        raise Malformed(code, "The number of a part is outside its range.")
    return envelope
