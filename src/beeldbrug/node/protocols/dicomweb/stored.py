"""The Store Instances Response: what was stored and what was not, in JSON or XML (PS3.18 sections 10.5.3 and I.2).

One table from kind of error to Failure Reason (0008,1197). What cannot even be named goes into the Other Failures
Sequence (0008,119A). It stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec

from beeldbrug.model.errors import BeeldbrugError, Kind, Unavailable
from beeldbrug.node.protocols.dicomweb.accept import parse_accept
from beeldbrug.node.protocols.dicomweb.answer import Answer

JSON: Final = "application/dicom+json"
XML: Final = "application/dicom+xml"

FAILURE_BY_KIND: Final[dict[Kind, int]] = {
    Kind.MALFORMED: 0xC000,
    Kind.DENIED: 0x0124,
    Kind.NOT_FOUND: 0x0110,
    Kind.CONFLICT: 0x0111,
    Kind.UNSUPPORTED: 0x0122,
    Kind.UNAVAILABLE: 0xA700,
    Kind.TOO_LARGE: 0xA700,
}
"""PS3.4 table B.2-1 and PS3.7 annex C, as C-STORE answers."""

FAILURE_BY_CODE: Final[dict[str, int]] = {"stow-study-differs": 0xA900, "part-type": 0xC000}
"""Codes that have a closer reason than their kind."""

_CLASS, _INSTANCE, _REASON, _URL = "00081150", "00081155", "00081197", "00081190"
_FAILED, _STORED, _OTHER = "00081198", "00081199", "0008119A"
_KEYWORDS: Final = {
    _CLASS: ("UI", "ReferencedSOPClassUID"),
    _INSTANCE: ("UI", "ReferencedSOPInstanceUID"),
    _REASON: ("US", "FailureReason"),
    _URL: ("UR", "RetrieveURL"),
    _FAILED: ("SQ", "FailedSOPSequence"),
    _STORED: ("SQ", "ReferencedSOPSequence"),
    _OTHER: ("SQ", "OtherFailuresSequence"),
}
_NAMESPACE: Final = "http://dicom.nema.org/PS3.19/models/NativeDICOM"

Item = tuple[tuple[str, str | int], ...]


def failure_of(error: BeeldbrugError) -> int:
    """Failure Reason of an error."""
    return FAILURE_BY_CODE.get(error.code, FAILURE_BY_KIND[error.kind])


@dataclass
class Stored:
    """What came of one request, in its order: (SOP class, SOP instance), and with what it failed."""

    stored: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str, int]] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    away: Unavailable | None = None
    """Why something may well be stored in a while."""

    @property
    def status(self) -> int:
        """200 when all was stored, 202 when some was, 409 when nothing was."""
        if not (self.failed or self.other):
            return 200
        return 202 if self.stored else 409

    def answer(self, accept: str) -> Answer:
        """In the form that the client takes."""
        form = form_of(accept)
        return Answer(self.status, self.xml() if form == XML else self.json(), form)

    def json(self) -> bytes:
        """DICOM JSON (PS3.18 annex F)."""
        found: dict[str, Any] = {_URL: {"vr": "UR"}}
        for tag, items in self._sequences():
            value = [{code: {"vr": _KEYWORDS[code][0], "Value": [one]} for code, one in item} for item in items]
            found[tag] = {"vr": "SQ", "Value": value}
        return msgspec.json.encode(found)

    def xml(self) -> bytes:
        """Native DICOM Model (PS3.19 annex A)."""
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<NativeDicomModel xmlns="{_NAMESPACE}">']
        lines.append(f"{_opening(_URL)}</DicomAttribute>")
        for tag, items in self._sequences():
            lines.append(_opening(tag))
            for number, item in enumerate(items, 1):
                values = "".join(
                    f'{_opening(code)}<Value number="1">{escape(str(one))}</Value></DicomAttribute>'
                    for code, one in item
                )
                lines.append(f'<Item number="{number}">{values}</Item>')
            lines.append("</DicomAttribute>")
        lines.append("</NativeDicomModel>")
        return "\n".join(lines).encode()

    def _sequences(self) -> Iterator[tuple[str, Sequence[Item]]]:
        if self.failed:
            yield _FAILED, [((_CLASS, one), (_INSTANCE, uid), (_REASON, why)) for one, uid, why in self.failed]
        if self.stored:
            yield _STORED, [((_CLASS, one), (_INSTANCE, uid)) for one, uid in self.stored]
        if self.other:
            yield _OTHER, [((_REASON, why),) for why in self.other]


def form_of(accept: str) -> str:
    """JSON unless XML alone, or rather, is asked for."""
    for one in parse_accept(accept):
        if one.quality > 0 and one.media_type in (JSON, XML, "application/json", "application/xml", "text/xml"):
            return XML if one.media_type.endswith("xml") else JSON
    return JSON


def _opening(tag: str) -> str:
    vr, keyword = _KEYWORDS[tag]
    return f'<DicomAttribute tag="{tag}" vr="{vr}" keyword="{keyword}">'
