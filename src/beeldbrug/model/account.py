"""Accounts of people who sign in, their roles and what they prove themselves with (FIELD 5.2, 5.5; NIST SP 800-63B)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody is in the organisation; an account has one or more."""

    CLINICIAN = "clinician"
    IMAGE_DESK = "image-desk"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy-officer"


class Assurance(IntEnum):
    """How sure the sign-in is: a password alone opens nothing but the next step (eIDAS low, substantial, high)."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3


class FactorKind(StrEnum):
    """What a second factor is."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


class Stage(StrEnum):
    """How far a sign-in has come; only IN opens anything."""

    SECOND_FACTOR = "second-factor"
    ENROL = "enrol"
    IN = "in"


class TicketKind(StrEnum):
    """What a one-time ticket is for."""

    SETUP = "setup"
    RECOVERY = "recovery"
    TOTP = "totp"
    PASSKEY = "passkey"
    OIDC = "oidc"
    """A browser that is on its way to the hospital's identity provider."""
    SMART = "smart"
    """A browser that is on its way to the authorisation server of an EPD."""
    LAUNCH = "launch"
    """A link with which another system opens one patient here."""
    LINK = "link"
    """The mark of a signed link that was used."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person (or one external expert) of one organisation. Times are POSIX seconds.

    ``login`` is unique in the organisation, in small letters. ``subject`` names the person at the identity provider
    ``provider`` (its issuer) for an account that has no password here. ``ends`` is when access ends, with ``sponsor``
    and ``agreement`` for an external expert.
    """

    id: str
    organisation: str
    login: str
    name: str
    roles: tuple[Role, ...]
    department: str = ""
    mail: str = ""
    phone: str = ""
    language: str = "nl"
    theme: str = "auto"
    provider: str = ""
    subject: str = ""
    sponsor: str = ""
    agreement: str = ""
    disabled: bool = False
    created: float = 0.0
    ends: float | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """An account's password and what was tried on it: ``hash`` is an argon2id string, empty for none."""

    hash: str = ""
    failures: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor. ``secret`` is a TOTP secret, a passkey's public key or the hash of a recovery code; ``handle``
    finds a passkey (its credential id). ``counter`` is the last TOTP step or the passkey's signature counter."""

    id: str
    account: str
    kind: FactorKind
    label: str
    secret: bytes
    handle: bytes = b""
    counter: int = 0
    created: float = 0.0
    used: float | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in the browser; only the SHA-256 of its token is kept. ``exchanges`` and ``studies`` limit one that was
    launched for one patient; empty does not limit."""

    organisation: str
    account: str
    stage: Stage
    assurance: Assurance
    created: float
    seen: float
    expires: float
    exchanges: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-time right, taken once; ``data`` is what belongs to it."""

    organisation: str
    kind: TicketKind
    account: str
    expires: float
    data: bytes = b""
