"""Read an Accept header and choose what to give (RFC 9110 section 12.5.1, PS3.18 sections 8.3.3.1, 8.7.5 and 8.7.8).

``multipart/related; type="..."; transfer-syntax=...`` asks for parts of that type; a plain type asks for one body
without parts. Quality values and wildcards count. It knows nothing of what is stored: offers are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.protocols.dicomweb.media import DICOM, EXPLICIT_LITTLE, NATIVE, OCTETS, Offer

ACCEPT_CHARACTERS = 4096
MULTIPART = "multipart/related"

_ITEM = re.compile(r'(?:[^,"]|"[^"]*")+')
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;"\s]*)\s*')
_TYPE = re.compile(r"\s*([A-Za-z0-9.+*-]+/[A-Za-z0-9.+*-]+)\s*")


@dataclass(frozen=True, slots=True)
class Range:
    """One media range, its type in small letters. ``transfer_syntax`` is empty when not given; ``quality`` 0 to 1."""

    media_type: str
    multipart: bool
    transfer_syntax: str = ""
    quality: float = 1.0
    wild: bool = field(default=False)

    def covers(self, offer: Offer) -> bool:
        """Whether this range takes the offer."""
        return self._covers_type(offer.media_type) and self._covers_syntax(offer)

    def _covers_type(self, media_type: str) -> bool:
        kind, _, sub = self.media_type.partition("/")
        offered, _, form = media_type.lower().partition("/")
        return kind in ("*", offered) and sub in ("*", form)

    def _covers_syntax(self, offer: Offer) -> bool:
        if self.transfer_syntax in ("*", offer.transfer_syntax):
            return True
        if self.transfer_syntax:
            return False
        # Octets without a syntax mean uncompressed little endian; every other type is taken as it is stored.
        return self.media_type != OCTETS or offer.transfer_syntax in ("", EXPLICIT_LITTLE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to give: the form, and whether in parts."""

    offer: Offer
    multipart: bool


def parse_accept(value: str) -> list[Range]:
    """Media ranges, best quality first; an empty header takes anything. Raises Malformed ``accept-malformed``."""
    if len(value) > ACCEPT_CHARACTERS:
        raise _malformed()
    if not value.strip():
        return [Range("*/*", multipart=True, wild=True)]
    ranges = [_range(item) for item in _ITEM.findall(value) if item.strip()]
    return sorted(ranges, key=lambda item: -item.quality)


def choose(accept: str, offers: Sequence[Offer], single: bool = False) -> Choice:
    """The best form that the client takes and we have.

    ``single`` says that one body without parts is possible. Raises Unsupported ``media-type-not-offered`` (406), or
    ``transfer-syntax-not-stored`` when only the transfer syntax is in the way.
    """
    ranges = parse_accept(accept)
    refused = [item for item in ranges if item.quality == 0 and not item.wild]
    for item in ranges:
        if item.quality == 0 or not (item.multipart or single):
            continue
        for offer in offers:
            if item.covers(offer) and not any(no.covers(offer) and no.multipart == item.multipart for no in refused):
                return Choice(offer, item.multipart)
    raise _refusal(ranges, offers)


def accepts_json(accept: str, offers: Sequence[Offer]) -> Offer:
    """The JSON form that the client takes; JSON is never in parts, so the wildcard is taken as a plain one."""
    for item in parse_accept(accept):
        for offer in offers:
            if item.quality > 0 and (item.wild or not item.multipart) and item.covers(offer):
                return offer
    raise Unsupported(
        "media-type-not-offered", "This resource is given as DICOM JSON only.", "Ask for application/dicom+json."
    )


def _range(item: str) -> Range:
    found = _TYPE.match(item)
    if found is None:
        raise _malformed()
    outer = found.group(1).lower()
    parameters = {name.lower(): value.strip('"') for name, value in _PARAMETER.findall(item[found.end() :])}
    wild = outer == "*/*"
    multipart = outer in (MULTIPART, "multipart/*") or wild
    inner = parameters.get("type", "*/*").lower() if multipart else outer
    if _TYPE.fullmatch(inner) is None:
        raise _malformed()
    return Range(inner, multipart, parameters.get("transfer-syntax", ""), _quality(parameters.get("q", "1")), wild)


def _quality(text: str) -> float:
    if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) is None:
        raise _malformed()
    return float(text)


def _refusal(ranges: Sequence[Range], offers: Sequence[Offer]) -> Unsupported:
    other = any(item._covers_type(offer.media_type) and not item.covers(offer) for item in ranges for offer in offers)
    if other:
        stored = offers[0].transfer_syntax
        what = "uncompressed little endian" if stored in NATIVE and offers[0].media_type != DICOM else stored
        return Unsupported(
            "transfer-syntax-not-stored",
            f"This is stored in another transfer syntax ({what}) and is not transcoded.",
            "Ask with transfer-syntax=* to have it as it is stored.",
        )
    given = " or ".join(offer.content_type for offer in offers)
    return Unsupported(
        "media-type-not-offered",
        f"None of the media types asked for can be given; this resource is {given}.",
        'Ask for multipart/related; type="..."; transfer-syntax=*.',
    )


def _malformed() -> Malformed:
    return Malformed("accept-malformed", "The Accept header cannot be read.", "See RFC 9110 section 12.5.1.")
