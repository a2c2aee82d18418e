"""Which studies a launch is about, by what the launching system names (IHE RAD TF-2, RAD-106 parameters). Pure.

A hospital's own number counts for own studies only: another hospital may have given it to somebody else. A BSN counts
for arrivals too, with the birth date beside it. Nothing is guessed, and no sign is a wild card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from beeldbrug.model.errors import Denied, Malformed, NotFound
from beeldbrug.node.policy.bsn import ISSUERS, bsn

MOST = 20
"""Numbers or study UIDs of one launch."""

LINK_SECONDS = 60.0
"""How old a signed link may be."""

AHEAD_SECONDS = 10.0
"""How far ahead the clock of the system that signs may be."""

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_NUMBER = re.compile(r"[\w./-]{1,64}")
_DATE = re.compile(r"[0-9]{8}")
_SECONDS = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class About:
    """Whom a launch is about. ``numbers`` are (value, whether it is a BSN); ``studies`` limits, empty does not."""

    numbers: tuple[tuple[str, bool], ...]
    birth_date: str
    studies: tuple[str, ...]
    accession: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A study that may be meant. ``by`` are the numbers that found it, at whatever place they stood."""

    study_uid: str
    own: bool
    number: str
    birth_date: str
    accession: str
    by: frozenset[str]
    origin: str


def about(kind: str, patient: str, birth_date: str, studies: str, accession: str) -> About:
    """What the parameters say. Raises Malformed ``launch-malformed``.

    ``patient`` is of HL7 type CX, repeated by ``~``: number^^^issuer; ``studies`` are UIDs parted by commas.
    """
    numbers = tuple(_number(one) for one in patient.split("~") if one)
    uids = tuple(one.strip() for one in studies.split(",") if one.strip())
    fit = (
        all(_NUMBER.fullmatch(value) for value, _ in numbers)
        and all(len(one) <= 64 and _UID.fullmatch(one) for one in uids)
        and (not birth_date or _DATE.fullmatch(birth_date))
        and (not accession or _NUMBER.fullmatch(accession))
        and max(len(numbers), len(uids)) <= MOST
        and {"PATIENT": bool(numbers), "STUDY": bool(uids or accession)}.get(kind, False)
    )
    if not fit:
        raise malformed()
    if any(is_bsn for _, is_bsn in numbers) and not birth_date:
        raise no_birth_date()
    return About(numbers, birth_date, uids if kind == "STUDY" else (), accession if kind == "STUDY" else "")


def is_number(text: str) -> bool:
    """Whether it can be a patient's number: no sign in it is a wild card."""
    return _NUMBER.fullmatch(text) is not None


def chosen(wanted: About, found: Sequence[Candidate]) -> list[Candidate]:
    """Of the studies found, those that the launch is about.

    A study UID under which there is somebody else's too opens nothing: that is for a human to look at.
    """
    fit = [one for one in found if _is(wanted, one)]
    others = {one.study_uid for one in found if one not in fit}
    if not wanted.numbers and len({one.birth_date for one in fit}) > 1:
        return []
    return [one for one in fit if one.study_uid not in others]


def _is(wanted: About, one: Candidate) -> bool:
    if wanted.studies and one.study_uid not in wanted.studies:
        return False
    if wanted.accession and not (one.own and one.accession == wanted.accession):
        return False
    if wanted.birth_date and one.birth_date and one.birth_date != wanted.birth_date:
        return False
    if not wanted.numbers:
        return True
    return any(
        (value in one.by and one.birth_date == wanted.birth_date) if is_bsn else (one.own and one.number == value)
        for value, is_bsn in wanted.numbers
    )


def _number(text: str) -> tuple[str, bool]:
    value, _, _, authority, kind, *_ = (*text.split("^"), "", "", "", "")
    under = {*authority.upper().split("&"), authority.upper(), kind.upper()}
    digits = bsn(value) if under & ISSUERS else None
    return (digits, True) if digits else (value.strip(), False)


def malformed() -> Malformed:
    """Not a launch."""
    return Malformed(
        "launch-malformed",
        "The launch does not say which patient or study it is about.",
        "Send requestType PATIENT with patientID, or STUDY with studyUID or accessionNumber.",
    )


def no_birth_date() -> Malformed:
    """A BSN alone."""
    return Malformed(
        "launch-birth-date",
        "A launch by BSN has no birth date.",
        "Send patientBirthDate (YYYYMMDD) along: number and date are compared.",
    )


def check_time(told: str, now: float) -> None:
    """Whether a link that was signed at ``told`` (POSIX seconds) is of now.

    Raises Denied ``launch-over``, ``launch-link-ahead``, ``launch-link-refused``.
    """
    if not _SECONDS.fullmatch(told):
        raise link_refused()
    age = now - int(told)
    if age > LINK_SECONDS:
        raise over()
    if age < -AHEAD_SECONDS:
        raise link_ahead()


def link_refused() -> Denied:
    """Not signed by a system that may; which part is wrong is said to nobody."""
    return Denied(
        "launch-link-refused",
        "This link was not made by a system that may open Beeldbrug, or was changed on its way.",
        "Open Beeldbrug again from the patient's record. If it stays, tell the administrator of that system.",
    )


def link_unreadable() -> Malformed:
    """An address that cannot be read at all."""
    return Malformed(
        "launch-link-unreadable",
        "This link cannot be read: it was cut off, changed on its way, or made in another way than Beeldbrug takes.",
        "Open Beeldbrug again from the patient's record. If it stays, tell the administrator of that system.",
    )


def link_ahead() -> Denied:
    """Signed in the future."""
    return Denied(
        "launch-link-ahead",
        "The clock of the system that made this link is ahead.",
        "Have the clocks of both systems compared.",
    )


def over() -> Denied:
    """A link that was used."""
    return Denied(
        "launch-over",
        "This link was used already, or is older than a minute.",
        "Open Beeldbrug again from the patient's record.",
    )


def no_account() -> Denied:
    """Somebody whom nobody knows here."""
    return Denied(
        "launch-no-account",
        "You have no account in Beeldbrug under the name that your record system knows you by.",
        "Sign in to Beeldbrug itself once, or ask your administrator for an account.",
    )


def no_role() -> Denied:
    """Somebody who sees no patient."""
    return Denied(
        "launch-no-role",
        "Your role in Beeldbrug shows no patients.",
        "Ask your administrator for the role of clinician or image desk.",
    )


def nothing_here() -> NotFound:
    """Nothing of this patient."""
    return NotFound(
        "launch-nothing-here",
        "There is nothing of this patient in Beeldbrug.",
        "If images are on their way, look again in a minute; else sign in and look in the list yourself.",
    )
