"""What the vault keeps of the desk's work on imports: what was decided of each, what was undone, and who
is busy with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.importing import ImportPlan, Left


class Plans(Protocol):
    """What was decided about imports."""

    def get(self, organisation: str, exchange: str) -> ImportPlan:
        """The plan of an exchange; one that decides nothing where there is none."""

    def put(self, organisation: str, exchange: str, plan: ImportPlan) -> None:
        """Keep it instead of what was there."""

    def count(self, organisation: str, exchange: str, left: Left) -> None:
        """Keep what the import left out."""

    def left(self, organisation: str, exchanges: Sequence[str]) -> dict[str, Left]:
        """What the imports of these left out; none where nothing was counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody (``account``, a login) decides about an exchange until ``expires`` (POSIX seconds)."""

    exchange: str
    account: str
    since: float
    expires: float


class Claims(Protocol):
    """Who is busy with which exchange."""

    def get(self, organisation: str, exchange: str) -> Claim | None:
        """The last claim, which may have run out."""

    def put(self, organisation: str, claim: Claim) -> None:
        """Keep it instead of what was there."""

    def drop(self, organisation: str, exchange: str) -> None:
        """Nobody is busy with it."""

    def of(self, organisation: str, exchanges: Sequence[str], now: float) -> dict[str, Claim]:
        """Claims of these that have not run out."""


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was undone. ``number`` is the own number that it was under, as the exchange kept it; ``order`` an
    accession number or empty. ``removed`` is when somebody said that it is out of the PACS."""

    exchange: str
    at: float
    actor: str
    why: str
    number: str
    order: str
    instances: int
    removed: float | None = None


class UndoneImports(Protocol):
    """Imports that were undone."""

    def add(self, organisation: str, undone: Undone) -> None:
        """Keep one."""

    def last(self, organisation: str, exchange: str) -> Undone | None:
        """The newest of an exchange."""

    def removed(self, organisation: str, exchange: str, actor: str, at: float) -> None:
        """All of this exchange are out of the PACS, says ``actor``."""
