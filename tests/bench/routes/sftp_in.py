"""SFTP in: the same files from the same OpenSSH client into the node and into OpenSSH's own server, in turns.

``put -f`` asks either server to sync each file: a node has to before it says that a file is whole, and a server that
does not would be compared with one that does. Taking in is not part of it: it begins when the partner is done.
``unsynced`` is the other server without ``-f``, for who wants to know what syncing costs.
"""

from __future__ import annotations

import getpass
import os
import shutil
import time
from pathlib import Path

import pytest

from beeldbrug.kit.ports import free_port
from tests.bench.intake import disc
from tests.bench.measure import MEGABYTE, median, settle
from tests.bench.report import Report, rounded
from tests.e2e.processes import Program
from tests.peers.openssh import Client, make_key, sshd
from tests.peers.processes import run, tool
from tests.unit.cli.runs import make_node

FILES = int(os.environ.get("SLICES", "600"))
LARGE = int(os.environ.get("LARGE", str(512 * 2**20)))
"""Slices of 0.5 MB in folders, and bytes of one large file."""

SECONDS = 900.0

MORE = """
[sftp]
port = {port}
quiet_seconds = 3600

[[sftp.partners]]
account = "zuid"
name = "Ziekenhuis Zuid"
keys = "{folder}/key.pub"
"""


def bench(folder: Path, runs: int, report: Report) -> None:
    """Measure both loads into both servers."""
    if shutil.disk_usage(folder).free < 6 * (FILES * 600_000 + LARGE):
        pytest.fail("not enough disk; set TMPDIR to a folder on a larger one")
    client, key = folder / "client", folder / "key"
    (client / "ct").mkdir(parents=True)
    sizes = {"ct": disc(client / "ct", FILES), "large": LARGE}
    _fill(client / "large")
    make_key(key)
    node = make_node(folder / "node")
    port = free_port()
    node.settings.write_text(
        node.settings.read_text().replace("11119", str(free_port())).replace("8459", str(free_port()))
        + MORE.format(port=port, folder=folder)
    )
    program = Program("node", node.settings, folder / "node.log")
    program.start()
    taken: dict[tuple[str, str], list[float]] = {}
    try:
        with sshd(folder / "sshd", key) as plain:
            ours = Client(client, key, "zuid", port)
            theirs = Client(client, key, getpass.getuser(), plain)
            drop = folder / "node" / "data" / "sftp" / "zuid" / "drop"
            away = folder / "away"
            for number in range(runs):
                for name in sizes:
                    for who, one, root, flags in (
                        ("node", ours, drop, "-rf"),
                        ("sshd", theirs, away, "-rf"),
                        ("unsynced", theirs, away, "-r"),
                    ):
                        away.mkdir(exist_ok=True)
                        to = "/" if who == "node" else f"{away}/"
                        taken.setdefault((name, who), []).append(_put(one, name, flags, to))
                        _check(root / name, sizes[name])
                print(
                    f"run {number + 1}: " + ", ".join(f"{n} {w} {t[-1]:.2f} s" for (n, w), t in taken.items()),
                    flush=True,
                )
    finally:
        program.stop()
    for (name, who), seconds in taken.items():
        end = "" if who == "node" else f"_{who}"
        report.figures[f"sftp_in_{name}{end}_mb_per_second"] = rounded(sizes[name] / median(seconds) / MEGABYTE)
    for name in sizes:
        ratio = median(taken[name, "sshd"]) / median(taken[name, "node"])
        report.ratios[f"sftp_in_{name}_vs_sshd"] = rounded(ratio)
    version = run([tool("ssh", "openssh-client"), "-V"]).output.strip()
    report.peers["openssh"] = {"version": version, "settings": "put -rf: fsync of each file, into both"}
    report.setting |= {"files": FILES, "large_bytes": LARGE}


def _put(client: Client, name: str, flags: str, to: str) -> float:
    settle()
    start = time.monotonic()
    done = client.do(f"put {flags} {name} {to}", seconds=SECONDS)
    seconds = time.monotonic() - start
    assert done.code == 0, done.output[-500:]
    return seconds


def _check(path: Path, size: int) -> None:
    """All of it is there; then it goes."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    assert sum(one.stat().st_size for one in files) == size
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _fill(path: Path) -> None:
    block = os.urandom(2**20)
    with path.open("wb") as file:
        for _ in range(0, LARGE, len(block)):
            file.write(block)
