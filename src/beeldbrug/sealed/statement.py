"""Key statements: what an organisation's signing key says of its transport keys (DESIGN section 4).

Short-lived and numbered: a node remembers the highest number it saw, so that an old statement cannot be played back,
and holds its sendings while the newest one it has is stale. Fetches and stores nothing. JWS (RFC 7515) with EdDSA.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Denied, Malformed, Unavailable, Unsupported
from beeldbrug.sealed import forms, jws
from beeldbrug.sealed.keys import transport_key_id

TYPE: Final = "beeldbrug-key-statement"
VERSION: Final = 1
VALIDITY_SECONDS: Final = 7 * 86400.0
SKEW_SECONDS: Final = 12 * 3600.0
"""Clocks may be hours apart: a statement or key that begins later than now by no more than this is used."""

ALGORITHMS: Final = ("age-x25519", "rfc8188-aes128gcm", "blake3-256", "zstd")
"""What an organisation must be able to open before anything is sent to it."""

KEYS_LIMIT: Final = 32
REVOCATIONS_LIMIT: Final = 1024


@dataclass(frozen=True, slots=True)
class TransportKeyEntry:
    """A transport key on offer; ``recipient`` is ``age1...``. Sealed to between the two times (POSIX seconds)."""

    key_id: str
    recipient: str
    not_before: float
    not_after: float


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """Claims of a key statement. ``sequence`` only grows; ``revocations`` are ids of transport keys."""

    version: int
    organisation: str
    sequence: int
    issued: float
    expires: float
    keys: tuple[TransportKeyEntry, ...]
    algorithms: tuple[str, ...] = ALGORITHMS
    revocations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """The highest statement of an organisation that was seen: its number and the hash of its signed text."""

    sequence: int
    hash: str


def statement_hash(token: str) -> str:
    """BLAKE3-256 of a signed statement, in hexadecimal."""
    return blake3(token.encode("ascii", "replace")).hexdigest()


def sign_statement(statement: KeyStatement, key: Ed25519PrivateKey) -> str:
    """Compact JWS of the statement.

    Raises:
        Malformed: ``statement-malformed``.
        Denied: ``statement-too-long``: valid for more than 7 days.
    """
    return jws.sign(TYPE, _checked(statement), key)


def read_statement(token: str, public_key: Ed25519PublicKey, organisation: str) -> KeyStatement:
    """The statement of ``organisation``, signature and form checked; not its age.

    Raises:
        Malformed: not a key statement.
        Denied: ``signature-invalid``, ``statement-other-organisation``, ``statement-too-long``.
        Unsupported: ``statement-version-unknown``.
    """
    statement = _checked(jws.read(token, TYPE, KeyStatement, public_key))
    if statement.organisation != organisation:
        raise Denied("statement-other-organisation", "A key statement is of another organisation than its key.")
    return statement


def peek_statement(token: str) -> KeyStatement:
    """The statement without any check of the signature: only to find out whose key to check it with."""
    return _checked(jws.peek(token, TYPE, KeyStatement))


def verify_statement(
    token: str, public_key: Ed25519PublicKey, organisation: str, remembered: Remembered | None, now: float
) -> tuple[KeyStatement, Remembered]:
    """The statement, to be used at ``now`` (POSIX seconds), and what is to be remembered of it.

    Raises:
        Denied: as ``read_statement``; ``statement-rolled-back`` (older than one seen before), ``statement-forked``
            (another one with the same number).
        Unavailable: ``statement-stale`` or ``statement-not-yet``: hold until a newer one is there.
    """
    statement = read_statement(token, public_key, organisation)
    found = Remembered(statement.sequence, statement_hash(token))
    if remembered is not None:
        _check_sequence(remembered, found)
    _check_age(statement, now)
    return statement, found


def choose_transport_key(statement: KeyStatement, now: float) -> TransportKeyEntry:
    """The transport key to seal to at ``now``: of those valid and not revoked, the one that began last.

    Raises:
        Unsupported: ``algorithms-missing``.
        Unavailable: ``transport-key-missing``: hold.
    """
    if not set(ALGORITHMS) <= set(statement.algorithms):
        raise Unsupported("algorithms-missing", "The receiver cannot open the seals that are made here.")
    begun = [key for key in statement.keys if key.not_before <= now < key.not_after]
    soon = [key for key in statement.keys if key.not_before - SKEW_SECONDS <= now < key.not_after]
    usable = _not_revoked(begun, statement) or _not_revoked(soon, statement)
    if not usable:
        raise Unavailable(
            "transport-key-missing",
            "The receiver has no valid transport key at this moment.",
            "Nothing is lost: sending goes on when the receiver's node has published one.",
        )
    return max(usable, key=lambda key: key.not_before)


def _not_revoked(keys: Sequence[TransportKeyEntry], statement: KeyStatement) -> list[TransportKeyEntry]:
    return [key for key in keys if key.key_id not in statement.revocations]


def _check_sequence(remembered: Remembered, found: Remembered) -> None:
    if found.sequence < remembered.sequence:
        raise Denied(
            "statement-rolled-back",
            "A key statement is older than one that was seen before.",
            "Find out who served it: the address book may have been set back.",
        )
    if found.sequence == remembered.sequence and found.hash != remembered.hash:
        raise Denied(
            "statement-forked",
            "There are two different key statements with the same number.",
            "Call the organisation and compare the fingerprints of its keys.",
        )


def _check_age(statement: KeyStatement, now: float) -> None:
    if now >= statement.expires:
        raise Unavailable(
            "statement-stale",
            "The newest key statement of the organisation has expired.",
            "Nothing is lost: sending goes on when its node has published a newer one.",
        )
    if statement.issued > now + SKEW_SECONDS:
        raise Unavailable("statement-not-yet", "A key statement was issued in the future.", "Check both clocks.")


def _checked(statement: KeyStatement) -> KeyStatement:
    code = "statement-malformed"
    if statement.version != VERSION:
        raise Unsupported("statement-version-unknown", "A key statement has a version that is not known here.")
    forms.check(statement.organisation, forms.URA, code)
    forms.check_time(statement.issued, code)
    forms.check_time(statement.expires, code)
    if not 0 <= statement.sequence < 2**63 or statement.expires <= statement.issued:
        raise Malformed(code, "Sequence number or times of a key statement are outside their range.")
    if statement.expires - statement.issued > VALIDITY_SECONDS:
        raise Denied("statement-too-long", "A key statement is valid for more than 7 days.")
    if len(statement.keys) > KEYS_LIMIT or len(statement.revocations) > REVOCATIONS_LIMIT:
        raise Malformed(code, "A key statement lists more keys than are allowed.")
    for entry in statement.keys:
        _check_entry(entry, code)
    for revoked in statement.revocations:
        forms.check(revoked, forms.ID, code)
    return statement


def _check_entry(entry: TransportKeyEntry, code: str) -> None:
    forms.check_time(entry.not_before, code)
    forms.check_time(entry.not_after, code)
    if transport_key_id(entry.recipient) != entry.key_id or entry.not_after <= entry.not_before:
        raise Malformed(code, "A transport key does not have its own id, or its times are reversed.")
