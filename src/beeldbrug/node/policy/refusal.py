"""Why a receiver refuses an arrival: the reasons that its image desk can give. Codes travel to the sender. Values
only.
"""

from __future__ import annotations

from beeldbrug.model.decision import Reason

NOT_FOR_US = Reason(
    "not-for-us",
    "Niet voor deze organisatie bestemd.",
    "Not meant for this organisation.",
    "Controleer de ontvanger en verstuur naar de juiste organisatie.",
    "Check the receiver and send to the right organisation.",
)
WRONG_PATIENT = Reason(
    "wrong-patient",
    "De beelden zijn van een andere patiënt dan de aanvraag zegt.",
    "The images are of another patient than the request says.",
    "Zoek uit van wie de beelden zijn voor u opnieuw verstuurt.",
    "Find out whose images they are before sending again.",
)
INCOMPLETE = Reason(
    "study-incomplete",
    "Het onderzoek is niet compleet.",
    "The study is not complete.",
    "Verstuur het hele onderzoek.",
    "Send the whole study.",
)
UNUSABLE = Reason(
    "images-unusable",
    "De beelden zijn niet bruikbaar.",
    "The images cannot be used.",
    "Bel de ontvanger en vraag wat nodig is.",
    "Call the receiver and ask what is needed.",
)
NOT_NEEDED = Reason(
    "not-needed",
    "De beelden zijn niet (meer) nodig.",
    "The images are not needed (any more).",
)
REFUSALS = {one.code: one for one in (NOT_FOR_US, WRONG_PATIENT, INCOMPLETE, UNUSABLE, NOT_NEEDED)}
"""By code."""
