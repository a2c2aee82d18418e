"""The import contracts hold, and each of them catches a breach planted in a copy of the sources."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rules.source import ROOT

_START = "importlinter:contract:"


@dataclass(frozen=True)
class Breach:
    """Files to plant below ``beeldbrug``, with their text, and the contract that must notice."""

    contract: str
    files: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.contract}:{next(iter(self.files))}"


def one(contract: str, file: str, imported: str) -> Breach:
    """A breach by one file that imports one module."""
    return Breach(contract, {file: f"import {imported}\n"})


def siblings(contract: str, parent: str) -> Breach:
    """Two new siblings, one importing the other."""
    package = f"beeldbrug.{parent.replace('/', '.')}"
    return Breach(
        contract,
        {
            f"{parent}/planted_a/__init__.py": "",
            f"{parent}/planted_a/planted.py": f"import {package}.planted_b.planted\n",
            f"{parent}/planted_b/__init__.py": "",
            f"{parent}/planted_b/planted.py": "",
        },
    )


BREACHES = [
    one("layers", "model/planted.py", "beeldbrug.kit"),
    one("layers", "kit/planted.py", "beeldbrug.dicom"),
    one("layers", "dicom/planted.py", "beeldbrug.sealed"),
    one("layers", "sealed/planted.py", "beeldbrug.dicom"),
    one("layers", "sealed/planted.py", "beeldbrug.hub"),
    one("layers", "hub/planted.py", "beeldbrug.node"),
    one("layers", "node/planted.py", "beeldbrug.hub"),
    one("layers", "node/planted.py", "beeldbrug.cli"),
    Breach("layers", {"planted/__init__.py": ""}),
    *(
        breach
        for role in ("node", "hub")
        for breach in (
            one(f"{role}-layers", f"{role}/ports/planted.py", f"beeldbrug.{role}.policy"),
            one(f"{role}-layers", f"{role}/policy/planted.py", f"beeldbrug.{role}.usecases"),
            one(f"{role}-layers", f"{role}/usecases/planted.py", f"beeldbrug.{role}.stores"),
            one(f"{role}-layers", f"{role}/stores/planted.py", f"beeldbrug.{role}.usecases"),
            one(f"{role}-layers", f"{role}/usecases/planted.py", f"beeldbrug.{role}.protocols"),
            Breach(
                f"{role}-layers",
                {
                    f"{role}/app/__init__.py": "",
                    f"{role}/app/planted.py": "",
                    f"{role}/protocols/planted.py": f"import beeldbrug.{role}.app.planted\n",
                },
            ),
            Breach(f"{role}-layers", {f"{role}/planted/__init__.py": ""}),
            one("protocols-without-stores", f"{role}/protocols/planted.py", f"beeldbrug.{role}.stores"),
            siblings(f"{role}-protocols-apart", f"{role}/protocols"),
            siblings(f"{role}-stores-apart", f"{role}/stores"),
            Breach(
                f"{role}-stores-apart",
                {
                    f"{role}/stores/planted.py": "",
                    f"{role}/stores/schema/__init__.py": "",
                    f"{role}/stores/schema/planted.py": f"import beeldbrug.{role}.stores.planted\n",
                },
            ),
            one("policy-does-no-io", f"{role}/policy/planted.py", "sqlalchemy"),
            one("policy-does-no-io", f"{role}/policy/planted.py", "socket"),
        )
    ),
    one("node-layers", "node/protocols/planted.py", "beeldbrug.node.workflows"),
    one("node-layers", "node/workflows/planted.py", "beeldbrug.node.protocols"),
    one("protocols-without-stores", "node/workflows/planted.py", "beeldbrug.node.stores"),
    one("hub-knows-no-identity", "hub/planted.py", "beeldbrug.model.identity"),
    one("hub-knows-no-identity", "hub/planted.py", "beeldbrug.model.capsule"),
    one("hub-knows-no-identity", "hub/planted.py", "beeldbrug.dicom"),
    one("hub-knows-no-identity", "hub/planted.py", "beeldbrug.node"),
    Breach(
        "hub-knows-no-identity",
        {
            # by a detour: through the outer half
            "hub/planted.py": "import beeldbrug.sealed.planted\n",
            "sealed/planted.py": "import beeldbrug.model.capsule\n",
        },
    ),
    Breach(
        "hub-knows-no-identity",
        {
            "hub/planted.py": "import beeldbrug.sealed.opening.planted\n",
            "sealed/opening/__init__.py": "",
            "sealed/opening/planted.py": "",
        },
    ),
    Breach(
        "only-the-node-opens",
        {
            "sealed/planted.py": "import beeldbrug.sealed.opening.planted\n",
            "sealed/opening/__init__.py": "",
            "sealed/opening/planted.py": "",
        },
    ),
    one("model-is-pure", "model/planted.py", "msgspec"),
    one("model-is-pure", "model/planted.py", "pydicom"),
    Breach(
        "no-cycles",
        {
            "kit/planted_a.py": "import beeldbrug.kit.planted_b\n",
            "kit/planted_b.py": "import beeldbrug.kit.planted_a\n",
        },
    ),
]


def contracts() -> dict[str, str]:
    """Id and name of every contract."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return {each.removeprefix(_START): parser[each]["name"] for each in parser.sections() if each.startswith(_START)}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the sources below ``folder``."""
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--config", str(ROOT / ".importlinter"), "--no-cache", "--no-logo", *options]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(ROOT / "src" / "beeldbrug", folder / "beeldbrug", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def plant(copy: Path) -> Iterator[Path]:
    """The copy, cleared of everything planted at the end of the test."""
    before = set(copy.rglob("*"))
    yield copy
    for path in sorted(set(copy.rglob("*")) - before, reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_the_sources_keep_every_contract() -> None:
    done = lint(ROOT / "src")
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_planted_breach_is_caught(plant: Path, breach: Breach) -> None:
    for name, text in breach.files.items():
        path = plant / "beeldbrug" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text)
    done = lint(plant, "--contract", breach.contract)
    assert done.returncode == 1 and f"{contracts()[breach.contract]} BROKEN" in done.stdout, done.stdout + done.stderr
    assert "planted" in done.stdout.split("BROKEN", 1)[1]


def test_every_contract_has_a_breach_that_it_catches() -> None:
    assert {breach.contract for breach in BREACHES} == set(contracts())
