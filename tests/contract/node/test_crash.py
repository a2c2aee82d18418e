"""kill -9 of a process in the middle of group commits: nothing that was acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from beeldbrug.kit.sql import open_engine
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node import given
from tests.contract.node.given import PARCEL, A

WRITER = """
import os, sys, threading
from beeldbrug.kit.sql import open_engine
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.sealed.opening.vault import VaultRoot
from tests.contract.node import given

vault = Vault(open_engine(sys.argv[1]), VaultRoot(bytes.fromhex(sys.argv[2])))

def deed(number):
    def write(tx):
        id_ = tx.instances.add(given.instance(number))
        tx.packs.grow_segment(given.A, given.PACK, 1, number)
        tx.exchanges.add_member(given.PARCEL, given.A, id_)
        tx.exchanges.bump(given.PARCEL, given.NOW, total=1)
        tx.audit.append(given.event())
    return write

def feed(first):
    for number in range(first, first + 100000, 4):
        vault.submit(deed(number)).result()
        os.write(1, b"%d\\n" % number)

for first in range(1, 5):
    threading.Thread(target=feed, args=(first,)).start()
"""


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_killed_in_a_group_commit_loses_nothing_acknowledged(vault_url: str, tmp_path: Path, seconds: float) -> None:
    secret = new_root()
    vault = Vault(open_engine(vault_url), VaultRoot(secret))
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
    acknowledged = _killed_after(seconds, vault_url, secret, tmp_path / "out")
    assert len(acknowledged) > 10
    _wait_for_locks(vault)
    with vault.read() as tx:
        kept = {row.instance_number for row in tx.instances.instances(A, OWN, given.STUDY, None, {})}
        members = tx.exchanges.members(PARCEL, limit=1_000_000)
        row = tx.exchanges.get(A, PARCEL)
        segment = tx.packs.segment(A, given.PACK, 1)
        assert acknowledged <= kept
        assert [member.ordinal for member in members] == list(range(1, len(kept) + 1))
        assert row is not None and row.total == len(kept)
        assert segment is not None and segment.length == max(number or 0 for number in kept)
        assert tx.audit.verify(A) == (len(kept), None)
    vault.close()


def _killed_after(seconds: float, url: str, secret: bytes, out: Path) -> set[int]:
    command = [sys.executable, "-c", WRITER, url, secret.hex()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with out.open("wb") as stdout:
        process = subprocess.Popen(command, stdout=stdout, env=environment)
        try:
            deadline = time.monotonic() + 60
            while out.stat().st_size == 0 and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(seconds)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(30)
    lines = out.read_bytes().split(b"\n")[:-1]
    return {int(line) for line in lines}


def _wait_for_locks(vault: Vault) -> None:
    """PostgreSQL notices the dead client a moment later; a write waits for what it held."""
    with vault.write() as tx:
        tx.exchanges.update(PARCEL, given.NOW)
