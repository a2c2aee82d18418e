"""What is counted without a patient: when things happened to an exchange, and totals of dose."""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.exchange import Direction, State, Urgency


@dataclass(frozen=True, slots=True)
class Moments:
    """When things happened to one exchange, and to whom it went; nothing of its patient."""

    direction: Direction
    peer: str
    rule: str
    urgency: Urgency
    state: State
    created: float
    first_part: float | None
    verified: float | None
    seen: float | None
    imported_at: float | None
    total: int
    reason_code: str


@dataclass(frozen=True, slots=True)
class Dose:
    """Dose of so many reports of one modality: dose-length product in mGy.cm, dose-area product in Gy.m2."""

    modality: str
    reports: int
    dlp: float
    dap: float
