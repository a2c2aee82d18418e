"""Retrieve frames: find each one in the sealed frame index and open only the records that it lies in.

Frames are numbered from 1 (PS3.18 section 10.4.1.1.6) and come in the bytes they are stored in; native frames that do
not begin on a byte are shifted (PS3.5 section 8.1.1). A deflated dataset is inflated on the way, from its start. No
pixels are decoded and nothing is transcoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beeldbrug.dicom.deflated import inflate_dataset
from beeldbrug.dicom.elements import Header
from beeldbrug.dicom.frames import (
    HEAD_BYTES,
    FrameHead,
    FrameIndex,
    PixelShape,
    decode_entry,
    decode_fragments,
    native_index,
)
from beeldbrug.dicom.syntax import transfer_syntax
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import FrameSpan, Line
from beeldbrug.model.errors import NotFound
from beeldbrug.model.pack import SealedPlace
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.read.describe import open_header
from beeldbrug.node.usecases.read.places import Places, still_arriving
from beeldbrug.node.usecases.read.sources import Sources

INDEX_BYTES = 64 * 1024
"""A frame index up to this size is read whole and kept for the next frame."""

WINDOW_BYTES = 1024 * 1024
"""A longer run of bytes is read in windows of this size."""

INFLATED_BYTES = 1024 * 1024 * 1024
"""A deflated dataset that grows beyond this is not opened."""

_SLICE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Pixels:
    """The pixel data of one instance and its frame index: ``index`` whole, or to be read from ``frames`` by the entry.

    The values lie in ``bulk``, or ``inline`` where a small deflated dataset stands in the header whole.
    """

    row: InstanceRow
    head: FrameHead
    index: FrameIndex | None
    bulk: Bulk | None = None
    frames: SealedPlace | None = None
    inline: bytes = b""

    @property
    def deflated(self) -> bool:
        """Whether offsets count in the inflated dataset."""
        return self.bulk is not None and self.bulk.line is Line.IDENTITY


def open_pixels(sources: Sources, places: Places, row: InstanceRow) -> Pixels:
    """Find the pixel data and its frame index.

    Raises NotFound ``no-frames``, or Unavailable ``still-arriving`` while the bulk is under way.
    """
    if row.state is InstanceState.HEADER:
        raise still_arriving()
    for bulk in row.bulks:
        if bulk.index:
            index = FrameIndex.from_bytes(bulk.index)
            return Pixels(row, index.head, index, bulk)
        if bulk.frames is not None:
            return _listed(places, row, bulk, bulk.frames)
    if transfer_syntax(row.transfer_syntax).deflated and not row.bulks:
        return _inline(open_header(sources, places, row), row)
    raise _no_frames()


def _listed(places: Places, row: InstanceRow, bulk: Bulk, frames: SealedPlace) -> Pixels:
    if not places.here([frames]):
        raise still_arriving()
    if frames.length <= INDEX_BYTES:
        index = FrameIndex.from_bytes(places.read_range(frames, 0, frames.length))
        return Pixels(row, index.head, index, bulk, frames)
    head = FrameHead.from_bytes(places.read_range(frames, 0, HEAD_BYTES))
    return Pixels(row, head, None, bulk, frames)


def _inline(header: Header, row: InstanceRow) -> Pixels:
    def number(tag: int) -> int:
        return int.from_bytes(header.raw(tag)[:2], "little")

    shape = PixelShape(
        rows=number(0x00280010),
        columns=number(0x00280011),
        samples=number(0x00280002),
        bits_allocated=number(0x00280100),
        photometric=header.raw(0x00280004).decode("ascii", "replace").strip(" \0"),
        frames=row.number_of_frames,
    )
    for tag in PIXEL_TAGS:
        pixels = header.raw(tag)
        index, _ = native_index(shape, tag, len(pixels)) if pixels else (None, "")
        if index is not None:
            return Pixels(row, index.head, index, inline=pixels)
    raise _no_frames()


def _no_frames() -> NotFound:
    return NotFound(
        "no-frames",
        "The instance has no frames that can be told apart.",
        "Retrieve the whole instance or its pixel data as bulk data.",
    )


def find_frame(places: Places, pixels: Pixels, frame: int) -> FrameSpan:
    """Where a frame (from 1) lies. Raises NotFound ``frame-not-found``."""
    if pixels.index is not None:
        return pixels.index.span(frame)
    entry = pixels.head.entry_range(frame)
    if entry is None or pixels.frames is None:
        return pixels.head.native_span(frame)
    found = decode_entry(places.read_range(pixels.frames, *entry))
    return found if isinstance(found, FrameSpan) else decode_fragments(places.read_range(pixels.frames, *found))


def frame_length(pixels: Pixels, span: FrameSpan) -> int:
    """Bytes of the frame as it is given out."""
    return (pixels.head.bits + 7) // 8 if pixels.head.bits else sum(length for _, length in span.fragments)


def frame_is_here(places: Places, pixels: Pixels, span: FrameSpan) -> bool:
    """Whether every byte of the frame can be read now."""
    if pixels.bulk is None:
        return True
    if pixels.deflated:
        return places.here([pixels.bulk.place])
    return all(places.range_here(pixels.bulk.place, *fragment) for fragment in span.fragments)


def read_frame(places: Places, pixels: Pixels, span: FrameSpan) -> Iterator[bytes]:
    """The frame in chunks."""
    if pixels.bulk is None:
        chunks = iter([pixels.inline[offset : offset + length] for offset, length in span.fragments])
    elif pixels.deflated:
        chunks = _inflated(places.read(pixels.bulk.place), span.fragments)
    else:
        chunks = _stored(places, pixels.bulk.place, span.fragments)
    if pixels.head.bits and (span.bit_offset or pixels.head.bits % 8):
        return iter([shifted(b"".join(chunks), span.bit_offset, pixels.head.bits)])
    return chunks


def shifted(data: bytes, bit_offset: int, bits: int) -> bytes:
    """``bits`` bits from ``bit_offset`` on, lowest bit first, the rest of the last byte zero."""
    whole = int.from_bytes(data, "little") >> bit_offset
    return (whole & ((1 << bits) - 1)).to_bytes((bits + 7) // 8, "little")


def _stored(places: Places, place: SealedPlace, fragments: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    for offset, length in fragments:
        for start in range(offset, offset + length, WINDOW_BYTES):
            yield places.read_range(place, start, min(WINDOW_BYTES, offset + length - start))


def _inflated(chunks: Iterator[bytes], fragments: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    ends = [(offset, offset + length) for offset, length in fragments]
    position = 0
    for data in inflate(chunks):
        for start, end in ends:
            part = data[max(0, start - position) : max(0, end - position)]
            if part:
                yield part
        position += len(data)
        if position >= max(end for _, end in ends):
            return


def inflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A deflated dataset (PS3.5 section A.5), fed in small slices so that little of it is in memory at a time."""
    slices = (chunk[at : at + _SLICE_BYTES] for chunk in chunks for at in range(0, len(chunk), _SLICE_BYTES))
    return inflate_dataset(slices, INFLATED_BYTES)
