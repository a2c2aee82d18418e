"""Deflated datasets are inflated within bounds."""

from __future__ import annotations

import zlib

import pytest

from beeldbrug.dicom.deflated import inflate_dataset
from beeldbrug.model.errors import Malformed, TooLarge
from tests.unit.dicom.samples import dataset


@pytest.mark.parametrize("window", [-15, 15])
def test_dataset_is_inflated_in_chunks(window: int) -> None:
    packer = zlib.compressobj(wbits=window)
    body = packer.compress(dataset() * 1000) + packer.flush() + b"\0"
    chunks = [body[at : at + 100] for at in range(0, len(body), 100)]
    assert b"".join(inflate_dataset(chunks, 10_000_000)) == dataset() * 1000


def test_bomb_and_broken_data_are_refused() -> None:
    packer = zlib.compressobj(9, wbits=-15)
    body = packer.compress(bytes(50_000_000)) + packer.flush()
    with pytest.raises(TooLarge):
        list(inflate_dataset([body], 1_000_000))
    with pytest.raises(Malformed):
        list(inflate_dataset([body[:1000]], 100_000_000))
    with pytest.raises(Malformed):
        list(inflate_dataset([b"\x07\x07\x07"], 1000))
