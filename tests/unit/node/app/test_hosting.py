"""Settings of several organisations on one node: what they may not share, and how each finds the other's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.app.hosting import host_names, load_all, load_node


def organisation(number: int, **changes: str) -> str:
    """A settings file; ``changes`` of its lines by name."""
    lines = {
        "data": f'data = "/srv/{number}/data"',
        "root_key": f'root_key = "/srv/{number}/vault.root"',
        "own": "",
        "organisation": f'[organisation]\nura = "0000000{number}"\nname = "Ziekenhuis {number}"',
        "keys": f'certificate = "/srv/{number}/a.pem"\nsigning_key = "/srv/{number}/a.key"',
        "web": f'[web]\npublic_url = "https://z{number}.example.nl"',
        "general": f'[general]\nae_title = "BEELD{number}"',
        "retrieve": f'[retrieve]\nae_title = "BEELD{number}Q"',
        "more": "",
    }
    return "\n".join((lines | changes).values())


def written(folder: Path, **changes: str) -> Path:
    """A node that hosts another; ``changes`` of the other. The node's own file."""
    hosted = {"own": 'hosted_by = "one.toml"'} | changes
    (folder / "two.toml").write_text(organisation(2, **hosted))
    ports = '[dimse]\nport = 4242\nhost = "0.0.0.0"'
    (folder / "one.toml").write_text(organisation(1, own='hosted = ["two.toml"]', more=ports))
    return folder / "one.toml"


def test_a_hosted_organisation_has_its_own_settings_and_the_ports_of_the_node(tmp_path: Path) -> None:
    one, two = load_all(written(tmp_path))
    assert (one.organisation.ura, two.organisation.ura) == ("00000001", "00000002")
    assert two.dimse == one.dimse
    assert two.dimse.port == 4242
    assert (two.web.port, two.web.public_url) == (one.web.port, "https://z2.example.nl")
    assert host_names((one, two)) == ("z1.example.nl", "z2.example.nl")
    assert load_node(tmp_path / "two.toml") == two


@pytest.mark.parametrize(
    ("line", "value", "told"),
    [
        ("data", 'data = "/srv/1/data"', "data of one"),
        ("data", 'data = "/srv/1/data/two"', "data of one"),
        ("root_key", 'root_key = "/srv/1/vault.root"', "root_key is the same"),
        ("organisation", '[organisation]\nura = "00000001"\nname = "x"', "organisation.ura is the same"),
        ("keys", 'certificate = "/srv/2/a.pem"\nsigning_key = "/srv/1/a.key"', "organisation.signing_key is the same"),
        ("web", "", "public_url is missing"),
        ("web", '[web]\npublic_url = "https://Z1.example.nl:8443"', "host name in web.public_url is the same"),
        ("general", "", ""),
        ("general", '[general]\nae_title = "BEELD1"', "the AE title BEELD1 is that of two"),
        ("retrieve", '[retrieve]\nae_title = "BEELD1Q"', "the AE title BEELD1Q is that of two"),
    ],
)
def test_what_is_ones_own_is_not_shared(tmp_path: Path, line: str, value: str, told: str) -> None:
    path = written(tmp_path, **{line: value})
    if not told:
        assert len(load_all(path)) == 2
        return
    with pytest.raises(Malformed, match=told) as refused:
        load_all(path)
    assert refused.value.code == "hosting-invalid"


def test_two_sftp_servers_have_two_ports(tmp_path: Path) -> None:
    path = written(tmp_path, more="[sftp]\nport = 2222")
    path.write_text(path.read_text() + "\n[sftp]\nport = 2222")
    with pytest.raises(Malformed, match=r"sftp\.port is the same"):
        load_all(path)


@pytest.mark.parametrize("more", ["[dimse]\nport = 1", "log_level = 'debug'"])
def test_what_the_node_sets_is_not_set_by_whom_it_hosts(tmp_path: Path, more: str) -> None:
    line = {"own": f'hosted_by = "one.toml"\n{more}'} if "=" in more.splitlines()[0] else {"more": more}
    with pytest.raises(Malformed, match="set by the node that hosts"):
        load_all(written(tmp_path, **line))


def test_both_files_say_so_or_neither_counts(tmp_path: Path) -> None:
    path = written(tmp_path, own="")
    with pytest.raises(Malformed, match="does not say who hosts it"):
        load_all(path)
    path = written(tmp_path)
    path.write_text(organisation(1))
    with pytest.raises(Malformed, match="does not list it"):
        load_node(tmp_path / "two.toml")


def test_a_hosted_organisation_is_not_started_by_itself(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(Malformed, match="runs on the node that hosts it"):
        load_all(tmp_path / "two.toml")


def test_no_variable_of_the_environment_is_meant_for_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEELDBRUG_NODE_DATABASE", "postgresql://one")
    monkeypatch.setenv("BEELDBRUG_NODE00000002_DATABASE", "postgresql://two")
    path = written(tmp_path)
    assert [one.database_url for one in load_all(path)] == ["postgresql://one", "postgresql://two"]
    assert load_node(tmp_path / "two.toml").database_url == "postgresql://two"
