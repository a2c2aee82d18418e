"""``beeldbrug check`` on a real node's folder: it binds ports to see whether they are free."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from beeldbrug.node.app.check.storage import encrypted
from tests.unit.cli.runs import Node, run


def findings(node: Node, *more: str) -> dict[str, dict[str, str]]:
    """Findings of a dry run by code."""
    return {one["code"]: one for one in node.run("check", "--dry-run", *more).json["findings"]}


def test_a_check_names_every_fault_with_its_remedy(node: Node) -> None:
    node.run("status")
    (node.folder / "keys" / "root.key").chmod(0o644)
    found = findings(node)
    assert found["root-key-exposed"]["level"] == "fault" and found["root-key-exposed"]["remedy"]
    (node.folder / "keys" / "root.key").chmod(0o600)
    found = findings(node)
    assert found["backup-not-rehearsed"]["level"] == "warning"
    assert found["audit-whole"]["level"] == "ok" and found["certificate-valid"]["level"] == "ok"
    assert found["no-hub"]["level"] == found["pacs-not-set"]["level"] == "warning"
    assert all(one["remedy"] for one in found.values() if one["level"] in ("warning", "fault"))


def test_a_check_before_the_first_start_makes_nothing(node: Node) -> None:
    shutil.rmtree(node.folder / "data")
    (node.folder / "keys" / "root.key").unlink(missing_ok=True)
    assert node.run("check", "--dry-run").code == 0
    assert not (node.folder / "data").exists() and not (node.folder / "keys" / "root.key").exists()


def test_a_check_finds_a_lost_root_key(node: Node) -> None:
    node.run("status")
    (node.folder / "keys" / "root.key").unlink()
    checked = node.run("check", "--dry-run")
    assert checked.code == 1 and "root-key-missing" in {one["code"] for one in checked.json["findings"]}


def test_the_form_says_what_a_vendor_must_enter(node: Node) -> None:
    form = node.run("check", "--dry-run").json["form"]
    assert (form["host"], form["port"], form["tls"]) == ("127.0.0.1", 11119, "off")
    assert [title["ae_title"] for title in form["titles"]] == ["NAAR_B", "BEELDBRUG"]
    assert form["storage_classes"] > 150 and "1.2.840.10008.1.2.4.50" in form["transfer_syntaxes"]
    shown = node.show("check", "--dry-run").output
    assert "NAAR_B" in shown and "Ziekenhuis B (00000002)" in shown and "In te voeren in het PACS" in shown


def test_a_certificate_of_another_key_is_found_before_the_start(node: Node) -> None:
    with node.settings.open("a") as file:
        file.write(f'\n[hub]\nurl = "http://127.0.0.1:9"\nroots = "{node.folder}/authority/authority.pem"\n')
    shutil.rmtree(node.folder / "data")
    assert "certificate-of-other-key" not in findings(node)
    (node.folder / "keys" / "signing.key").unlink()
    run("keys", "request", "--ura", "00000001", "--name", "Ziekenhuis A", "--out", node.folder / "new")
    shutil.copy(node.folder / "new" / "signing.key", node.folder / "keys" / "signing.key")
    assert findings(node)["certificate-of-other-key"]["level"] == "fault"


def test_a_disk_below_a_crypt_device_counts_as_encrypted(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    block = tmp_path / "blocks" / f"{os.major(device)}:{os.minor(device)}"
    (block / "slaves" / "dm-0" / "dm").mkdir(parents=True)
    assert encrypted(tmp_path, tmp_path / "blocks") is False
    (block / "slaves" / "dm-0" / "dm" / "uuid").write_text("CRYPT-LUKS2-abc\n")
    assert encrypted(tmp_path, tmp_path / "blocks") is True
