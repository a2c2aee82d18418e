"""A command imports only what it uses: people and scripts wait for every import, each time."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from beeldbrug.cli.main import app
from beeldbrug.cli.tree import Later

FOR_A_NODE = (
    *("alembic", "asyncssh", "granian", "hl7", "imagecodecs", "numpy", "obstore", "pycdlib", "pydicom"),
    *("pynetdicom", "starlette", "urllib3", "webauthn", "beeldbrug.node.app.compose"),
)
"""What only somebody needs who listens, works, calls, reads images or migrates."""

FOR_A_VAULT = ("psycopg", "pydantic", "sqlalchemy", "structlog")
"""What only opening a vault, or reading settings, needs."""

NO_VAULT = ("beeldbrug.cli.main", "beeldbrug.cli.keys.authority", "beeldbrug.cli.keys.request")

LIGHT = (
    *("account.create", "account.list", "account.recover", "account.setup", "audit.list", "audit.verify", "backup"),
    *("keys.backup", "keys.certify", "keys.rehearse", "keys.restore", "keys.rotate", "keys.show", "park.drop"),
    *("park.list", "park.send", "partner.add", "partner.again", "partner.import_", "partner.list", "partner.remove"),
    *("patients.count", "patients.read", "restore", "status", "summary", "token.create", "token.revoke", "upgrade"),
    "withdraw",
)
"""Commands that open the vault and need no more."""


def _loaded(modules: tuple[str, ...], of: tuple[str, ...]) -> dict[str, list[str]]:
    """Which of these each module brings along, in the order given: what an earlier one brought is not told again."""
    program = (
        "import importlib, json, sys\nseen, told = set(), {}\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"    told[name] = [one for one in {of!r} if one in sys.modules and one not in seen]\n"
        "    seen.update(told[name])\n"
        "print(json.dumps(told))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {name: heavy for name, heavy in found.items() if heavy}


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for below, one in getattr(command, "commands", {}).items():
        full = f"{name} {below}".strip()
        yield full, one
        yield from _leaves(full, one.load() if isinstance(one, Later) else one)


EVERY = dict(_leaves("", typer.main.get_command(app)))


def test_help_and_what_needs_no_vault_load_no_engine() -> None:
    assert _loaded(NO_VAULT, (*FOR_A_VAULT, *FOR_A_NODE, "rich")) == {}


def test_a_command_that_only_opens_the_vault_loads_nothing_of_a_running_node() -> None:
    assert _loaded(tuple(f"beeldbrug.cli.{name}" for name in LIGHT), FOR_A_NODE) == {}


def test_the_search_would_find_a_heavy_module() -> None:
    assert _loaded(("beeldbrug.cli.node",), FOR_A_NODE) != {}


@pytest.mark.parametrize("name", [name for name, one in EVERY.items() if isinstance(one, Later)])
def test_a_command_says_in_the_list_what_its_own_help_says(name: str) -> None:
    later = EVERY[name]
    first = inspect.cleandoc(later.load().help or "").split("\n\n")[0]
    assert later.help == " ".join(first.split())


def test_the_version_is_that_of_the_package() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "beeldbrug.cli.main", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split()[0] == "beeldbrug"
    assert done.stdout.split()[1][0].isdigit()
