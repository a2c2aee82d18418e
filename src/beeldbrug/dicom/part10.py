"""DICOM file format: preamble, prefix and File Meta Information (PS3.10 section 7.1), read tolerantly, written exactly.

Reads files with or without preamble, with or without group length, with missing or implicitly encoded meta elements.
Does not read the dataset that follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack

from beeldbrug.dicom.syntax import EXPLICIT_LE, KNOWN_VRS, LONG_VRS

IMPLEMENTATION_CLASS_UID = "2.25.156417720853196340206119337540146027843"
IMPLEMENTATION_VERSION = "BEELDBRUG"

_PREAMBLE = 128


@dataclass(frozen=True, slots=True)
class Prologue:
    """What stands before the dataset: ``start`` is the dataset's offset; texts are empty when absent."""

    start: int
    part10: bool
    transfer_syntax: str = ""
    sop_class: str = ""
    sop_uid: str = ""


def read_prologue(data: bytes | bytearray, final: bool) -> Prologue | None:
    """Find the dataset in a file of which ``data`` is the beginning; None when more bytes are needed.

    ``final`` says that no more bytes come: what there is then decides.
    """
    if len(data) < _PREAMBLE + 4 and not final:
        return None
    position, prefixed = _after_prefix(data)
    values: dict[int, str] = {}
    while True:
        if len(data) < position + 8 and not final:
            return None
        if data[position : position + 2] != b"\x02\x00" or len(data) < position + 8:
            break
        step = _meta_element(data, position)
        if step is None or step[1] > len(data):
            if not final:
                return None
            break
        value, end = step
        element = int.from_bytes(data[position + 2 : position + 4], "little")
        if element in (0x0002, 0x0003, 0x0010):
            values[element] = bytes(data[value:end]).decode("ascii", "replace").strip(" \0")
        position = end
        prefixed = True
    return Prologue(position, prefixed, values.get(0x0010, ""), values.get(0x0002, ""), values.get(0x0003, ""))


def dataset_start(data: bytes) -> int:
    """Where the dataset begins in a whole header: as ``read_prologue``, without the values."""
    position, _ = _after_prefix(data)
    while data.startswith(b"\x02\x00", position) and position + 8 <= len(data):
        step = _meta_element(data, position)
        if step is None or step[1] > len(data):
            break
        position = step[1]
    return position


def _after_prefix(data: bytes | bytearray) -> tuple[int, bool]:
    if data[_PREAMBLE : _PREAMBLE + 4] == b"DICM":
        return _PREAMBLE + 4, True
    if data[:4] == b"DICM":
        return 4, True
    return 0, False


def _meta_element(data: bytes | bytearray, position: int) -> tuple[int, int] | None:
    """(value offset, end) of one group 2 element; None when its header is not all there."""
    vr = bytes(data[position + 4 : position + 6])
    if vr in LONG_VRS:
        if len(data) < position + 12:
            return None
        return position + 12, position + 12 + EXPLICIT_LE.u32(data, position + 8)[0]
    if vr in KNOWN_VRS:
        return position + 8, position + 8 + EXPLICIT_LE.u16(data, position + 6)[0]
    # Some writers encode the meta information with implicit VR against PS3.10.
    return position + 8, position + 8 + EXPLICIT_LE.u32(data, position + 4)[0]


def file_meta(sop_class: str, sop_uid: str, transfer_syntax: str) -> bytes:
    """Preamble, prefix and File Meta Information to put before a bare dataset of these UIDs."""
    body = b"".join(
        (
            b"\x02\x00\x01\x00OB\x00\x00" + pack("<I", 2) + b"\x00\x01",
            _meta_text(0x0002, b"UI", sop_class),
            _meta_text(0x0003, b"UI", sop_uid),
            _meta_text(0x0010, b"UI", transfer_syntax),
            _meta_text(0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
            _meta_text(0x0013, b"SH", IMPLEMENTATION_VERSION),
        )
    )
    return bytes(_PREAMBLE) + b"DICM" + b"\x02\x00\x00\x00UL" + pack("<HI", 4, len(body)) + body


def _meta_text(element: int, vr: bytes, text: str) -> bytes:
    value = text.encode("ascii")
    if len(value) % 2:
        value += b"\0" if vr == b"UI" else b" "
    return pack("<HH2sH", 0x0002, element, vr, len(value)) + value
