"""Emergency numbers of imports in SQL (ports.rekeying.Rekeyings); the numbers are sealed, each bound to its
exchange."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.stores.schema.tables import AT_DESK
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements, chunks

_PUT = """
INSERT INTO rekeying (organisation, exchange, lookup, numbers, state, changed, said, until, actor)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange) DO UPDATE SET lookup = excluded.lookup, numbers = excluded.numbers,
  state = excluded.state, changed = excluded.changed, said = excluded.said, until = excluded.until,
  actor = excluded.actor"""

_FIND = "SELECT exchange, numbers, state, changed, said, until, actor FROM rekeying WHERE organisation = ? AND "

_UNKEPT = f"""
SELECT id FROM exchange WHERE organisation = ? AND {AT_DESK} AND state = 'imported' AND NOT EXISTS (
  SELECT 1 FROM rekeying WHERE rekeying.organisation = exchange.organisation AND rekeying.exchange = exchange.id)
LIMIT ?"""  # noqa: S608 - a constant

_PURPOSE = "rekeying"


class SqlRekeyings:
    """ports.rekeying.Rekeyings over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def put(self, organisation: str, rekeying: Rekeying) -> None:
        """Keep it."""
        one = rekeying
        numbers = msgspec.json.encode((one.number, one.into))
        sealed = self._seal.seal(organisation, _PURPOSE, one.exchange, numbers)
        lookup = self._lookup(organisation, one.number)
        times = (one.changed, one.said, one.until)
        self._sql.run(_PUT, organisation, one.exchange, lookup, sealed, one.state.value, *times, one.actor)

    def get(self, organisation: str, exchange: str) -> Rekeying | None:
        """One."""
        row = self._sql.one(_FIND + "exchange = ?", organisation, exchange)
        return None if row is None else self._row(organisation, row)

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, Rekeying]:
        """Some."""
        found: dict[str, Rekeying] = {}
        for some in chunks(exchanges):
            marks = ", ".join("?" * len(some))
            for row in self._sql.all(f"{_FIND}exchange IN ({marks})", organisation, *some):
                found[str(row[0])] = self._row(organisation, row)
        return found

    def under(self, organisation: str, number: str) -> list[Rekeying]:
        """All under a number."""
        rows = self._sql.all(_FIND + "lookup = ? ORDER BY exchange", organisation, self._lookup(organisation, number))
        return [self._row(organisation, row) for row in rows]

    def unkept(self, organisation: str, limit: int) -> list[str]:
        """Imports without a row."""
        return [str(id) for (id,) in self._sql.all(_UNKEPT, organisation, limit)]

    def _lookup(self, organisation: str, number: str) -> bytes:
        return self._seal.index(organisation, "emergency-number", number.partition("^")[0])

    def _row(self, organisation: str, row: Row) -> Rekeying:
        exchange, sealed, state, changed, said, until, actor = row
        opened = self._seal.open(organisation, _PURPOSE, exchange, bytes(sealed))
        number, into = msgspec.json.decode(opened, type=tuple[str, str])
        return Rekeying(exchange, number, RekeyState(state), changed, into, said, until, actor)
