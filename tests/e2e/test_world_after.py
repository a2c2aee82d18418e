"""Runs last of the journeys: whatever was sent, no identity is in a log or at the hub, and the trail is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import PhantomPatient
from tests.e2e.conftest import KNOWN, STRANGERS
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(240)


def content(path: Path) -> bytes:
    """What the file holds; nothing when the hub, which lives on, has just let it go."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_no_identity_in_logs_or_at_the_hub_after_all_this(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 2, seed="after")
    world.send(study)
    world.imported(study[0].study_uid)
    planted: set[bytes] = set()
    for end in (world.a, world.b):
        planted |= {row.study_uid.encode() for row in end.exchanges() if row.study_uid}
    for somebody in (*KNOWN, *STRANGERS):
        words = (somebody.own_name, somebody.given, somebody.bsn, *(number for _, number in somebody.numbers))
        planted |= {word.encode() for word in words if len(word) >= 6}
        planted |= {word.encode("utf-16-le") for word in words if len(word) >= 6}
    logs = [world.hub.log, world.a.program.log, world.b.program.log]
    hub = [path for path in (world.made.data / "hub").rglob("*") if path.is_file()]
    assert len(planted) > 30 and any(path.suffix == ".sqlite" for path in hub)
    found = [path.name for path in (*logs, *hub) for word in planted if word in content(path)]
    assert not found, f"identity in {sorted(set(found))}"


def test_both_audit_trails_are_whole_after_all_this(world: World) -> None:
    assert world.a.audit_whole() and world.b.audit_whole()
