"""Runs the command line inside the test, and a node without a hub to run it on: made by the commands themselves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from beeldbrug.cli.main import app
from beeldbrug.kit.settings import load
from beeldbrug.node.app.base import Base, open_base
from beeldbrug.node.app.settings import NodeSettings

URA = "00000001"
OTHER = "00000002"
PASSPHRASE = "paard batterij nietje juist"  # noqa: S105 - a test's own

SETTINGS = """
data = "{folder}/data"
root_key = "{folder}/keys/root.key"

[organisation]
ura = "00000001"
name = "Ziekenhuis A"
certificate = "{folder}/keys/certificate.pem"
signing_key = "{folder}/keys/signing.key"

[dimse]
port = 11119

[web]
port = 8459

[imports]
issuer = "Ziekenhuis A"

[[rules]]
ae_title = "NAAR_B"
receiver = "00000002"
receiver_name = "Ziekenhuis B"
department = "Radiologie"
ground = "referral"
responsible = "dienstdoend radioloog"
urgency = "stat"
"""


@dataclass(frozen=True)
class Ran:
    """What a command did. ``output`` is standard output, ``told`` standard error."""

    code: int
    output: str
    told: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line."""
        found: dict[str, Any] = json.loads(self.output.splitlines()[-1])
        return found


def run(*arguments: str | Path, typed: str | None = None) -> Ran:
    """Run one command; an error that is none of the project's fails the test."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], input=typed, env={"LANG": "nl_NL.UTF-8"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@dataclass(frozen=True)
class Node:
    """A node's folder and settings; its vault is made."""

    folder: Path
    settings: Path

    def run(self, *arguments: str | Path, typed: str | None = None) -> Ran:
        """A command of this node, its result as JSON."""
        return run(*arguments, "-s", self.settings, "--json", typed=typed)

    def show(self, *arguments: str | Path, typed: str | None = None) -> Ran:
        """The same, as people see it."""
        return run(*arguments, "-s", self.settings, typed=typed)

    @contextmanager
    def base(self) -> Iterator[Base]:
        """Its vault."""
        with open_base(load(NodeSettings, self.settings)) as base:
            yield base

    def events(self, event: str) -> list[Any]:
        """Audit events of this kind."""
        with self.base() as base, base.database.read() as tx:
            return [one for _, one in tx.audit.events(URA, event=event)]


def copy_node(made: Node, folder: Path) -> Node:
    """Another node with the same keys and a copy of the vault."""
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    node = Node(folder, folder / "node.toml")
    node.settings.write_text(SETTINGS.format(folder=folder))
    return node


def make_node(folder: Path) -> Node:
    """Authority, key, certificate and vault, by the commands that an operator uses."""
    for command in (
        ("keys", "authority", "Regio", "--out", folder / "authority"),
        ("keys", "request", "--ura", URA, "--name", "Ziekenhuis A", "--out", folder / "keys"),
        ("keys", "certify", folder / "keys" / "request.pem", "--authority", folder / "authority", "--yes"),
    ):
        assert run(*command, "--json").code == 0
    file = folder / "node.toml"
    file.write_text(SETTINGS.format(folder=folder))
    node = Node(folder, file)
    assert node.run("upgrade").json["changed"] is True
    return node
