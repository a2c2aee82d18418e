"""Promises of kit.settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic_settings import SettingsConfigDict

from beeldbrug.kit.settings import SecretStr, Section, Settings, load
from beeldbrug.model.errors import Malformed


class Database(Section):
    url: str = "sqlite:///x"
    pool: int = 8


class Role(Settings):
    model_config = SettingsConfigDict(env_prefix="BEELDBRUG_ROLE_")
    port: int = 1
    token: SecretStr = SecretStr("")
    database: Database = Database()
    folder: Path


def test_command_line_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "s.toml"
    file.write_text('port = 2\nfolder = "/f"\n[database]\nurl = "sqlite:///file"\npool = 3\n')
    monkeypatch.setenv("BEELDBRUG_ROLE_PORT", "4")
    monkeypatch.setenv("BEELDBRUG_ROLE_DATABASE__POOL", "5")
    role = load(Role, file, {"port": 6})
    assert (role.port, role.database.pool, role.database.url, role.folder) == (6, 5, "sqlite:///file", Path("/f"))


def test_all_faults_come_out_together_and_show_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "s.toml"
    file.write_text('port = "hush1"\ncolour = "hush2"\n[database]\npool = "hush3"\nurl = 7\n')
    monkeypatch.setenv("BEELDBRUG_ROLE_PROT", "hush4")
    with pytest.raises(Malformed) as caught:
        load(Role, file)
    assert caught.value.code == "settings-invalid"
    for name in ("port:", "colour:", "database.pool:", "database.url:", "folder:", "BEELDBRUG_ROLE_PROT:"):
        assert f"\n{name}" in caught.value.text
    assert len(caught.value.text.splitlines()) == 7
    assert "hush" not in caught.value.text


def test_a_file_that_is_not_toml_is_a_fault_beside_the_others(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("port = = 2")
    with pytest.raises(Malformed, match="not TOML") as caught:
        load(Role, file)
    assert "folder:" in caught.value.text
    with pytest.raises(Malformed, match="cannot be read"):
        load(Role, tmp_path / "absent.toml")


def test_an_environment_value_that_is_no_json_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEELDBRUG_ROLE_DATABASE", "{broken")
    with pytest.raises(Malformed, match="environment"):
        load(Role, None, {"folder": "/f"})


def test_secrets_are_never_printed() -> None:
    role = Role(token=SecretStr("hush"), folder=Path("/f"))
    assert "hush" not in repr(role) + str(role) + role.model_dump_json()


def test_settings_are_frozen() -> None:
    role = Role(folder=Path("/f"))
    with pytest.raises(ValueError, match="frozen"):
        role.port = 2  # type: ignore[misc]  # the point of the test


def test_making_one_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEELDBRUG_ROLE_PORT", "4")
    assert Role(folder=Path("/f")).port == 1
