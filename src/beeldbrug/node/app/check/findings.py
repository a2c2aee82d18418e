"""What a check finds: one thing, how bad it is, and the remedy. Values only, without identity."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.model.errors import BeeldbrugError


class Level(StrEnum):
    """OK: as it should be. NOTE: a reminder. WARNING: works, but not as it should. FAULT: does not work."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: str
    level: Level
    code: str
    text: str
    remedy: str = ""


def of_error(area: str, error: BeeldbrugError, level: Level = Level.FAULT) -> Finding:
    """What an error says, as a finding."""
    return Finding(area, level, error.code, error.text, error.remedy)
