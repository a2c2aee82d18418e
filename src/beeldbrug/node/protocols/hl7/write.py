"""Writing HL7 v2: escapes, fields, segments, a whole message (HL7 v2 sections 2.5 to 2.7 and 2.14.9; HL7-NL numbers).

A field is text, a tuple of components (each text or a tuple of subcomponents), or a list of repetitions. Text is
escaped here and nowhere else. Nothing is cut or replaced: what the peer's character set lacks is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.messages import Mode, Peer
from beeldbrug.node.protocols.hl7.message import Header

Component = str | tuple[str, ...]
Repetition = str | tuple[Component, ...]
Field = Repetition | list[Repetition]

FIELD, COMPONENT, REPETITION, ESCAPE, SUBCOMPONENT = "|", "^", "~", "\\", "&"
ENCODING: Final = COMPONENT + REPETITION + ESCAPE + SUBCOMPONENT
ESCAPES: Final = {FIELD: "F", COMPONENT: "S", REPETITION: "R", ESCAPE: "E", SUBCOMPONENT: "T"}
"""Sequences of section 2.7.1."""

CODECS: Final = {
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "UNICODE UTF-8": "utf-8",
}
"""Character sets that are written (MSH-18, HL7 table 0211), by Python's names."""

BSN_AUTHORITY, BSN_TYPE = "NLMINBIZA", "NNNLD"
"""Assigning authority and type of a Dutch citizen service number (HL7-NL)."""

LONGEST_ORDER_NUMBER: Final = 22
"""Characters of an order's number with its issuer (ORC-2, ORC-3, OBR-2, OBR-3 of versions 2.3 to 2.6)."""

_LINES = re.compile(r"\r\n?|\n")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def escaped(text: str) -> str:
    """Text as it stands in a field: separators as escape sequences, line ends as ``\\.br\\``, other controls blank.
    Text that looks like HL7's null is written so that it is none."""
    if text == '""':
        return f"{ESCAPE}X2222{ESCAPE}"
    lines = ["".join(_escape(char) for char in _CONTROL.sub(" ", line)) for line in _LINES.split(text)]
    return f"{ESCAPE}.br{ESCAPE}".join(lines)


def _escape(char: str) -> str:
    return f"{ESCAPE}{ESCAPES[char]}{ESCAPE}" if char in ESCAPES else char


def field(value: Field) -> str:
    """A field as it stands in a segment; what is empty at its end is left out."""
    if isinstance(value, list):
        return REPETITION.join(_repetition(one) for one in value)
    return _repetition(value)


def _repetition(value: Repetition) -> str:
    if isinstance(value, str):
        return escaped(value)
    return COMPONENT.join(_component(one) for one in value).rstrip(COMPONENT)


def _component(value: Component) -> str:
    if isinstance(value, str):
        return escaped(value)
    return SUBCOMPONENT.join(escaped(one) for one in value).rstrip(SUBCOMPONENT)


def segment(name: str, fields: Mapping[int, Field]) -> str:
    """A segment from its fields by number, not MSH."""
    last = max((number for number, value in fields.items() if value), default=0)
    return FIELD.join([name, *(field(fields.get(number, "")) for number in range(1, last + 1))])


def moment(when: datetime) -> str:
    """A time with zone (DTM, section 2.A.22)."""
    return when.strftime("%Y%m%d%H%M%S%z")


def order_number(number: str, issuer: str) -> Field:
    """An order's number (EI) with who gave it, where both fit; else the number alone, empty where that does not fit."""
    whole = (number, issuer) if number and issuer else (number,)
    if len(field(whole)) > LONGEST_ORDER_NUMBER:
        whole = (number,)
    return whole if len(field(whole)) <= LONGEST_ORDER_NUMBER else ""


def msh(peer: Peer, kind: tuple[str, ...], control_id: str, when: datetime, application: bool = True) -> str:
    """MSH of a message to this peer. ``kind`` is MSH-9: type, event, structure (left out before 2.3.1). ``control_id``:
    at most 20 characters. ``application``: in enhanced mode, whether the application's answer is wanted too."""
    structured = tuple(map(int, peer.version.split("."))) >= (2, 3, 1)
    fields: dict[int, Field] = {
        3: peer.sending_application,
        4: peer.sending_facility,
        5: peer.receiving_application,
        6: peer.receiving_facility,
        7: moment(when),
        9: kind if structured else kind[:2],
        10: control_id,
        11: peer.processing,
        12: peer.version,
        18: peer.character_set,
    }
    if peer.mode is Mode.ENHANCED:
        fields |= {15: "AL", 16: "AL" if application else "NE"}
    return FIELD.join(["MSH", ENCODING, *(field(fields.get(number, "")) for number in range(3, max(fields) + 1))])


def message(peer: Peer, segments: Sequence[str]) -> bytes:
    """The bytes of a message. Raises Unsupported ``hl7-character-missing``."""
    text = unicodedata.normalize("NFC", "".join(f"{one}\r" for one in segments))
    try:
        return text.encode(CODECS[peer.character_set])
    except UnicodeEncodeError:
        raise Unsupported(
            "hl7-character-missing",
            "The message has characters that the other system's character set lacks.",
            "Set its character_set in [[hl7_out]] to UNICODE UTF-8, if it reads that.",
        ) from None


def committed(peer: Peer, reply: Header, when: datetime) -> bytes:
    """The accept acknowledgement of an answer of the application (enhanced mode, section 2.9.3)."""
    plain = msh(peer, ("ACK",), f"{reply.value(10)[:16]}-CA", when).split(FIELD)
    return message(
        peer, [FIELD.join([*plain[:14], "", "", *plain[16:]]), segment("MSA", {1: "CA", 2: reply.value(10)})]
    )


def patient_identifiers(number: str, authority: str, bsn: str) -> list[Repetition]:
    """PID-3: the own number, and the BSN where it is known."""
    found: list[Repetition] = [(number, "", "", authority, "PI")]
    return [*found, (bsn, "", "", BSN_AUTHORITY, BSN_TYPE)] if bsn else found


def patient_name(name: str) -> tuple[Component, ...]:
    """PID-5 (XPN) of a DICOM PN: its first, alphabetic group. The order of suffix and prefix differs."""
    family, given, middle, prefix, suffix = (*name.split("=")[0].split("^"), "", "", "", "", "")[:5]
    return (family, given, middle, suffix, prefix, "", "L")


def pid(number: str, authority: str, bsn: str, name: str, birth_date: str, sex: str) -> str:
    """PID of a patient: DICOM PN, YYYYMMDD, and M, F or O (else U)."""
    return segment(
        "PID",
        {
            1: "1",
            3: patient_identifiers(number, authority, bsn),
            5: patient_name(name),
            7: birth_date,
            8: sex if sex in ("M", "F", "O") else "U",
        },
    )
