"""Are two DICOM files the same dataset, element by element, but for what an import may change? Read with pydicom.

Group 2, group lengths and trailing padding are a file's and a writer's own (PS3.5 7.2, 7.4.1.1 and PS3.10 7.1), so they
are not compared; nor is a pad byte that makes a length even. Text is compared decoded where a dataset changed its
character set. Long values are compared on disk, piece by piece. Differences are given as tags, never as values.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, Final

from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

COERCED = frozenset(
    {
        0x00080050,  # accession number of the own order
        0x00080051,  # its issuer
        0x00100010,  # patient's name, as known locally
        0x00100020,  # patient ID: the own number
        0x00100021,  # its issuer
        0x00100030,  # birth date
        0x00100040,  # sex
        0x00101002,  # the sender's numbers and the BSN
        0x04000561,  # original attributes
        0x00080005,  # character set, where the own name needs another
    }
)
"""What ``usecases.imports.coerce`` may write (IHE IRWF.b), and nothing else."""

LENGTH_TO_END = 0x00080001
TRAILING_PADDING = 0xFFFCFFFC
TEXT = frozenset({"SH", "LO", "ST", "LT", "UC", "UT", "PN"})

LONG_BYTES = 1024 * 1024
"""Values from this size on stay on disk."""

PIECE_BYTES = 1024 * 1024
UNDEFINED: Final = 0xFFFFFFFF
_DELIMITER = b"\xfe\xff\xdd\xe0"


def differences(original: Path, other: Path) -> list[int]:
    """Top-level tags in which two DICOM files differ, coerced ones left out; [0] when one cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of oddities, which is what real files have
        try:
            return sorted(_different(_read(original), _read(other)))
        except (AttributeError, EOFError, KeyError, NotImplementedError, TypeError, ValueError):
            return [0]


def text(file: Path, keyword: str) -> str:
    """One attribute of a DICOM file as text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(dcmread(file, force=True, stop_before_pixels=True).get(keyword, ""))


def _read(path: Path) -> Dataset:
    """The dataset, its long values left on disk; of a deflated one that cannot be, for its file holds none as such."""
    head = dcmread(path, force=True, specific_tags=["SOPClassUID"], stop_before_pixels=True)
    syntax = head.file_meta.get("TransferSyntaxUID")
    deflated = syntax is not None and syntax.is_deflated
    return dcmread(path, force=True, defer_size=None if deflated else LONG_BYTES)


def _different(first: Dataset, second: Dataset) -> Iterator[int]:
    tags = {tag for dataset in (first, second) for tag in dataset.keys() if not _free(tag)}  # noqa: SIM118 - tags
    for tag in tags:
        if tag not in first or tag not in second or not _same(first, second, tag):
            yield int(tag)


def _free(tag: BaseTag) -> bool:
    return tag in COERCED or tag.group == 2 or tag.element == 0 or tag in (LENGTH_TO_END, TRAILING_PADDING)


def _same(first: Dataset, second: Dataset, tag: BaseTag) -> bool:
    on_disk = [_on_disk(dataset, tag) for dataset in (first, second)]
    if on_disk[0] is not None and on_disk[1] is not None:
        return _same_on_disk((str(first.filename), on_disk[0]), (str(second.filename), on_disk[1]))
    one, two = _raw(first, tag), _raw(second, tag)
    if isinstance(one, bytes) and isinstance(two, bytes):
        return one == two or _padded(one, two) or _decoded(first, tag) == _decoded(second, tag)
    left, right = first[tag].value, second[tag].value
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return len(left) == len(right) and all(
            not any(_nested(mine, theirs)) for mine, theirs in zip(left, right, strict=True)
        )
    return bool(left == right)


def _nested(first: Dataset, second: Dataset) -> Iterator[int]:
    tags = {tag for dataset in (first, second) for tag in dataset.keys() if tag.element}  # noqa: SIM118 - tags
    for tag in tags:
        if tag not in first or tag not in second or not _same(first, second, tag):
            yield int(tag)


def _raw(dataset: Dataset, tag: BaseTag) -> bytes | None:
    """Value bytes of an element that is no sequence, as read."""
    element: Any = dataset.get_item(tag)
    if isinstance(element, RawDataElement) and element.VR != "SQ":
        if element.VR is None and dataset[tag].VR == "SQ":
            return None
        return bytes(element.value or b"")
    return None


def _on_disk(dataset: Dataset, tag: BaseTag) -> RawDataElement | None:
    """An element that is no sequence and whose value was too long to be read."""
    element: Any = dataset.get_item(tag, keep_deferred=True)
    if isinstance(element, RawDataElement) and element.value is None and element.length and element.VR != "SQ":
        return element
    return None


def _same_on_disk(one: tuple[str, RawDataElement], two: tuple[str, RawDataElement]) -> bool:
    shorter, longer = sorted((one, two), key=lambda place: place[1].length)
    lengths = [place[1].length for place in (shorter, longer)]
    pad = UNDEFINED not in lengths and lengths[1] - lengths[0] == 1 and lengths[0] % 2 == 1
    if lengths[0] != lengths[1] and not pad:
        return False
    with open(shorter[0], "rb") as first, open(longer[0], "rb") as second:
        pieces = zip_longest(_value(first, shorter[1], lengths[0]), _value(second, longer[1], lengths[0]))
        return all(left == right for left, right in pieces) and (not pad or second.read(1) in (b"\0", b" "))


def _value(file: IO[bytes], element: RawDataElement, length: int) -> Iterator[bytes]:
    """The first ``length`` bytes of a value, or all of one in fragments, with their item headers (PS3.5 A.4)."""
    file.seek(element.value_tell)
    if length != UNDEFINED:
        yield from _pieces(file, length)
        return
    while (head := file.read(8))[:4] != _DELIMITER:
        if len(head) < 8:
            raise EOFError
        yield head
        yield from _pieces(file, int.from_bytes(head[4:], "little"))


def _pieces(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length:
        piece = file.read(min(length, PIECE_BYTES))
        if not piece:
            raise EOFError
        length -= len(piece)
        yield piece


def _padded(one: bytes, two: bytes) -> bool:
    """Whether the longer is the shorter, of odd length, with the one byte that makes it even (PS3.5 section 6.2)."""
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) % 2 == 1 and longer in (shorter + b"\0", shorter + b" ")


def _decoded(dataset: Dataset, tag: BaseTag) -> Any:
    element = dataset[tag]
    return str(element.value) if element.VR in TEXT else object()
