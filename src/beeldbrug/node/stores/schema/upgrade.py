"""The vault's schema: bring it to this version, and refuse to work on another one.

Safe with exchanges under way: writers wait until the migration has committed (SQLite has one writer; PostgreSQL's are
shut out by ``migrations/env.py``), readers go on with what they see. One transaction: it happens or it does not.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from beeldbrug.kit.sql import migrate, reading
from beeldbrug.model.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, script_location: Path = MIGRATIONS) -> tuple[str | None, str]:
    """Migrate to the newest revision; returns (revision before, revision after). Idempotent, safe from any process.

    Raises Unavailable ``database-busy``, ``disk-full``, and ``schema-newer`` when a later version made this vault.
    """
    before = revision(engine)
    _refuse_newer(before, script_location)
    if before != newest(script_location):
        migrate(engine, str(script_location))
    return before, newest(script_location)


def revision(engine: Engine) -> str | None:
    """Revision of the schema; None for an empty database. Read from alembic's own table, without alembic."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            select(column("version_num")).select_from(table("alembic_version"))
        ).scalar()
        return found


def newest(script_location: Path = MIGRATIONS) -> str:
    """The revision that this version works on."""
    return _revisions(script_location)[0]


def check_schema(engine: Engine, script_location: Path = MIGRATIONS) -> None:
    """Raises Unavailable ``schema-older`` or ``schema-newer``."""
    present = revision(engine)
    if present == newest(script_location):
        return
    _refuse_newer(present, script_location)
    raise Unavailable(
        "schema-older", "The vault's schema is older than this version.", "Run the upgrade command: beeldbrug upgrade."
    )


def _refuse_newer(present: str | None, script_location: Path) -> None:
    if present is not None and present not in _revisions(script_location):
        raise Unavailable(
            "schema-newer",
            "The vault was upgraded by a later version.",
            "Run that version, or restore an older backup.",
        )


@lru_cache
def _revisions(script_location: Path) -> tuple[str, ...]:
    """All revisions of this version, the newest first, by the names of their files: ``revision_0001.py`` and so on."""
    files = (script_location / "versions").glob("revision_*.py")
    return tuple(sorted((file.stem.removeprefix("revision_") for file in files), reverse=True))
