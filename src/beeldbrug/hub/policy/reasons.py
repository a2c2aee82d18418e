"""The reasons that the hub's policy gives, by code, in Dutch and English. No decisions here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from beeldbrug.model.decision import Reason

_ALL: Final = (
    Reason(
        "pack-not-granted",
        "Deze organisatie heeft geen geldig leesrecht op dit pak.",
        "This organisation has no live grant for the pack.",
        "Vraag de afzender opnieuw te versturen; het leesrecht kan verlopen of ingetrokken zijn.",
        "Ask the sender to send again; the grant may have expired or been withdrawn.",
    ),
    Reason(
        "pack-not-yours",
        "Een andere organisatie heeft dit pak aangemaakt.",
        "Another organisation created this pack.",
        "Gebruik een nieuw willekeurig pakkenmerk.",
        "Use a new random pack id.",
    ),
    Reason(
        "parcel-not-yours",
        "Deze organisatie is geen afzender of ontvanger van deze zending.",
        "This organisation is neither sender nor receiver of the parcel.",
        "Gebruik een nieuw willekeurig zendingkenmerk.",
        "Use a new random parcel id.",
    ),
    Reason(
        "parcel-receiver-differs",
        "Deze zending is voor een andere organisatie.",
        "The parcel is for another organisation.",
        "Maak een eigen zending per ontvanger.",
        "Make one parcel per receiver.",
    ),
    Reason(
        "parcel-withdrawn",
        "Deze zending is door de afzender ingetrokken.",
        "The parcel was withdrawn by its sender.",
        "Verstuur opnieuw als een nieuwe zending.",
        "Send again as a new parcel.",
    ),
    Reason(
        "part-not-yours",
        "Dit deel is van en voor andere organisaties.",
        "The part is from and for other organisations.",
    ),
    Reason(
        "enrolment-closed",
        "Deze hub neemt organisaties alleen op via de beheerder.",
        "This hub enrols organisations through its operator only.",
        "Stuur de certificaatketen naar de beheerder van de hub.",
        "Send the certificate chain to the hub's operator.",
    ),
    Reason(
        "quota-exceeded",
        "De opslagruimte van deze organisatie op de hub is vol.",
        "The organisation's space at the hub is used up.",
        "Wacht tot ontvangers hebben opgehaald, of vraag de beheerder om meer ruimte.",
        "Wait until receivers have fetched, or ask the operator for more.",
    ),
)

REASONS: Final[Mapping[str, Reason]] = {reason.code: reason for reason in _ALL}
