"""The text of a reason code, for whoever shows an exchange. Values only."""

from __future__ import annotations

from beeldbrug.model.decision import Reason
from beeldbrug.node.policy import (
    asking,
    carrying,
    consult,
    delivering,
    disclosure,
    leaving_out,
    ordering,
    orders,
    picturing,
    reconciliation,
    rekeying,
    reports,
    retrieving,
    undoing,
)
from beeldbrug.node.policy.refusal import REFUSALS

OTHERS = (
    Reason("undone", "Teruggenomen voordat er iets verstuurd was.", "Taken back before anything had left."),
    Reason("for-nobody", "Voor niemand bestemd.", "Meant for nobody."),
    Reason("withdrawn", "Ingetrokken door de afzender.", "Withdrawn by the sender."),
    Reason(
        "emptied",
        "Bij de ontvanger is de kopie buiten het PACS gewist; een nazending past er niet meer bij.",
        "At the receiver the copy outside the PACS has been destroyed; a supplement fits on it no more.",
        "Verstuur het onderzoek opnieuw als er nog beelden bij komen.",
        "Send the study again if more images are to come.",
    ),
    Reason(
        "import-had-begun",
        "De ontvanger was al aan het importeren; intrekken kon niet meer.",
        "The receiver had begun to import; it was too late to withdraw.",
        "Bel de ontvanger als de beelden daar weg moeten.",
        "Call the receiver if the images must go there.",
    ),
)

REASONS = {
    one.code: one
    for one in (
        *(
            value
            for module in (
                *(
                    asking,
                    carrying,
                    consult,
                    delivering,
                    disclosure,
                    leaving_out,
                    ordering,
                    orders,
                    picturing,
                    reconciliation,
                    rekeying,
                    reports,
                ),
                undoing,
            )
            for value in vars(module).values()
        ),
        *disclosure.GRANTED.values(),
        *delivering.TROUBLES.values(),
        *retrieving.TROUBLES.values(),
        *REFUSALS.values(),
        *OTHERS,
    )
    if isinstance(one, Reason)
}
"""Every reason with a text of its own, by code."""


def reason_of(code: str) -> Reason:
    """The reason of a code; one that is only known by its code stands for itself."""
    return REASONS.get(code, Reason(code, code, code))
