"""Promises of kit.files."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.kit import files
from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert files.write_new(path, b"one") == 3
    with pytest.raises(Conflict):
        files.write_new(path, b"two")
    assert path.read_bytes() == b"one" and list(tmp_path.iterdir()) == [path]


def test_writing_over_replaces_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    files.write_over(path, b"one")
    assert files.write_over(path, [b"tw", memoryview(b"o!"), bytearray(b"?")]) == 5
    assert path.read_bytes() == b"two!?" and path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise KeyError

    with pytest.raises(KeyError):
        files.write_new(tmp_path / "a", broken())
    assert list(tmp_path.iterdir()) == []


def test_data_is_synced_before_its_name_and_the_folder_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deeds: list[str] = []
    fsync, link = os.fsync, os.link

    def watched_sync(descriptor: int) -> None:
        deeds.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync file")
        fsync(descriptor)

    def watched_link(source: Path, target: Path) -> None:
        deeds.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "link", watched_link)
    files.write_new(tmp_path / "a", b"x")
    assert deeds == ["sync file", "name", "sync folder"]


def test_a_full_disk_is_unavailable_with_a_remedy_and_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "secret-name")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Unavailable) as caught:
        files.write_new(tmp_path / "a", b"x")
    assert caught.value.code == "disk-full" and caught.value.remedy and "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_other_disk_faults_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        files.write_new(tmp_path / ("n" * 300), b"x")
    assert caught.value.code == "disk-failed"


def test_short_files_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert files.read_range(tmp_path / "a", 3, 4) == b"3456"
    with pytest.raises(Malformed):
        files.read_range(tmp_path / "a", 8, 4)
    with pytest.raises(NotFound):
        files.read_range(tmp_path / "b", 0, 1)


def test_folders_are_private_and_made_once(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b" / "c")
    files.make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_unfinished_files_are_removed_and_others_stay(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a")
    files.temporary_path(tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a" / "kept").write_bytes(b"x")
    assert files.remove_temporary(tmp_path) == 1
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]


def test_a_finished_file_is_moved_once(tmp_path: Path) -> None:
    for content in (b"1", b"2"):
        temporary = files.temporary_path(tmp_path)
        temporary.write_bytes(content)
        if content == b"1":
            files.move_new(temporary, tmp_path / "a")
        else:
            with pytest.raises(Conflict):
                files.move_new(temporary, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    files.remove(tmp_path / "a")
    files.remove(tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_write_back_that_cannot_begin_is_no_failure(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.write(b"content")
        file.flush()
        files.start_write_back(file.fileno(), 0, 7)
    files.start_write_back(-1, 0, 7)
    assert (tmp_path / "x").read_bytes() == b"content"
