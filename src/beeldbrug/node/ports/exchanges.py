"""Exchanges, their members, and the associations that feed them (see ``ports.vault``; implemented in SQL)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import ExchangeRow, InstanceState, Member, NewExchange, OpenExchange


class Exchanges(Protocol):
    """Exchanges and their members."""

    def add(self, new: NewExchange) -> None:
        """Open an exchange. Unique on id."""

    def get(self, organisation: str, id: str) -> ExchangeRow | None:
        """One exchange of this organisation."""

    def find_open(self, organisation: str, rule: str, study_uid: str, peer: str | None = None) -> OpenExchange | None:
        """The newest outgoing exchange of this rule and study that a late instance would supplement (not ended, or
        imported; nobody is taking it back; emptied at neither end), to ``peer`` where that is given: a rule may have
        got another receiver meanwhile. It stays so until the transaction ends (which must be one that writes)."""

    def arrivals(self, organisation: str, study_uid: str) -> list[ExchangeRow]:
        """All arrivals of this study, by whatever route and whatever became of them, newest first."""

    def hold(self, organisation: str, id: str) -> State | None:
        """Its state, which stays until the transaction ends (which must be one that writes); None for one that is gone,
        emptied or being taken back."""

    def update(self, id: str, at: float, **columns: Any) -> None:
        """Set columns by ExchangeRow field name (``terms`` and ``state`` included)."""

    def bump(self, id: str, at: float, *, total: int = 0, done: int = 0, imported: int = 0) -> None:
        """Add to the counters; sets ``updated``, and ``last_instance`` when total grows."""

    def listing(
        self,
        organisation: str | None,
        direction: Direction | None = None,
        states: Sequence[State] = (),
        limit: int = 200,
        before: float | None = None,
    ) -> list[ExchangeRow]:
        """Newest first."""

    def expired(self, organisation: str, now: float, limit: int = 200) -> list[ExchangeRow]:
        """Those past their end date that have not ended by it, first to end first: everything but what is EXPIRED or
        WITHDRAWN, and what is IMPORTED and was sent from here or has been emptied."""

    def full(
        self, organisation: str, direction: Direction, states: Sequence[State], since: float, limit: int = 200
    ) -> list[ExchangeRow]:
        """Those in these states that have not been emptied, of which nothing has changed after ``since`` and which
        nobody is taking back; oldest first."""

    def empty(self, organisation: str, id: str, since: float, at: float) -> bool:
        """Note that it is emptied from now on, unless something has changed in it after ``since``; whether it was."""

    def leave(self, organisation: str, exchange: str, instances: Sequence[int]) -> list[int]:
        """These instances belong to it no longer; returns those that now belong to no other either. For an exchange
        that gets no new members: their ordinals are free again."""

    def study_is_fed(self, organisation: str, study_uid: str) -> bool:
        """Whether an association is open that feeds an exchange of this study."""

    def silent(self, organisation: str, states: Sequence[State], since: float, limit: int = 200) -> list[ExchangeRow]:
        """Those in these states of which nothing has changed after ``since``."""

    def manifest(self, exchange: str) -> list[tuple[int, int, bytes, InstanceState]]:
        """(ordinal, size, hash, state) of every member, by ordinal."""

    def add_member(self, exchange: str, organisation: str, instance: int, ordinal: int | None = None) -> int | None:
        """Add an instance; returns its ordinal (next free when not given), or None when it already is a member."""

    def remove_member(self, exchange: str, instance: int) -> bool:
        """It belongs to it no longer; its ordinal is never given again. False when it was no member."""

    def members(self, exchange: str, after: int = 0, limit: int = 1000) -> list[Member]:
        """By ordinal."""

    def unsent_members(self, exchange: str, limit: int = 1000) -> list[Member]:
        """Members whose bulk_part is not set, by ordinal."""

    def set_member_parts(
        self, exchange: str, ordinals: Iterable[int], *, header_part: int | None, bulk_part: int | None
    ) -> None:
        """Note which capsule part carries the records (None leaves as is)."""

    def exchanges_of(self, organisation: str, instance: int) -> list[str]:
        """Exchanges that an instance is a member of."""

    def associations_open(self, exchange: str) -> int:
        """How many associations still feed it."""

    def association_last_end(self, exchange: str) -> float | None:
        """When the last association that fed it ended; None when none has."""

    def association_opened(
        self, exchange: str, organisation: str, association: str, process: str, at: float, anew: bool = False
    ) -> None:
        """An association began to feed an exchange (idempotent); ``anew``: also one that had ended."""

    def association_ended(self, association: str, at: float) -> None:
        """It ended."""

    def unfinished(self, process: str) -> list[tuple[str, int]]:
        """(organisation, instance) of own instances in state HEADER in the exchanges that a process's open
        associations feed (start-up, before ``process_ended``)."""

    def process_ended(self, process: str, at: float) -> None:
        """All associations of a process that is no more have ended (start-up)."""
