"""The walk may pause anywhere and notes the places of the wanted values."""

from __future__ import annotations

import pytest

from beeldbrug.dicom.syntax import EXPLICIT_LE
from beeldbrug.dicom.walk import Cutting, Walker
from beeldbrug.model.errors import Malformed
from tests.unit.dicom.samples import STUDY, dataset, image, item, open_element, text

WANTED = frozenset({0x0020000D, 0x00400275})


def test_walk_resumes_after_every_byte() -> None:
    sequence = open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "CT"), False))
    data = dataset({0x00400275: sequence, **image(2, 2, 8, 1, bytes(4))})
    walker = Walker(EXPLICIT_LE, 0, WANTED, 32, 1000)
    header = bytearray()
    cutting = None
    for byte in data:
        header.append(byte)
        cutting = walker.run(header)
        if cutting:
            break
    assert cutting == Cutting(True, 0x7FE00010, 4)
    assert walker.position == len(header) == len(data) - 4
    start, length = walker.found[0x0020000D]
    assert data[start : start + length].rstrip(b"\0") == STUDY.encode()
    start, length = walker.found[0x00400275]
    assert sequence.endswith(data[start : start + length])


def test_item_that_is_longer_than_its_sequence_is_malformed() -> None:
    inner = open_element(0x00400275, "SQ", b"\xfe\xff\x00\xe0\xff\x00\x00\x00" + text(0x00400007, "LO", "CT"))
    data = dataset({0x00400275: open_element(0x00400275, "SQ", item(inner))})
    with pytest.raises(Malformed):
        Walker(EXPLICIT_LE, 0, WANTED, 32, 1000).run(bytearray(data))
