"""The spool: appends whole or not at all, what was acknowledged comes back, a full disk is refused and recovers."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable
from beeldbrug.node.stores.spool import FileSpool

PACK = "a" * 32


@pytest.fixture
def spool(tmp_path: Path) -> FileSpool:
    return FileSpool(tmp_path / "spool", reserve=0)


def test_a_growing_segment_is_readable_and_found_at_start_up(spool: FileSpool) -> None:
    file = spool.create(PACK, 7)
    file.append(b"one")
    file.append(memoryview(b"two"))
    file.sync()
    assert file.length == 6
    assert spool.read(PACK, 7, 2, 3) == b"etw"
    assert list(spool.left_over()) == [(PACK, 7, 6)]
    file.close()
    file.close()
    assert spool.path(PACK, 7).stat().st_mode & 0o777 == 0o600


def test_a_segment_is_created_once(spool: FileSpool) -> None:
    spool.create(PACK, 1).close()
    with pytest.raises(Conflict):
        spool.create(PACK, 1)


def test_an_unknown_tail_is_cut_and_a_lost_one_is_reported(spool: FileSpool) -> None:
    file = spool.create(PACK, 1)
    file.append(b"known tail")
    file.close()
    spool.cut(PACK, 1, 5)
    assert spool.path(PACK, 1).read_bytes() == b"known"
    with pytest.raises(Conflict) as short:
        spool.cut(PACK, 1, 6)
    assert short.value.code == "spool-too-short"
    with pytest.raises(NotFound):
        spool.cut(PACK, 2, 0)


def test_dropping_is_repeatable_and_leaves_other_segments(spool: FileSpool) -> None:
    for number in (1, 2):
        spool.create(PACK, number).close()
    for _ in range(2):
        spool.drop(PACK, 1)
    assert [number for _, number, _ in spool.left_over()] == [2]
    spool.drop(PACK, 2)
    assert not spool.path(PACK, 2).parent.exists()
    spool.create(PACK, 3).close()
    with pytest.raises(NotFound) as gone:
        spool.read(PACK, 1, 0, 1)
    assert gone.value.code == "segment-not-here"


def test_a_full_disk_takes_back_the_whole_append_and_recovers(
    spool: FileSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = spool.create(PACK, 1)
    file.append(b"kept")
    write = os.write

    def half(descriptor: int, data: memoryview) -> int:
        if len(data) <= 3:
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(Unavailable) as full:
        file.append(b"0123456789")
    assert full.value.code == "disk-full"
    monkeypatch.undo()
    assert (file.length, spool.path(PACK, 1).read_bytes()) == (4, b"kept")
    file.append(b" more")
    file.sync()
    assert spool.read(PACK, 1, 0, 9) == b"kept more"


def test_below_the_reserve_nothing_new_begins_and_it_recovers_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = FileSpool(tmp_path / "spool", reserve=1000)
    now, free = [100.0], [999]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(spool, "free", lambda: free[0])
    with pytest.raises(Unavailable) as full:
        spool.create(PACK, 1)
    assert full.value.code == "disk-full"
    free[0] = 1000
    with pytest.raises(Unavailable):
        spool.create(PACK, 1)
    now[0] += 1.1
    spool.create(PACK, 1).close()


def test_after_a_failed_sync_nothing_is_acknowledged_any_more(
    spool: FileSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = spool.create(PACK, 1)
    file.append(b"x")

    def fails(descriptor: int) -> None:
        raise OSError(errno.EIO, "lost")

    monkeypatch.setattr(os, "fdatasync", fails)
    with pytest.raises(Unavailable):
        file.sync()
    monkeypatch.undo()
    with pytest.raises(Unavailable):
        file.sync()


@pytest.mark.parametrize("pack", ["..", "A" * 32, "a" * 31, "a/" * 16])
def test_an_id_that_is_none_reaches_no_disk(spool: FileSpool, pack: str) -> None:
    with pytest.raises(Malformed):
        spool.create(pack, 1)


def test_names_that_are_not_the_spools_are_left_alone(spool: FileSpool, tmp_path: Path) -> None:
    (tmp_path / "spool" / "note.txt").write_text("x")
    spool.create(PACK, 1).close()
    (tmp_path / "spool" / PACK / "x").write_text("x")
    assert list(spool.left_over()) == [(PACK, 1, 0)]
