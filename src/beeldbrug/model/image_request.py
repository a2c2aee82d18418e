"""What a receiver asks of the sender of an exchange: images that are missing. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TEXT_CHARACTERS = 500
PHONE_CHARACTERS = 40
SERIES_MOST = 200
"""Most series that one request names."""

PARCELS_MOST = 50
"""Most further sendings that one reply names."""

UID_CHARACTERS = 64
"""PS3.5 section 9.1."""


class Wanted(StrEnum):
    """Kinds of what is missing. PRIORS are other studies of the same patient."""

    ALL_SERIES = "all-series"
    THIN_SLICES = "thin-slices"
    PRIORS = "priors"
    REPORT = "report"


class RequestState(StrEnum):
    """How a request stands, at both ends. ANSWERED: what was asked for has been verified by who asked."""

    ASKED = "asked"
    COMING = "coming"
    REFUSED = "refused"
    ANSWERED = "answered"


OPEN = frozenset({RequestState.ASKED, RequestState.COMING})
"""Somebody still waits for something."""


@dataclass(frozen=True, slots=True)
class Want:
    """What is asked for: kinds, series by UID, and words. At least one of them is not empty."""

    kinds: tuple[Wanted, ...] = ()
    series: tuple[str, ...] = ()
    text: str = ""

    @property
    def of_this_study(self) -> bool:
        """Whether more of the study itself would answer it."""
        return bool(self.series) or any(kind is not Wanted.PRIORS for kind in self.kinds) or not self.kinds


def clean_text(text: str) -> str:
    """Without control characters but line ends, and without blanks at the ends."""
    lines = ["".join(one for one in line if one.isprintable()).strip() for line in text.splitlines()]
    return "\n".join(lines).strip()
