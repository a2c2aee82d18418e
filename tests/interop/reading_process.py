"""The reading service in a process of its own, on a vault and folders that the test fills: for real DICOMweb clients.

``python -m tests.interop.reading_process FOLDER PORT`` is that process; ``reading_node`` starts it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beeldbrug.kit import log
from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.ports import free_port
from beeldbrug.kit.serve import serve
from beeldbrug.kit.sql import open_engine
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.protocols.dicomweb.app import dicomweb_app
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.spool import FileSpool
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.ingest import HOME, Ingest, add_token
from tests.peers.processes import running, wait_for_port
from tests.vaults import fresh_vault

ROOT = Path(__file__).resolve().parents[2]
ALL = "-".join(("token", "for", "all"))


@dataclass
class ReadingNode:
    """A vault with its service. ``url`` is the DICOMweb root."""

    vault: Vault
    spool: FileSpool
    store: FolderStore
    url: str
    folder: Path
    pid: int

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    @property
    def spool_folder(self) -> Path:
        return self.folder / "spool"

    @property
    def process_folder(self) -> Path:
        return Path("/proc") / str(self.pid)

    def ingest(self, origin: str = OWN) -> Ingest:
        return Ingest(self.vault, self.spool, self.store, HOME, origin)

    def token(self, token: str, organisation: str = HOME, **changes: Any) -> dict[str, str]:
        """Add a token; gives the header that carries it."""
        add_token(self.vault, token, organisation, **({"expires": time.time() + 3600.0} | changes))
        return {"Authorization": f"Bearer {token}"}


def _open(folder: Path) -> tuple[Vault, FileSpool, FolderStore]:
    vault = Vault(open_engine(f"sqlite:///{folder}/vault.db"), VaultRoot((folder / "root.key").read_bytes()))
    return vault, FileSpool(folder / "spool", reserve=0), FolderStore(folder / "packs")


@contextmanager
def reading_node(folder: Path) -> Iterator[ReadingNode]:
    """A running service on a fresh vault in this folder."""
    (folder / "root.key").write_bytes(new_root())
    fresh_vault(folder / "vault.db").dispose()
    vault, spool, store = _open(folder)
    port = free_port()
    lines = folder / "service.log"
    command = [sys.executable, "-m", "tests.interop.reading_process", str(folder), str(port)]
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    try:
        with running(command, lines, environment=environment) as process:
            wait_for_port(port, process, lines)
            yield ReadingNode(vault, spool, store, f"http://127.0.0.1:{port}/dicomweb", folder, process.pid)
    finally:
        vault.close()


def _main(folder: str, port: str) -> None:
    log.configure()
    vault, spool, store = _open(Path(folder))
    # dicomweb-client leaves the port out of its Host header, so the service is told its own address
    address = f"http://127.0.0.1:{port}/dicomweb"
    service = dicomweb_app(Reading(Sources(vault, (spool,), store, SystemClock())), public_url=address)
    serve(service, "127.0.0.1", int(port))
    vault.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
