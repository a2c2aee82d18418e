"""What was sent leaves the sender's node after its time; the study can be sent again as if for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.node.ports.records import OWN
from tests.e2e.studies import make_study
from tests.e2e.world import RULES, World, running_world
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SOON = """
[keep]
sent_days = 0.00003
"""
"""2.6 seconds; the sweep comes by every 10."""


def _is_empty(world: World) -> bool:
    segments = [path for path in (world.a.site.data / "segments").rglob("*") if path.is_file()]
    with world.a.vault.database.read() as tx:
        return not segments and not tx.packs.of_origin(world.a.site.ura, OWN)


@pytest.mark.slow
def test_a_sent_study_leaves_the_node_and_can_be_sent_again(tmp_path: Path, patient: PhantomPatient) -> None:
    study = make_study(patient, 4, seed="keeping")
    with running_world(tmp_path, rules=RULES + SOON) as world:
        world.pacs.know({"PACSB": [(patient, HOSPITAL_B)], "PACSA": []})
        for _ in range(2):
            assert set(world.send(study)) == {0}
            at_a, at_b = world.imported(study[0].study_uid)
            wait_until(lambda: _is_empty(world), "A's node has let go of it", 60, 0.2)
            kept = world.a.exchange(study[0].study_uid)
            assert kept is not None and (kept.id, kept.total, kept.imported) == (at_a.id, 4, 4)
            assert world.a.events(at_a.id)[-1] == "emptied" and len(world.b.instances(at_b.id)) == 4
        assert len(world.a.exchanges(study[0].study_uid)) == 2
        assert world.a.audit_whole() and world.b.audit_whole()
