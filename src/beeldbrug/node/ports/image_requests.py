"""Requests for missing images, at both ends (see ``ports.vault``; implemented in SQL)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.answer import Answerer
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import RequestState, Want

UNKNOWN = -1
"""Nobody can tell yet what is more than there was."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender does about a request. ``outcome`` is COMING or REFUSED; ``reason`` a code of ``policy.asking``.
    ``supplement``: more of the exchange itself comes; ``parcels`` are further exchanges. ``login`` is whose account
    gave it, at the sender only."""

    outcome: RequestState
    at: float
    who: Answerer
    reason: str = ""
    text: str = ""
    phone: str = ""
    login: str = ""
    supplement: bool = False
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageRequestRow:
    """One request, at either end. ``had`` is how many instances the exchange had before what was asked for came, or
    UNKNOWN while it was still coming in.
    ``login`` is whose account asked, at the receiver only. ``part`` and ``reply_part`` are the capsule parts that carry
    the request and its reply, None while there is none. ``ended`` is when it was answered; ``heard`` when somebody who
    asked took note of a refusal."""

    organisation: str
    exchange: str
    number: int
    state: RequestState
    urgency: Urgency
    at: float
    want: Want
    who: Answerer
    phone: str = ""
    login: str = ""
    had: int = 0
    part: int | None = None
    reply: Reply | None = None
    reply_part: int | None = None
    ended: float | None = None
    heard: float | None = None


class ImageRequests(Protocol):
    """Requests by exchange, numbered from 1."""

    def add(self, row: ImageRequestRow) -> None:
        """Keep one. Raises Conflict ``image-request-is-here`` for a number that is there."""

    def put(self, row: ImageRequestRow) -> None:
        """Keep it in place of what it was."""

    def get(self, organisation: str, exchange: str, number: int) -> ImageRequestRow | None:
        """One of them."""

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, list[ImageRequestRow]]:
        """All of these exchanges, oldest first; those without any are left out."""

    def in_state(self, organisation: str, state: RequestState) -> list[ImageRequestRow]:
        """All in this state, oldest first."""
