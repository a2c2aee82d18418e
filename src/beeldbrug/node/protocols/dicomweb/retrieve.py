"""Retrieve a study, series or instance as DICOM files (PS3.18 section 10.4.1.1.1, media types section 8.7.3.1).

Files go out in the transfer syntax they are stored in; an Accept header that names another is refused. Instances that
are not here whole yet are left out with status 206 and a Warning that says how many, never silently.
"""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.node.protocols.dicomweb.accept import choose
from beeldbrug.node.protocols.dicomweb.answer import Answer, Headers, Request, primed
from beeldbrug.node.protocols.dicomweb.media import DICOM, Offer, file_offers
from beeldbrug.node.protocols.dicomweb.multipart import Multipart, PartHead
from beeldbrug.node.usecases.read.reading import Reading, Retrieval
from beeldbrug.node.usecases.read.scope import Scope


def retrieve(reading: Reading, scope: Scope, request: Request) -> Answer:
    """All instances of the resource, in parts; or one instance as a single body when that is asked for."""
    names = request.variables
    found = reading.retrieve(scope, names["study"], names.get("series"), names.get("instance"))
    single = "instance" in names
    offers = [choose(request.accept, file_offers(file.transfer_syntax), single) for file in found.files]
    status = 206 if found.waiting else 200
    if single and not offers[0].multipart:
        file = found.files[0]
        body = primed(reading.read_file(found, file))
        return Answer(status, body, offers[0].offer.content_type, file.size, arriving(found.arriving))
    return _parts(reading, found, [choice.offer for choice in offers], status)


def _parts(reading: Reading, found: Retrieval, offers: list[Offer], status: int) -> Answer:
    heads = [PartHead(offer.content_type, file.size) for offer, file in zip(offers, found.files, strict=True)]
    parts = Multipart(DICOM, heads)

    def bodies() -> Iterator[Iterator[bytes]]:
        for file in found.files:
            yield reading.read_file(found, file)

    headers = arriving(found.arriving)
    if found.waiting:
        headers.append(warning(f"{found.waiting} instances are not here yet and were left out"))
    return Answer(status, primed(parts.stream(bodies())), parts.content_type, parts.length, headers)


def arriving(progress: tuple[int, int] | None) -> Headers:
    """The Warning of a study that is still arriving (RFC 7234 section 5.5, as PS3.18 uses it)."""
    return [] if progress is None else [warning(f"arriving {progress[0]} of {progress[1]}")]


def warning(text: str) -> tuple[bytes, bytes]:
    """One Warning header."""
    return b"warning", f'299 beeldbrug "{text}"'.encode()
