"""ZIP files of whom nobody knows who made them: read as streams, within bounds, and clearly told."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from beeldbrug.model.errors import BeeldbrugError, TooLarge
from beeldbrug.node.ports.carrier import CarrierEntry, CarrierLimits
from beeldbrug.node.stores.carrier.open import open_carrier


def entries(path: Path, limits: CarrierLimits | None = None) -> list[CarrierEntry]:
    with open_carrier(path, limits or CarrierLimits()) as carrier:
        return list(carrier.entries())


def made(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members:
            file.writestr(name, content, compress_type=method)
    return path


def read(path: Path, name: str) -> bytes:
    with open_carrier(path) as carrier:
        entry = next(one for one in carrier.entries() if one.name == name)
        with carrier.open(entry) as file:
            return b"".join(iter(lambda: file.read(1000), b""))


def test_names_that_point_outside_are_refused(tmp_path: Path) -> None:
    names = ["../evil", "/etc/passwd", "a/../../b", "C:\\windows\\x", "..\\x", "\\\\host\\x", "goed/../x"]
    path = made(tmp_path / "x.zip", *((name, b"x") for name in names), ("goed", b"x"))
    assert {one.name: one.refused for one in entries(path)} == dict.fromkeys(names, "name-outside") | {"goed": ""}


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (one,) = entries(made(tmp_path / "x.zip", (link, b"/etc/passwd")))
    assert one.refused == "link"


def test_what_swells_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", ("bom", bytes(64 * 2**20)), ("klein", bytes(2**20)))
    assert {one.name: one.refused for one in entries(path)} == {"bom": "suspicious", "klein": ""}


def test_a_zip_in_a_zip_stays_a_file(tmp_path: Path) -> None:
    inner = made(tmp_path / "inner.zip", ("bom", bytes(2**20)))
    path = made(tmp_path / "x.zip", ("inner.zip", inner.read_bytes()))
    assert [(one.name, one.size) for one in entries(path)] == [("inner.zip", inner.stat().st_size)]


def test_what_needs_a_password_is_told(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", ("geheim", b"abc"), method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark) + offset
        content[at] |= 1
    path.write_bytes(content)
    assert [one.refused for one in entries(path)] == ["encrypted"]


def test_one_that_says_it_is_smaller_than_it_is_gives_no_more_than_it_said(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", ("leugen", bytes(100_000)))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark) + offset
        content[at : at + 4] = struct.pack("<L", 1000)
    path.write_bytes(content)
    with pytest.raises(OSError):
        read(path, "leugen")


def test_damage_is_told_as_what_a_disc_would_say(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", ("beeld", os.urandom(50_000)))
    content = bytearray(path.read_bytes())
    content[20_000:20_100] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(OSError):
        read(path, "beeld")


@pytest.mark.parametrize("content", [b"PK", b"PK\x03\x04" + bytes(3000), b"PK\x05\x06" + b"\xff" * 18, b"PK" * 4000])
def test_what_is_no_zip_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BeeldbrugError) as raised:
        entries(tmp_path / "x.zip")
    assert raised.value.code == "carrier-damaged" or isinstance(raised.value, TooLarge)


def test_a_table_of_contents_beyond_all_bounds_is_not_even_read(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", *((f"{number}", b"") for number in range(200)))
    with pytest.raises(TooLarge):
        entries(path, CarrierLimits(directory=1000))


def test_cut_off_it_is_no_zip(tmp_path: Path) -> None:
    path = made(tmp_path / "x.zip", ("a", b"x" * 1000))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(BeeldbrugError):
        entries(path)
