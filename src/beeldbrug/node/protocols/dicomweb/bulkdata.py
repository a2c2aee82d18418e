"""Retrieve one value by its BulkDataURI (PS3.18 section 10.4.1.1.5), whole or by range (RFC 9110 section 14).

Encapsulated pixel data goes out as its frames, one a part; every other value as octets in little endian. Ranges are
answered for values that are one run of bytes, one range at a time; other range requests get the whole value.
"""

from __future__ import annotations

import re

from beeldbrug.model.errors import TooLarge
from beeldbrug.node.protocols.dicomweb.accept import choose
from beeldbrug.node.protocols.dicomweb.answer import Answer, Headers, Request, primed
from beeldbrug.node.protocols.dicomweb.frames import frames_answer
from beeldbrug.node.protocols.dicomweb.media import EXPLICIT_LITTLE, OCTETS, Offer
from beeldbrug.node.protocols.dicomweb.multipart import Multipart, PartHead
from beeldbrug.node.protocols.dicomweb.retrieve import arriving
from beeldbrug.node.usecases.read.reading import FrameSet, Reading
from beeldbrug.node.usecases.read.scope import Scope

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def bulkdata(reading: Reading, scope: Scope, request: Request) -> Answer:
    """One value of an instance."""
    names = request.variables
    found = reading.bulk(scope, names["study"], names["series"], names["instance"], names["path"])
    if isinstance(found, FrameSet):
        return frames_answer(reading, found, request.accept)
    choice = choose(request.accept, [Offer(OCTETS, EXPLICIT_LITTLE)], single=True)
    asked = byte_range(request.range, found.length)
    start, end = asked or (0, found.length)
    headers: Headers = [(b"accept-ranges", b"bytes"), *arriving(found.arriving)]
    if asked:
        headers.append((b"content-range", f"bytes {start}-{end - 1}/{found.length}".encode()))
    chunks = reading.read_bulk(found, start, end - start)
    status = 206 if asked else 200
    if not choice.multipart:
        return Answer(status, primed(chunks), OCTETS, end - start, headers)
    parts = Multipart(OCTETS, [PartHead(choice.offer.content_type, end - start)])
    return Answer(status, primed(parts.stream(iter([chunks]))), parts.content_type, parts.length, headers)


def byte_range(header: str, length: int) -> tuple[int, int] | None:
    """First byte and end of a single range; None when there is none or it is of another form.

    Raises TooLarge ``range-not-satisfiable`` (416) for a range outside the value.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found.group(1) or found.group(2)):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, length - int(last)), length
    else:
        start, end = int(first), min(int(last) + 1 if last else length, length)
    if start >= length or end <= start:
        raise TooLarge("range-not-satisfiable", "The range lies outside the value.", "Ask for a range within it.")
    return start, end
