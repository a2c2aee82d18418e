"""SFTP from OpenSSH's own client: what comes in, what breaks off and goes on, who gets in, and what nobody gets out."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import asyncssh
import pytest

from beeldbrug.kit import log
from beeldbrug.node.app.sftp import keys_of
from beeldbrug.node.app.sftp_settings import SftpPartner
from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.protocols.sftp.limits import Limits
from beeldbrug.node.protocols.sftp.listener import Listener
from beeldbrug.node.protocols.sftp.visit import Partner, Visit
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.stores.drop.batches import PartnerBatches
from beeldbrug.node.stores.drop.uploading import PartnerDrop
from tests.peers.openssh import Client, fingerprint, make_key, sign
from tests.peers.processes import wait_until

URA = "00000001"
NAME = "Vries-Jansen"
LIMITS = Limits(connections=6, connections_per_partner=2, attempts=3, login_seconds=10, idle_seconds=20, handles=8)


@dataclass
class Server:
    """The port with two partners, ``zuid`` by key and ``noord`` by certificate; ``visits`` are what ended."""

    folder: Path
    listener: Listener
    visits: list[Visit]
    lines: io.StringIO
    drops: list[PartnerDrop] = field(default_factory=list)

    def client(self, account: str = "zuid", key: str = "zuid", *more: str) -> Client:
        return Client(self.folder / "client", self.folder / "keys" / key, account, self.listener.port, more)

    def drop(self, account: str = "zuid") -> Path:
        return self.folder / "sftp" / account / "drop"

    def unfinished(self, account: str = "zuid") -> int:
        batches = PartnerBatches(self.folder / "sftp" / account, open_carrier)
        try:
            return sum(group.unfinished for group in batches.groups())
        finally:
            batches.close()

    def visit(self, number: int = 1) -> Visit:
        wait_until(lambda: len(self.visits) >= number, "a visit is noted")
        return self.visits[-1]


@contextmanager
def opened(
    folder: Path, limits: Limits = LIMITS, drop_limits: DropLimits | None = None, networks: tuple[str, ...] = ()
) -> Iterator[Server]:
    keys = folder / "keys"
    lines, visits = io.StringIO(), list[Visit]()
    log.configure("info", lines)
    partners = {}
    settings = (
        SftpPartner(account="zuid", name="Ziekenhuis Zuid", keys=keys / "zuid.pub"),
        SftpPartner(account="noord", name="Noord", authorities=keys / "ca.pub", principals=("pacs",)),
    )
    for one in settings:
        drop = PartnerDrop(folder / "sftp" / one.account, drop_limits or DropLimits())
        nets = tuple(ip_network(network) for network in networks)
        partners[one.account] = Partner(one.account, URA, drop, lambda one=one: keys_of(one), nets)  # type: ignore[misc]  # bound now
    listener = Listener("127.0.0.1", 0, str(keys / "host"), partners, limits, visits.append)
    listener.start()
    try:
        yield Server(folder, listener, visits, lines)
    finally:
        listener.stop()
        log.configure()
    for line in lines.getvalue().splitlines():
        assert not {"event withheld", "library warned", "program fault"} & {json.loads(line)["event"]}, line
        assert NAME not in line and "dropped" not in json.loads(line), line


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of the host, of partners, of a stranger, and of an authority."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("host", "zuid", "noord", "vreemd", "ca", "oud", "ander", "ieder"):
        make_key(folder / name)
    sign(folder / "ca", folder / "noord", ["pacs"])
    sign(folder / "ca", folder / "oud", ["pacs"], "-2h:-1h")
    sign(folder / "ca", folder / "ander", ["iemand"])
    sign(folder / "ca", folder / "ieder", [])
    return folder


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    (tmp_path / "keys").symlink_to(keys)
    (tmp_path / "client").mkdir()
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with opened(folder) as running:
        yield running


def content(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate(timeout=10)


def tree(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_files_and_folders_come_in_byte_for_byte_and_are_marked_whole(server: Server) -> None:
    made = server.folder / "client" / "studie"
    (made / "reeks").mkdir(parents=True)
    for number in range(5):
        (made / "reeks" / f"{NAME}-{number}.dcm").write_bytes(content(300_000 + number, number))
    (made / "leeg").write_bytes(b"")
    (server.folder / "client" / "los é.dcm").write_bytes(content(70_001, 9))
    client = server.client()
    assert client.do("put -rp studie", 'put "los é.dcm"', "ls -l", "ls -l studie/reeks").code == 0
    assert tree(server.drop() / "studie") == tree(made)
    assert (server.drop() / "los é.dcm").read_bytes() == content(70_001, 9)
    assert server.unfinished() == 0
    seen = server.visit()
    assert (seen.account, seen.files, seen.broken, seen.outcome) == ("zuid", 7, 0, "success")
    assert seen.bytes == sum(300_000 + number for number in range(5)) + 70_001
    assert seen.key == fingerprint(server.folder / "keys" / "zuid.pub")


def test_an_upload_that_broke_off_is_unfinished_and_goes_on_where_it_was(server: Server) -> None:
    whole = content(40_000_000)
    (server.folder / "client" / "groot.dcm").write_bytes(whole)
    slow = server.client("zuid", "zuid", "-l", "20000")  # kbit/s
    process = slow.start("put groot.dcm")
    there = server.drop() / "groot.dcm"
    wait_until(lambda: there.exists() and there.stat().st_size > 500_000, "some of it is there")
    process.kill()
    process.wait(10)
    assert server.visit().broken == 1
    assert server.unfinished() == 1
    before = there.stat().st_size
    assert 0 < before < len(whole)
    done = server.client().do("reput groot.dcm")
    assert done.code == 0, done.output
    assert there.read_bytes() == whole
    assert server.unfinished() == 0
    assert server.visit(2).bytes == len(whole) - before, "only the rest was sent"


def test_a_file_that_gets_its_name_when_it_is_whole(server: Server) -> None:
    (server.folder / "client" / "a").write_bytes(content(50_000))
    (server.folder / "client" / "b").write_bytes(content(60_000, 1))
    client = server.client()
    assert client.do("mkdir x", "cd x", "put a a.dcm.filepart").code == 0
    assert server.unfinished() == 1, "its name says that it is not whole"
    assert client.do("rename x/a.dcm.filepart x/a.dcm").code == 0
    assert server.unfinished() == 0
    assert client.do("put b x/b.part", "rename x/b.part x/a.dcm").code == 0, "over another, as OpenSSH asks for it"
    assert tree(server.drop()) == {"x/a.dcm": hashlib.sha256(content(60_000, 1)).hexdigest()}


@pytest.mark.parametrize(
    "command",
    [
        "get a.dcm gekregen",
        "reget a.dcm gekregen",
        "get -r x gekregen",
        "put a.dcm /dev/full/x",
        "ln -s /etc/passwd link",
        "ln a.dcm hard",
        "df",
        "cp a.dcm b.dcm",
    ],
)
def test_nothing_is_read_linked_or_copied(server: Server, command: str) -> None:
    (server.folder / "client" / "a.dcm").write_bytes(content(1000))
    client = server.client()
    assert client.do("put a.dcm", "mkdir x", "put a.dcm x/a.dcm", "put a.dcm dev").code == 0
    done = client.do(command)
    assert done.code != 0, done.output
    got = server.folder / "client" / "gekregen"
    assert not got.is_file() or got.stat().st_size == 0
    assert not got.is_dir() or not [path for path in got.rglob("*") if path.is_file() and path.stat().st_size]
    assert sorted(tree(server.drop())) == ["a.dcm", "dev", "x/a.dcm"]


def test_no_path_leads_out_of_the_own_folder(server: Server, keys: Path) -> None:
    (server.folder / "client" / "a.dcm").write_bytes(content(1000))
    outside = tree(server.folder / "sftp")
    client = server.client()
    assert client.do("put a.dcm ../../../../../../uit.dcm", "put a.dcm /etc/../../noord.dcm").code == 0
    assert client.do("mkdir ../noord", "put a.dcm ../noord/drop.dcm").code == 0
    assert sorted(tree(server.drop())) == ["noord.dcm", "noord/drop.dcm", "uit.dcm"]
    # a link that came to lie there is not followed either
    (server.drop() / "link").symlink_to(server.folder)
    (server.drop() / "bestand").symlink_to(server.folder / "client" / "a.dcm")
    for command in ("put a.dcm link/x", "put a.dcm bestand", "rename link/keys y", "mkdir link/z"):
        assert client.do(command).code != 0, command
    assert outside.keys() <= tree(server.folder / "sftp").keys()
    assert not (server.folder / "z").exists() and tree(server.folder / "sftp" / "noord" / "drop") == {}


def test_two_partners_see_nothing_of_each_other(server: Server) -> None:
    (server.folder / "client" / "a.dcm").write_bytes(content(1000))
    assert server.client().do("mkdir alleen-van-zuid", "put a.dcm alleen-van-zuid/").code == 0
    seen = server.client("noord", "noord").do("ls -la", "ls ../zuid")
    assert seen.code != 0 and "alleen-van-zuid" not in seen.output
    assert server.client("noord", "noord").do("put a.dcm").code == 0
    assert (sorted(tree(server.drop())), sorted(tree(server.drop("noord")))) == (
        ["alleen-van-zuid/a.dcm"],
        ["a.dcm"],
    )


@pytest.mark.parametrize(
    ("account", "key"),
    [
        ("zuid", "vreemd"),  # a key of nobody
        ("zuid", "noord"),  # of another partner, with his certificate
        ("noord", "zuid"),
        ("niemand", "zuid"),  # no such account
        ("noord", "oud"),  # a certificate that has expired
        ("noord", "ander"),  # for another principal
        ("noord", "ieder"),  # for any principal
        ("noord", "ca"),  # the authority's own key
    ],
)
def test_who_has_no_right_does_not_get_in(server: Server, account: str, key: str) -> None:
    assert "Permission denied" in server.client(account, key).do("ls").output
    assert server.visit().outcome == "log-in-refused"


def test_who_has_the_right_gets_in_by_certificate_until_the_authority_is_gone(server: Server) -> None:
    assert server.client("noord", "noord").do("ls").code == 0
    assert server.visit().by_certificate
    assert server.visit().key == fingerprint(server.folder / "keys" / "ca.pub")


def test_a_key_that_is_taken_away_lets_nobody_in_any_more(folder: Path, keys: Path) -> None:
    own = folder / "own"
    own.mkdir()
    for name in ("host", "zuid", "zuid.pub", "ca.pub"):
        (own / name).write_bytes((keys / name).read_bytes())
        (own / name).chmod(0o600)
    (folder / "keys").unlink()
    (folder / "keys").symlink_to(own)
    with opened(folder) as server:
        assert server.client().do("ls").code == 0
        (own / "zuid.pub").write_text("# nobody\n")
        assert "Permission denied" in server.client().do("ls").output


def test_from_another_network_nobody_gets_in(folder: Path) -> None:
    with opened(folder, networks=("10.0.0.0/8",)) as server:
        assert "Permission denied" in server.client().do("ls").output


def test_there_is_no_shell_no_command_no_forwarding_and_no_password(server: Server) -> None:
    async def attempt(deed: Callable[[asyncssh.SSHClientConnection], object]) -> None:
        async with asyncssh.connect(
            "127.0.0.1",
            server.listener.port,
            username="zuid",
            client_keys=[str(server.folder / "keys" / "zuid")],
            known_hosts=None,
            config=None,
            agent_path=None,
        ) as connection:
            await deed(connection)  # type: ignore[misc]  # awaitable of any kind

    for deed in (
        lambda one: one.run("id", check=True),
        lambda one: one.create_process(),
        lambda one: one.create_process(subsystem="netconf"),
        lambda one: one.open_connection("127.0.0.1", server.listener.port),
        lambda one: one.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 9),
        lambda one: one.open_unix_connection("/run/x"),
    ):
        with pytest.raises((asyncssh.Error, asyncssh.ChannelListenError)):
            asyncio.run(attempt(deed))

    async def by_password() -> None:
        await asyncssh.connect(
            "127.0.0.1", server.listener.port, username="zuid", password="geheim",  # noqa: S106 - not one
            client_keys=None, known_hosts=None,
            config=None, agent_path=None,
        )  # fmt: skip

    with pytest.raises(asyncssh.PermissionDenied):
        asyncio.run(by_password())


def test_limits_hold_on_files_bytes_depth_and_connections(folder: Path) -> None:
    limits = DropLimits(files=8, total_bytes=3_000_000, file_bytes=2_000_000, depth=3)
    with opened(folder, drop_limits=limits) as server:
        client = server.client()
        for name, size in (("klein", 1000), ("lang", 2_000_001), ("half", 1_600_000), ("half2", 1_600_000)):
            (folder / "client" / name).write_bytes(content(size))
        assert client.do("put klein", "mkdir a", "mkdir a/b", "put klein a/b/").code == 0
        assert client.do("mkdir a/b/c", "mkdir a/b/c/d").code != 0
        assert client.do("put lang").code != 0
        assert server.unfinished() == 1, "what was refused is not whole"
        assert client.do("rm lang", "put half").code == 0
        assert client.do("put half2").code != 0
        assert client.do("rm half2", "rm half", "put klein 5").code == 0
        assert client.do("put klein 6", "put klein 7", "put klein 8").code != 0
        held = [client.start("ls", hold=True) for _ in range(2)]
        wait_until(lambda: server.listener._inside["zuid"] == 2, "two are in")
        assert client.do("ls").code != 0, "a third"
        for one in held:
            _end(one)


def test_strangers_at_one_address_do_not_take_all_the_room(folder: Path) -> None:
    with opened(folder, Limits(strangers=2, login_seconds=30)) as server:
        held = [socket.create_connection(("127.0.0.1", server.listener.port), 10) for _ in range(2)]
        wait_until(lambda: len(server.listener._connections) == 2, "both are there")
        assert server.client().do("ls").code != 0
        for one in held:
            one.close()
        wait_until(lambda: not server.listener._connections, "both are gone")
        assert server.client().do("ls").code == 0


def test_who_is_silent_is_hung_up_on(folder: Path) -> None:
    with opened(folder, Limits(idle_seconds=0.5, login_seconds=1)) as server:
        begun = time.monotonic()
        process = server.client().start("ls", hold=True)
        assert server.visit().account == "zuid"
        assert time.monotonic() - begun < 10
        _end(process)


def test_a_process_that_is_killed_leaves_what_was_closed_whole_and_the_rest_unfinished(folder: Path) -> None:
    (folder / "client" / "a.dcm").write_bytes(content(100_000))
    (folder / "client" / "groot.dcm").write_bytes(content(40_000_000))
    child = os.fork()
    if child == 0:  # the port in a process of its own
        try:
            with opened(folder) as server:
                (folder / "port").write_text(str(server.listener.port))
                time.sleep(60)
        finally:
            os._exit(1)
    wait_until(lambda: (folder / "port").exists() and (folder / "port").read_text() != "", "the port is open")
    port = int((folder / "port").read_text())
    client = Client(folder / "client", folder / "keys" / "zuid", "zuid", port, ("-l", "20000"))
    process = client.start("put a.dcm", "put groot.dcm")
    there = folder / "sftp" / "zuid" / "drop" / "groot.dcm"
    wait_until(lambda: there.exists() and there.stat().st_size > 500_000, "some of it is there")
    os.kill(child, 9)
    os.waitpid(child, 0)
    process.wait(20)
    with opened(folder) as server:
        assert server.unfinished() == 1
        assert (server.drop() / "a.dcm").read_bytes() == content(100_000)
        (folder / "client" / "known_hosts").unlink()
        assert server.client().do("reput groot.dcm").code == 0
        assert server.unfinished() == 0
        assert there.read_bytes() == content(40_000_000)
