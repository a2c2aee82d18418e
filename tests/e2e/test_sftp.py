"""A whole node with an SFTP server: put by OpenSSH, killed in the middle of an upload and of taking it in, and decided
on at the command line."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from beeldbrug.kit.ports import free_port
from beeldbrug.model.exchange import Route, State
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from tests.contract.node.intake.desk import files
from tests.e2e.processes import Program
from tests.peers.openssh import Client, make_key
from tests.peers.processes import run, tool, wait_until
from tests.unit.cli.runs import URA, Node, make_node

pytestmark = pytest.mark.timeout(240)

COUNT = 40

MORE = """
[sftp]
port = {sftp}
quiet_seconds = 1
abandoned_seconds = 10
every_seconds = 0.1

[[sftp.partners]]
account = "zuid"
name = "Ziekenhuis Zuid"
organisation = "00000002"
keys = "{folder}/zuid.pub"
"""


@dataclass
class House:
    """The node, running, and its partner."""

    node: Node
    program: Program
    client: Client

    def exchanges(self) -> list[ExchangeRow]:
        with self.node.base() as base, base.database.read() as tx:
            return tx.exchanges.listing(URA)

    def originals(self) -> list[bytes]:
        """Everything that the vault gives back."""
        kept = []
        with self.node.base() as base:
            with base.database.read() as tx:
                members = [one.instance for row in tx.exchanges.listing(URA) for one in tx.exchanges.members(row.id)]
                rows = tx.instances.get(URA, members)
            places = Places(base.sources, URA)
            kept = [b"".join(bytes(one) for one in read_original(base.sources, places, one)) for one in rows]
        return kept

    def left(self) -> list[Path]:
        place = self.node.folder / "data" / "sftp" / "zuid"
        return [path for path in place.rglob("*") if path.is_file() and path.name not in ("lock", "reason.json")]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("sftp-node")
    node = make_node(folder)
    make_key(folder / "zuid")
    (folder / "client").mkdir()
    ports = {"11119": free_port(), "8459": free_port()}
    text = node.settings.read_text()
    for old, new in ports.items():
        text = text.replace(old, str(new))
    port = free_port()
    node.settings.write_text(text + MORE.format(sftp=port, folder=folder))
    program = Program("node", node.settings, folder / "node.log")
    program.start()
    try:
        yield House(node, program, Client(folder / "client", folder / "zuid", "zuid", port))
    finally:
        program.stop()


def test_the_fingerprint_that_partners_get_is_that_of_the_port(house: House) -> None:
    shown = house.node.run("sftp", "fingerprint").json
    scanned = run([tool("ssh-keyscan", "openssh-client"), "-p", str(house.client.port), "127.0.0.1"]).output
    assert " ".join(shown["public_key"].split()[:2]) in scanned
    key = house.node.folder / "data" / "sftp" / "host_key"
    assert (stat.S_IMODE(key.stat().st_mode), stat.S_IMODE(key.parent.stat().st_mode)) == (0o600, 0o700)
    findings = {one["code"]: one["level"] for one in house.node.run("check").json["findings"] if one["area"] == "sftp"}
    assert findings == {"port-ours": "ok", "sftp-loopback": "warning", "sftp-host-key": "ok", "sftp-partner": "ok"}


def test_killed_while_it_comes_in_and_while_it_is_taken_nothing_is_lost_or_there_twice(house: House) -> None:
    export = house.client.folder / "export"
    made = files(export / "een", COUNT, number=0, size=64 * 1024) + files(export / "twee", COUNT, number=1)
    process = house.client.start("put -r export")
    wait_until(lambda: len(house.left()) >= COUNT // 4, "some of it is there", pause=0.002)
    house.program.kill()
    process.wait(30)
    house.program.start()
    (house.client.folder / "known_hosts").unlink()
    assert house.client.do("put -r export").code == 0, "a client puts it all once more"
    wait_until(lambda: any(row.done >= 3 for row in house.exchanges()), "taking in has begun", pause=0.002)
    house.program.kill()
    house.program.start()

    def done() -> bool:
        rows = house.exchanges()
        return len(rows) == 2 and all(row.state is State.VERIFIED for row in rows) and not house.left()

    wait_until(done, "both studies are here", 60)
    assert {(row.route, row.terms.sender.name, row.total) for row in house.exchanges()} == {
        (Route.SFTP, "Ziekenhuis Zuid", COUNT)
    }
    assert sorted(house.originals()) == sorted(path.read_bytes() for path in made)
    assert house.node.events("sftp-uploaded")
    log = house.program.log.read_text()
    assert "export" not in log and "IM0000" not in log
    shutil.rmtree(export)


def test_what_lies_aside_is_shown_taken_in_part_or_thrown_away(house: House) -> None:
    for name in ("half", "weg"):
        made = files(house.client.folder / name, 3, number=2)
        made[1].write_bytes(made[1].read_bytes()[:-10])
        assert house.client.do(f"put -r {name}").code == 0
        shutil.rmtree(house.client.folder / name)

    def aside() -> list[dict[str, str]]:
        found: list[dict[str, str]] = house.node.run("sftp", "list").json["aside"]
        return found

    wait_until(lambda: len(aside()) == 2, "both lie aside", 60, 0.5)
    first, second = aside()
    assert {one["code"] for one in (first, second)} == {"drop-incomplete"}
    assert (first["partner"], first["files"]) == ("zuid", 3)
    assert "Ziekenhuis Zuid" in house.node.show("sftp", "list").output
    assert house.node.run("sftp", "take", first["id"]).json["code"] == "drop-incomplete"
    taken = house.node.run("sftp", "take", first["id"][:8], "--partly").json
    assert taken["instances"] == 2
    assert [row.missing for row in house.exchanges() if row.id in taken["exchanges"]] == [1]
    assert house.node.run("sftp", "remove", second["id"]).json["files"] == 3
    assert aside() == []
    assert [one.outcome for one in house.node.events("drop-removed")] == ["drop-incomplete"]
    assert house.node.run("sftp", "remove", second["id"]).json["code"] == "drop-not-aside"
