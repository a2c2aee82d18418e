"""What a receiver answers before the patient is transferred: consult before transfer. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TEXT_CHARACTERS = 500
PHONE_CHARACTERS = 40
NAME_CHARACTERS = 200


class AnswerKind(StrEnum):
    """The advice; RETRACTED takes the one before it back."""

    COME = "come"
    STAY = "stay"
    MORE_IMAGING = "more-imaging"
    CALL_ME = "call-me"
    RETRACTED = "retracted"


class AnswerOutcome(StrEnum):
    """What the answer came to where it was given.

    DONE: it holds. ERASED: the receiver's copy has gone. IMPORT_HAD_BEGUN: it was too late to erase, or to take back.
    NO_COPY: there is nothing (left) to import.
    """

    DONE = "done"
    ERASED = "erased"
    IMPORT_HAD_BEGUN = "import-had-begun"
    NO_COPY = "no-copy"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers, as the answering organisation says: staff, not a patient, and inside the capsule all the same."""

    name: str
    role: str = ""
    department: str = ""
