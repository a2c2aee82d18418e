"""From vault rows to capsule records, and the manifest over all of them (DESIGN section 4). No I/O of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blake3 import blake3

from beeldbrug.model.capsule import BulkRecord, Closing, HeaderRecord
from beeldbrug.model.pack import SealedPlace, Segment
from beeldbrug.node.ports.records import InstanceRow


def header_record(ordinal: int, row: InstanceRow, header: bytes | None) -> HeaderRecord:
    """First record of an instance: header up to its first pixel piece, or the place of the whole header."""
    if header is None:
        return head_of(row, None, row.header_place, ordinal)
    return head_of(row, header[: row.first_header_length], ordinal=ordinal)


def head_of(row: InstanceRow, header: bytes | None, place: SealedPlace | None = None, ordinal: int = 1) -> HeaderRecord:
    """The record of a kept instance with this header, or the place of one."""
    return HeaderRecord(
        ordinal,
        row.study_uid,
        row.series_uid,
        row.instance_uid,
        row.sop_class,
        row.transfer_syntax,
        row.part10,
        header,
        place,
    )


def bulk_record(ordinal: int, row: InstanceRow, header: bytes | None) -> BulkRecord:
    """Second record: the rest of the header, the pieces, where the bulks lie and what all must be."""
    tail = b"" if header is None else header[row.first_header_length :]
    return BulkRecord(
        ordinal,
        tail,
        row.pieces,
        row.bulks,
        row.size,
        row.hash,
        row.header_place if header is None else None,
    )


def places(row: InstanceRow) -> list[SealedPlace]:
    """All places that an instance needs."""
    found = [place for bulk in row.bulks for place in (bulk.place, bulk.frames) if place is not None]
    return [*found, *([row.header_place] if row.header_place is not None else [])]


def segments_of(rows: Iterable[InstanceRow]) -> list[tuple[str, int]]:
    """(pack, segment) of everything the instances need, each once, in order of first use."""
    needed: dict[tuple[str, int], None] = {}
    for row in rows:
        for place in places(row):
            for extent in place.extents:
                needed.setdefault((place.pack, extent.segment))
    return list(needed)


def closing(parts: int, instances: Sequence[tuple[int, int, bytes]], segments: Sequence[Segment]) -> Closing:
    """The manifest. ``instances``: (ordinal, size, hash); any order."""
    digest = blake3()
    for _, _, content in sorted(instances):
        digest.update(content)
    for segment in sorted(segments, key=lambda segment: (segment.pack, segment.number)):
        digest.update(segment.hash)
    return Closing(
        parts=parts,
        instances=len(instances),
        instance_bytes=sum(size for _, size, _ in instances),
        segments=len(segments),
        segment_bytes=sum(segment.padded for segment in segments),
        hash=digest.digest(),
    )
