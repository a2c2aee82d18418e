"""May a receiver ask the sender for what is missing, and may the sender send it: facts in, Decision out. Pure; no I/O.

What comes on a request is disclosed on the ground of the exchange that it belongs to, and so only while that lasts:
nothing after it was withdrawn, refused or has expired. Reasons with which a sender refuses travel back as codes.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.decision import Decision, Effect, Reason
from beeldbrug.model.exchange import BROUGHT, Direction, Route, State

TABLE_VERSION = "asking-1"

_CALL_NL, _CALL_EN = "Bel de andere organisatie.", "Telephone the other organisation."

SAME_GROUND = Reason(
    "same-ground",
    "Op de grond van deze uitwisseling.",
    "On the ground of this exchange.",
)
NOBODY_TO_ASK = Reason(
    "nobody-to-ask",
    "Dit is gebracht: er is geen aansluiting waarlangs de afzender kan worden gevraagd.",
    "This was brought in: there is no connection to ask its sender by.",
    "Bel of mail de tekst die klaarstaat, of maak een uploadverzoek.",
    "Phone or mail the text that is ready, or make an upload request.",
)
TAKEN_BACK = Reason(
    "asking-withdrawn",
    "De afzender heeft de uitwisseling ingetrokken; er kan niets meer bij.",
    "The sender has withdrawn the exchange; nothing can be added to it.",
    _CALL_NL,
    _CALL_EN,
)
PAST = Reason(
    "asking-past",
    "De uitwisseling is verlopen of geweigerd; er kan niets meer bij.",
    "The exchange has expired or was refused; nothing can be added to it.",
    "Vraag om een nieuwe zending: bel de andere organisatie.",
    "Ask for a new sending: telephone the other organisation.",
)
NOT_OPENED = Reason(
    "asking-unopened",
    "Van deze zending kon niets worden geopend; er is nog niets om aan te vullen.",
    "Nothing of this sending could be opened; there is nothing yet to add to.",
    "Vraag de afzender opnieuw te versturen.",
    "Ask the sender to send again.",
)
NOT_SENT = Reason(
    "asking-not-sent",
    "Deze uitwisseling is nog niet verstuurd.",
    "This exchange has not been sent yet.",
    "Zeg eerst voor wie het onderzoek is.",
    "First say for whom the study is.",
)
ASKED_FOR = Reason(
    "images-asked",
    "De ontvanger vraagt om beelden die ontbreken.",
    "The receiver asks for images that are missing.",
    "Open de uitwisseling: stuur ze na, of zeg waarom dat niet kan.",
    "Open the exchange: send them, or say why that cannot be.",
)
IMAGES_REFUSED = Reason(
    "images-refused",
    "De afzender stuurt de gevraagde beelden niet.",
    "The sender does not send the images that were asked for.",
    "Lees de reden bij de uitwisseling; bel zo nodig.",
    "Read the reason with the exchange; call if needed.",
)

NOT_HERE = Reason("images-not-here", "Die beelden zijn hier niet.", "Those images are not here.")
ALL_WAS_SENT = Reason(
    "all-was-sent", "Alles van dit onderzoek is al verstuurd.", "All of this study has been sent already."
)
NOT_ALLOWED = Reason(
    "images-not-allowed",
    "Die beelden mogen op deze grond niet mee.",
    "Those images may not go along on this ground.",
)
SEE_TEXT = Reason("see-text", "Zie de toelichting.", "See the explanation.")

REFUSALS = {one.code: one for one in (NOT_HERE, ALL_WAS_SENT, NOT_ALLOWED, SEE_TEXT)}
"""Why a sender does not send what was asked for, by code."""

OPEN_IN = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.IMPORTED, State.FAILED})
"""States of an arrival to which more can come."""

OPEN_OUT = frozenset({State.SENDING, *OPEN_IN})
"""States of a sending to which more can be added, or beside which more can be sent."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The exchange as far as it matters here. ``begun``: its first part was opened, or sent. Times are POSIX
    seconds."""

    direction: Direction
    state: State
    route: Route
    withdrawn: bool
    begun: bool
    expires: float
    now: float


def may_ask(facts: Facts) -> Decision:
    """Whether its receiver may ask for more of an arrival."""
    if facts.direction is not Direction.IN or facts.route in BROUGHT:
        return _deny(NOBODY_TO_ASK)
    return _in_time(facts, OPEN_IN, NOT_OPENED)


def may_add(facts: Facts) -> Decision:
    """Whether its sender may answer a request about a sending. What it sends is decided on besides, as all sending."""
    if facts.direction is not Direction.OUT:
        return _deny(NOT_SENT)
    return _in_time(facts, OPEN_OUT, NOT_SENT)


def _in_time(facts: Facts, states: frozenset[State], not_begun: Reason) -> Decision:
    if facts.withdrawn or facts.state is State.WITHDRAWN:
        return _deny(TAKEN_BACK)
    if facts.now >= facts.expires or facts.state in (State.EXPIRED, State.REFUSED):
        return _deny(PAST)
    if not facts.begun or facts.state not in states:
        return _deny(not_begun)
    return Decision(Effect.PERMIT, (SAME_GROUND,), (), TABLE_VERSION)


def _deny(reason: Reason) -> Decision:
    return Decision(Effect.DENY, (reason,), (), TABLE_VERSION)
