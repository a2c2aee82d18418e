"""What a partner's file owes the disk: its bytes, then its mark, then its name, before it counts as whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.stores.drop.place import WHOLE
from beeldbrug.node.stores.drop.uploading import OpenFile, PartnerDrop


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the disk, in order."""
    found: list[str] = []

    def watched(name: str) -> None:
        original = getattr(os, name)

        def deed(*arguments: object) -> object:
            found.append(name)
            return original(*arguments)

        monkeypatch.setattr(os, name, deed)

    for name in ("pwrite", "ftruncate", "fdatasync", "fsync", "fchmod"):
        watched(name)
    return found


@pytest.fixture
def opened(tmp_path: Path, deeds: list[str]) -> OpenFile:
    file = PartnerDrop(tmp_path, DropLimits()).open(("one",), create=True, cut=True, exclusive=False)
    deeds.clear()
    return file


MARKED = ["fchmod", "fsync", "fsync"]


def test_bytes_are_on_the_disk_before_the_mark_and_the_name_after(
    opened: OpenFile, deeds: list[str], tmp_path: Path
) -> None:
    opened.write(0, b"bytes")
    opened.close(whole=True)
    assert deeds == ["pwrite", "fdatasync", *MARKED]
    assert (tmp_path / "drop" / "one").stat().st_mode & 0o777 == WHOLE


def test_what_the_client_had_synced_is_not_synced_once_more(opened: OpenFile, deeds: list[str]) -> None:
    opened.write(0, b"bytes")
    opened.sync()
    opened.close(whole=True)
    assert deeds == ["pwrite", "fdatasync", *MARKED]


@pytest.mark.parametrize("change", ["pwrite", "ftruncate"])
def test_what_was_changed_after_a_sync_is_synced_again(opened: OpenFile, deeds: list[str], change: str) -> None:
    opened.write(0, b"bytes")
    opened.sync()
    opened.write(5, b"more") if change == "pwrite" else opened.cut(2)
    opened.close(whole=True)
    assert deeds == ["pwrite", "fdatasync", change, "fdatasync", *MARKED]


def test_what_broke_off_gets_no_mark(opened: OpenFile, deeds: list[str]) -> None:
    opened.write(0, b"bytes")
    opened.close(whole=False)
    assert deeds == ["pwrite"]
