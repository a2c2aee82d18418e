"""The plan of a study: all that a browser needs to show it, instance by instance, while it may still be arriving.

An instance's line has its header as DICOM JSON without bulk, and for its pixels the opening, the frame index and where
the bytes lie; the pixels themselves go on the other line. Written as it is read, so that the first line is there at
once; headers of one series resemble each other, so all but its first say only what differs. Frame indexes are
``dicom.frames`` bytes, in base64.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

import msgspec

from beeldbrug.dicom.frames import FrameHead
from beeldbrug.dicom.json_model import Path, path_text
from beeldbrug.dicom.json_text import JsonTexts, Members, member, object_text
from beeldbrug.dicom.syntax import transfer_syntax
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.model.pack import CODING_AS_IS
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.read.describe import header_bytes
from beeldbrug.node.usecases.read.part10 import is_here, read_headers
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.view.opening import Opening, opening

INDEX_BYTES = 4 * 1024 * 1024
"""A frame index up to this size (a quarter of a million frames) goes out; frames of a larger one come from the node."""

WAITING_CHARACTERS = 8 * 1024
_CHUNKS = (8, 64, 256)
"""Instances of the chunks after the first, and of all that follow."""
MOST_AT_FIRST = 24
"""Instances of the first chunk."""

_RUN = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?")


class StudyLine(msgspec.Struct, frozen=True, tag_field="type", tag="study"):
    """First line. ``instances`` is the path below which the values, documents and decoded frames of each lie.
    ``rejected`` are those that their sender takes back: by id, the code of why (``policy.rejecting``)."""

    here: int
    total: int
    arriving: bool
    instances: str
    rejected: dict[int, str] = {}


class Pixels(msgspec.Struct, frozen=True):
    """Pixel data that the browser opens itself. ``tag`` is that of the value: 7FE00010, or float or double pixels."""

    tag: str
    opening: Opening
    index: str


class InstanceLine(msgspec.Struct, frozen=True, tag_field="type", tag="instance", omit_defaults=True):
    """One instance. Without ``pixels`` its frames, if any, come decoded from the node: ``at_node``.

    ``metadata`` has all attributes, or, when it is ``like`` the instance of an earlier line of this answer, those that
    differ from its; ``without`` are the tags of those that it lacks.
    """

    id: int
    here: bool
    sop_class: str
    transfer_syntax: str
    frames: int
    at_node: bool
    pixels: Pixels | None
    metadata: msgspec.Raw
    like: int = 0
    without: tuple[str, ...] = ()


class EndLine(msgspec.Struct, frozen=True, tag_field="type", tag="end"):
    """Last line: without it the plan was cut off. ``last`` is what to ask for more ``after``."""

    here: int
    total: int
    arriving: bool
    last: int


def plan_lines(
    sources: Sources, organisation: str, rows: Sequence[InstanceRow], first: StudyLine, last: EndLine, heads: int = 1
) -> Iterator[bytes]:
    """Lines of JSON; a chunk holds whole lines, the first chunk only what can be shown first: ``heads`` instances."""
    encoder = msgspec.json.Encoder()
    places = Places(sources, organisation)
    held = bytearray(encoder.encode(first) + b"\n")
    readable, unread = _by_header(places, rows)
    lines = _InstanceLines(sources, places, first.instances)
    sizes = chain((max(1, min(heads, MOST_AT_FIRST)), *_CHUNKS), repeat(_CHUNKS[-1]))
    left = next(sizes)
    for row, header in read_headers(sources, places, readable):
        held += encoder.encode(lines.line(row, header)) + b"\n"
        left -= 1
        if not left:
            yield bytes(held)
            held.clear()
            left = next(sizes)
    for row in unread:
        held += encoder.encode(_without_header(row)) + b"\n"
    yield bytes(held + encoder.encode(last) + b"\n")


def read_waiting(text: str) -> frozenset[int]:
    """Row ids that a browser waits for, as it lists them: numbers and ranges ("7,12-19").

    Raises Malformed ``waiting-malformed``.
    """
    found: set[int] = set()
    for part in text[: WAITING_CHARACTERS + 1].split(",") if text else []:
        run = _RUN.fullmatch(part)
        first, last = (int(run[1]), int(run[2] or run[1])) if run else (1, 0)
        if not 0 <= last - first < WAITING_CHARACTERS or len(text) > WAITING_CHARACTERS:
            raise Malformed("waiting-malformed", "The list of instances waited for cannot be read.")
        found.update(range(first, last + 1))
    return frozenset(found)


def value_name(path: Path) -> str:
    """A value's path as one step of a URL: tags and item numbers with hyphens between."""
    return path_text(path).replace("/", "-")


def has_come(row: InstanceRow) -> bool:
    """Whether the pixels of an instance are here."""
    return row.state is not InstanceState.HEADER


def _by_header(places: Places, rows: Sequence[InstanceRow]) -> tuple[list[InstanceRow], list[InstanceRow]]:
    """Those whose header can be read, and those whose header lies in a pack that has not come."""
    places.load(row.header_place for row in rows if row.header_place is not None)
    readable: list[InstanceRow] = []
    unread: list[InstanceRow] = []
    for row in rows:
        here = row.header_place is None or places.here([row.header_place])
        (readable if here else unread).append(row)
    return readable, unread


def _without_header(row: InstanceRow) -> InstanceLine:
    return InstanceLine(
        id=row.id,
        here=False,
        sop_class=row.sop_class,
        transfer_syntax=row.transfer_syntax,
        frames=row.number_of_frames or 1,
        at_node=False,
        pixels=None,
        metadata=_object(_with_names(row, {}).values()),
    )


class _InstanceLines:
    """Makes the lines of one answer: of a series the first line has all attributes, the others what differs from it."""

    def __init__(self, sources: Sources, places: Places, base: str) -> None:
        self._sources = sources
        self._places = places
        self._base = base
        self._texts = JsonTexts()
        self._first: dict[str, tuple[int, Members]] = {}

    def line(self, row: InstanceRow, header: bytes) -> InstanceLine:
        """The line of an instance whose header can be read."""
        here = is_here(self._places, row)
        pixels, frames = _pixels(self._places, row) if here else (None, 0)
        described = self._described(row, header)
        at_node = here and pixels is None and _has_pixels(row, described)
        like, first = self._first.setdefault(row.series_uid, (row.id, described))
        told = described
        if first is not described:
            told = {tag: text for tag, text in described.items() if first.get(tag) != text}
        return InstanceLine(
            id=row.id,
            here=here,
            sop_class=row.sop_class,
            transfer_syntax=row.transfer_syntax,
            frames=frames or (row.number_of_frames or 1 if at_node or not here else 0),
            at_node=at_node,
            pixels=pixels,
            metadata=_object(told.values()),
            like=0 if first is described else like,
            without=tuple(f"{tag:08X}" for tag in first if tag not in described),
        )

    def _described(self, row: InstanceRow, header: bytes) -> Members:
        if transfer_syntax(row.transfer_syntax).deflated:
            header = header_bytes(self._sources, self._places, row)
        base = f"{self._base}/{row.id}/values"
        found = self._texts.members(header, row.transfer_syntax, row.part10, lambda path: f"{base}/{value_name(path)}")
        return _with_names(row, found)


def _object(members: Iterable[bytes]) -> msgspec.Raw:
    return msgspec.Raw(object_text(members))


def _with_names(row: InstanceRow, found: Members) -> Members:
    names = ((0x00080016, row.sop_class), (0x00080018, row.instance_uid))
    for tag, uid in (*names, (0x0020000D, row.study_uid), (0x0020000E, row.series_uid)):
        if uid and b'"Value":' not in found.get(tag, b""):
            found[tag] = member(tag, {"vr": "UI", "Value": [uid]})
    return found


def _pixels(places: Places, row: InstanceRow) -> tuple[Pixels | None, int]:
    """The opening of an instance's pixels and how many frames they have; None where the browser cannot have them."""
    for bulk in row.bulks:
        as_is = bulk.line is Line.PIXEL and bulk.tag in PIXEL_TAGS and bulk.place.coding == CODING_AS_IS
        index = _index(places, bulk) if as_is else b""
        if index:
            made = Pixels(
                f"{bulk.tag:08X}", opening(places.key(bulk.place), bulk.place), b64encode(index).decode("ascii")
            )
            return made, FrameHead.from_bytes(index).count
    return None, 0


def _index(places: Places, bulk: Bulk) -> bytes:
    if bulk.index or bulk.frames is None or bulk.frames.length > INDEX_BYTES:
        return bulk.index
    try:
        return places.read_range(bulk.frames, 0, bulk.frames.length)
    except BeeldbrugError:
        return b""  # the node says what is wrong with it when a frame is asked for


def _has_pixels(row: InstanceRow, described: Members) -> bool:
    if row.state is InstanceState.HEADER:
        return False
    return any(tag in described for tag in PIXEL_TAGS) or any(bulk.tag in PIXEL_TAGS for bulk in row.bulks)
