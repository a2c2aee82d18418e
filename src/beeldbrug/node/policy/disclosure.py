"""May this be sent: the first table over the legal grounds of FIELD 5.3. Facts in, Decision out; no I/O.

Push only: making available (index) and research have their own paths and are refused here. A hospital's lawyer decides
on the table; it ships with defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.model.decision import Decision, Effect, Reason
from beeldbrug.model.exchange import Ground, Terms

TABLE_VERSION = "disclosure-2"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the use case has gathered. ``receiver_known``: in an address book, with a certificate chain that holds.
    ``objection``: the patient's recorded refusal. ``carried``: on a disc that somebody takes along."""

    terms: Terms | None
    receiver_known: bool
    objection: bool = False
    carried: bool = False


NO_RECEIVER = Reason(
    "for-whom",
    "Nog niet gezegd voor wie dit onderzoek is.",
    "Not yet said for whom this study is.",
    "Kies ontvanger, doel en grond: in het portaal onder Verzonden.",
    "Choose receiver, purpose and ground: in the portal under Outbox.",
)
UNKNOWN_RECEIVER = Reason(
    "receiver-unknown",
    "De ontvangende organisatie staat niet in het adresboek.",
    "The receiving organisation is not in the address book.",
    "Controleer het URA-nummer in de verzendregel, of laat de ontvanger zich aansluiten.",
    "Check the URA number in the sending rule, or have the receiver join.",
)
NO_RESPONSIBLE = Reason(
    "responsible-missing",
    "Er is geen verantwoordelijke rol of persoon genoemd.",
    "No responsible role or person is named.",
    "Vul de verantwoordelijke in bij de verzendregel.",
    "Name the responsible role in the sending rule.",
)
NO_CONSENT = Reason(
    "consent-missing",
    "Voor consultatie zonder overdracht is geregistreerde toestemming nodig.",
    "A consultation without transfer needs registered consent.",
    "Leg vast wie toestemming vroeg, wanneer, hoe en waarvoor, en verstuur opnieuw.",
    "Register who asked for consent, when, how and for what, and send again.",
)
OBJECTION = Reason(
    "objection",
    "De patiënt heeft bezwaar gemaakt tegen uitwisseling.",
    "The patient has objected to exchange.",
    "Bespreek het met de patiënt; leg een gewijzigde keuze vast voor u verstuurt.",
    "Discuss it with the patient; register a changed choice before sending.",
)
NOT_BY_PUSH = Reason(
    "not-by-push",
    "Deze grond past niet bij versturen naar een genoemde ontvanger.",
    "This ground does not fit sending to a named receiver.",
    "Kies een andere grond in de verzendregel.",
    "Choose another ground in the sending rule.",
)
GRANTED = {
    Ground.OWN_TEAM: Reason("own-team", "Eigen behandelteam.", "Own treating team."),
    Ground.CONSULTATION: Reason("consent-registered", "Toestemming is geregistreerd.", "Consent is registered."),
    Ground.REFERRAL: Reason(
        "consent-presumed",
        "Toestemming volgt uit de verwijzing of overplaatsing.",
        "Consent follows from the referral.",
    ),
    Ground.EMERGENCY: Reason("vital-interest", "Vitaal belang van de patiënt.", "Vital interest of the patient."),
    Ground.PATIENT_CARRIES: Reason(
        "patient-asked", "De patiënt vroeg zelf om de beelden.", "The patient asked for the images himself."
    ),
}


def _consent(terms: Terms) -> Reason | None:
    return None if terms.consent else NO_CONSENT


def _nothing(_terms: Terms) -> Reason | None:
    return None


REQUIREMENT: dict[Ground, Callable[[Terms], Reason | None]] = {
    Ground.OWN_TEAM: _nothing,
    Ground.CONSULTATION: _consent,
    Ground.REFERRAL: _nothing,
    Ground.EMERGENCY: _nothing,
}
"""What each ground that allows a push demands beyond a known receiver and a responsible."""

CARRIED: dict[Ground, Callable[[Terms], Reason | None]] = {Ground.PATIENT_CARRIES: _nothing}
"""The same, for what somebody takes along on a disc: the patient's own copy."""

OBLIGATIONS: dict[Ground, tuple[str, ...]] = {
    Ground.CONSULTATION: ("receiver-confirms-consent",),
    Ground.EMERGENCY: ("inform-patient", "review"),
}


def may_send(facts: Facts) -> Decision:
    """PERMIT, or PARK with every reason that stands in the way (a human can mend each), or DENY."""
    if facts.terms is None:
        return Decision(Effect.PARK, (NO_RECEIVER,), (), TABLE_VERSION)
    ground = facts.terms.ground
    if ground not in (REQUIREMENT | CARRIED if facts.carried else REQUIREMENT):
        return Decision(Effect.DENY, (NOT_BY_PUSH,), (), TABLE_VERSION)
    if facts.objection:
        return Decision(Effect.PARK, (OBJECTION,), (), TABLE_VERSION)
    lacking = [
        reason
        for reason in (
            None if facts.receiver_known else UNKNOWN_RECEIVER,
            None if facts.terms.responsible else NO_RESPONSIBLE,
            (REQUIREMENT | CARRIED)[ground](facts.terms),
        )
        if reason is not None
    ]
    if lacking:
        return Decision(Effect.PARK, tuple(lacking), (), TABLE_VERSION)
    return Decision(Effect.PERMIT, (GRANTED[ground],), OBLIGATIONS.get(ground, ()), TABLE_VERSION)
