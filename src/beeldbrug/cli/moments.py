"""Dates and spans as people type them: 2026-03-01, also with a time, or 2h, 7d. Local time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from beeldbrug.model.errors import Malformed

_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment(text: str, now: float) -> float:
    """POSIX seconds; a span is that long before ``now``, a date its first second. Raises Malformed
    ``since-malformed``."""
    span = re.fullmatch(r"(\d{1,6})([mhd])", text)
    return now - int(span[1]) * _UNITS[span[2]] if span else _typed(text).timestamp()


def end_of(text: str, now: float) -> float:
    """The same for the end of a time: a date without a time counts as a whole day."""
    if _DAY.fullmatch(text):
        return (_typed(text) + timedelta(days=1)).timestamp()
    return moment(text, now)


def _typed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("since-malformed", "This is no date and no span of time.", "2026-03-01, or 2h, 7d.") from None
