"""An empty, migrated vault in SQLite: migrating takes longer than most tests, so it happens once a process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from beeldbrug.kit.sql import open_engine
from beeldbrug.node.stores.schema.upgrade import upgrade


def fresh_vault(path: Path) -> Engine:
    """Connections to a vault in a new file at ``path``: tables, and nothing in them."""
    shutil.copyfile(_migrated(), path)
    return open_engine(f"sqlite:///{path}")


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="beeldbrug-vault-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "migrated.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path
