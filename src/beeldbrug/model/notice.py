"""Waking people: why, by which way, and how it stands. Nothing in here names a patient or a study."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why somebody is told."""

    FIRST_IMAGE = "first-image"
    VERIFIED = "verified"
    ANSWER = "answer"
    PARKED = "parked"
    REQUEST = "request"


class Matter(StrEnum):
    """What an exchange can need somebody for; at most one waking of each at a time."""

    ARRIVAL = "arrival"
    ANSWER = "answer"
    PARKED = "parked"
    REQUEST = "request"


MATTER_OF: dict[Cause, Matter] = {
    Cause.FIRST_IMAGE: Matter.ARRIVAL,
    Cause.VERIFIED: Matter.ARRIVAL,
    Cause.ANSWER: Matter.ANSWER,
    Cause.PARKED: Matter.PARKED,
    Cause.REQUEST: Matter.REQUEST,
}


class Channel(StrEnum):
    """A way to reach somebody."""

    BROWSER = "browser"
    MAIL = "mail"
    SMS = "sms"


OUTSIDE = (Channel.SMS, Channel.MAIL)
"""Ways that reach somebody who does not look at the portal, in the order in which they are tried."""


NOT_WANTED = "not-wanted"
"""Outcome of a waking whose cause the department's rules leave out."""


class Delivery(StrEnum):
    """How a notice stands. PASSED: it was over before it went out."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Waking:
    """Somebody is needed for an exchange. ``round`` counts how often this matter came up. ``first`` is an account that
    comes before the roster. ``next`` is when the next person is called; ``exhausted`` since when all have been told in
    vain. ``outcome`` says how it ended."""

    organisation: str
    exchange: str
    matter: Matter
    cause: Cause
    begun: float
    round: int = 1
    first: str = ""
    next: float = 0.0
    exhausted: float | None = None
    acknowledged: float | None = None
    acknowledged_by: str = ""
    ended: float | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One person told by one way. ``turn`` counts the calls of one round; ``code`` is why it failed."""

    id: str
    organisation: str
    exchange: str
    matter: Matter
    round: int
    turn: int
    account: str
    channel: Channel
    cause: Cause
    created: float
    updated: float
    state: Delivery = Delivery.WAITING
    tries: int = 0
    code: str = ""
    sent: float | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where somebody is reached by mail or SMS; ``pending`` is an address that is not proven yet, ``code_hash`` what
    proves it. ``asked`` is when the last code went out."""

    account: str
    channel: Channel
    address: str = ""
    verified: float | None = None
    enabled: bool = True
    pending: str = ""
    code_hash: bytes = b""
    code_expires: float = 0.0
    code_tries: int = 0
    asked: float = 0.0


@dataclass(frozen=True, slots=True)
class NoticeChoice:
    """How somebody wants to be told: which outside way first, and whether stat makes a sound in the browser."""

    first: Channel = Channel.SMS
    sound: bool = True
