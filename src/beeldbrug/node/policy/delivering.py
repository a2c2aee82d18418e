"""Why a partner has not taken what was sent to it, in plain words. Values only.

All of it is tried again by itself: the alert says what stands in the way, and whom to call.
"""

from __future__ import annotations

from typing import Final

from beeldbrug.model.decision import Reason

_AGAIN_NL: Final = "Het wordt vanzelf opnieuw geprobeerd, en gaat verder waar het was."
_AGAIN_EN: Final = "It is tried again by itself, and goes on where it was."

_ALL = (
    Reason(
        "partner-unreachable",
        "De server van de ontvanger is niet bereikbaar.",
        "The receiver's server cannot be reached.",
        _AGAIN_NL + " Blijft het zo: bel de ontvanger.",
        _AGAIN_EN + " If it stays so, call the receiver.",
    ),
    Reason(
        "partner-host-key",
        "De server van de ontvanger toont een andere sleutel dan bekend is. Er is niets verstuurd.",
        "The receiver's server shows another key than is known. Nothing was sent.",
        "Bel de ontvanger op een bekend nummer. Alleen als hij de nieuwe sleutel bevestigt: zet die bij de partner.",
        "Call the receiver at a number you know. Only if it confirms the new key, put that with the partner.",
    ),
    Reason(
        "partner-log-in",
        "De server van de ontvanger laat ons niet binnen.",
        "The receiver's server does not let us in.",
        "Laat de ontvanger onze publieke sleutel bij deze gebruiker zetten.",
        "Have the receiver put our public key with this user.",
    ),
    Reason(
        "partner-key-file",
        "De eigen sleutel voor deze ontvanger kan niet worden gelezen.",
        "Our own key for this receiver cannot be read.",
        "Herstel het sleutelbestand dat bij de partner genoemd is.",
        "Mend the key file that the partner names.",
    ),
    Reason(
        "partner-permission",
        "We mogen niet schrijven in de map van de ontvanger.",
        "We may not write in the receiver's folder.",
        "Vraag de ontvanger om schrijfrechten op de map.",
        "Ask the receiver for the right to write in the folder.",
    ),
    Reason(
        "partner-disk-full",
        "De schijf van de ontvanger is vol.",
        "The receiver's disk is full.",
        "Bel de ontvanger om ruimte te maken. " + _AGAIN_NL,
        "Call the receiver to make room. " + _AGAIN_EN,
    ),
    Reason(
        "partner-refuses",
        "De server van de ontvanger weigert het bestand zonder reden te geven.",
        "The receiver's server refuses the file and gives no reason.",
        "Bel de ontvanger: is er ruimte, en mag deze gebruiker hier schrijven?",
        "Call the receiver: is there room, and may this user write here?",
    ),
    Reason(
        "partner-connection-lost",
        "De verbinding met de ontvanger brak af.",
        "The connection with the receiver broke off.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "partner-size",
        "Een bestand staat bij de ontvanger met een andere lengte.",
        "A file lies at the receiver with another length.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "partner-gone",
        "De ontvanger, of de weg waarlangs dit ging, staat niet meer op de lijst van partners.",
        "The receiver, or the way that this was to go by, is not on the list of partners any more.",
        "Zet de partner terug (Beheer, Partners) en verstuur opnieuw, of stuur het aan een andere ontvanger.",
        "Put the partner back (Administration, Partners) and send again, or send it to another receiver.",
    ),
    Reason(
        "partner-full",
        "Het systeem van de ontvanger heeft geen ruimte meer.",
        "The receiver's system is out of resources.",
        "Bel de ontvanger om ruimte te maken. " + _AGAIN_NL,
        "Call the receiver to make room. " + _AGAIN_EN,
    ),
)

TROUBLES: Final = {reason.code: reason for reason in _ALL}
"""By code."""

REFUSED: Final = Reason(
    "partner-refused",
    "Het systeem van de ontvanger heeft een deel van de beelden geweigerd.",
    "The receiver's system has refused some of the images.",
    "Bel de ontvanger; verstuur daarna opnieuw: alleen wat nog niet is aangenomen gaat dan nog.",
    "Call the receiver; then send again: only what was not taken goes.",
)
STOPPED: Final = Reason(
    "stopped-partly-delivered",
    "Het versturen is gestopt. Een deel van de beelden stond al bij de ontvanger en is niet terug te halen.",
    "Sending was stopped. Some of the images were at the receiver already and cannot be taken back.",
    "Bel de ontvanger en vraag ze te wissen.",
    "Call the receiver and ask for them to be deleted.",
)


def trouble(code: str, text: str, remedy: str) -> Reason:
    """The reason of this code; an error that is not listed in its own words, which are English."""
    named = TROUBLES.get(code)
    return named or Reason(code, "Bezorgen bij de ontvanger lukt niet.", text, _AGAIN_NL, remedy or _AGAIN_EN)
