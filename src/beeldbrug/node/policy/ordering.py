"""Making an order for an import where the worklist has none: which procedure, and what the desk reads when it waits.
Pure.

Stat goes without unless the rule says otherwise: minutes count, and a RIS may be silent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.importing import Code, OrderForm


@dataclass(frozen=True, slots=True)
class Procedure:
    """The procedure of a study; an empty ``modality`` or ``body_part`` fits every one."""

    code: Code
    modality: str = ""
    body_part: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """``peer`` is the system that is asked; empty: no order is made. ``control`` is ORC-1: NW, or SN where the other
    system numbers. ``status`` is ORC-5. ``from_reply``: its accession number counts, not ours. An own number is
    ``prefix`` and ``digits`` digits. ``authority`` names the issuer of patient numbers in PID-3."""

    peer: str = ""
    form: OrderForm = OrderForm.ORM
    control: str = "NW"
    status: str = ""
    from_reply: bool = False
    prefix: str = "BB"
    digits: int = 8
    issuer: str = ""
    authority: str = ""
    stat: bool = False
    procedures: tuple[Procedure, ...] = ()

    def wanted(self, urgency: Urgency) -> bool:
        """Whether an import of this urgency waits for an order."""
        return bool(self.peer) and (urgency is not Urgency.STAT or self.stat)


UNANSWERED = Reason(
    "order-unanswered",
    "Het RIS heeft de opdracht voor dit onderzoek nog niet bevestigd.",
    "The RIS has not acknowledged the order for this study yet.",
    "Er wordt vanzelf opnieuw gevraagd. Kies aan de beeldenbalie zo nodig voor importeren zonder opdracht.",
    "It is asked again by itself. If need be, choose at the image desk to import without an order.",
)
REFUSED = Reason(
    "order-refused",
    "Het RIS heeft de opdracht voor dit onderzoek niet aangenomen.",
    "The RIS has not taken the order for this study.",
    "Bekijk in het RIS waarom. Kies aan de beeldenbalie: opnieuw vragen, of importeren zonder opdracht.",
    "See in the RIS why. Choose at the image desk: ask again, or import without an order.",
)
NO_NUMBER = Reason(
    "order-without-number",
    "Het RIS heeft de opdracht aangenomen, maar gaf er geen bruikbaar accessionnummer bij.",
    "The RIS took the order, but gave no usable accession number with it.",
    "Laat uw beheerder [orders] accession nakijken. Opnieuw vragen herhaalt hetzelfde bericht.",
    "Have your administrator check [orders] accession. Asking again repeats the same message.",
)
NO_PROCEDURE = Reason(
    "order-without-procedure",
    "Voor dit soort onderzoek is geen verrichting ingesteld, dus is er geen opdracht gemaakt.",
    "No procedure is set for this kind of study, so no order was made.",
    "Vul de tabel met verrichtingen aan, of importeer aan de beeldenbalie zonder opdracht.",
    "Add to the table of procedures, or import at the image desk without an order.",
)
UNWRITABLE = Reason(
    "order-unwritable",
    "De opdracht kan niet als bericht aan het RIS worden geschreven.",
    "The order cannot be written as a message to the RIS.",
    "Laat uw beheerder de tekenset en de nummering nakijken, of importeer aan de beeldenbalie zonder opdracht.",
    "Have your administrator check character set and numbering, or import at the image desk without an order.",
)
NOT_CANCELLED = Reason(
    "order-not-cancelled",
    "Het RIS heeft niet aangenomen dat de opdracht voor dit onderzoek vervalt.",
    "The RIS did not accept that the order for this study is cancelled.",
    "Kijk in het RIS of de opdracht er staat, en laat haar daar vervallen.",
    "See in the RIS whether the order is there, and cancel it there.",
)

WAITING = frozenset({one.code for one in (UNANSWERED, REFUSED, NO_NUMBER, NO_PROCEDURE, UNWRITABLE)})
"""Why an import waits for its order."""


def procedure_for(
    modalities: Collection[str], body_parts: Collection[str], procedures: Collection[Procedure]
) -> Procedure | None:
    """The first row of the table that fits the study."""
    parts = {part.upper() for part in body_parts}
    for one in procedures:
        if one.modality in ("", *modalities) and (not one.body_part or one.body_part.upper() in parts):
            return one
    return None
