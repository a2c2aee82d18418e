"""What the rule tests look at: the repository's files and their syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "beeldbrug"
TESTS = ROOT / "tests"


def modules(*folders: Path) -> list[Path]:
    """Python files below these folders, sorted; alembic's own file for new migrations is no module."""
    return sorted(path for folder in folders for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def shown(path: Path) -> str:
    """The path as messages give it: from the repository's root."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=shown(path))
