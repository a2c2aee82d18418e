"""Answers to an arrival, shared views, and the secrets of live channels (see ``ports.vault``; implemented in SQL)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.answer import Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.exchange import Ground
from beeldbrug.node.ports.image_requests import ImageRequests


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer, at either end. ``login`` is whose account gave it, here only. ``ground`` is the exchange's legal
    ground before it, for the case that it is taken back. ``part`` is the capsule part that carries it, None while it
    has none; ``heard`` is when somebody at the sender said to have taken note of it."""

    organisation: str
    exchange: str
    number: int
    answer: AnswerKind
    outcome: AnswerOutcome
    who: Answerer
    at: float
    text: str = ""
    phone: str = ""
    login: str = ""
    ground: Ground | None = None
    part: int | None = None
    heard: float | None = None


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A live view of one study inside the organisation. ``subject`` is an exchange's id or a study's row id, ``kind``
    says which. ``guest`` is the invited account, empty for whoever has the link."""

    id: str
    organisation: str
    kind: str
    subject: str
    host: str
    guest: str
    created: float
    expires: float
    ended: float | None = None


class Answers(Protocol):
    """Answers by exchange, numbered from 1."""

    def add(self, row: AnswerRow) -> None:
        """Keep one. Raises Conflict ``answer-is-here`` for a number that is there."""

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, list[AnswerRow]]:
        """All answers of these exchanges, oldest first; those without any are left out."""

    def last(self, organisation: str, exchange: str) -> AnswerRow | None:
        """The newest."""

    def untold(self, organisation: str, exchange: str) -> list[AnswerRow]:
        """Those given here that no capsule part carries, oldest first."""

    def told(self, organisation: str, exchange: str, number: int, part: int) -> None:
        """This capsule part carries it."""

    def heard(self, organisation: str, exchange: str, at: float) -> int:
        """Somebody has taken note of all of them; returns of how many nobody had."""


class LiveSecrets(Protocol):
    """The secret of each exchange's live channel, wrapped; it goes with the exchange's keys."""

    def put(self, organisation: str, exchange: str, secret: bytes) -> None:
        """Keep it, in place of the one that was there."""

    def get(self, organisation: str, exchange: str) -> bytes | None:
        """The secret; None when there is none (any more)."""

    def delete(self, organisation: str, exchange: str) -> None:
        """Destroy it."""


class Shares(Protocol):
    """Shared views inside the organisation."""

    def add(self, row: ShareRow) -> None:
        """Keep one."""

    def get(self, organisation: str, id: str, now: float) -> ShareRow | None:
        """One that has not ended."""

    def of_account(self, organisation: str, account: str, now: float) -> list[ShareRow]:
        """Those that have not ended of which this account is host or invited guest, newest first."""

    def end(self, organisation: str, id: str, at: float) -> None:
        """Nobody can join it any more."""


class ConsultStores(Protocol):
    """What the two ends say to each other, as a transaction has it."""

    @property
    def answers(self) -> Answers: ...
    @property
    def live_secrets(self) -> LiveSecrets: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def image_requests(self) -> ImageRequests: ...
