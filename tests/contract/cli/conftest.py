"""The same node and study as the command line's unit tests have."""

from __future__ import annotations

from tests.unit.cli.conftest import made_node, node, study

__all__ = ["made_node", "node", "study"]
