"""Which media types the frames of a stored transfer syntax can be given as (PS3.18 tables 8.7.3-4 and 8.7.3-5).

Frames go out in the bytes they are stored in. Only native big endian words are swapped, for web services know neither
big endian nor implicit VR (section 8.7.3). Nothing is transcoded: who asks for another transfer syntax is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

IMPLICIT_LITTLE: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE: Final = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG: Final = "1.2.840.10008.1.2.2"
ENCAPSULATED_NATIVE: Final = "1.2.840.10008.1.2.1.98"

DICOM: Final = "application/dicom"
DICOM_JSON: Final = "application/dicom+json"
JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"

MEDIA_BY_SYNTAX: Final[dict[str, str]] = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg",
    "1.2.840.10008.1.2.4.70": "image/jpeg",
    "1.2.840.10008.1.2.4.80": "image/jls",
    "1.2.840.10008.1.2.4.81": "image/jls",
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
    "1.2.840.10008.1.2.4.92": "image/jpx",
    "1.2.840.10008.1.2.4.93": "image/jpx",
    "1.2.840.10008.1.2.4.100": "video/mpeg",
    "1.2.840.10008.1.2.4.100.1": "video/mpeg",
    "1.2.840.10008.1.2.4.101": "video/mpeg",
    "1.2.840.10008.1.2.4.101.1": "video/mpeg",
    "1.2.840.10008.1.2.4.102": "video/mp4",
    "1.2.840.10008.1.2.4.102.1": "video/mp4",
    "1.2.840.10008.1.2.4.103": "video/mp4",
    "1.2.840.10008.1.2.4.103.1": "video/mp4",
    "1.2.840.10008.1.2.4.104": "video/mp4",
    "1.2.840.10008.1.2.4.104.1": "video/mp4",
    "1.2.840.10008.1.2.4.105": "video/mp4",
    "1.2.840.10008.1.2.4.105.1": "video/mp4",
    "1.2.840.10008.1.2.4.106": "video/mp4",
    "1.2.840.10008.1.2.4.106.1": "video/mp4",
    "1.2.840.10008.1.2.4.107": "video/H265",
    "1.2.840.10008.1.2.4.108": "video/H265",
    "1.2.840.10008.1.2.4.110": "image/jxl",
    "1.2.840.10008.1.2.4.111": "image/jxl",
    "1.2.840.10008.1.2.4.112": "image/jxl",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": "image/dicom-rle",
    "1.2.840.10008.1.2.8.1": "application/x-deflate",
}
"""Table 8.7.3-5: encapsulated syntaxes with a media type of their own; all others are given as octets."""

NATIVE: Final = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED_LITTLE, EXPLICIT_BIG})


@dataclass(frozen=True, slots=True)
class Offer:
    """One form in which the bytes can be given. ``swap``: native words must be turned to little endian first."""

    media_type: str
    transfer_syntax: str = ""
    swap: bool = False

    @property
    def content_type(self) -> str:
        """Value of Content-Type."""
        return f"{self.media_type}; transfer-syntax={self.transfer_syntax}" if self.transfer_syntax else self.media_type


def frame_offers(stored: str) -> list[Offer]:
    """Forms for frames and pixel data stored in this transfer syntax, the best first."""
    if stored in NATIVE:
        return [Offer(OCTETS, EXPLICIT_LITTLE, swap=stored == EXPLICIT_BIG)]
    if stored == ENCAPSULATED_NATIVE:
        return [Offer(OCTETS, EXPLICIT_LITTLE), Offer(OCTETS, stored)]
    own = MEDIA_BY_SYNTAX.get(stored)
    octets = Offer(OCTETS, stored)
    return [Offer(own, stored), octets] if own else [octets]


def file_offers(stored: str) -> list[Offer]:
    """Forms for whole instances: the stored syntax alone, whichever it is."""
    return [Offer(DICOM, stored)]


JSON_OFFERS: Final = [Offer(DICOM_JSON), Offer(JSON)]
