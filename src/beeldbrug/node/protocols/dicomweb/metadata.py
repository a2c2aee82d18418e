"""Retrieve metadata in the DICOM JSON model (PS3.18 section 10.4.1.1.2, Annex F).

Instances whose pixels are still on their way are there with what their header says. The array is written as it is
read, so that a study of any size streams.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from beeldbrug.node.protocols.dicomweb.accept import accepts_json
from beeldbrug.node.protocols.dicomweb.answer import Answer, Request, primed
from beeldbrug.node.protocols.dicomweb.media import JSON_OFFERS
from beeldbrug.node.protocols.dicomweb.retrieve import arriving
from beeldbrug.node.usecases.read.part10 import CHUNK_BYTES
from beeldbrug.node.usecases.read.reading import Described, Reading
from beeldbrug.node.usecases.read.scope import Scope


def metadata(reading: Reading, scope: Scope, request: Request) -> Answer:
    """All attributes of the instances of the resource, bulk data by reference."""
    offer = accepts_json(request.accept, JSON_OFFERS)
    names = request.variables
    found = reading.describe(scope, names["study"], names.get("series"), names.get("instance"), request.base)
    return Answer(200, primed(_array(found)), offer.content_type, headers=arriving(found.arriving))


def _array(found: Described) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    held = bytearray(b"[")
    for number, instance in enumerate(found.instances):
        if number:
            held += b","
        encoder.encode_into(instance, held, -1)
        if len(held) >= CHUNK_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held + b"]")
