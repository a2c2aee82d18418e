"""Backup, restore and upgrade of a node, and a hub's participants, by command."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.unit.cli.runs import Node, run


def test_a_backup_restores_the_whole_vault_and_its_segments(node: Node, study: Path, tmp_path: Path) -> None:
    sent = node.run("send", study, "--to", "NAAR_B").json
    backup = tmp_path / "backup"
    made = node.run("backup", backup)
    assert made.code == 0 and made.json["segments"] > 0 and made.json["missing"] == 0
    assert node.run("backup", backup).json["code"] == "backup-is-here"
    shutil.rmtree(node.folder / "data")
    restored = node.run("restore", backup)
    assert restored.code == 0 and restored.json["missing"] == 0 and restored.json["statement"] == "no-hub"
    assert [row["id"] for row in node.run("status").json["exchanges"]] == sent["exchanges"]
    assert node.run("audit", "verify").json["whole"] is True
    assert len(node.events("restore")) == 1
    assert node.run("restore", backup).json["code"] == "vault-not-empty"


def test_a_backup_without_the_root_key_restores_nothing(node: Node, study: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    node.run("send", study, "--to", "NAAR_B")
    node.run("backup", backup)
    shutil.rmtree(node.folder / "data")
    (node.folder / "keys" / "root.key").unlink()
    refused = node.run("restore", backup)
    assert (refused.code, refused.json["code"]) == (1, "root-key-missing")
    assert not (node.folder / "keys" / "root.key").exists()


def test_upgrading_again_changes_nothing(node: Node) -> None:
    again = node.run("upgrade")
    assert again.code == 0 and again.json["changed"] is False


def test_hub_operators_enrol_and_expel(node: Node, tmp_path: Path) -> None:
    settings = tmp_path / "hub.toml"
    settings.write_text(f'id = "hub.test"\ndata = "{tmp_path}/hub"\nroots = "{node.folder}/authority/authority.pem"\n')
    certificate = node.folder / "keys" / "certificate.pem"
    first = run("hub", "enrol", certificate, "-s", settings, "--json")
    assert first.code == 0 and first.json == {"ura": "00000001", "name": "Ziekenhuis A", "fresh": True}
    assert run("hub", "-s", settings, "enrol", certificate, "--json").json["fresh"] is False
    assert run("hub", "expel", "00000001", "-s", settings, "--json").code == 0
    assert run("hub", "expel", "00000009", "-s", settings, "--json").json["code"] == "organisation-not-here"
    assert run("hub").code == 1
