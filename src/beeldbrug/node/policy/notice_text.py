"""What a notice says, in the reader's language: how urgent, from which hospital, for which department, a link with a
random id, a phone number. Never anything of the patient or the study; pure, no I/O.

Hospital and phone number are what the other end states of itself. Where one of them repeats a value of the patient, by
mistake or on purpose, it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.notice import Cause

NAME_CHARACTERS = 40
PHONE_CHARACTERS = 20
SMS_CHARACTERS = 306
"""Two messages of 153 characters (3GPP TS 23.040 section 9.2.3.24.1)."""

PAGE = "/uitwisseling/"

_URGENT = {
    Urgency.STAT: ("SPOED", "STAT"),
    Urgency.ASAP: ("Z.s.m.", "ASAP"),
    Urgency.URGENT: ("Dringend", "Urgent"),
    Urgency.ROUTINE: ("Nieuw", "New"),
}

_WHAT = {
    Cause.FIRST_IMAGE: ("Eerste beeld; komt nog binnen.", "First image; more is coming in."),
    Cause.VERIFIED: ("Beelden compleet en gecontroleerd.", "Images complete and verified."),
    Cause.ANSWER: ("Er is een antwoord.", "There is an answer."),
    Cause.PARKED: ("Een verzending is aangehouden.", "A sending is parked."),
    Cause.REQUEST: ("Er wordt om ontbrekende beelden gevraagd.", "Missing images are asked for."),
}

_SMALLEST_VALUE = 3


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about. ``hospital`` is the other end, ``department`` ours; ``base`` is the portal's public URL,
    empty when it is not known."""

    cause: Cause
    urgency: Urgency
    hospital: str
    department: str
    phone: str
    exchange: str
    base: str


def safe_about(about: About, values: Iterable[str]) -> About:
    """The same without what could name a patient: names and numbers cut to what they may be, and left out where they
    hold one of ``values``."""
    words = {word for value in values for word in _words(value) if len(word) >= _SMALLEST_VALUE}

    def safe(text: str) -> str:
        return "" if words & set(_words(text)) or any(one.isdigit() and one in text for one in words) else text

    phone = "".join(one for one in about.phone if one in "+0123456789 -()")[:PHONE_CHARACTERS].strip()
    digits = "".join(one for one in phone if one.isdigit())
    return About(
        about.cause,
        about.urgency,
        safe(_line(about.hospital)),
        safe(_line(about.department)),
        "" if any(one.isdigit() and one in digits for one in words) else phone,
        about.exchange,
        about.base,
    )


def subject(about: About, language: str) -> str:
    """One line: how urgent, and from where."""
    urgent = _pick(_URGENT[about.urgency], language)
    return f"{urgent}: {about.hospital or _pick(('ander ziekenhuis', 'other hospital'), language)}"


def body(about: About, language: str) -> str:
    """The whole text, one sentence a line."""
    lines = [f"{subject(about, language)}."]
    if about.department:
        lines.append(_pick(("Voor", "For"), language) + f" {about.department}.")
    lines.append(_pick(_WHAT[about.cause], language))
    if about.phone:
        lines.append(_pick(("Bel", "Call"), language) + f" {about.phone}")
    lines.append(link(about) or _pick(("Log in op Beeldbrug.", "Sign in to Beeldbrug."), language))
    return "\n".join(lines)


def link(about: About) -> str:
    """Where it can be opened after signing in; empty when the portal's URL is not known."""
    return f"{about.base.rstrip('/')}{PAGE}{about.exchange}" if about.base else ""


def code_text(code: str, language: str) -> str:
    """The text that brings a code by which somebody proves an address."""
    return _pick((f"Uw code voor Beeldbrug is {code}.", f"Your code for Beeldbrug is {code}."), language)


def code_subject(language: str) -> str:
    """Its subject line."""
    return _pick(("Code voor Beeldbrug", "Code for Beeldbrug"), language)


def request_text(hospital: str, link: str, language: str) -> str:
    """The text that brings a link to upload by; the code comes by another way."""
    dutch = f"{hospital} vraagt u bestanden te sturen. Open deze link; de code krijgt u apart.\n\n{link}"
    return _pick(
        (dutch, f"{hospital} asks you to send files. Open this link; the code comes apart.\n\n{link}"), language
    )


def request_subject(hospital: str, language: str) -> str:
    """Its subject line."""
    return _pick((f"Bestanden sturen naar {hospital}", f"Send files to {hospital}"), language)


def test_text(language: str) -> str:
    """The text of a trial."""
    dutch = "Proefbericht van Beeldbrug: zo wordt u gewekt als er spoed is. U hoeft niets te doen."
    return _pick((dutch, "Test message of Beeldbrug: this is how you are woken. Nothing to do."), language)


def test_subject(language: str) -> str:
    """Its subject line."""
    return _pick(("Proefbericht van Beeldbrug", "Test message of Beeldbrug"), language)


def as_sms(text: str) -> str:
    """The text on one line, in letters that every phone has, at most two messages long; the end is kept whole, for the
    link stands there."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode("ascii")
    if len(plain) <= SMS_CHARACTERS:
        return plain
    head, _, tail = plain.rpartition(" ")
    return head[: max(0, SMS_CHARACTERS - len(tail) - 1)] + " " + tail


def _pick(texts: tuple[str, str], language: str) -> str:
    return texts[1] if language == "en" else texts[0]


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:NAME_CHARACTERS]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").casefold()
    return re.findall(r"[a-z]+|[0-9]+", plain)
