"""What policy returns: never a bare bool (DESIGN section 3, FIELD 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What is to happen. PARK waits for a human, with the remedy in the reasons."""

    PERMIT = "permit"
    PARK = "park"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a stable code with text in Dutch and English, without identity; ``remedy`` codes what to do."""

    code: str
    nl: str
    en: str
    remedy_nl: str = ""
    remedy_en: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Effect, the reasons for it, the obligations that come with a permit, and the policy table's version."""

    effect: Effect
    reasons: tuple[Reason, ...]
    obligations: tuple[str, ...] = ()
    table_version: str = ""

    @property
    def permitted(self) -> bool:
        """True only for PERMIT."""
        return self.effect is Effect.PERMIT
