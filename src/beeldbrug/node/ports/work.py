"""Durable work: kinds, and what a step tells the engine. ``workflows`` implements the engine (DESIGN section 5).

A wish for work is a row in the vault, written in the same transaction as its cause; the engine repeats a step until it
says that nothing is left. Steps are repeatable: the same step after ``kill -9`` does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.records import WorkRow


class WorkKind(StrEnum):
    """What can be wished for. The subject is an exchange id, a pack id for DISCARD, the organisation for KEYS, HEAD,
    SWEEP, FIGURES, INTAKE, UNSEEN and FORWARD, a partner's account for DROP, an upload's id for UPLOAD, or a notice's
    id for MAIL and SMS."""

    SEND = "send"
    GATHER = "gather"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"
    FETCH = "fetch"
    IMPORT = "import"
    ONWARD = "onward"
    ORDER = "order"
    COMMIT = "commit"
    REJECT = "reject"
    REKEY = "rekey"
    RECEIPT = "receipt"
    ANSWER = "answer"
    REPORT = "report"
    ASK = "ask"
    EMPTY = "empty"
    DISCARD = "discard"
    KEYS = "keys"
    HEAD = "head"
    SWEEP = "sweep"
    FIGURES = "figures"
    INTAKE = "intake"
    DROP = "drop"
    UPLOAD = "upload"
    NOTIFY = "notify"
    MAIL = "mail"
    SMS = "sms"
    UNSEEN = "unseen"
    FORWARD = "forward"


PACES: Mapping[str, float] = {WorkKind.SEND: 0.2, WorkKind.FETCH: 0.1}
"""Least seconds from one round of an exchange to its next, while instances and parts keep coming."""


class Step(Protocol):
    """One kind of work for one organisation."""

    def step(self, subject: str) -> float | None:
        """Do what can be done now; seconds until it should be looked at again, or None when nothing is left.

        Raises Unavailable to be tried again with growing pauses.
        """

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The step failed for good: note it where a human sees it; seconds until it is tried anew, None for never."""


class Watch(Protocol):
    """Tells humans of work that has waited for long, so that nothing waits in silence."""

    def waits(self, row: WorkRow, error: BeeldbrugError) -> None:
        """It cannot be done, for this reason, and could not for some time. Called again as long as that lasts."""

    def goes_on(self, row: WorkRow) -> None:
        """It was done, or has failed for good, after all."""
