"""Datasets that are no instance (a DICOMDIR, one without identifiers) go round where allowed, else are refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydicom.data import get_testdata_file

from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.join import join
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import InstanceIndex

FILES = {
    "DICOMDIR": "dicomdir",
    "empty_charset_LEI.dcm": "identifiers-missing",
    "nested_priv_SQ.dcm": "identifiers-missing",
}


class Kept:
    """A sink that keeps the pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytearray] = []

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """Not needed."""

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        self.pieces.append(bytearray())

    def write_piece(self, data: memoryview) -> None:
        self.pieces[-1] += data

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Not needed."""

    def read(self, ordinal: int) -> Iterator[bytes]:
        yield bytes(self.pieces[ordinal])


def content(name: str) -> bytes:
    with open(str(get_testdata_file(name, download=False)), "rb") as file:
        return file.read()


@pytest.mark.parametrize("name", FILES)
def test_a_dataset_that_is_no_instance_goes_round_byte_for_byte(name: str) -> None:
    sink, original = Kept(), content(name)
    cutter = Cutter(sink, None, strict=False, instance=False)
    cutter.feed(original)
    cut = cutter.finish()
    assert b"".join(join(cut.pieces, cut.header, sink.read)) == original


@pytest.mark.parametrize(("name", "code"), FILES.items())
def test_what_is_no_instance_is_refused_where_one_is_wanted(name: str, code: str) -> None:
    cutter = Cutter(Kept(), None, strict=False)
    with pytest.raises(BeeldbrugError) as refused:
        cutter.feed(content(name))
        cutter.finish()
    assert refused.value.code == code
