"""The node as a machine, for administration (``ports.configuration.Machine``): processes, disk, keys, hub, peers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from beeldbrug.kit import toml
from beeldbrug.kit.siblings import siblings
from beeldbrug.kit.sql import reading
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.node.app.base import Base, connect_hub, hub_client
from beeldbrug.node.app.check.storage import encrypted, existing
from beeldbrug.node.app.compose import make_trust
from beeldbrug.node.app.live import application
from beeldbrug.node.app.settings import Entity, NodeSettings
from beeldbrug.node.app.standing import standing
from beeldbrug.node.ports.configuration import Correspondent, Disk, Keys, OfferedKey, Process
from beeldbrug.node.protocols.dimse.store_scu import echo
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.trust import statement_warning
from beeldbrug.sealed.statement import VALIDITY_SECONDS

ECHO_SECONDS = 10.0
"""Longest wait for a peer that somebody at a screen is waiting for."""

CORRESPONDENTS = 500

HEAD = """\
# Settings of this node as they were in force, written by the portal. A node takes this file as it is:
#   beeldbrug node -s FILE
"""
SECRETS = "# Not written here, because they are secret: {names}. Give them by the environment.\n"


@dataclass(frozen=True)
class NodeMachine:
    """Looks at the machine that one node runs on."""

    base: Base

    def processes(self) -> Sequence[Process]:
        """All that should run, and whatever else does."""
        running = [Process(one.name, one.pid, one.started, one.memory) for one in siblings()]
        names = {one.name for one in running}
        settings = self.base.settings
        expected = [*settings.dimse.names(), "web", "worker", *(["hl7"] if settings.hl7 is not None else [])]
        missing = [Process(name, 0, 0.0, 0) for name in expected if name not in names]
        return sorted([*running, *missing], key=lambda one: one.name)

    def disk(self) -> Disk:
        """Room and sizes. Of a remote store what it holds, not its room, is known."""
        settings = self.base.settings
        disk = os.statvfs(existing(settings.data))
        with self.base.database.read() as tx:
            stored = tx.figures.stored_bytes(self.base.own.ura)
        return Disk(
            free=disk.f_bavail * disk.f_frsize,
            size=disk.f_blocks * disk.f_frsize,
            reserve=settings.reserve_bytes,
            vault=self._vault_bytes(),
            store=stored,
            spool=sum(_size(settings.data / name) for name in ("spool", "sides", "incoming")),
            encrypted=True if encrypted(existing(settings.data)) else None,
            remote_store=settings.store is not None,
        )

    def _vault_bytes(self) -> int:
        settings, database = self.base.settings, self.base.database
        if settings.database is None:
            names = ("node.sqlite", "node.sqlite-wal", "node.sqlite-shm")
            return sum(_bytes_of(settings.data / name) for name in names)
        if not isinstance(database, Vault):
            return 0
        with reading(database.engine) as connection, connection.begin():
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())

    def keys(self) -> Keys:
        """Own keys and certificate."""
        held = standing(self.base)
        return Keys(
            held.signing_key,
            held.certificate_expires,
            f"{held.name} ({held.ura})",
            held.root_key,
            held.rehearsed,
            held.sequence,
            held.issued,
            held.issued + VALIDITY_SECONDS if held.issued else 0.0,
            tuple(OfferedKey(key.key_id, key.not_before, key.not_after) for key in held.transport),
        )

    def hub_url(self) -> str:
        """Where the hub is."""
        section = self.base.settings.hub
        return section.url if section is not None else ""

    def echo_hub(self) -> float:
        """Seconds by which the hub's clock is ahead."""
        hub = hub_client(self.base.settings, self.base.own, self.base.clock)
        try:
            return hub.echo()
        finally:
            hub.close()

    def correspondents(self) -> list[Correspondent]:
        """The address book, each with why it cannot be sent to now."""
        hub = connect_hub(self.base)
        try:
            trust = make_trust(self.base, hub)
            listed = [one.organisation for one in hub.correspondents()][:CORRESPONDENTS]
            found = []
            for ura in sorted(one for one in listed if one != self.base.own.ura):
                try:
                    name, code = trust.certified(ura).name, statement_warning(trust, ura)
                except BeeldbrugError as error:
                    name, code = "", error.code
                found.append(Correspondent(ura, name, code))
            return found
        finally:
            hub.close()

    def echo(self, value: Mapping[str, Any]) -> float:
        """C-ECHO to an entity."""
        try:
            entity = Entity.model_validate(dict(value))
        except ValidationError as error:
            names = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors()}))
            raise Malformed("setting-malformed", f"This cannot be set: {names}.", "Correct these fields.") from None
        limited = entity.model_copy(update={"timeout": min(entity.timeout, ECHO_SECONDS)})
        return echo(application(limited))

    def export(self) -> str:
        """All settings in force."""
        settings = self.base.live.now()
        values = settings.model_dump(mode="json", exclude_defaults=True)
        secret = [name for name in values if _is_secret(getattr(settings, name))]
        kept = {name: value for name, value in values.items() if name not in secret}
        head = HEAD + (SECRETS.format(names=", ".join(secret)) if secret else "")
        return head + "\n" + toml.dumps(kept)

    def file_settings(self) -> Mapping[str, str]:
        """What the file alone sets."""
        return dict(_flat(self.base.settings))


def _flat(settings: NodeSettings) -> list[tuple[str, str]]:
    skipped = {"rules", "general", "pacs", "worklist", "figures", "database", "store_options"}
    found = []
    for name, value in settings.model_dump(mode="json").items():
        if name in skipped:
            continue
        nested = value if isinstance(value, dict) else {"": value}
        found += [
            (f"{name}.{key}" if key else name, _shown(one)) for key, one in nested.items() if one not in (None, "", [])
        ]
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_shown(one)}" for key, one in value.items() if one not in (None, "", []))
    if isinstance(value, list):
        return ("; " if value and isinstance(value[0], dict) else ", ").join(map(_shown, value))
    return str(value)


def _is_secret(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(one, SecretStr) for one in inner)


def _size(folder: Path) -> int:
    total = 0
    for path, _, files in os.walk(folder):
        total += sum(_bytes_of(Path(path) / name) for name in files)
    return total


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it went while we looked
