"""Are two DICOM files the same dataset, element by element, but for what an import may change? Read with pydicom.

Group 2, group lengths and trailing padding are a file's and a writer's own (PS3.5 7.2, 7.4.1.1 and PS3.10 7.1), so they
are not compared; nor is a pad byte that makes a length even. Text is compared decoded where a dataset changed its
character set. Differences are given as tags, never as values.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

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

Path = tuple[int, ...]


def differences(original: bytes, other: bytes) -> list[int]:
    """Top-level tags in which two DICOM files differ, coerced ones left out; [0] when one cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns of oddities, which is what real files have
        try:
            first, second = (dcmread(BytesIO(data), force=True) for data in (original, other))
            return sorted(_different(first, second))
        except (AttributeError, EOFError, KeyError, NotImplementedError, TypeError, ValueError):
            return [0]


def text(file: bytes, keyword: str) -> str:
    """One attribute of a DICOM file as text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(dcmread(BytesIO(file), force=True, stop_before_pixels=True).get(keyword, ""))


def _different(first: Dataset, second: Dataset) -> Iterator[int]:
    tags = {tag for dataset in (first, second) for tag in dataset.keys() if not _free(tag)}  # noqa: SIM118 - tags
    for tag in tags:
        if tag not in first or tag not in second or not _same(first, second, tag):
            yield int(tag)


def _free(tag: BaseTag) -> bool:
    return tag in COERCED or tag.group == 2 or tag.element == 0 or tag in (LENGTH_TO_END, TRAILING_PADDING)


def _same(first: Dataset, second: Dataset, tag: BaseTag) -> bool:
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


def _padded(one: bytes, two: bytes) -> bool:
    """Whether the longer is the shorter, of odd length, with the one byte that makes it even (PS3.5 section 6.2)."""
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) % 2 == 1 and longer in (shorter + b"\0", shorter + b" ")


def _decoded(dataset: Dataset, tag: BaseTag) -> Any:
    element = dataset[tag]
    return str(element.value) if element.VR in TEXT else object()
