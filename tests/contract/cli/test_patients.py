"""``beeldbrug patients`` and the HL7 port of a real node's folder: told by messages or by a list, counted, checked."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

from beeldbrug.kit.settings import load
from beeldbrug.node.app.base import open_base
from beeldbrug.node.app.hl7 import make_listener
from beeldbrug.node.app.hosting import load_node
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.hl7.listener import Listener
from tests.unit.cli.runs import Node
from tests.unit.node.protocols.hl7.given import PID, adt

SECONDS = 10.0


def listed(folder: Path, *lines: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join(("nummer;bsn;achternaam;geboortedatum", *lines)), encoding="utf-8")
    return path


def free_port() -> int:
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def say(port: int, message: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(b"\x0b" + message + b"\x1c\r")
        return connection.recv(4096).decode()


def findings(node: Node, *more: str) -> dict[str, dict[str, str]]:
    found = node.run("check", *more).json["findings"]
    return {one["code"]: one for one in found if one["area"] == "hl7"}


def test_a_list_is_read_and_counted_and_a_wrong_one_changes_nothing(node: Node, tmp_path: Path) -> None:
    counted = {"hl7": 0, "list": 0, "merged": 0, "inactive": 0}
    wrong = node.run("patients", "read", listed(tmp_path, "1;999990019;Vries;1970-02-01", "2;1;Vries;x"))
    assert wrong.code == 1 and wrong.json["code"] == "patient-list-malformed" and "line 3" in wrong.json["text"]
    assert node.run("patients", "count").json == counted
    read = node.run("patients", "read", listed(tmp_path, "1;999990019;Vries;1970-02-01", "2;;Boer;1950-02-01"))
    assert read.json == {"patients": 2, "kept": 2, "inactive": 0}
    shown = node.show("patients", "read", "--complete", listed(tmp_path, "1;999990019;Vries;1970-02-01")).output
    assert "1 patients in the list, 1 kept, 1 no patient any more." in shown
    assert node.run("patients", "count").json == counted | {"list": 1, "inactive": 1}
    assert "1 from a list" in node.show("patients", "count").output


def test_the_port_takes_what_the_settings_say_and_a_check_knows_it(node: Node) -> None:
    assert findings(node, "--dry-run") == {}
    port = free_port()
    with node.settings.open("a") as file:
        file.write(f'\n[hl7]\nport = {port}\nauthority = ["ZKH"]\nprocessing = ["P", "T"]\n')
    assert {code: one["level"] for code, one in findings(node).items()} == {
        "port-free": "ok",
        "hl7-loopback": "warning",
    }
    with open_base(load_node(node.settings)) as base:
        listener = make_listener(base)
        assert isinstance(listener, Listener)
        listener.start()
        try:
            assert "MSA|AA|MSG-1" in say(port, adt("A08", PID).replace(b"|P|2.5", b"|T|2.5"))
            assert "MSA|AA|MSG-1" in say(port, adt("A40", PID, "MRG|7000^^^ZKH^PI"))
            assert set(findings(node)) == {"port-ours", "hl7-loopback"}
        finally:
            listener.stop()
    assert node.run("patients", "count").json == {"hl7": 1, "list": 0, "merged": 1, "inactive": 0}
    with closing(socket.create_server(("127.0.0.1", port))) as other:
        assert findings(node, "--dry-run")["port-taken"]["level"] == "note"
        other.close()


def test_a_port_for_all_machines_is_warned_of(node: Node) -> None:
    with node.settings.open("a") as file:
        file.write(f'\n[hl7]\nhost = "0.0.0.0"\nport = {free_port()}\n')
    assert set(findings(node, "--dry-run")) == {"port-free", "hl7-without-tls", "hl7-any-sender", "hl7-authority"}
    assert make_no_listener(node) is None


def make_no_listener(node: Node) -> Listener | None:
    """Without the section there is no port."""
    settings = load(NodeSettings, node.settings).model_copy(update={"hl7": None})
    with open_base(settings) as base:
        return make_listener(base)
