"""A hub of real stores in a temporary folder, with a clock that tests move, and two enrolled hospitals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.hub.ports.hub import Hub, HubLimits
from beeldbrug.hub.stores.objects.folder import FolderParts, FolderSegments
from beeldbrug.hub.stores.objects.partials import FilePartials
from beeldbrug.hub.stores.records.sql import SqlRecords
from beeldbrug.hub.usecases.enrol import enrol
from beeldbrug.kit.clock import ManualClock
from tests.unit.hub.hospital import HUB, Authority, Hospital

LIMITS = HubLimits(segment_bytes=1_000_000, part_bytes=100_000, quota=2_000_000, expiry_seconds=86400.0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def authority(clock: ManualClock) -> Authority:
    return Authority(clock.now())


@pytest.fixture
def hub(tmp_path: Path, clock: ManualClock, authority: Authority) -> Iterator[Hub]:
    records = SqlRecords(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    yield Hub(
        id=HUB,
        records=records,
        parts=FolderParts(tmp_path / "parts"),
        segments=FolderSegments(tmp_path / "segments"),
        partials=FilePartials(tmp_path / "partials"),
        clock=clock,
        limits=LIMITS,
        roots=[authority.pair[0]],
    )
    records.close()


@pytest.fixture
def sender(hub: Hub, authority: Authority) -> Hospital:
    hospital = authority.hospital("00000001", "Zendziekenhuis")
    enrol(hub, hospital.chain)
    return hospital


@pytest.fixture
def receiver(hub: Hub, authority: Authority) -> Hospital:
    hospital = authority.hospital("00000002", "Ontvangziekenhuis")
    enrol(hub, hospital.chain)
    return hospital


@pytest.fixture
def stranger(hub: Hub, authority: Authority) -> Hospital:
    hospital = authority.hospital("00000003", "Ander ziekenhuis")
    enrol(hub, hospital.chain)
    return hospital
