"""Upkeep of a node's vault by its operator: backup, restore, upgrade of the schema. DESIGN section 4.

Plugs the stores in, as ``compose`` does; each deed leaves an audit event where there is a trail to write it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.files import make_folder
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.base import Base, connect_hub, open_base, segment_store
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.stores.rootkey import root_file
from beeldbrug.node.stores.schema.upgrade import newest, revision, upgrade
from beeldbrug.node.stores.sql import backup
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.take_up import take_up_sequence

ANY_KEY = "any"
"""Asks for a root key that is there: none is made for a vault that is to be restored."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    revision: str
    rows: int
    segments: int
    missing: int


@dataclass(frozen=True, slots=True)
class PutBack:
    """What a restore brought: rows, audit events checked, segments, segments that are missing; ``statement`` is the
    code of why the hub's number of our key statements is not known, or empty."""

    rows: int
    events: int
    segments: int
    missing: int
    statement: str


def back_up(settings: NodeSettings, folder: Path, segments: bool, actor: str) -> BackedUp:
    """Write a backup into the new folder; the node may be running. Raises Conflict, Unavailable, Denied."""
    store = segment_store(settings) if segments else None
    with _vault(settings) as vault:
        manifest = backup.back_up(vault, folder, SystemClock().now(), store)
        with vault.write() as tx:
            tx.audit.append(_event(settings, "backup", actor))
    return BackedUp(manifest.revision, sum(manifest.rows.values()), manifest.segments, manifest.missing)


def restore(settings: NodeSettings, folder: Path, actor: str) -> PutBack:
    """Fill the empty vault from a backup. The root key must be there; the node must not run.

    Raises Conflict ``vault-not-empty``, Denied, Malformed, Unavailable.
    """
    make_folder(settings.data)
    engine = open_engine(settings.database_url)
    try:
        root = root_file(str(settings.root_key)).provide(ANY_KEY)
        done = backup.restore(folder, engine, root, segment_store(settings))
    finally:
        engine.dispose()
    with open_base(settings) as base:
        with base.database.write() as tx:
            tx.audit.append(_event(settings, "restore", actor))
        statement = _take_up(base)
    return PutBack(sum(done.rows.values()), done.events, done.segments, done.missing, statement)


def upgrade_vault(settings: NodeSettings) -> tuple[str | None, str]:
    """Bring the schema to this version; (revision before, after). Safe with exchanges under way."""
    make_folder(settings.data)
    engine = open_engine(settings.database_url)
    try:
        return upgrade(engine)
    finally:
        engine.dispose()


def vault_revision(settings: NodeSettings) -> tuple[str | None, str]:
    """(revision of the vault, revision of this version); nothing is made or changed."""
    path = settings.data / "node.sqlite"
    if settings.database is None and not path.exists():
        return None, newest()
    engine = open_engine(settings.database_url)
    try:
        return revision(engine), newest()
    finally:
        engine.dispose()


@contextmanager
def _vault(settings: NodeSettings) -> Iterator[Vault]:
    vault = open_vault(open_engine(settings.database_url), root_file(str(settings.root_key)).provide)
    try:
        yield vault
    finally:
        vault.close()


def _take_up(base: Base) -> str:
    """The hub may have seen later statements of ours than the backup; the next one must be higher still."""
    try:
        hub = connect_hub(base)
        take_up_sequence(base.own, base.database, hub, base.clock.now())
        hub.close()
    except BeeldbrugError as error:
        return error.code
    return ""


def _event(settings: NodeSettings, event: str, actor: str) -> AuditEvent:
    return AuditEvent(settings.organisation.ura, event, "E", "success", actor=actor, at=SystemClock().now())
