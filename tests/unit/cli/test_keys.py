"""Keys by command: an organisation is certified, keys are backed up, rehearsed, restored and rotated."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.unit.cli.runs import PASSPHRASE, URA, Node, make_node, run


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """A file with the passphrase."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return file


def test_secrets_are_this_accounts_alone(node: Node) -> None:
    for name in ("authority/authority.key", "keys/signing.key"):
        assert stat.S_IMODE((node.folder / name).stat().st_mode) == 0o600


def test_a_second_authority_never_replaces_the_first(node: Node) -> None:
    again = run("keys", "authority", "Ander", "--out", node.folder / "authority", "--json")
    assert (again.code, again.json["code"]) == (1, "file-exists")


def test_an_unconfirmed_request_is_not_certified(node: Node, tmp_path: Path) -> None:
    arguments = ("keys", "certify", node.folder / "keys/request.pem", "--authority", node.folder / "authority")
    asked = run(*arguments, "--out", tmp_path / "new.pem", typed="n\n")
    assert asked.code == 1 and "not-confirmed" in asked.told and not (tmp_path / "new.pem").exists()
    assert run(*arguments, "--out", tmp_path / "new.pem", typed="y\n").code == 0


def test_shown_keys_hold_no_secret(node: Node) -> None:
    node.run("keys", "rotate")
    shown = node.run("keys", "show")
    assert shown.json["organisation"] == URA and len(shown.json["transport"]) == 1
    for told in (shown.output, node.show("keys", "show").output):
        assert "AGE-SECRET" not in told and "PRIVATE" not in told


def test_rotation_offers_a_new_key_in_a_new_statement(node: Node) -> None:
    first = node.run("keys", "rotate").json
    second = node.run("keys", "rotate").json
    shown = node.run("keys", "show").json
    assert first["published"] is False and first["key"] != second["key"]
    assert shown["statement"]["sequence"] == 2 and {one["id"] for one in shown["transport"]} == {
        first["key"],
        second["key"],
    }
    assert len(node.events("transport-key-made")) == 2


def test_a_rehearsed_backup_restores_both_keys(node: Node, passphrase: Path, tmp_path: Path) -> None:
    backup = tmp_path / "safe" / "keys.age"
    made = node.run("keys", "backup", backup, "--passphrase-file", passphrase)
    assert made.code == 0 and PASSPHRASE not in backup.read_text()
    assert node.run("keys", "show").json["rehearsed"] == 0
    assert node.run("keys", "rehearse", backup, "--passphrase-file", passphrase).code == 0
    assert node.run("keys", "show").json["rehearsed"] > 0

    for name in ("root.key", "signing.key", "certificate.pem"):
        (node.folder / "keys" / name).unlink()
    assert node.run("status").code == 1
    restored = node.run("keys", "restore", backup, "--passphrase-file", passphrase)
    assert restored.json["root_key"] == made.json["root_key"]
    assert node.run("status").code == 0


def test_a_restore_replaces_no_key(node: Node, passphrase: Path, tmp_path: Path) -> None:
    backup = tmp_path / "keys.age"
    node.run("keys", "backup", backup, "--passphrase-file", passphrase)
    again = node.run("keys", "restore", backup, "--passphrase-file", passphrase)
    assert (again.code, again.json["code"]) == (1, "signing-key-is-here")


def test_a_backup_of_other_keys_is_no_rehearsal(node: Node, passphrase: Path, tmp_path: Path) -> None:
    other = make_node(tmp_path / "other")
    backup = tmp_path / "other.age"
    other.run("keys", "backup", backup, "--passphrase-file", passphrase)
    tried = node.run("keys", "rehearse", backup, "--passphrase-file", passphrase)
    assert (tried.code, tried.json["code"]) == (1, "backup-of-other-key")


def test_a_wrong_passphrase_and_half_a_backup_are_told_apart(node: Node, passphrase: Path, tmp_path: Path) -> None:
    backup = tmp_path / "keys.age"
    node.run("keys", "backup", backup, "--passphrase-file", passphrase)
    wrong = node.show("keys", "rehearse", backup, typed="een heel andere zin\n")
    assert wrong.code == 1 and "backup-not-opened" in wrong.told
    backup.write_text(backup.read_text()[:300])
    half = node.run("keys", "rehearse", backup, "--passphrase-file", passphrase)
    assert half.json["code"] == "backup-damaged"
