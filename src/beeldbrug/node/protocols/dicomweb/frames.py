"""Retrieve frames by number (PS3.18 section 10.4.1.1.6, media types section 8.7.3.3).

Compressed frames go out as the media type of their transfer syntax, uncompressed ones as octets in little endian. A
short answer is read in one go, in the same thread that authorised it; a long one streams.
"""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dicomweb.accept import Choice, choose
from beeldbrug.node.protocols.dicomweb.answer import Answer, Headers, Request, primed
from beeldbrug.node.protocols.dicomweb.media import frame_offers
from beeldbrug.node.protocols.dicomweb.multipart import Multipart, PartHead
from beeldbrug.node.protocols.dicomweb.retrieve import arriving
from beeldbrug.node.usecases.read.reading import FrameSet, Reading
from beeldbrug.node.usecases.read.scope import Scope

WHOLE_BYTES = 4 * 1024 * 1024


def frames(reading: Reading, scope: Scope, request: Request) -> Answer:
    """The frames asked for, in the order asked."""
    names = request.variables
    numbers = [int(number) for number in names["frames"].split(",")]
    if min(numbers) < 1:
        raise Malformed("path-malformed", "Frames are numbered from 1.")
    found = reading.frames(scope, names["study"], names["series"], names["instance"], numbers)
    return frames_answer(reading, found, request.accept)


def frames_answer(reading: Reading, found: FrameSet, accept: str) -> Answer:
    """An answer that holds these frames in a form that the client accepts."""
    choice = choose(accept, frame_offers(found.transfer_syntax), single=len(found.lengths) == 1)
    headers = arriving(found.arriving)
    if not choice.multipart:
        return _single(reading, found, choice, headers)
    heads = [PartHead(choice.offer.content_type, length) for length in found.lengths]
    parts = Multipart(choice.offer.media_type, heads)
    bodies = (reading.read_frame(found, position, choice.offer.swap) for position in range(len(found.lengths)))
    if sum(found.lengths) <= WHOLE_BYTES:
        return Answer(200, parts.whole([b"".join(body) for body in bodies]), parts.content_type, headers=headers)
    return Answer(200, primed(parts.stream(bodies)), parts.content_type, parts.length, headers)


def _single(reading: Reading, found: FrameSet, choice: Choice, headers: Headers) -> Answer:
    chunks: Iterator[bytes] = reading.read_frame(found, 0, choice.offer.swap)
    length = found.lengths[0]
    if length <= WHOLE_BYTES:
        return Answer(200, b"".join(chunks), choice.offer.content_type, headers=headers)
    return Answer(200, primed(chunks), choice.offer.content_type, length, headers)
