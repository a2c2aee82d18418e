"""A desk on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.intake.desk import Desk


@pytest.fixture
def desk(vault: Vault, tmp_path: Path) -> Iterator[Desk]:
    """An empty one."""
    made = Desk(vault, tmp_path / "node")
    yield made
    made.packing.close()
