"""Decode a frame on the node, for what a browser cannot: to native little endian pixels, colour by pixel.

Deflated datasets, pixels that could not be cut off, and codings without a decoder in the browser. Limited in size. The
values are those that are stored; no rescaling, no windowing. PS3.5 sections 8 and A.4.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from beeldbrug.dicom.elements import Header
from beeldbrug.dicom.syntax import EXPLICIT_LE_UID, RLE_UID, transfer_syntax
from beeldbrug.model.errors import BeeldbrugError, NotFound, TooLarge, Unsupported
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.read import frames
from beeldbrug.node.usecases.read.describe import open_header
from beeldbrug.node.usecases.read.part10 import as_file, read_file
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.words import pixel_word, swapped

T = TypeVar("T")
Pixels = npt.NDArray[Any]

FRAME_BYTES = 256 * 1024 * 1024
"""A frame that takes more, coded or decoded, is not decoded here."""

_DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
_ROOT = "1.2.840.10008.1.2.4."
_LOSSLESS_FRAME = b"\xff\xc3"

_NUMBERS = {
    "SamplesPerPixel": 0x00280002,
    "PlanarConfiguration": 0x00280006,
    "Rows": 0x00280010,
    "Columns": 0x00280011,
    "BitsAllocated": 0x00280100,
    "BitsStored": 0x00280101,
    "HighBit": 0x00280102,
    "PixelRepresentation": 0x00280103,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A frame of ``rows`` x ``columns`` x ``samples``; ``kind`` is u or i or f, ``bits`` of one sample."""

    data: bytes
    rows: int
    columns: int
    samples: int
    kind: str
    bits: int
    photometric: str


def decode_frame(sources: Sources, places: Places, row: InstanceRow, number: int) -> Decoded:
    """Frame ``number`` (from 1).

    Raises NotFound ``frame-not-found``, Unsupported ``pixels-not-decodable``, TooLarge ``frame-too-large``, or
    Unavailable ``still-arriving``.
    """
    try:
        pixels = frames.open_pixels(sources, places, row)
    except NotFound:
        return _from_file(sources, places, row, number)
    span = frames.find_frame(places, pixels, number)
    _check_size(frames.frame_length(pixels, span))
    data = b"".join(frames.read_frame(places, pixels, span))
    dataset = _dataset(open_header(sources, places, row))
    if transfer_syntax(row.transfer_syntax).encapsulated:
        return _decoded(dataset, lambda: _coded(dataset, data, row.transfer_syntax))
    word = pixel_word(sources, places, row)
    return _decoded(dataset, lambda: _native(dataset, swapped(data, word)))


def _from_file(sources: Sources, places: Places, row: InstanceRow, number: int) -> Decoded:
    """Through the whole instance, where no frame can be told apart without reading it."""
    _check_size(row.size)
    whole = b"".join(read_file(sources, places, as_file(row)))

    def read() -> Dataset:
        return dcmread(BytesIO(whole), force=True)

    dataset = _guarded(read)
    count = int(dataset.get("NumberOfFrames") or 1)
    if not 1 <= number <= count:
        raise NotFound("frame-not-found", "The instance has no such frame.", "Ask for a frame that exists.")
    if not transfer_syntax(row.transfer_syntax).encapsulated:
        return _decoded(dataset, lambda: _by_pydicom(dataset, row.transfer_syntax, number - 1))
    data = _guarded(lambda: get_frame(dataset.PixelData, number - 1, number_of_frames=count))
    return _decoded(dataset, lambda: _coded(dataset, data, row.transfer_syntax))


def _dataset(header: Header) -> Dataset:
    order = "little" if header.encoding.little else "big"
    dataset = Dataset()
    for keyword, tag in _NUMBERS.items():
        raw = header.raw(tag)[:2]
        if raw:
            setattr(dataset, keyword, int.from_bytes(raw, order))  # type: ignore[arg-type]  # one of the two words
    dataset.PhotometricInterpretation = header.raw(0x00280004).decode("ascii", "replace").strip(" \0")
    dataset.NumberOfFrames = 1
    return dataset


def _decoded(dataset: Dataset, decode: Callable[[], tuple[Pixels, str]]) -> Decoded:
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    _check_size(rows * columns * int(dataset.get("SamplesPerPixel") or 1) * int(dataset.get("BitsAllocated") or 8) // 8)
    array, photometric = _guarded(decode)
    if array.ndim not in (2, 3) or array.shape[:2] != (rows, columns):
        raise _not_decodable()
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return Decoded(
        data=little.tobytes(),
        rows=rows,
        columns=columns,
        samples=little.shape[2] if little.ndim == 3 else 1,
        kind=little.dtype.kind,
        bits=little.dtype.itemsize * 8,
        photometric=photometric,
    )


def _guarded(decode: Callable[[], T]) -> T:
    try:
        return decode()
    except BeeldbrugError:
        raise
    except Exception:  # decoders raise anything on what came from outside
        raise _not_decodable() from None


def _native(dataset: Dataset, data: bytes) -> tuple[Pixels, str]:
    dataset.PixelData = data
    return _by_pydicom(dataset, EXPLICIT_LE_UID, 0)


def _by_pydicom(dataset: Dataset, syntax: str, index: int) -> tuple[Pixels, str]:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.5.1.4.1.1.7")
    array, properties = get_decoder(UID(syntax)).as_array(dataset, index=index, raw=True)
    return array, str(properties["photometric_interpretation"])


def _coded(dataset: Dataset, data: bytes, syntax: str) -> tuple[Pixels, str]:
    photometric = str(dataset.get("PhotometricInterpretation") or "")
    if syntax == RLE_UID:
        dataset.PixelData = encapsulate([data])
        dataset.NumberOfFrames = 1
        return _by_pydicom(dataset, syntax, 0)
    if syntax == _DEFLATED_FRAME:
        limit = FRAME_BYTES
        return _native(dataset, zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit))
    array = _stream(data, syntax.removeprefix(_ROOT), photometric)
    colour = array.ndim == 3 and array.shape[2] == 3
    transformed = not photometric.startswith("YBR_") or _makes_rgb(data, syntax.removeprefix(_ROOT), photometric)
    if dataset.get("PixelRepresentation") == 1 and array.dtype.kind == "u":
        array = array.view(array.dtype.str.replace("u", "i"))
    return array, "RGB" if colour and transformed else photometric


def _stream(data: bytes, syntax: str, photometric: str) -> Pixels:
    if syntax in ("80", "81"):
        return np.asarray(imagecodecs.jpegls_decode(data))
    if syntax in ("90", "91", "92", "93"):
        return np.asarray(imagecodecs.jpeg2k_decode(data))
    if syntax in ("201", "202", "203"):
        return np.asarray(imagecodecs.htj2k_decode(data))
    if syntax in ("110", "111", "112"):
        return np.asarray(imagecodecs.jpegxl_decode(data))
    if photometric == "RGB":
        return np.asarray(imagecodecs.jpeg_decode(data, colorspace="RGB", outcolorspace="RGB"))
    return np.asarray(imagecodecs.jpeg_decode(data))


def _makes_rgb(data: bytes, syntax: str, photometric: str) -> bool:
    """Whether the decoder undoes the colour transform of this coding by itself."""
    if syntax in ("80", "81"):
        return False
    if syntax in ("90", "91", "92", "93", "201", "202", "203"):
        return photometric in ("YBR_RCT", "YBR_ICT")
    return _LOSSLESS_FRAME not in data[:4096]


def _check_size(size: int) -> None:
    if size > FRAME_BYTES:
        raise TooLarge(
            "frame-too-large", "The frame is too large to decode here.", "Import the study and view it there."
        )


def _not_decodable() -> Unsupported:
    return Unsupported(
        "pixels-not-decodable",
        "The pixels are in a form that neither the browser nor this node can decode.",
        "Import the study and view it in the PACS, or ask the sender for another form.",
    )
