"""Terms that the command line gives, as the use cases take them. No logic beyond names."""

from __future__ import annotations

from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Ground, Party, Purpose, Urgency, is_partner
from beeldbrug.node.usecases.release import Choice

URA_DIGITS = 8


def party(
    ura: str | None, name: str | None, department: str | None, person: str | None, location: str | None = None
) -> Party | None:
    """The receiver, None when none is named. Raises Malformed ``ura-malformed``."""
    if ura is None:
        return None
    if not is_partner(ura) and (len(ura) != URA_DIGITS or not (ura.isascii() and ura.isdigit())):
        raise Malformed(
            "ura-malformed", "A URA has eight digits.", "Look it up in the address book, or give partner:ID."
        )
    return Party(ura, name or "", location or "", department or "", person or "")


def choice(
    receiver: Party | None,
    purpose: Purpose | None,
    ground: Ground | None,
    responsible: str | None,
    urgency: Urgency | None,
    question: str | None,
    consent: str | None,
) -> Choice:
    """What the person at the keyboard chose."""
    return Choice(receiver, purpose, ground, responsible, urgency, question, consent)
