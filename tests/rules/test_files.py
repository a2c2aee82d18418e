"""House rules about files: length, docstrings, empty ``__init__``, places of tests, no broad ``except``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.rules.source import ROOT, SOURCE, TESTS, modules, shown, tree

LINES = 600

BROAD_EXCEPT = {
    "src/beeldbrug/kit/group_commit.py": "carries any failure of submitted work to the one who waits for it",
    "src/beeldbrug/kit/process.py": "the end of a fork: tells its trace, and never returns into its parent's code",
    "src/beeldbrug/kit/lanes.py": "carries any failure of submitted work to the one who waits for it",
    "src/beeldbrug/node/usecases/consult/carry.py": "a thread that listens must not end over one message",
    "src/beeldbrug/node/usecases/view/decode.py": "decoders raise anything on what came from outside",
}
"""Files that may catch everything, and why; beside them, a protocol's edge (EDGES) may."""

EDGES = ("src/beeldbrug/node/protocols/", "src/beeldbrug/hub/protocols/", "src/beeldbrug/node/workflows/")

NOT_MIRRORED = ("tests/unit/fakes", "tests/unit/cli")
"""Folders of unit tests that need no counterpart among the sources."""

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.-])/(work|root|home)/[\w.]")
_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".ini",
    ".yml",
    ".yaml",
    ".ts",
    ".tsx",
    ".css",
    ".html",
    ".sh",
    ".json",
}
_OUTSIDE = {".venv", ".git", ".peers", "node_modules", "dist", "build", "__pycache__", ".mypy_cache", ".ruff_cache"}
_SELF = {"tests/rules/test_files.py"}


def repository_files() -> Iterator[str]:
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        if path.is_file() and not _OUTSIDE & set(relative.parts) and (path.suffix in _TEXT or path.name == "Makefile"):
            yield relative.as_posix()


def test_no_file_is_longer_than_the_limit() -> None:
    long = {shown(path): len(path.read_text().splitlines()) for path in modules(SOURCE, TESTS)}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


def test_every_module_says_what_it_does() -> None:
    silent = [
        path for path in modules(SOURCE, TESTS) if path.name != "__init__.py" and not ast.get_docstring(tree(path))
    ]
    assert [shown(path) for path in silent] == []


def test_every_folder_has_an_empty_init() -> None:
    folders = {path.parent for path in modules(SOURCE, TESTS)}
    # a folder that only holds folders is a package too
    folders |= {parent for folder in folders for parent in folder.parents if SOURCE in parent.parents}
    missing = [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()]
    filled = [shown(path) for path in modules(SOURCE, TESTS) if path.name == "__init__.py" and path.stat().st_size]
    assert (missing, filled) == ([], [])


def test_unit_tests_lie_where_their_source_lies() -> None:
    astray = []
    for path in modules(TESTS / "unit"):
        folder = path.parent.relative_to(TESTS / "unit")
        if not (SOURCE / folder).is_dir() and not shown(path).startswith(NOT_MIRRORED):
            astray.append(shown(path))
    assert astray == []


def broad_handlers(module: ast.Module) -> list[int]:
    """Lines of handlers that catch everything and do not pass it on."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {each.id for each in caught if isinstance(each, ast.Name)}
            last = node.body[-1]
            passed_on = isinstance(last, ast.Raise) and last.exc is None
            if (node.type is None or names & {"Exception", "BaseException"}) and not passed_on:
                found.append(node.lineno)
    return found


def test_nothing_catches_everything_but_the_edges() -> None:
    found = {shown(path): broad_handlers(tree(path)) for path in modules(SOURCE)}
    wrong = {
        name: lines
        for name, lines in found.items()
        if lines and name not in BROAD_EXCEPT and not name.startswith(EDGES)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try: pass\nexcept Exception: pass", [2]),
        ("try: pass\nexcept (OSError, BaseException) as e: print(e)", [2]),
        ("try: pass\nexcept: pass", [2]),
        ("try: pass\nexcept BaseException:\n    raise", []),
        ("try: pass\nexcept OSError: pass", []),
    ],
)
def test_the_search_for_broad_handlers_finds_them(code: str, lines: list[int]) -> None:
    assert broad_handlers(ast.parse(code)) == lines


def test_nothing_is_left_unfinished_and_no_machine_is_named() -> None:
    wrong = []
    for name in repository_files():
        if name in _SELF:
            continue
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if UNFINISHED.search(line) or MACHINE_PATH.search(line):
                wrong.append(f"{name}:{number}")
    assert wrong == []


def test_suppressions_give_their_reason() -> None:
    """``# noqa: S603 - why`` and ``# type: ignore[x]  # why``."""
    bare = re.compile(r"# noqa(: [A-Z0-9, ]+)?\s*$|# type: ignore(\[[^\]]*\])?\s*$")
    wrong = [
        f"{shown(path)}:{number}"
        for path in modules(SOURCE, TESTS)
        if shown(path) not in _SELF
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert wrong == []
