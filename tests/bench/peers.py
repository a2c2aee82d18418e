"""Whoever receives in a bench: Orthanc and storescp as peers, our node; and DCMTK's storescu, the sender of all.

Each is started fresh, with empty storage, on free loopback ports, and stopped by its process id. The peers run with
their defaults: Orthanc syncs what it stores, storescp does not.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.cli.demo.world import build
from beeldbrug.kit.ports import free_port
from beeldbrug.kit.settings import load
from beeldbrug.kit.sql import open_engine
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.stores.schema.upgrade import upgrade
from tests.e2e.processes import children, environment
from tests.peers.orthanc import start_orthanc
from tests.peers.processes import run, running, tool, wait_for_port, wait_until

SEND_SECONDS = 900.0
START_SECONDS = 120.0
_RECEIVE = """
import sys
from pathlib import Path
from beeldbrug.kit.process import Supervisor
from beeldbrug.kit.settings import load
from beeldbrug.node.app.processes import receivers
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.dimse.listener import listen
section = load(NodeSettings, Path(sys.argv[1])).dimse
with listen(section.host, section.port) as listening:
    Supervisor(receivers(section, listening, {"file": sys.argv[1]})).run()
"""
ORTHANC_SETTINGS: dict[str, Any] = {"StableAge": 60}
"""Back to Orthanc's own defaults where the tests' Orthanc differs in what could matter here."""


@dataclass(frozen=True)
class Receiver:
    """What receives, and by which processes; ``count`` says how many instances it has."""

    name: str
    ae: str
    port: int
    pids: tuple[int, ...]
    count: Callable[[], int]


@contextmanager
def orthanc(folder: Path) -> Iterator[Receiver]:
    """Debian's Orthanc, storage synced (its default)."""
    with ExitStack() as stack:
        one = start_orthanc(stack, folder, "ORTHANC", {}, ORTHANC_SETTINGS)

        def count() -> int:
            return int(one.client.request("GET", "/statistics").json()["CountInstances"])

        yield Receiver("orthanc", "ORTHANC", one.dicom_port, (listener_pid(one.dicom_port),), count)


@contextmanager
def storescp(folder: Path) -> Iterator[Receiver]:
    """DCMTK's storescp, one process per association, nothing synced."""
    port, store, log = free_port(), folder / "storescp", folder / "storescp.log"
    store.mkdir()
    command = [tool("storescp", "dcmtk"), "--fork", "-aet", "STORESCP", "-od", str(store), "+xa", "+uf", str(port)]
    with running(command, log) as process:
        wait_for_port(port, process, log)
        yield Receiver("storescp", "STORESCP", port, (process.pid,), lambda: sum(1 for _ in store.iterdir()))


@contextmanager
def node(folder: Path) -> Iterator[Receiver]:
    """The receiving processes of our node, alone, so that only receiving is measured; the general AE title parks."""
    world = build(folder / "data", free_port(), free_port())
    settings, log = world.a.settings, folder / "node.log"
    upgrade(open_engine(load(NodeSettings, settings).database_url))
    with running([sys.executable, "-c", _RECEIVE, str(settings)], log, environment=environment()) as process:
        wait_until(lambda: b'"ready"' in log.read_bytes(), "the node is not ready", START_SECONDS)
        pids = (process.pid, *children(process.pid).values())
        yield Receiver("node", "BEELDBRUG", world.a.dimse_port, pids, lambda: node_count(world.a.data))


def node_count(data: Path) -> int:
    """Instances in a node's vault."""
    with sqlite3.connect(f"file:{data / 'node.sqlite'}?mode=ro", uri=True) as vault:
        found: int = vault.execute("SELECT COUNT(*) FROM instance").fetchone()[0]
    return found


def send(receiver: Receiver, shares: Sequence[Path]) -> None:
    """Send each folder of files on an association of its own, all at once; returns when all were acknowledged."""
    program = tool("storescu", "dcmtk")
    command = [program, "-aet", "BENCH", "-aec", receiver.ae, "-xe", "127.0.0.1", str(receiver.port), "+sd"]
    with ExitStack() as stack:
        logs = [share.with_suffix(".log") for share in shares]
        senders = [
            stack.enter_context(running([*command, str(share)], log)) for share, log in zip(shares, logs, strict=True)
        ]
        for sender, log in zip(senders, logs, strict=True):
            try:
                code = sender.wait(SEND_SECONDS)
            except subprocess.TimeoutExpired:
                pytest.fail(f"{receiver.name} did not take everything within {SEND_SECONDS} s")
            if code:
                pytest.fail(f"sending to {receiver.name} failed: {log.read_text(errors='replace')[-1000:]}")
            log.unlink()


def expect(receiver: Receiver, count: int) -> None:
    """Fail unless it has all of them."""
    wait_until(lambda: receiver.count() >= count, f"{receiver.name} has not everything", 20)


def versions() -> dict[str, dict[str, Any]]:
    """Peers with versions and settings, for the report."""
    dcmtk = first_line([tool("storescu", "dcmtk"), "--version"]).strip("$ ")
    orthanc_version = first_line([tool("Orthanc", "orthanc", ["/usr/sbin"]), "--version"]).rpartition("/")[2]
    return {
        "orthanc": {
            "version": orthanc_version,
            "settings": {
                "TCP_NODELAY": 1,
                "SyncStorageArea": True,
                "configuration": "storage by default, access opened, no plugins",
            },
        },
        "storescp": {"version": dcmtk, "settings": {"TCP_NODELAY": 1, "fork": True, "synced": False}},
        "storescu": {"version": dcmtk, "settings": {"TCP_NODELAY": 1, "role": "sender of all"}},
    }


def first_line(command: Sequence[str]) -> str:
    """First line of what a command prints."""
    return run(command).output.splitlines()[0].strip()


def listener_pid(port: int) -> int:
    """Process that listens on a loopback port."""
    wanted = f":{port:04X}"
    inodes = {
        line.split()[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    }
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and _holds(folder, inodes):
            return int(folder.name)
    pytest.fail("nobody listens on a port that somebody was started for")


def _holds(folder: Path, inodes: set[str]) -> bool:
    try:
        links = [os.readlink(one) for one in (folder / "fd").iterdir()]
    except OSError:
        return False
    return any(link == f"socket:[{inode}]" for link in links for inode in inodes)
