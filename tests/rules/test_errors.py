"""Every protocol has one table from kind of error to wire status, and every kind stands in every table."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from beeldbrug.model.errors import BeeldbrugError, Kind
from tests.rules.source import SOURCE, modules, shown, tree

TABLE = "STATUS_BY_KIND"

ONLY_ASK = {f"src/beeldbrug/node/protocols/{name}" for name in ("hub", "notices", "oidc", "sftp", "syslog")}
"""Protocols in which we are the client only: nobody waits for a status of ours."""


def tables(folder: Path) -> list[Path]:
    """Modules below the folder that define a table."""
    found = []
    for path in modules(folder):
        for node in tree(path).body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            if any(isinstance(target, ast.Name) and target.id == TABLE for target in targets):
                found.append(path)
    return found


def protocols() -> list[Path]:
    """Folders of protocols that answer somebody: those with any module."""
    parents = [SOURCE / "node" / "protocols", SOURCE / "hub" / "protocols"]
    folders = [path for parent in parents if parent.is_dir() for path in sorted(parent.iterdir()) if path.is_dir()]
    folders = [path for path in folders if shown(path) not in ONLY_ASK]
    return [path for path in folders if [module for module in modules(path) if module.name != "__init__.py"]]


@pytest.mark.parametrize("protocol", protocols(), ids=shown)
def test_every_protocol_has_one_table_with_every_kind(protocol: Path) -> None:
    found = tables(protocol)
    assert len(found) == 1, [shown(path) for path in found]
    name = ".".join(found[0].relative_to(SOURCE.parent).with_suffix("").parts)
    table = getattr(importlib.import_module(name), TABLE)
    assert set(table) == set(Kind)


def test_every_kind_has_its_error() -> None:
    assert {error.kind for error in BeeldbrugError.__subclasses__()} == set(Kind)
