"""Gatherings, and reports that wait to be put beside a study, in SQL (ports.sending.Gatherings). Reports are sealed,
each bound to its row.
"""

from __future__ import annotations

from typing import Any

from beeldbrug.model.errors import Conflict, Unsupported
from beeldbrug.node.ports.sending import Enclosure, Gathering, GatherState, Source
from beeldbrug.node.stores.sql.layout import pack_strings, unpack_strings
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = (
    "exchange, organisation, bundle, actor, study_uid, source, created, updated, origin, series, without, enclosure, "
    "state, expected, gathered, failed, tries, code, later"
)
_ADD = f"""
INSERT INTO gathering ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""  # noqa: S608 - fixed names
_SELECT = f"SELECT {_COLUMNS} FROM gathering WHERE organisation = ? AND "  # noqa: S608 - fixed names

_CLAIM = """
UPDATE gathering SET state = 'fetching', updated = ? WHERE organisation = ? AND exchange = ?
AND state IN ('waiting', 'fetching') AND NOT EXISTS (
  SELECT 1 FROM gathering AS other WHERE other.organisation = gathering.organisation
  AND other.study_uid = gathering.study_uid AND other.state = 'fetching' AND other.exchange <> gathering.exchange)"""

_SETTABLE = frozenset(
    {"state", "expected", "gathered", "failed", "tries", "code", "enclosure", "later", "actor", "series"}
)


class SqlGatherings:
    """ports.sending.Gatherings over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: Gathering) -> None:
        """Keep a new one. Raises Conflict ``gathering-there``."""
        values = (row.exchange, row.organisation, row.bundle, row.actor, row.study_uid, row.source.value, row.created)
        more = (row.updated, row.origin, pack_strings(row.series), pack_strings(row.without), row.enclosure)
        counts = (row.state.value, row.expected, row.gathered, row.failed, row.tries, row.code)
        if not self._sql.run(_ADD, *values, *more, *counts, pack_strings(row.later)):
            raise Conflict("gathering-there", "This exchange is being filled already.")

    def get(self, organisation: str, exchange: str) -> Gathering | None:
        """That of an exchange."""
        row = self._sql.one(_SELECT + "exchange = ?", organisation, exchange)
        return None if row is None else _gathering(row)

    def of_bundle(self, organisation: str, bundle: str) -> list[Gathering]:
        """All of a bundle; times part them, for each is a moment later than the one before."""
        rows = self._sql.all(_SELECT + "bundle = ? ORDER BY created, exchange", organisation, bundle)
        return [_gathering(row) for row in rows]

    def fetching(self, organisation: str, study_uid: str) -> Gathering | None:
        """The one that now fetches this study."""
        row = self._sql.one(_SELECT + "study_uid = ? AND state = 'fetching'", organisation, study_uid)
        return None if row is None else _gathering(row)

    def claim(self, organisation: str, exchange: str, at: float) -> bool:
        """It fetches from now on, unless another one does. Raises Conflict when both try at the same moment."""
        return self._sql.run(_CLAIM, at, organisation, exchange) > 0

    def update(self, organisation: str, exchange: str, at: float, **columns: Any) -> None:
        """Set columns by field name. Raises Unsupported ``column-not-settable``."""
        if not columns.keys() <= _SETTABLE:
            raise Unsupported("column-not-settable", "A gathering has no such column to set.")
        names = sorted(columns)
        values = [_value(columns[name]) for name in names]
        setting = "".join(f"{name} = ?, " for name in names)
        statement = f"UPDATE gathering SET {setting}updated = ? WHERE organisation = ? AND exchange = ?"  # noqa: S608 - names of _SETTABLE
        self._sql.run(statement, *values, at, organisation, exchange)

    def enclose(self, enclosure: Enclosure) -> None:
        """Keep a report, sealed."""
        one = enclosure
        self._sql.run(
            "INSERT INTO enclosure (id, organisation, account, title, content, created) VALUES (?, ?, ?, ?, ?, ?)",
            one.id,
            one.organisation,
            one.account,
            self._seal.seal_text(one.organisation, "enclosure-title", one.id, one.title),
            self._seal.seal(one.organisation, "enclosure", one.id, one.content),
            one.created,
        )

    def enclosure(self, organisation: str, id: str) -> Enclosure | None:
        """One report, opened."""
        row = self._sql.one(
            "SELECT account, title, content, created FROM enclosure WHERE organisation = ? AND id = ?", organisation, id
        )
        if row is None:
            return None
        title = self._seal.open_text(organisation, "enclosure-title", id, bytes(row[1]))
        content = self._seal.open(organisation, "enclosure", id, bytes(row[2]))
        return Enclosure(id, organisation, row[0], title, content, row[3])

    def entitle(self, organisation: str, id: str, title: str) -> None:
        """Say what a report is called."""
        sealed = self._seal.seal_text(organisation, "enclosure-title", id, title)
        self._sql.run("UPDATE enclosure SET title = ? WHERE organisation = ? AND id = ?", sealed, organisation, id)

    def drop_enclosure(self, organisation: str, id: str) -> bool:
        """Forget one."""
        return self._sql.run("DELETE FROM enclosure WHERE organisation = ? AND id = ?", organisation, id) > 0

    def drop_enclosures(self, organisation: str, before: float) -> int:
        """Forget those from before this time that no gathering waits for."""
        return self._sql.run(
            "DELETE FROM enclosure WHERE organisation = ? AND created < ? AND id NOT IN "
            "(SELECT enclosure FROM gathering WHERE organisation = ? AND enclosure <> '')",
            organisation,
            before,
            organisation,
        )


def _value(given: Any) -> Any:
    return pack_strings(given) if isinstance(given, tuple) else getattr(given, "value", given)


def _gathering(row: Row) -> Gathering:
    exchange, organisation, bundle, actor, study_uid, source, created, updated, origin, series, without, *more = row
    enclosure, state, expected, gathered, failed, tries, code, later = more
    return Gathering(
        exchange=exchange,
        organisation=organisation,
        bundle=bundle,
        actor=actor,
        study_uid=study_uid,
        source=Source(source),
        created=created,
        updated=updated,
        origin=origin,
        series=unpack_strings(bytes(series)),
        without=unpack_strings(bytes(without)),
        enclosure=enclosure,
        state=GatherState(state),
        expected=expected,
        gathered=gathered,
        failed=failed,
        tries=tries,
        code=code,
        later=unpack_strings(bytes(later)) if later is not None else (),
    )
