"""The opened pixel line, looked through: whoever had a pack and its key would see this and nothing else.

Every value of line PIXEL is opened with the vault's keys and searched as raw bytes, so comments and application
segments of JPEG, comments of JPEG 2000, bytes behind a coded frame and text in samples are all seen. Burned-in text is
not: that needs eyes, and is reported as not proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from beeldbrug.cli.prove.leaks.findings import Findings
from beeldbrug.cli.prove.leaks.search import Haystack
from beeldbrug.cli.prove.leaks.values import instances
from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.pack import SealedPlace
from beeldbrug.node.app.base import Base
from beeldbrug.node.usecases.read.places import Places

Read = Callable[[SealedPlace], Iterable[bytes]]


def look_at_pixels(base: Base, findings: Findings, seen: set[tuple[str, bytes]]) -> int:
    """Look at all pixel values of a node that are here and were not looked at before; how many are not here."""
    places = Places(base.sources, base.own.ura)
    missing = 0
    for instance in instances(base):
        for bulk in instance.bulks:
            key = (bulk.place.pack, bulk.place.salt)
            if bulk.line is not Line.PIXEL or key in seen:
                continue
            try:
                look_at_bulk(bulk, places.read, findings)
                seen.add(key)
            except BeeldbrugError:
                missing += 1  # still arriving, or its keys were destroyed
    return missing


def look_at_bulk(bulk: Bulk, read: Read, findings: Findings) -> None:
    """Look at one value and its frame index. Raises BeeldbrugError when it cannot be opened."""
    place = f"pixel line, value {bulk.tag:08x} of pack {bulk.place.pack[:8]}"
    findings.look(place, read(bulk.place), Haystack.PIXELS)
    if bulk.frames is not None:
        findings.look(f"{place}, frame index", read(bulk.frames), Haystack.PIXELS)
