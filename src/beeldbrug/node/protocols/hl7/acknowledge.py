"""Acknowledgements (HL7 v2 sections 2.9 and 2.14): AA it is kept, AE send it again, AR never again.

A message whose MSH-15 or MSH-16 says something is answered in enhanced mode (section 2.9.3): by an accept
acknowledgement (CA, CE, CR), an application acknowledgement, both in this order, or not at all, as it asks. What is
accepted here has been carried out and is durable, so both are known at once. What was not accepted has no application
acknowledgement beside it; the sender keeps it.

Texts are those of the error tree, free of identity. ERR goes along from version 2.5 on, in the form it has since then.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from beeldbrug.model.errors import BeeldbrugError, Kind
from beeldbrug.node.protocols.hl7.message import Header

ACCEPT, AGAIN, NEVER = "AA", "AE", "AR"
APPLICATION: Final = "BEELDBRUG"
"""MSH-3 of an answer to a message that names no receiver."""

STATUS_BY_KIND: Final[dict[Kind, str]] = {
    Kind.MALFORMED: NEVER,
    Kind.DENIED: NEVER,
    Kind.NOT_FOUND: NEVER,
    Kind.CONFLICT: AGAIN,
    Kind.UNSUPPORTED: NEVER,
    Kind.UNAVAILABLE: AGAIN,
    Kind.TOO_LARGE: NEVER,
}
"""MSA-1 for an error, by its kind."""

ACCEPT_CODES: Final = {ACCEPT: "CA", AGAIN: "CE", NEVER: "CR"}
"""MSA-1 of an accept acknowledgement (HL7 table 0008)."""

_NULL: Final = '""'
_ASKED: Final = {"NE": (), "ER": (AGAIN, NEVER), "SU": (ACCEPT,)}
"""For which outcomes an acknowledgement is wanted (HL7 table 0155); what is not in the table counts as AL, always."""

CONDITIONS: Final[dict[str, tuple[str, str]]] = {
    "hl7-no-patient": ("100", "Segment sequence error"),
    "hl7-no-document": ("100", "Segment sequence error"),
    "hl7-no-report-number": ("101", "Required field missing"),
    "hl7-no-number": ("101", "Required field missing"),
    "hl7-number-unclear": ("102", "Data type error"),
    "hl7-undecodable": ("102", "Data type error"),
    "hl7-message-type": ("200", "Unsupported message type"),
    "hl7-processing": ("202", "Unsupported processing id"),
    "hl7-version": ("203", "Unsupported version id"),
}
"""HL7 table 0357 by our code; any other is 207."""

INTERNAL: Final = ("207", "Application internal error")


def acknowledgements(
    header: Header, now: datetime, error: BeeldbrugError | None = None, fault: bool = False
) -> tuple[str, ...]:
    """The answers that a message asks for, in order: taken, refused with ``error``, or failed by a ``fault`` of ours.
    ``now`` has a zone."""
    outcome = AGAIN if fault else STATUS_BY_KIND[error.kind] if error is not None else ACCEPT
    if not _stated(header, 15) and not _stated(header, 16):
        return (_answer(header, now, outcome, error),)
    answers = []
    if _wants(header, 15, outcome):
        answers.append(_answer(header, now, ACCEPT_CODES[outcome], error))
    if _wants(header, 16, outcome) and (outcome == ACCEPT or not answers):
        answers.append(_answer(header, now, outcome, error))
    return tuple(answers)


def _stated(header: Header, number: int) -> str:
    return header.value(number).replace(_NULL, "")


def _wants(header: Header, number: int, outcome: str) -> bool:
    """Whether MSH-``number`` asks for an acknowledgement of this outcome; an empty one beside a stated one does not."""
    asked = _stated(header, number)
    return bool(asked) and outcome in _ASKED.get(asked.upper(), (ACCEPT, AGAIN, NEVER))


def _answer(header: Header, now: datetime, code: str, error: BeeldbrugError | None) -> str:
    field = header.raw(1)
    text = _escaped(header, f"{error.code}: {error.text}" if error is not None else "")
    segments = [
        _msh(header, now),
        ["MSA", code, header.raw(10), *([text] if text else [])],
    ]
    if code not in (ACCEPT, ACCEPT_CODES[ACCEPT]) and header.version >= (2, 5):
        segments.append(_err(header, error))
    return "".join(field.join(segment).rstrip(field) + "\r" for segment in segments)


def _msh(header: Header, now: datetime) -> list[str]:
    component = header.raw(2)[0]
    event = header.value(9, 2)
    kind = ["ACK", *([event] if event else []), *(["ACK"] if event and header.version >= (2, 3, 1) else [])]
    segment = ["MSH", header.raw(2), header.raw(5) or APPLICATION, header.raw(6), header.raw(3), header.raw(4)]
    segment += [now.strftime("%Y%m%d%H%M%S%z"), "", component.join(kind), secrets.token_hex(10)]
    segment += [header.raw(11) or "P", header.raw(12) or "2.5"]
    wanted = ["NE", "NE"] if _stated(header, 15) or _stated(header, 16) else ["", ""]
    segment += ["", "", *wanted, "", header.raw(18)]
    while not segment[-1]:
        segment.pop()
    return segment


def _err(header: Header, error: BeeldbrugError | None) -> list[str]:
    number, text = CONDITIONS.get(error.code, INTERNAL) if error is not None else INTERNAL
    component = header.raw(2)[0]
    own, remedy = (error.code, _escaped(header, error.remedy)) if error is not None else ("internal", "")
    return ["ERR", "", "", component.join((number, text, "HL70357")), "E", own, "", "", remedy]


def _escaped(header: Header, text: str) -> str:
    """Separators as escape sequences (section 2.7.1)."""
    encoding = header.raw(2)
    marks = {header.raw(1): "F", encoding[0]: "S", encoding[1]: "R", encoding[2]: "E", encoding[3]: "T"}
    return "".join(f"{encoding[2]}{marks[char]}{encoding[2]}" if char in marks else char for char in text)
