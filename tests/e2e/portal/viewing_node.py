"""The portal's viewing half in a process of its own, on a vault that the test fills, with a page of the test's own.

``python -m tests.e2e.portal.viewing_node FOLDER PORT SITE`` is that process; ``viewing_node`` starts it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from types import SimpleNamespace
from typing import Any, cast

from beeldbrug.kit import log
from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.ports import free_port
from beeldbrug.kit.serve import Application, Message, Receive, Send, serve
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.account import Account, Assurance, Role, Stage
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.ports.records import OWN, NewExchange
from beeldbrug.node.protocols.portal.app import portal_app
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX
from beeldbrug.node.protocols.portal.static import site_app
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.spool import FileSpool
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.sign_in.signing import Signing, begin
from beeldbrug.node.usecases.view.viewing import Viewing
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.ingest import AWAY, HOME, Ingest
from tests.peers.processes import running, wait_for_port
from tests.vaults import fresh_vault

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class ViewingNode:
    """A vault with its portal. ``url`` is the portal's root."""

    vault: Vault
    spool: FileSpool
    store: FolderStore
    url: str

    def ingest(self, origin: str = OWN) -> Ingest:
        """Puts instances under an origin."""
        return Ingest(self.vault, self.spool, self.store, HOME, origin)

    def exchange(self, study_uid: str, state: State = State.VERIFIED) -> str:
        """A new exchange that came in."""
        id_ = token_hex(16)
        terms = Terms(Party(AWAY, "Sender"), Party(HOME, "Home"), Purpose.TREATMENT, Ground.REFERRAL, Urgency.ROUTINE)
        row = NewExchange(id_, HOME, Direction.IN, AWAY, terms, study_uid, state, time.time(), 0.0)
        with self.vault.write() as transaction:
            transaction.exchanges.add(row)
        return id_

    def session(self, exchanges: tuple[str, ...] = (), studies: tuple[str, ...] = ()) -> str:
        """Signs a new clinician in; gives the session's cookie."""
        account = Account(token_hex(16), HOME, f"arts-{token_hex(4)}", "Arts", (Role.CLINICIAN,), created=time.time())
        with self.vault.write() as transaction:
            transaction.accounts.add(account, "")
            signing = _signing(self.vault)
            token, _ = begin(transaction, signing, account, Assurance.SUBSTANTIAL, exchanges, studies, Stage.IN)
        return token


def _signing(vault: Vault) -> Signing:
    return Signing(vault, HOME, "Home", time.time)


def _open(folder: Path) -> tuple[Vault, FileSpool, FolderStore]:
    vault = Vault(open_engine(f"sqlite:///{folder}/vault.db"), VaultRoot((folder / "root.key").read_bytes()))
    return vault, FileSpool(folder / "spool", reserve=0), FolderStore(folder / "packs")


@contextmanager
def viewing_node(folder: Path, site: Path) -> Iterator[ViewingNode]:
    """A running portal on a fresh vault in this folder."""
    (folder / "root.key").write_bytes(new_root())
    fresh_vault(folder / "vault.db").dispose()
    vault, spool, store = _open(folder)
    port = free_port()
    lines = folder / "portal.log"
    command = [sys.executable, "-m", "tests.e2e.portal.viewing_node", str(folder), str(port), str(site)]
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    try:
        with running(command, lines, environment=environment) as process:
            wait_for_port(port, process, lines)
            yield ViewingNode(vault, spool, store, f"http://127.0.0.1:{port}")
    finally:
        vault.close()


def _application(vault: Vault, spool: FileSpool, store: FolderStore, site: Path) -> Application:
    clock = SystemClock()
    viewing = Viewing(Sources(vault, (spool,), store, clock))
    parts: Any = SimpleNamespace(viewing=viewing, signing=_signing(vault), clock=clock)
    api, pages = portal_app(cast(Portal, parts)), site_app(site)

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["path"].startswith(PREFIX + "/"):
            await api(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application


def _main(folder: str, port: str, site: str) -> None:
    log.configure()
    vault, spool, store = _open(Path(folder))
    serve(_application(vault, spool, store, Path(site)), "127.0.0.1", int(port))
    vault.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
