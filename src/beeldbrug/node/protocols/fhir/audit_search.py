"""Search parameters of AuditEvent (FHIR R4 section 3.1.1; IHE ITI-81) as a search of the trail. Strict: what is not
understood is refused, since a search that leaves a condition out discloses more than was asked for.

Who a search is about never stands in a URL, which proxies and browsers keep: ``_search`` by POST takes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.policy.audit_codes import CODES
from beeldbrug.node.ports.trail import FOREVER, PAGE_MOST, Place
from beeldbrug.node.protocols.fhir.audit_event import DCM, DICOM_UID, EVENT, EXCHANGE
from beeldbrug.node.usecases.trail.search import Asked

COUNT: Final = 100
ABOUT: Final = frozenset({"patient.identifier", "patient:identifier", "entity.identifier", "entity:identifier"})
"""Parameters that say whom a search is about."""

_DATE: Final = re.compile(r"(eq|ge|gt|le|lt|sa|eb)?(\d{4}-\d\d-\d\d(?:T.+)?)")
_PLACE: Final = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)~(\d{1,15})")


@dataclass(slots=True)
class _Wanted:
    since: float = 0.0
    until: float = FOREVER
    patient: str = ""
    study: str = ""
    exchange: str = ""
    events: tuple[str, ...] = ()
    action: str = ""
    actor: str = ""
    role: str = ""
    peer: str = ""
    before: Place | None = None
    limit: int = COUNT


def read_search(parameters: Iterable[tuple[str, str]], in_url: bool) -> Asked:
    """What is asked. Raises Malformed ``fhir-parameter-malformed``, ``identity-in-url``, ``trail-about-one``;
    Unsupported ``fhir-parameter-unknown``."""
    wanted = _Wanted()
    for name, value in parameters:
        if name in ABOUT and in_url:
            raise Malformed(
                "identity-in-url",
                "Whom a search is about does not belong in a URL.",
                "Post it as a form to AuditEvent/_search (FHIR R4, 3.1.1.1.2).",
            )
        read = _READERS.get(name)
        if read is None:
            raise Unsupported(
                "fhir-parameter-unknown",
                "A search parameter is none of those that this server knows.",
                "See /fhir/metadata for those that there are.",
            )
        read(wanted, value)
    if not wanted.since <= wanted.until:
        raise _malformed()
    return Asked(
        since=wanted.since,
        until=wanted.until,
        patient=wanted.patient,
        study=wanted.study,
        exchange=wanted.exchange,
        events=wanted.events,
        action=wanted.action,
        actor=wanted.actor,
        role=wanted.role,
        peer=wanted.peer,
        before=wanted.before,
        limit=wanted.limit,
    )


def write_place(place: Place) -> str:
    """A place as ``_page`` says it."""
    return f"{place.at!r}~{place.sequence}"


def _date(wanted: _Wanted, value: str) -> None:
    """A day or moment with a prefix; without an offset in UTC."""
    match = _DATE.fullmatch(value)
    if match is None:
        raise _malformed()
    prefix, text = match[1] or "eq", match[2]
    begin, end = _range(text)
    if prefix in ("eq", "ge"):
        wanted.since = max(wanted.since, begin)
    if prefix in ("gt", "sa"):
        wanted.since = max(wanted.since, end)
    if prefix in ("eq", "le"):
        wanted.until = min(wanted.until, end)
    if prefix in ("lt", "eb"):
        wanted.until = min(wanted.until, begin)


def _range(text: str) -> tuple[float, float]:
    """From, and up to: a date has the length of what it leaves out."""
    try:
        if "T" not in text:
            day = date.fromisoformat(text)
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return begin.timestamp(), (begin + timedelta(days=1)).timestamp()
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise _malformed() from None
    begin_at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if "." in text:
        return begin_at, begin_at + 0.001
    seconds = 1.0 if text.count(":") >= 2 + ("+" in text[10:] or "-" in text[10:]) or text.endswith("Z") else 60.0
    return begin_at, begin_at + seconds


def _about(wanted: _Wanted, value: str) -> None:
    """``system|value``: a study by its UID, an exchange by its id, else a patient."""
    system, bar, plain = value.partition("|")
    text = (plain if bar else system).strip()
    if not text:
        raise _malformed()
    uid = text.removeprefix("urn:oid:")
    if (bar and system == DICOM_UID) or uid != text:
        wanted.study = uid
    elif bar and system == EXCHANGE:
        wanted.exchange = text
    else:
        wanted.patient = text


def _patient(wanted: _Wanted, value: str) -> None:
    wanted.patient = value.rpartition("|")[2].strip()
    if not wanted.patient:
        raise _malformed()


def _type(wanted: _Wanted, value: str) -> None:
    """Event IDs of DCM, as all our kinds that have them."""
    codes = {_code(one, DCM) for one in value.split(",")}
    _events(wanted, tuple(event for event, code in CODES.items() if code.id.value in codes) or ("",))


def _subtype(wanted: _Wanted, value: str) -> None:
    """Our kinds of event, or type codes of DCM."""
    found: list[str] = []
    for one in value.split(","):
        system, bar, code = one.partition("|")
        if bar and system == DCM:
            found += [event for event, codes in CODES.items() if codes.type and codes.type.value == code]
        else:
            found.append(_code(one, EVENT))
    _events(wanted, tuple(found) or ("",))


def _events(wanted: _Wanted, events: tuple[str, ...]) -> None:
    """Further conditions narrow."""
    wanted.events = tuple(one for one in wanted.events if one in events) or ("",) if wanted.events else events


def _code(value: str, system: str) -> str:
    said, bar, code = value.partition("|")
    if bar and said not in ("", system):
        return ""
    return code if bar else said


def _token(name: str) -> Callable[[_Wanted, str], None]:
    def read(wanted: _Wanted, value: str) -> None:
        text = value.rpartition("|")[2].strip()
        if not text:
            raise _malformed()
        setattr(wanted, name, text)

    return read


def _count(wanted: _Wanted, value: str) -> None:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _malformed()
    wanted.limit = max(1, min(int(value), PAGE_MOST))


def _page(wanted: _Wanted, value: str) -> None:
    match = _PLACE.fullmatch(value)
    if match is None:
        raise _malformed()
    wanted.before = Place(float(match[1]), int(match[2]))


def _sort(wanted: _Wanted, value: str) -> None:
    if value != "-date":
        raise Unsupported("fhir-parameter-unknown", "Events come newest first.", "Leave _sort out, or give -date.")


def _format(wanted: _Wanted, value: str) -> None:
    if value not in ("json", "application/json", "application/fhir+json"):
        raise Unsupported("fhir-json-alone", "This server speaks JSON alone.", "Ask for application/fhir+json.")


_READERS: Final[dict[str, Callable[[_Wanted, str], None]]] = {
    "date": _date,
    "patient.identifier": _patient,
    "patient:identifier": _patient,
    "entity.identifier": _about,
    "entity:identifier": _about,
    "agent.identifier": _token("actor"),
    "agent:identifier": _token("actor"),
    "agent-role": _token("role"),
    "agent.organization": _token("peer"),
    "type": _type,
    "subtype": _subtype,
    "action": _token("action"),
    "_count": _count,
    "_page": _page,
    "_sort": _sort,
    "_format": _format,
}

PARAMETERS: Final[dict[str, str]] = {
    "date": "when it was recorded, with a prefix; a day is of UTC",
    "patient.identifier": "number of the hospital's own, or BSN (POST alone)",
    "entity.identifier": "a patient, a study (urn:dicom:uid) or an exchange (POST alone)",
    "agent.identifier": "account, AE title or organisation that did it",
    "agent-role": "role of who did it",
    "agent.organization": "the other organisation, by URA",
    "type": "event ID of DICOM CID 400",
    "subtype": "kind of event of this product, or a DICOM type code of CID 401",
    "action": "C, R, U, D or E",
    "_count": f"events a page, at most {PAGE_MOST}",
    "_page": "where the page before ended, as its answer says",
}
"""As ``/fhir/metadata`` tells of them."""


def _malformed() -> Malformed:
    return Malformed(
        "fhir-parameter-malformed", "A search parameter cannot be read.", "See FHIR R4 section 3.1.1 for its form."
    )
