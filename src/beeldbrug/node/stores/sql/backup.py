"""Backup and restore of the vault (DESIGN section 4): a folder that works for SQLite and PostgreSQL alike.

``vault.sqlite``: all rows of one consistent view, without the tables of wrapped keys, whatever engine they came from;
so a vault moves between engines this way too. ``keys.sealed``: those tables, sealed once more under the root key;
``segments.jsonl``: what the packs hold; ``segments/``: their copies, when asked for; ``manifest.json``: counts, audit
heads and hashes. The root key is in none of them: that is ``stores.rootkey``. Segments that still lie in a spool are
not in a backup. Neither direction overwrites anything.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from blake3 import blake3
from sqlalchemy import Connection, Engine, select

from beeldbrug.kit.files import disk_errors, make_folder, sync_folder, temporary_path, write_new
from beeldbrug.kit.sql import open_engine, reading, writing
from beeldbrug.model.errors import Conflict, Denied, Malformed, NotFound
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.stores.schema.tables import KEY_TABLES, audit_head, segment
from beeldbrug.node.stores.schema.upgrade import newest, revision, upgrade
from beeldbrug.node.stores.sql.audit import SqlAudit
from beeldbrug.node.stores.sql.copying import ORDINARY, add, copy, counts, rows_of
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements, in_tree
from beeldbrug.sealed.opening.vault import VaultRoot

FORM = "beeldbrug-vault-backup-1"
_ROWS, _KEYS, _SEGMENTS, _COPIES, _MANIFEST = (
    "vault.sqlite",
    "keys.sealed",
    "segments.jsonl",
    "segments",
    "manifest.json",
)
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``heads`` is sequence and hash of each organisation's audit chain; ``missing`` counts stored
    segments that could not be copied, or at a restore those that the store does not have."""

    form: str
    revision: str
    created: float
    root_key: str
    rows: dict[str, int]
    heads: dict[str, tuple[int, str]]
    hashes: dict[str, str]
    segments: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: rows of each table, audit events checked, segments put back, segments that are missing."""

    rows: dict[str, int]
    events: int
    segments: int
    missing: int
    organisations: list[str] = field(default_factory=list)


def back_up(vault: Vault, target: Path, created: float, store: SegmentStore | None = None) -> Manifest:
    """Write a backup to the new folder ``target``; with ``store`` also copies of the stored segments.

    Raises Conflict ``backup-is-here``, Unavailable ``disk-full``, Denied when the audit trail does not hold.
    """
    if target.exists():
        raise Conflict("backup-is-here", "There is a folder of this name already.", "Name a new folder.")
    make_folder(target.parent)
    folder = temporary_path(target.parent)
    make_folder(folder)
    try:
        manifest = _written(vault, folder, created, store)
        write_new(folder / _MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
        with disk_errors():
            folder.rename(target)
            sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def restore(source: Path, engine: Engine, root: VaultRoot, store: SegmentStore | None = None) -> Restored:
    """Fill an empty database from a backup, and check it: hashes, counts, every audit chain, segments in ``store``.

    All in one transaction: after an error the database is empty as before. Raises Conflict ``vault-not-empty``, Denied
    ``root-key-wrong`` and ``audit-chain-broken``, Malformed ``backup-damaged``.
    """
    manifest = _read_manifest(source)
    if manifest.root_key != root.key_id:
        raise Denied(
            "root-key-wrong",
            "The backup was made under another root key.",
            "Restore that key first: beeldbrug keys restore.",
        )
    upgrade(engine)
    seal = Sealing(root)
    with _rows(source, manifest) as copied, in_tree(), reading(copied) as rows, writing(engine) as connection:
        if any(counts(connection, (*ORDINARY, *KEY_TABLES)).values()):
            raise Conflict("vault-not-empty", "The vault holds rows already.", "Restore into an empty data folder.")
        done = copy(rows, connection)
        done |= _restore_keys(source, connection, seal)
        if any(done.get(name) != number for name, number in manifest.rows.items()):
            raise _damaged()
        events = _check_chains(connection, seal, manifest.heads)
    put = _put_back(source, store) if store is not None else 0
    return Restored(done, events, put, _missing(engine, store), sorted(manifest.heads))


def _written(vault: Vault, folder: Path, created: float, store: SegmentStore | None) -> Manifest:
    copied = open_engine(f"sqlite:///{folder / _ROWS}")
    try:
        upgrade(copied)
        with vault.read() as transaction:
            source = transaction.connection
            with in_tree(), writing(copied) as target:
                rows = copy(source, target)
            heads = {
                row.organisation: (row.sequence, bytes(row.hash).hex()) for row in source.execute(select(audit_head))
            }
            _check_chains(source, vault.seal, heads)
            keys = {table.name: [row for batch in rows_of(source, table) for row in batch] for table in KEY_TABLES}
            listed = list(_listing(source))
        _as_one_file(copied)
    finally:
        copied.dispose()
    rows |= {name: len(values) for name, values in keys.items()}
    write_new(folder / _KEYS, vault.seal.seal("", "backup", "keys", msgspec.msgpack.encode(keys)))
    write_new(folder / _SEGMENTS, (json.dumps(line).encode() + b"\n" for line in listed))
    stored = [(line["pack"], line["number"], line["padded"]) for line in listed if line["state"] == "stored"]
    kept = sum(_copy_segment(folder, store, *each) for each in stored) if store is not None else 0
    hashes = {name: _hash(folder / name) for name in (_ROWS, _KEYS, _SEGMENTS)}
    missing = len(stored) - kept if store is not None else 0
    return Manifest(FORM, newest(), created, vault.seal.root.key_id, rows, heads, hashes, kept, missing)


def _as_one_file(copied: Engine) -> None:
    """No journal beside it that somebody who copies the backup could forget."""
    raw = copied.raw_connection()
    driver: Any = raw.driver_connection
    driver.execute("PRAGMA journal_mode=DELETE")
    raw.close()


def _listing(source: Connection) -> Iterator[dict[str, object]]:
    for batch in rows_of(source, segment):
        for row in batch:
            yield {**row, "hash": bytes(row["hash"]).hex()}


def _copy_segment(folder: Path, store: SegmentStore, pack: object, number: object, padded: object) -> int:
    if not (isinstance(pack, str) and isinstance(number, int) and isinstance(padded, int)):
        raise _damaged()
    path = folder / _COPIES / pack / str(number)
    if path.exists():  # two organisations of this vault hold the same pack
        return 1
    try:
        content = store.read(pack, number, 0, padded)
    except NotFound:  # it was deleted since the view was taken
        return 0
    make_folder(path.parent)
    write_new(path, content)
    return 1


def _read_manifest(source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((source / _MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        raise _damaged() from None
    if manifest.form != FORM or any(_hash(source / name) != hash_ for name, hash_ in manifest.hashes.items()):
        raise _damaged()
    return manifest


class _rows:
    """The backup's rows at this version's schema, in a copy beside it that is removed afterwards."""

    def __init__(self, source: Path, manifest: Manifest) -> None:
        self._path = temporary_path(source)
        self._source = source / _ROWS
        self._revision = manifest.revision

    def __enter__(self) -> Engine:
        with disk_errors():
            shutil.copyfile(self._source, self._path)
        self._engine = open_engine(f"sqlite:///{self._path}")
        if revision(self._engine) != self._revision:
            raise _damaged()
        upgrade(self._engine)
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)


def _restore_keys(source: Path, connection: Connection, seal: Sealing) -> dict[str, int]:
    keys = msgspec.msgpack.decode(seal.open("", "backup", "keys", (source / _KEYS).read_bytes()))
    # a backup of an earlier version lacks the tables that came later
    rows = {table: keys.get(table.name, []) for table in KEY_TABLES}
    return {table.name: add(connection, table, [some] if some else []) for table, some in rows.items()}


def _check_chains(connection: Connection, seal: Sealing, heads: dict[str, tuple[int, str]]) -> int:
    audit = SqlAudit(Statements(connection), seal)
    events = 0
    for organisation, (sequence, hash_) in heads.items():
        fit, broken = audit.verify(organisation)
        head = audit.head(organisation)
        if broken is not None or head is None or (head.sequence, head.hash.hex()) != (sequence, hash_):
            raise Denied(
                "audit-chain-broken",
                "The audit trail does not hold: an event was changed or is missing.",
                "Keep this database as evidence, and restore an older backup.",
            )
        events += fit
    return events


def _put_back(source: Path, store: SegmentStore) -> int:
    paths = sorted(path for path in (source / _COPIES).glob("*/*") if path.name.isdecimal())
    for path in paths:
        store.put_file(path.parent.name, int(path.name), path)
    return len(paths)


def _missing(engine: Engine, store: SegmentStore | None) -> int:
    if store is None:
        return 0
    with reading(engine) as connection:
        stored = connection.execute(
            select(segment.c.pack, segment.c.number, segment.c.padded).where(segment.c.state == "stored")
        ).all()
    return sum(store.size(pack, number) != padded for pack, number, padded in stored)


def _hash(path: Path) -> str:
    digest = blake3()
    with disk_errors(), path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _damaged() -> Malformed:
    return Malformed("backup-damaged", "The backup is not whole or was altered.", "Take another backup.")
