"""How the worker process is put together: what may hang has lanes of its own, and all of them end with the process."""

from __future__ import annotations

import threading
from pathlib import Path

from beeldbrug.cli.demo.world import build
from beeldbrug.kit.settings import load
from beeldbrug.kit.sql import open_engine
from beeldbrug.node.app.base import open_base
from beeldbrug.node.app.compose import IMPORTS, worker_parts
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.stores.schema.upgrade import upgrade


def import_threads() -> int:
    return sum(thread.name.startswith("import-") for thread in threading.enumerate())


def test_imports_share_no_lane_with_what_goes_to_and_from_the_hub(tmp_path: Path) -> None:
    world = build(tmp_path, 104, 105)
    settings = load(NodeSettings, world.b.settings)
    upgrade(open_engine(settings.database_url))
    with open_base(settings) as base:
        hub = open_ways(base)
        parts = worker_parts(base, hub)
        try:
            step = {kind: parts.steps[world.b.ura, kind] for kind in WorkKind}
            lanes = [step[kind].lanes for kind in (WorkKind.SEND, WorkKind.FETCH, WorkKind.IMPORT)]  # type: ignore[attr-defined]  # these have some
            assert lanes[0] is lanes[1] is not lanes[2]
            assert set(map(id, parts.lanes)) == set(map(id, lanes))
            assert import_threads() == IMPORTS
        finally:
            for one in parts.lanes:
                one.close()
            hub.close()
    assert import_threads() == 0
