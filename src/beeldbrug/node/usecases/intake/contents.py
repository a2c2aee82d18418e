"""What a carrier says that it holds: the references of a DICOMDIR (PS3.3 annex F, PS3.10 section 8). Only a hint."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from beeldbrug.node.ports.carrier import CarrierFile

LARGEST = 128 * 2**20
"""Bytes; a DICOMDIR takes about 1 kB an image."""

_BROKEN = (
    InvalidDicomError,
    struct.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What ``pydicom`` raises on content that is damaged or hostile."""


@dataclass(frozen=True, slots=True)
class References:
    """Files that a DICOMDIR names, as ``plain`` has them; how many names lead outside. ``broken``: unreadable."""

    names: frozenset[str] = frozenset()
    outside: int = 0
    broken: bool = False


def references(file: CarrierFile, folder: str) -> References:
    """What the DICOMDIR in this folder of the carrier names. Raises OSError."""
    content = bytearray()
    while data := file.read(2**20):
        content += data
        if len(content) > LARGEST:
            return References(broken=True)
    try:
        records: Iterable[Dataset] = dcmread(BytesIO(content), force=True).get("DirectoryRecordSequence") or ()
        named = [_parts(record) for record in records]
    except _BROKEN:
        return References(broken=True)
    parts = [one for one in named if one]
    inside = [one for one in parts if not {"..", ""} & set(one) and ":" not in one[0]]
    base = [*folder.split("/")] if folder else []
    return References(frozenset(plain("/".join([*base, *one])) for one in inside), len(parts) - len(inside))


def plain(name: str) -> str:
    """A name as it is compared: burning programs change case, and leave or drop the last dot."""
    return name.upper().rstrip(".")


def _parts(record: Dataset) -> list[str]:
    value = record.get("ReferencedFileID")
    if not value:
        return []
    values = [value] if isinstance(value, str) else list(value)
    return [part for one in values for part in str(one).replace("/", "\\").split("\\")]
