"""Cut: a dataset as it streams by into header bytes and bulk bytes, byte for byte (DESIGN section 3).

Bulk goes to the sink as it comes and is never held; the header is held (up to a limit) and handed over before the first
pixel piece opens. Any value over 64 KiB outside the bulk attributes, at any depth, is an IDENTITY piece. What cannot be
cut safely - a deflated dataset, what follows a structural error, trailing padding - is one IDENTITY piece with tag 0.
Decodes no pixels, changes nothing; ``dicom.join`` is the inverse. PS3.5 sections 7, 10 and annex A; PS3.10 section 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from os import PathLike
from struct import unpack_from
from typing import Protocol

from blake3 import blake3

from beeldbrug.dicom.deflated import Inflater
from beeldbrug.dicom.fragments import FragmentWalker
from beeldbrug.dicom.frames import FrameIndex, encapsulated_index, native_index
from beeldbrug.dicom.index import EXTENDED_OFFSETS, WANTED, HeaderReader, build_index, pixel_shape
from beeldbrug.dicom.part10 import Prologue, read_prologue
from beeldbrug.dicom.syntax import EXPLICIT_LE_UID, TransferSyntax, sniff, transfer_syntax
from beeldbrug.dicom.walk import Cutting, Walker
from beeldbrug.model.capsule import VALUE_INLINE_BYTES
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge, Unsupported
from beeldbrug.model.identity import InstanceIndex

_FIRST_STEP = 16 * 1024
_STEP = 64 * 1024
_FILE_STEP = 1024 * 1024
_AGAIN = "Send the instance again; if it fails again, the sender writes a broken dataset."
_DICOMDIR = "1.2.840.10008.1.3.10"
_IDENTIFIERS = (0x0020000D, 0x0020000E, 0x00080018)


def _not_dicom() -> Malformed:
    return Malformed(
        "not-dicom", "This is not a DICOM instance: no identifiers were found.", "Send DICOM instances only."
    )


def _dicomdir() -> Unsupported:
    return Unsupported("dicomdir", "A DICOMDIR lists files; it is not an instance.", "Read the files that it names.")


def _header_too_large() -> TooLarge:
    return TooLarge("header-too-large", "The header is larger than allowed.", "Raise the header limit.")


def _truncated() -> Malformed:
    return Malformed("dataset-truncated", "The dataset ends in the middle of a value.", _AGAIN)


class CutSink(Protocol):
    """Takes the pieces of one dataset in order. Views are valid during the call only."""

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """Once: the header so far, before the first PIXEL piece opens, else at the end."""

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A PIXEL or IDENTITY piece begins. ``declared`` is its length by the header, None when undefined."""

    def write_piece(self, data: memoryview) -> None:
        """The next bytes of the open piece."""

    def close_piece(self, frames: FrameIndex | None) -> None:
        """The open piece is over; ``frames`` is its frame index where one could be made."""


@dataclass(frozen=True, slots=True)
class CutLimits:
    """Limits on what comes in. ``depth`` counts nested sequences; ``inflated_*`` bound the look into deflated data."""

    header_bytes: int = 16 * 1024 * 1024
    depth: int = 32
    elements: int = 1_000_000
    fragments: int = 8_000_000
    inflated_bytes: int = 1024 * 1024 * 1024
    inflated_ratio: int = 400


DEFAULT_LIMITS = CutLimits()


@dataclass(frozen=True, slots=True)
class Cut:
    """What became of one dataset. ``hash`` is BLAKE3-256 over all ``size`` bytes fed.

    ``header`` are the bytes of all HEADER pieces; the first ``first_header_length`` of them went to header_ready.
    ``transfer_syntax`` is the declared one; the layout met, where none was declared or it was not deflated after all.
    ``faults`` says, without values, what is odd about the dataset.
    """

    header: bytes
    first_header_length: int
    pieces: tuple[Piece, ...]
    index: InstanceIndex
    transfer_syntax: str
    part10: bool
    size: int
    hash: bytes
    faults: tuple[str, ...]


class Cutter:
    """Push parser of one dataset; ``feed`` it, then ``finish``. Not thread-safe; of no use after an error.

    ``transfer_syntax`` given: a bare dataset as in DIMSE (PS3.7). None: a file, with or without preamble and meta.
    ``strict`` raises Malformed or TooLarge on truncated or badly formed data; otherwise, and for private transfer
    syntaxes once the identifiers were read, what cannot be cut becomes an IDENTITY piece and a fault. Identifiers:
    strict wants Study, Series and SOP Instance UID; otherwise the SOP Instance UID is enough. ``instance`` False takes
    any dataset: a DICOMDIR, or one without identifiers.
    """

    def __init__(
        self,
        sink: CutSink,
        transfer_syntax: str | None,
        limits: CutLimits = DEFAULT_LIMITS,
        strict: bool = True,
        instance: bool = True,
    ) -> None:
        self._sink = sink
        self._limits = limits
        self._strict = strict
        self._instance = instance
        self._declared = transfer_syntax is not None
        self._uid = transfer_syntax or ""
        self._hash = blake3()
        self._size = 0
        self._header = bytearray()
        self._emitted = 0
        self._first_length = 0
        self._pieces: list[Piece] = []
        self._faults: list[str] = []
        self._prologue = Prologue(0, False)
        self._syntax: TransferSyntax | None = None
        self._walker: Walker | None = None
        self._index: InstanceIndex | None = None
        self._cutting: Cutting | None = None
        self._left = 0
        self._length = 0
        self._fragments: FragmentWalker | None = None
        self._inside: _Inside | None = None
        self._inflater: Inflater | None = None
        self._state: Callable[[memoryview], memoryview] = self._in_prologue

    @property
    def part10(self) -> bool:
        """Whether this is a file (PS3.10); certain from ``header_ready`` on."""
        return self._prologue.part10

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take the next bytes, any number of them. Raises Malformed, TooLarge, Unsupported, or what the sink raises."""
        view = memoryview(data)
        self._hash.update(view)
        self._size += len(view)
        self._pump(view)

    def _pump(self, view: memoryview) -> None:
        while len(view):
            view = self._state(view)

    def finish(self) -> Cut:
        """All bytes were fed. Raises as ``feed`` does."""
        if self._state == self._in_prologue:
            self._begin(True)
        if self._state == self._in_header:
            self._end_header()
        elif self._state == self._in_value:
            self._cut_short()
            self._end_value()
        elif self._state == self._in_fragments:
            self._cut_short()
            self._end_fragments()
        if self._inflater is not None:
            self._end_deflated()
        elif self._state == self._in_rest:
            self._close(None)
        index = self._ready()
        self._emit()
        faults = self._faults + (self._walker.faults if self._walker else [])
        return Cut(
            bytes(self._header),
            self._first_length,
            tuple(self._pieces),
            index,
            self._uid,
            self._prologue.part10,
            self._size,
            self._hash.digest(),
            tuple(dict.fromkeys(faults)),
        )

    # Before the dataset

    def _in_prologue(self, view: memoryview) -> memoryview:
        step = min(len(view), _FIRST_STEP)
        self._header += view[:step]
        if len(self._header) > self._limits.header_bytes:
            raise _header_too_large()
        self._begin(False)
        return view[step:]

    def _begin(self, final: bool) -> None:
        """Find out where the dataset starts and how it is encoded, as soon as there are bytes enough to tell."""
        if not self._declared:
            prologue = read_prologue(self._header, final)
            if prologue is None:
                return
            self._prologue = prologue
            self._uid = prologue.transfer_syntax
            if prologue.sop_class == _DICOMDIR and self._instance:
                raise _dicomdir()
        start = self._prologue.start
        if len(self._header) < start + 8 and not final:
            return
        self._choose_encoding(start)
        dataset = bytes(self._header[start:])
        del self._header[start:]
        self._pump(memoryview(dataset))

    def _choose_encoding(self, start: int) -> None:
        met = sniff(self._header, start)
        if not self._uid:
            if met is None:
                raise _not_dicom()
            self._uid = met.uid
            self._faults.append("no transfer syntax declared")
        self._syntax = syntax = transfer_syntax(self._uid)
        if syntax.deflated and met is None:
            self._begin_deflated()
            return
        if met is not None and syntax.registered and (met is not syntax.encoding or syntax.deflated):
            if self._strict:
                raise Malformed(
                    "transfer-syntax-wrong", "The dataset is not encoded as its transfer syntax says.", _AGAIN
                )
            self._faults.append("the transfer syntax is not the declared one")
            if syntax.deflated:
                self._uid = met.uid
                self._syntax = transfer_syntax(self._uid)
        encoding = met or syntax.encoding
        self._walker = Walker(encoding, start, WANTED, self._limits.depth, self._limits.elements)
        self._state = self._in_header

    # Header

    def _in_header(self, view: memoryview) -> memoryview:
        step = min(len(view), _STEP if len(self._header) >= _FIRST_STEP else _FIRST_STEP)
        self._header += view[:step]
        walker = self._walker
        if walker is None:
            raise _not_dicom()
        try:
            cutting = walker.run(self._header)
            if walker.position > self._limits.header_bytes:
                raise _header_too_large()
        except (Malformed, TooLarge) as error:
            self._begin_rest(error)
            return view[step:]
        if cutting is None:
            return view[step:]
        behind = len(self._header) - walker.position
        del self._header[walker.position :]
        self._begin_piece(cutting, walker)
        return view[step - behind :]

    def _begin_piece(self, cutting: Cutting, walker: Walker) -> None:
        if cutting.pixel:
            self._ready()
        self._open(cutting)
        if cutting.length is None:
            self._fragments = FragmentWalker(walker.encoding, self._limits.fragments, self._sink.write_piece)
            self._state = self._in_fragments
        else:
            self._left = cutting.length
            self._state = self._in_value

    def _ready(self) -> InstanceIndex:
        """Hand the header over, once."""
        if self._index is None:
            header = bytes(self._header)
            self._index = index = self._read_index(header)
            self._first_length = len(header)
            self._sink.header_ready(header, index, self._uid)
        return self._index

    def _read_index(self, header: bytes) -> InstanceIndex:
        if self._inside is not None:
            index = self._inside.index
            if index is None:
                raise (self._inflater and self._inflater.error) or _not_dicom()
            index = replace(index, transfer_syntax=self._uid)
        elif self._walker is not None:
            reader = HeaderReader(header, self._walker.found, self._walker.encoding)
            index = build_index(reader, self._uid, self._prologue.sop_class, self._prologue.sop_uid)
        else:
            raise _not_dicom()
        if not self._instance and (self._prologue.part10 or self._header):
            return index
        if index.sop_class == _DICOMDIR:
            raise _dicomdir()
        if not index.instance_uid and not (index.study_uid or self._prologue.part10 or self._declared):
            raise _not_dicom()
        if not index.instance_uid or (self._strict and not (index.study_uid and index.series_uid)):
            raise Malformed(
                "identifiers-missing",
                "The dataset lacks a valid Study, Series or SOP Instance UID.",
                "Correct the sender.",
            )
        return index

    def _emit(self) -> None:
        """The header bytes that are not part of a piece yet make one."""
        length = len(self._header) - self._emitted
        if length:
            self._pieces.append(Piece(PieceKind.HEADER, length))
            self._emitted += length

    def _end_header(self) -> None:
        walker = self._walker
        if walker is None or (not walker.stack and walker.position == len(self._header)):
            return
        self._begin_rest(_truncated())

    # Values

    def _open(self, cutting: Cutting) -> None:
        self._emit()
        self._cutting = cutting
        self._length = 0
        kind = PieceKind.PIXEL if cutting.pixel else PieceKind.IDENTITY
        self._sink.open_piece(kind, cutting.tag, cutting.length)

    def _write(self, view: memoryview) -> None:
        if len(view):
            self._sink.write_piece(view)
            self._length += len(view)

    def _close(self, frames: FrameIndex | None) -> None:
        cutting = self._cutting
        if cutting is not None:
            kind = PieceKind.PIXEL if cutting.pixel else PieceKind.IDENTITY
            self._pieces.append(Piece(kind, self._length, cutting.tag))
            self._cutting = None
            self._sink.close_piece(frames)

    def _in_value(self, view: memoryview) -> memoryview:
        step = min(self._left, len(view))
        self._write(view[:step])
        self._left -= step
        if not self._left:
            self._end_value()
            self._state = self._in_header
        return view[step:]

    def _end_value(self) -> None:
        cutting = self._cutting
        frames = None
        if cutting is not None and cutting.pixel and self._index and self._syntax:
            if self._syntax.encapsulated:
                fault = "native pixel data in an encapsulated transfer syntax"
            else:
                frames, fault = native_index(pixel_shape(self._index), cutting.tag, self._length)
            if fault:
                self._faults.append(fault)
        self._close(frames)
        if self._walker:
            self._walker.cut_out(self._length)

    def _in_fragments(self, view: memoryview) -> memoryview:
        fragments = self._fragments
        if fragments is None:
            raise _not_dicom()
        taken = fragments.feed(view)
        if fragments.error and self._strict and not self._tolerant():
            raise fragments.error
        if fragments.error or fragments.done:
            self._end_fragments()
        return view[taken:]

    def _end_fragments(self) -> None:
        fragments = self._fragments
        if fragments is None or self._index is None or self._syntax is None or self._walker is None:
            return
        fragments.end()
        self._length = fragments.length
        offsets = self._extended_offsets() or fragments.basic_offsets()
        declared = self._index.number_of_frames
        frames, fault = encapsulated_index(fragments.table, offsets, declared, self._syntax.video)
        if fault:
            self._faults.append(fault)
        self._close(frames)
        self._walker.cut_out(0)
        self._state = self._in_header
        if fragments.error or fragments.held:
            self._faults.append(fragments.error.code if fragments.error else _truncated().code)
            self._open_rest()
            self._write(memoryview(bytes(fragments.held)))

    def _extended_offsets(self) -> tuple[int, ...]:
        walker = self._walker
        place = walker.found.get(EXTENDED_OFFSETS) if walker else None
        if walker is None or place is None:
            return ()
        return unpack_from(f"{walker.encoding.order}{place[1] // 8}Q", self._header, place[0])

    def _cut_short(self) -> None:
        if self._strict and not self._tolerant():
            raise _truncated()
        self._faults.append(_truncated().code)

    # What cannot be cut

    def _tolerant(self) -> bool:
        """Whether strictness is waived: a private syntax whose identifiers are known."""
        if self._syntax is None or self._syntax.registered or self._walker is None:
            return False
        return all(tag in self._walker.found for tag in _IDENTIFIERS)

    def _begin_rest(self, error: BeeldbrugError) -> None:
        """Go on without cutting from the top-level element under way, or raise ``error`` where that is not allowed."""
        walker = self._walker
        if walker is None:
            raise error
        # Zero bytes behind the last element: some writers fill up their blocks.
        padding = not walker.stack and walker.at_border and not any(self._header[walker.position :])
        if self._strict and not padding and not self._tolerant():
            raise error
        self._faults.append("trailing padding" if padding else error.code)
        if self._index is None and not all(tag in walker.found for tag in _IDENTIFIERS[2:]):
            raise error
        start = max(walker.element, self._emitted)
        rest = bytes(self._header[start:])
        del self._header[start:]
        self._open_rest()
        self._write(memoryview(rest))

    def _open_rest(self) -> None:
        self._open(Cutting(False, 0, None))
        self._state = self._in_rest

    def _in_rest(self, view: memoryview) -> memoryview:
        self._write(view)
        return view[len(view) :]

    # Deflated datasets

    def _begin_deflated(self) -> None:
        self._inside = _Inside()
        self._inner = Cutter(self._inside, EXPLICIT_LE_UID, self._limits, strict=False)
        self._inflater = Inflater(self._inner.feed, self._limits.inflated_bytes, self._limits.inflated_ratio)
        self._state = self._in_deflated

    def _in_deflated(self, view: memoryview) -> memoryview:
        """The body stays in the header as long as it is short; a longer one is a piece as a whole."""
        if self._inflater is not None and not self._inflater.error:
            self._inflater.feed(view)
        if self._cutting is not None:
            self._write(view)
            return view[len(view) :]
        self._header += view
        start = self._prologue.start
        if len(self._header) - start > VALUE_INLINE_BYTES:
            body = bytes(self._header[start:])
            del self._header[start:]
            self._open(Cutting(False, 0, None))
            self._write(memoryview(body))
        return view[len(view) :]

    def _end_deflated(self) -> None:
        inflater, inside = self._inflater, self._inside
        if inflater is None or inside is None:
            return
        error = inflater.error
        if error is None:
            try:
                inner = self._inner.finish()
                self._faults.extend(inner.faults)
            except BeeldbrugError as raised:
                error = raised
        if error is None and not inflater.done:
            error = _truncated()
        if error is not None:
            # Over a limit of looking into it is no fault of the dataset, once its identifiers are known.
            if inside.index is None or (self._strict and isinstance(error, Malformed)):
                raise error
            self._faults.append(error.code)
        self._close(inside.frames)


class _Inside:
    """Sink for an inflated dataset: keeps the index and where its frames are, nothing else."""

    def __init__(self) -> None:
        self.index: InstanceIndex | None = None
        self.frames: FrameIndex | None = None
        self._base = 0
        self._pixel = False

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        self.index = index
        self._base += len(header)

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        self._pixel = kind is PieceKind.PIXEL

    def write_piece(self, data: memoryview) -> None:
        if not self._pixel:
            self._base += len(data)

    def close_piece(self, frames: FrameIndex | None) -> None:
        if self._pixel and frames is not None and self.frames is None:
            self.frames = frames.shifted(self._base)


def cut_file(path: str | PathLike[str], sink: CutSink, limits: CutLimits = DEFAULT_LIMITS, strict: bool = False) -> Cut:
    """Cut a file into ``sink``, reading it in chunks of 1 MiB. Raises OSError beside what Cutter raises."""
    cutter = Cutter(sink, None, limits, strict)
    buffer = bytearray(_FILE_STEP)
    view = memoryview(buffer)
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            cutter.feed(view[:count])
    return cutter.finish()
