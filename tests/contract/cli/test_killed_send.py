"""``beeldbrug send`` killed half-way: what it acknowledged is whole, beside whatever else is running (guarantee 1)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.records import InstanceRow, SegmentState
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.receive.recover import recover, recover_sides
from tests.peers.processes import running, wait_until
from tests.unit.cli.runs import URA, Node

COMMAND = "from beeldbrug.cli.main import main; main()"


def kept(base: Base) -> list[InstanceRow]:
    """Instances of the newest exchange."""
    with base.database.read() as tx:
        rows = tx.exchanges.listing(URA)
        return tx.instances.get(URA, [one.instance for one in tx.exchanges.members(rows[0].id)]) if rows else []


@pytest.mark.timeout(240)
def test_a_killed_send_loses_nothing_and_is_mended_beside_live_ones(node: Node, tmp_path: Path) -> None:
    files = write_study(Kind.CT_HEAD, PATIENTS[1], tmp_path / "study", slices=200, thin_slices=0, documents=False)
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "send",
        str(tmp_path / "study"),
        "--to",
        "NAAR_B",
        "-s",
        str(node.settings),
    ]
    with node.base() as base, running(command, tmp_path / "log") as process:
        wait_until(lambda: len(kept(base)) >= 10, "nothing comes in", 120, 0.01)
        assert recover_sides(base.database, base.sides, base.store, base.clock.now()) == 0, "it is alive"
        process.kill()
        process.wait(20)
        before = kept(base)
        assert 10 <= len(before) < len(files)
        with base.database.read() as tx:
            exchange = tx.exchanges.listing(URA)[0].id
            assert tx.exchanges.associations_open(exchange) == 1

        with base.sides.open() as (_, live):
            held = live.create("f" * 32, 1)
            now = base.clock.now()
            recover(base.database, base.spool, base.store, "dimse", now, base.sides.holds)
            assert recover_sides(base.database, base.sides, base.store, now) == 1
            assert live.path("f" * 32, 1).exists()
            held.close()
            live.drop("f" * 32, 1)
        assert list((node.folder / "data" / "sides").iterdir()) == []
        with base.database.read() as tx:
            assert tx.packs.in_state(SegmentState.OPEN) == []
            assert tx.exchanges.associations_open(exchange) == 0
        originals = {path.read_bytes() for path in files}
        places = Places(base.sources, URA)
        read = [b"".join(bytes(one) for one in read_original(base.sources, places, row)) for row in kept(base)]
        assert len(read) == len(before) and set(read) <= originals

    assert node.run("send", tmp_path / "study", "--to", "NAAR_B").json["instances"] == len(files)
    with node.base() as base:
        assert len(kept(base)) == len(files)
