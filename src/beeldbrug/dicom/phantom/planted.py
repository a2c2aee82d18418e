"""Values planted where ``prove leaks`` must find them: in a header, and where pixels can smuggle text (DESIGN 7.8).

A planted value is a made-up name nobody bears. ``plant`` puts it into an instance at a named place: JPEG comment and
application segments (ITU-T T.81 B.2.4), JPEG 2000 comment (ITU-T T.800 A.9.2), after the end of a coded frame, or in
the raw pixels. It does not search: that is the prover's work.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames

from beeldbrug.dicom.phantom.waves import generator
from beeldbrug.model.errors import Unsupported

_SYLLABLES = ("qua", "zwel", "drin", "vox", "mur", "plo", "brig", "tes", "hul", "ked", "wam", "sjo", "fli", "gron")


class Place(StrEnum):
    """Where a value is planted. All but HEADER lie on the pixel line."""

    HEADER = "header"
    JPEG_COMMENT = "jpeg comment"
    JPEG_APPLICATION = "jpeg application segment"
    JPEG2000_COMMENT = "jpeg 2000 comment"
    AFTER_FRAME = "after the end of a coded frame"
    RAW_PIXELS = "raw pixels"


def planted_value(seed: int) -> str:
    """An ASCII surname of at least twelve letters that is no word and no name; the same for the same seed."""
    rng = generator(seed, "planted")
    word = "".join(_SYLLABLES[index] for index in rng.integers(len(_SYLLABLES), size=5))
    return word.capitalize()


def plant(dataset: Dataset, place: Place, value: str) -> None:
    """Put ``value`` into ``dataset`` at ``place``, in the first frame where it is a place among pixels.

    Raises Unsupported where the instance's pixels are not coded as the place needs.
    """
    if place is Place.HEADER:
        dataset.PatientComments = value
        return
    encapsulated = dataset.file_meta.TransferSyntaxUID.is_encapsulated
    if place is Place.RAW_PIXELS:
        if encapsulated:
            raise _unfit()
        raw = value.encode("ascii")
        middle = len(dataset.PixelData) // 2
        dataset.PixelData = dataset.PixelData[:middle] + raw + dataset.PixelData[middle + len(raw) :]
        return
    if not encapsulated:
        raise _unfit()
    frames = list(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames", 1))))
    frames[0] = _IN_FRAME[place](frames[0], value.encode("ascii"))
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True


def _unfit() -> Unsupported:
    return Unsupported(
        "phantom-place-unfit", "The pixels are not coded as this place needs.", "Choose another place or instance."
    )


def _jpeg_segment(frame: bytes, marker: int, content: bytes) -> bytes:
    if frame[:2] != b"\xff\xd8":
        raise _unfit()
    return frame[:2] + bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content + frame[2:]


def in_jpeg_comment(frame: bytes, value: bytes) -> bytes:
    """A JPEG or JPEG-LS stream with ``value`` as COM segment."""
    return _jpeg_segment(frame, 0xFE, value)


def in_jpeg_application(frame: bytes, value: bytes) -> bytes:
    """A JPEG or JPEG-LS stream with ``value`` in an APP13 segment."""
    return _jpeg_segment(frame, 0xED, b"Station\x00" + value)


def in_jpeg2000_comment(frame: bytes, value: bytes) -> bytes:
    """A JPEG 2000 or HTJ2K codestream with ``value`` as COM segment after SIZ."""
    if frame[:4] != b"\xff\x4f\xff\x51":
        raise _unfit()
    end = 4 + int.from_bytes(frame[4:6])
    return frame[:end] + b"\xff\x64" + (len(value) + 4).to_bytes(2) + b"\x00\x01" + value + frame[end:]


def after_frame(frame: bytes, value: bytes) -> bytes:
    """A coded frame with ``value`` behind its end; decoders do not read it."""
    return frame + value


_IN_FRAME: dict[Place, Callable[[bytes, bytes], bytes]] = {
    Place.JPEG_COMMENT: in_jpeg_comment,
    Place.JPEG_APPLICATION: in_jpeg_application,
    Place.JPEG2000_COMMENT: in_jpeg2000_comment,
    Place.AFTER_FRAME: after_frame,
}
