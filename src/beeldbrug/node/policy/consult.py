"""Consult before transfer: who may answer what and when, and what an answer means for the exchange. Pure; no I/O.

A stat arrival that came for advice (ground emergency or consultation) is looked at before anything goes into the PACS;
"come" makes it a transfer. One that was sent as a transfer from the start is imported as any other. FIELD 5.3.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.answer import AnswerKind
from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import Direction, Ground, Purpose, State, Terms, Urgency

ADVICE = frozenset({Ground.EMERGENCY, Ground.CONSULTATION})
"""Grounds under which the receiver advises first."""

URGENT = frozenset({Urgency.STAT, Urgency.ASAP})
OPEN = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.FAILED, State.IMPORTED})
"""States in which an arrival can be answered; besides, one that was erased by an answer."""

ERASABLE = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.FAILED})
"""States in which "stay" erases the copy."""

IMPORTABLE = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN})
"""States from which "come" leads to an import."""

UNDO_SECONDS = 5.0
"""How long the import waits after "come", so that a slip of the finger imports nothing."""

STAYS = Reason(
    "patient-stays",
    "De patiënt blijft; de kopie bij de ontvanger is gewist.",
    "The patient stays; the receiver's copy was erased.",
    "Verstuur opnieuw als de beelden daar toch nodig zijn.",
    "Send again if the images are needed there after all.",
)
UNANSWERED = Reason(
    "answer-awaited",
    "Wacht op het antwoord: komen, blijven, meer beeldvorming of bellen.",
    "Waits for the answer: come, stay, more imaging or call.",
    "Open de beelden en antwoord; komen of Naar mijn PACS begint de import.",
    "Open the images and answer; come, or To my PACS, begins the import.",
)

ALERTS: dict[AnswerKind, tuple[str, str, str, str]] = {
    AnswerKind.MORE_IMAGING: (
        "De ontvanger vraagt om meer beeldvorming.",
        "The receiver asks for more imaging.",
        "Lees het antwoord en stuur de nieuwe beelden na; bel zo nodig.",
        "Read the answer and send the new images; call if needed.",
    ),
    AnswerKind.CALL_ME: (
        "De ontvanger vraagt om te bellen.",
        "The receiver asks to be called.",
        "Bel het nummer dat bij het antwoord staat.",
        "Call the number that stands with the answer.",
    ),
}
"""What the sender is alerted of, by answer: without any name, for it may go out by mail."""


def alert_code(kind: AnswerKind) -> str:
    """Code of the alert that an answer raises at the sender."""
    return f"answer-{kind.value}"


def is_consult(terms: Terms) -> bool:
    """Whether the import waits for an answer."""
    return terms.urgency is Urgency.STAT and terms.ground in ADVICE


def may_answer(direction: Direction, state: State, terms: Terms, withdrawn: bool, reason: str, readable: bool) -> bool:
    """Whether an arrival can be answered now; ``readable`` as viewers have it."""
    asked = terms.urgency in URGENT or terms.ground in ADVICE
    erased = state is State.REFUSED and reason == STAYS.code
    return direction is Direction.IN and asked and not withdrawn and (erased or (readable and state in OPEN))


def as_transfer(terms: Terms) -> Terms:
    """The terms once the patient is transferred: the ground is the transfer; the purpose is treatment, as a push's
    always is."""
    purpose = terms.purpose if terms.purpose in (Purpose.TREATMENT, Purpose.EMERGENCY) else Purpose.TREATMENT
    return replace(terms, ground=Ground.REFERRAL, purpose=purpose)
