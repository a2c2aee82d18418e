"""Every registered transfer syntax has its layout, and datasets tell theirs."""

from __future__ import annotations

import pytest
from pydicom.uid import AllTransferSyntaxes, UID_dictionary

from beeldbrug.dicom.syntax import (
    EXPLICIT_BE,
    EXPLICIT_LE,
    IMPLICIT_LE,
    TABLE,
    sniff,
    transfer_syntax,
)
from tests.unit.dicom.samples import dataset


@pytest.mark.parametrize("uid", AllTransferSyntaxes)
def test_layout_agrees_with_pydicom(uid: str) -> None:
    known = next(each for each in AllTransferSyntaxes if each == uid)
    row = TABLE[uid]
    assert row.encoding.explicit is not known.is_implicit_VR
    assert row.encoding.little is known.is_little_endian
    assert row.deflated is known.is_deflated or uid.endswith((".95", ".205"))


def test_every_transfer_syntax_of_the_standard_is_in_the_table() -> None:
    listed = {uid for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax"}
    assert {uid for uid in listed if uid not in TABLE} <= {"1.2.840.10008.1.20"}


def test_unknown_syntax_is_explicit_little_endian_and_anything_inside() -> None:
    row = transfer_syntax("1.2.3.4.5")
    assert (row.encoding, row.encapsulated, row.registered) == (EXPLICIT_LE, None, False)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (dataset(), EXPLICIT_LE),
        (b"\x00\x08\x00\x05CS\x00\x0a", EXPLICIT_BE),
        (b"\x08\x00\x05\x00\x0a\x00\x00\x00", IMPLICIT_LE),
        (b"\x08\x00\x12\x11\xff\xff\xff\xff", IMPLICIT_LE),
        (b"<?xml ve", None),
        (b"short", None),
        (bytes(8), None),
    ],
)
def test_dataset_tells_its_layout(data: bytes, encoding: object) -> None:
    assert sniff(data, 0) is encoding
