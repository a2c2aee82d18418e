"""The address book in SQL: organisations with their chain, newest statement and newest directory.

Checks nothing; the use cases do. An expelled organisation's row stays, so that its sequence numbers are remembered.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select

from beeldbrug.hub.ports.records import Organisation
from beeldbrug.hub.stores import schema
from beeldbrug.hub.stores.records.statements import next_count, put

REVISION = "address-book"


class SqlOrganisations:
    """Implements ``ports.records.Organisations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, ura: str) -> Organisation | None:
        """The row, also of an organisation that was expelled."""
        table = schema.organisations
        row = self._connection.execute(select(table).where(table.c.ura == ura)).first()
        return None if row is None else _organisation(row)

    def enrolled(self) -> list[Organisation]:
        """All that are enrolled, in order of URA."""
        table = schema.organisations
        rows = self._connection.execute(select(table).where(table.c.enrolled == 1).order_by(table.c.ura))
        return [_organisation(row) for row in rows]

    def is_enrolled(self, ura: str) -> bool:
        """Whether this organisation can receive."""
        table = schema.organisations
        query = select(table.c.ura).where(table.c.ura == ura, table.c.enrolled == 1)
        return self._connection.execute(query).first() is not None

    def put(self, organisation: Organisation) -> None:
        """Insert or replace; ``changed`` becomes the book's new revision."""
        row = asdict(organisation)
        row["changed"] = next_count(self._connection, schema.counters, REVISION, "value")
        row["enrolled"] = int(organisation.enrolled)
        put(self._connection, schema.organisations, row)

    def revision(self) -> int:
        """Grows with every change of the book."""
        table = schema.counters
        query = select(table.c.value).where(table.c.name == REVISION)
        return int(self._connection.execute(query).scalar_one_or_none() or 0)


def _organisation(row: Row[Any]) -> Organisation:
    values = dict(row._mapping)
    return Organisation(**{**values, "enrolled": bool(values["enrolled"])})
