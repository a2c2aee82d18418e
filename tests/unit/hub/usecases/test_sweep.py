"""The sweeper: what has expired goes with its bytes, what a crash left goes too, and what lives stays."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, text

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.stores import schema
from beeldbrug.hub.usecases.grant_pack import grant_pack
from beeldbrug.hub.usecases.report_usage import report_usage
from beeldbrug.hub.usecases.sweep import remove_strays, sweep
from beeldbrug.kit.clock import ManualClock
from tests.unit.hub.hospital import Hospital, new_id
from tests.unit.hub.usecases.test_packs import begin, offer, put, read
from tests.unit.hub.usecases.test_parts import cursors, post

ME, OTHER = "a" * 32, "b" * 32


def files(folder: Path) -> list[str]:
    found = [path for name in ("parts", "segments", "partials") for path in (folder / name).rglob("*")]
    return sorted(path.name for path in found if path.is_file())


def rows(folder: Path) -> dict[str, int]:
    """Rows of everything that can expire."""
    engine = create_engine(f"sqlite:///{folder / 'hub.sqlite'}")
    names = ["parcels", "parts", "packs", "grants", "segments", "uploads", "discards"]
    assert set(names) < set(schema.METADATA.tables)
    with engine.connect() as connection:
        counted = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}  # noqa: S608 - our own names
    engine.dispose()
    return {name: count for name, count in counted.items() if count}


def test_expiry_leaves_nothing_behind(
    hub: Hub, sender: Hospital, receiver: Hospital, clock: ManualClock, tmp_path: Path
) -> None:
    parcel, pack = new_id(), new_id()
    grant_pack(hub, sender.caller, pack, parcel, receiver.ura, clock.now() + 3600.0)
    put(hub, sender, pack, 0)
    begin(hub, sender, offer(pack, 1)).break_off()
    post(hub, sender.stream(parcel, receiver.ura), seconds=3600.0)
    clock.advance(3599.0)
    sweep(hub, ME, 100.0)
    assert len(files(tmp_path)) == 3
    clock.advance(2.0)
    swept = sweep(hub, ME, 100.0)
    assert swept is not None
    assert (swept.parts, swept.parcels) == (1, 1)
    assert files(tmp_path) == []
    assert rows(tmp_path) == {}
    assert report_usage(hub, sender.caller)["used"] == 0


def test_what_has_not_expired_stays(
    hub: Hub, sender: Hospital, receiver: Hospital, clock: ManualClock, tmp_path: Path
) -> None:
    parcel, pack = new_id(), new_id()
    stream = sender.stream(parcel, receiver.ura)
    post(hub, stream, seconds=60.0)
    post(hub, stream, seconds=3600.0)
    grant_pack(hub, sender.caller, pack, parcel, receiver.ura, clock.now() + 3600.0)
    put(hub, sender, pack, 0)
    clock.advance(61.0)
    sweep(hub, ME, 100.0)
    assert cursors(hub, receiver) == [2]
    assert read(hub, receiver, pack, 0) is not None
    assert post(hub, stream).fresh


def test_a_grant_that_expired_before_the_sweep_gives_nothing(
    hub: Hub, sender: Hospital, receiver: Hospital, clock: ManualClock
) -> None:
    pack = new_id()
    grant_pack(hub, sender.caller, pack, new_id(), receiver.ura, clock.now() + 60.0)
    put(hub, sender, pack, 0)
    clock.advance(61.0)
    access = hub.records.read(lambda transaction: transaction.packs.access(pack, receiver.ura, clock.now()))
    assert access is not None
    assert not access.granted


def test_partial_uploads_wait_a_day(
    hub: Hub, sender: Hospital, receiver: Hospital, clock: ManualClock, tmp_path: Path
) -> None:
    long = replace(hub, limits=replace(hub.limits, expiry_seconds=1e9))
    pack = new_id()
    grant_pack(long, sender.caller, pack, new_id(), receiver.ura, clock.now() + 1e8)
    begin(hub, sender, offer(pack, 0)).break_off()
    clock.advance(86399.0)
    sweep(hub, ME, 100.0)
    assert len(files(tmp_path)) == 1
    clock.advance(2.0)
    sweep(hub, ME, 100.0)
    assert files(tmp_path) == []
    assert report_usage(hub, sender.caller)["upload_bytes"] == 0


def test_one_process_sweeps_at_a_time(hub: Hub, clock: ManualClock) -> None:
    assert sweep(hub, ME, 100.0) is not None
    assert sweep(hub, OTHER, 100.0) is None
    clock.advance(101.0)
    assert sweep(hub, OTHER, 100.0) is not None
    assert sweep(hub, ME, 100.0) is None


def test_bytes_without_a_row_are_removed_once_they_are_old(
    hub: Hub, sender: Hospital, receiver: Hospital, clock: ManualClock, tmp_path: Path
) -> None:
    parcel, pack = new_id(), new_id()
    grant_pack(hub, sender.caller, pack, parcel, receiver.ura, clock.now() + 3600.0)
    put(hub, sender, pack, 0)
    begin(hub, sender, offer(pack, 1)).break_off()
    post(hub, sender.stream(parcel, receiver.ura))
    kept = files(tmp_path)
    stray = new_id()
    lost = [
        tmp_path / "parts" / stray[:2] / stray,
        tmp_path / "segments" / pack[:2] / pack[2:4] / pack / f"7.{stray[:16]}",
        tmp_path / "partials" / f"{pack}.8.{stray[:16]}.partial",
    ]
    for path in lost:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    now = clock.now()
    for path in tmp_path.rglob("*"):
        os.utime(path, (now, now))
    assert remove_strays(hub) == 0
    clock.advance(hub.limits.stray_seconds + 1)
    assert remove_strays(hub) == 3
    assert files(tmp_path) == kept
