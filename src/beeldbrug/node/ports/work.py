"""Durable work: kinds, and what a step tells the engine. ``workflows`` implements the engine (DESIGN section 5).

A wish for work is a row in the vault, written in the same transaction as its cause; the engine repeats a step until it
says that nothing is left. Steps are repeatable: the same step after ``kill -9`` does no harm.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from beeldbrug.model.errors import BeeldbrugError


class WorkKind(StrEnum):
    """What can be wished for. The subject is an exchange id, or the organisation for the last three."""

    SEND = "send"
    WITHDRAW = "withdraw"
    FETCH = "fetch"
    IMPORT = "import"
    RECEIPT = "receipt"
    KEYS = "keys"
    HEAD = "head"
    SWEEP = "sweep"


class Step(Protocol):
    """One kind of work for one organisation."""

    def step(self, subject: str) -> float | None:
        """Do what can be done now; seconds until it should be looked at again, or None when nothing is left.

        Raises Unavailable to be tried again with growing pauses.
        """

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """The step failed for good: note it where a human sees it."""
