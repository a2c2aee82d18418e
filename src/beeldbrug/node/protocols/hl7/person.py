"""Who a PID or MRG segment is about: own numbers, BSN, name, birth date, sex (HL7 v2 chapter 3; HL7-NL names)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.model.issuer import Agreement, agreement, issuer_of
from beeldbrug.node.policy.bsn import ISSUERS, bsn
from beeldbrug.node.policy.own_name import person_name
from beeldbrug.node.policy.rekeying import is_distinct, is_emergency_number
from beeldbrug.node.ports.own_patients import Said
from beeldbrug.node.protocols.hl7.message import NULL, Message, part

BSN_TYPES: Final = frozenset({"NNNLD"})
"""Identifier type of a Dutch citizen service number (HL7 table 0203)."""

NUMBER_TYPES: Final = ("PI", "MR")
"""Types of a hospital's own numbers, where the settings name no issuer; the first that is there counts."""

PID_NUMBERS, PID_NAME, PID_BIRTH, PID_SEX, MRG_NUMBERS = 3, 5, 7, 8, 1
_SEXES = {"M": "M", "F": "F", "O": "O", "A": "O"}
_LONGEST_NUMBER, _MOST_NUMBERS = 64, 50

Components = list[list[str]]


@dataclass(frozen=True, slots=True)
class Emergency:
    """How emergency numbers of this node are known: by ``issuer`` (in small letters; empty: none are given), and by the
    prefix that their digits follow."""

    issuer: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """``authorities`` are names of the issuer of own numbers, in small letters; ``zone`` that of times without one.
    ``accession_authorities`` are all names of the issuer of own accession numbers."""

    authorities: frozenset[str]
    zone: tzinfo
    emergency: Emergency = Emergency()
    accession_authorities: tuple[str, ...] = ()

    def emergency_numbers(self, message: Message, segment: Any, field: int) -> list[str]:
        """Numbers in a field of CX that this node gave emergency patients: of their issuer; of the hospital's own, or
        of none, only where they cannot be taken for own numbers."""
        issuer, prefix = self.emergency.issuer, self.emergency.prefix
        if not issuer:
            return []
        given = [one for one in message.repetitions(segment, field) if is_emergency_number(_id(one), prefix)]
        distinct = is_distinct(prefix)
        return list(
            dict.fromkeys(
                _id(one)
                for one in given
                if issuer in _authority(one) or (distinct and self._is_own_or_unsaid(_authority(one)))
            )
        )

    def _is_own_or_unsaid(self, authority: tuple[str, ...]) -> bool:
        return not authority or not self.authorities or bool(self.authorities & set(authority))

    def issuer(self, *names: str) -> str:
        """Who gave an accession number or an order's (``model.issuer``); the own issuer with all its names."""
        said = issuer_of(*names)
        own = issuer_of(*self.accession_authorities)
        return own if agreement(said, own) is Agreement.SAME else said

    def own_numbers(self, message: Message, segment: Any, field: int) -> list[str]:
        """Own numbers in a field of CX. Raises Malformed ``hl7-no-number``, ``hl7-number-unclear``, TooLarge."""
        given = [one for one in message.repetitions(segment, field) if _id(one) and not _is_bsn(one)]
        own = list(dict.fromkeys(_id(one) for one in self._own(given)))
        if len(own) > _MOST_NUMBERS:
            raise TooLarge("hl7-too-large", "The message gives too many numbers.", "Have the sender split the message.")
        if not own:
            raise Malformed(
                "hl7-no-number",
                "The message gives no own patient number.",
                "Have the sender give it in PID-3 (MRG-1), and set [hl7] authority to its assigning authority.",
            )
        return own

    def _own(self, given: Sequence[Components]) -> list[Components]:
        if self.authorities:
            found = [one for one in given if self.authorities & set(_authority(one))]
            return found or [one for one in given if len(given) == 1 and not any(_authority(one))]
        typed = next((some for kind in NUMBER_TYPES if (some := [one for one in given if part(one, 5) == kind])), given)
        if len({_authority(one) for one in typed}) > 1 or (typed is given and len(given) > 1):
            raise Malformed(
                "hl7-number-unclear",
                "The message gives numbers of several issuers.",
                "Set [hl7] authority to the assigning authority of the hospital's own numbers.",
            )
        return list(typed)

    def said(self, message: Message, pid: Any, number: str, at: float, whole: bool) -> Said:
        """What PID says. ``whole``: PID-3 lists all identifiers, so that a BSN that it lacks is gone."""
        sex = message.value(pid, PID_SEX)
        return Said(
            number,
            at,
            _bsn(message, pid, whole),
            _name(message, pid),
            _birth_date(message.value(pid, PID_BIRTH)),
            None if not sex else _SEXES.get(sex.upper(), ""),
        )

    def time(self, text: str) -> float | None:
        """POSIX seconds of an HL7 time (DTM, section 2.A.22); None for what is none."""
        found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(\.\d{1,6})?)?([+-]\d{4})?", text)
        if found is None:
            return None
        year, month, day, hour, minute, second = (int(one or 0) for one in found.groups()[:6])
        zone = _offset(found[8]) if found[8] else self.zone
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
            return moment.timestamp() + float(found[7] or 0)
        except (ValueError, OverflowError):
            return None


def _offset(text: str) -> tzinfo:
    minutes = int(text[1:3]) * 60 + int(text[3:])
    if minutes >= 24 * 60:
        return UTC
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _id(one: Components) -> str:
    """CX.1, where it can be a patient number."""
    value = part(one, 1)
    return value if value != NULL and len(value) <= _LONGEST_NUMBER and not set(value) & {"\\", "^"} else ""


def _authority(one: Components) -> tuple[str, ...]:
    """CX.4: namespace and universal id, in small letters."""
    return tuple(text.casefold() for text in (part(one, 4), part(one, 4, 2)) if text and text != NULL)


def _is_bsn(one: Components) -> bool:
    named = {text.upper() for text in _authority(one)}
    return part(one, 5).upper() in BSN_TYPES or bool(named & ISSUERS)


def _bsn(message: Message, pid: Any, whole: bool) -> str | None:
    """The BSN that passes the 11-test; empty where there is none, or where there are two."""
    found = {value for one in message.repetitions(pid, PID_NUMBERS) if _is_bsn(one) and (value := bsn(part(one, 1)))}
    if not found and not whole:
        return None
    return found.pop() if len(found) == 1 else ""


def _name(message: Message, pid: Any) -> str | None:
    names = message.repetitions(pid, PID_NAME)
    if not names:
        return None
    one = next((name for name in names if part(name, 7) == "L"), names[0])
    family = [text if (text := part(one, 1, sub)) != NULL else "" for sub in range(1, 6)]
    given, middle = (text if (text := part(one, at)) != NULL else "" for at in (2, 3))
    return person_name(
        family[0],
        own_prefix=family[1],
        own=family[2],
        partner_prefix=family[3],
        partner=family[4],
        given=given,
        middle=middle,
    )


def _birth_date(text: str) -> str | None:
    """YYYYMMDD; empty for a date of which day or month is not known."""
    if not text:
        return None
    day = text[:8]
    try:
        datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return day if len(day) == 8 else ""
