"""``beeldbrug disc read`` killed half-way: read in again it is whole, and nothing is there twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import ExchangeRow, SegmentState
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.receive.recover import recover_sides
from tests.contract.node.intake.desk import files
from tests.peers.processes import running, wait_until
from tests.unit.cli.runs import URA, Node

COMMAND = "from beeldbrug.cli.main import main; main()"
COUNT = 100


@pytest.mark.timeout(240)
def test_a_killed_reading_is_completed_by_the_next(node: Node, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", COUNT, size=64 * 1024)
    command = [sys.executable, "-c", COMMAND, "disc", "read", str(tmp_path / "disc"), "-s", str(node.settings)]
    with node.base() as base, running(command, tmp_path / "log") as process:

        def exchange() -> ExchangeRow | None:
            with base.database.read() as tx:
                rows = tx.exchanges.listing(URA)
            return rows[0] if rows else None

        def begun() -> bool:
            row = exchange()
            return row is not None and row.done >= 5

        wait_until(begun, "nothing comes in", 120, 0.005)
        process.kill()
        process.wait(20)
        before = exchange()
        assert before is not None and before.state is State.ARRIVING and 5 <= before.done < COUNT
        assert before.total == COUNT
        recover_sides(base.database, base.sides, base.store, base.clock.now())
        with base.database.read() as tx:
            assert tx.packs.in_state(SegmentState.OPEN) == []

    read = node.run("disc", "read", tmp_path / "disc").json
    assert (read["known"] + read["instances"], read["known"]) == (COUNT, before.done)
    with node.base() as base:
        with base.database.read() as tx:
            (row,) = tx.exchanges.listing(URA)
            rows = tx.instances.get(URA, [one.instance for one in tx.exchanges.members(row.id)])
        assert (row.id, row.state, row.done, row.total) == (before.id, State.VERIFIED, COUNT, COUNT)
        places = Places(base.sources, URA)
        kept = [b"".join(bytes(one) for one in read_original(base.sources, places, one)) for one in rows]
    assert len(kept) == COUNT and set(kept) == {path.read_bytes() for path in made}
