"""The searcher looks through a hub's state and finds every planted value; and calls nothing a leak that is none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from beeldbrug.cli.prove.leaks.findings import Fault, Findings
from beeldbrug.cli.prove.leaks.hub import HubState, hub_state, look_through
from beeldbrug.cli.prove.leaks.planting import prove_eyes
from beeldbrug.cli.prove.leaks.search import Search
from beeldbrug.cli.prove.sealing import Wire
from beeldbrug.hub.stores.records.sql import SqlRecords

VALUE = "Zweldrinvox"


@pytest.fixture
def state(tmp_path: Path) -> HubState:
    SqlRecords(f"sqlite:///{tmp_path / 'hub.sqlite'}").close()
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "hub.log").write_text('{"event": "process ready", "time": "2025-01-01T00:00:00.123456Z"}\n')
    part = tmp_path / "parts" / "0a" / ("0a" * 16)
    part.parent.mkdir(parents=True)
    part.write_bytes(Wire().seal([])[0].body)
    return hub_state(tmp_path)


def found(state: HubState, value: str = VALUE) -> Findings:
    findings = Findings(Search([value]))
    look_through(state, findings, {})
    return findings


def test_a_clean_hub_is_clean(state: HubState) -> None:
    findings = found(state)
    assert findings.all == []
    assert findings.places > 50


def test_every_planted_value_is_found(state: HubState) -> None:
    missed = [one.where for one in prove_eyes(state) if not one.found]
    assert missed == []


def test_looking_changes_nothing(state: HubState) -> None:
    before = {path: path.read_bytes() for path in state.folder.rglob("*") if path.is_file()}
    found(state)
    prove_eyes(state)
    assert {path: path.read_bytes() for path in state.folder.rglob("*") if path.is_file()} == before


def test_digits_of_a_time_are_nobody(state: HubState) -> None:
    assert found(state, "123456").all == []


def test_what_is_not_sealed_is_no_part(state: HubState) -> None:
    part = next((state.folder / "parts" / "0a").iterdir())
    part.write_bytes(b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\nhello")
    assert [one.fault for one in found(state).all] == [Fault.UNKNOWN_OBJECT]


def test_a_segment_that_compresses_is_none(state: HubState) -> None:
    segment = state.folder / "segments" / "0a" / "0a" / ("0a" * 16) / "1.0123456789abcdef"
    segment.parent.mkdir(parents=True)
    segment.write_bytes(bytes(4096))
    assert [one.fault for one in found(state).all] == [Fault.UNKNOWN_OBJECT]


def test_a_column_that_nobody_listed_is_a_fault(state: HubState) -> None:
    with closing(sqlite3.connect(state.folder / "hub.sqlite")) as connection:
        connection.execute("ALTER TABLE parcels ADD COLUMN remark TEXT")
        connection.commit()
    assert [one.fault for one in found(state).all] == [Fault.UNLISTED]
