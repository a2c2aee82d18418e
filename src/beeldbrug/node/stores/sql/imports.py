"""Instances on their way into the PACS in SQL (ports.vault.Imports).

The coerced header is fixed once and sealed (DESIGN guarantee 3). UID and hash are copied from the instance, so that
what was imported stays known when the instance has gone. PS3.4 B.2.3: success and the warnings Bxxx are accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.errors import NotFound
from beeldbrug.node.ports.records import ImportRow
from beeldbrug.node.stores.sql.layout import pack_pieces, unpack_pieces
from beeldbrug.node.stores.sql.names import storable
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_INSTANCE = "SELECT instance_uid, hash FROM instance WHERE id = ? AND organisation = ?"

_FIX = """
INSERT INTO import_row (exchange, instance, organisation, instance_uid, hash, pieces, transfer_syntax, status, accepted,
  comment, at, header)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (exchange, instance) DO NOTHING"""

_REWRITE = """
UPDATE import_row SET header = ?, pieces = ?, transfer_syntax = ?
WHERE organisation = ? AND exchange = ? AND instance = ?"""

_PENDING = """
SELECT exchange, instance, organisation, header, pieces, transfer_syntax, status, comment, at FROM import_row
WHERE exchange = ? AND accepted = ? AND header IS NOT NULL ORDER BY instance LIMIT ?"""

_ALL = """
SELECT exchange, instance, organisation, header, pieces, transfer_syntax, status, comment, at FROM import_row
WHERE exchange = ? ORDER BY instance"""

_ROW = """
SELECT exchange, instance, organisation, header, pieces, transfer_syntax, status, comment, at FROM import_row
WHERE exchange = ? AND instance = ?"""

_WAITING = """
SELECT instance FROM import_row WHERE exchange = ? AND accepted = ? AND header IS NOT NULL ORDER BY instance"""

_ANSWERED = "UPDATE import_row SET status = ?, accepted = ?, comment = ?, at = ? WHERE exchange = ? AND instance = ?"

_OTHER = """
SELECT 1 FROM import_row
WHERE organisation = ? AND instance_uid = ? AND hash <> ? AND (accepted = ? OR status IS NULL) LIMIT 1"""
# without a status it may be in the PACS all the same: a crash can come between the C-STORE and its record

_UNDO = "UPDATE import_row SET exchange = ?, header = NULL WHERE organisation = ? AND exchange = ?"

_FORGET = "UPDATE import_row SET header = NULL WHERE organisation = ? AND exchange = ?"


class SqlImports:
    """ports.vault.Imports over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def fix(self, organisation: str, rows: Sequence[ImportRow]) -> None:
        """Fix the coerced datasets; rows that are there stay. Raises NotFound ``instance-not-here``."""
        for row in rows:
            known = self._sql.one(_INSTANCE, row.instance, organisation)
            if known is None:
                raise NotFound("instance-not-here", "The instance is not in this vault.", "Ask for it again.")
            sealed = self._seal.seal(organisation, "import", _place(row.exchange, row.instance), row.header)
            self._sql.run(
                _FIX,
                row.exchange,
                row.instance,
                organisation,
                *known,
                pack_pieces(row.pieces),
                row.transfer_syntax,
                row.status,
                _accepted(row.status),
                storable(row.comment),
                row.at,
                sealed,
            )

    def rewrite(self, organisation: str, rows: Sequence[ImportRow]) -> None:
        """Other datasets."""
        for row in rows:
            sealed = self._seal.seal(organisation, "import", _place(row.exchange, row.instance), row.header)
            key = (organisation, row.exchange, row.instance)
            self._sql.run(_REWRITE, sealed, pack_pieces(row.pieces), row.transfer_syntax, *key)

    def pending(self, exchange: str, limit: int = 1000) -> list[ImportRow]:
        """Rows without an accepted answer, by instance."""
        return [self._row(row) for row in self._sql.all(_PENDING, exchange, False, limit)]

    def answered(self, exchange: str, instance: int, status: int, comment: str, at: float) -> None:
        """What the PACS said."""
        self._sql.run(_ANSWERED, status, _accepted(status), storable(comment), at, exchange, instance)

    def all(self, exchange: str) -> list[ImportRow]:
        """All rows of an exchange; the header is empty once it was forgotten."""
        return [self._row(row) for row in self._sql.all(_ALL, exchange)]

    def begun(self, exchange: str) -> bool:
        """Whether anything was fixed."""
        return self._sql.one("SELECT 1 FROM import_row WHERE exchange = ? LIMIT 1", exchange) is not None

    def fixed(self, exchange: str) -> list[int]:
        """Instances that were fixed."""
        found = "SELECT instance FROM import_row WHERE exchange = ? ORDER BY instance"
        return [int(row[0]) for row in self._sql.all(found, exchange)]

    def waiting(self, exchange: str) -> list[int]:
        """Instances without an accepted answer."""
        return [int(row[0]) for row in self._sql.all(_WAITING, exchange, False)]

    def rows(self, exchange: str, instances: Sequence[int]) -> list[ImportRow]:
        """Rows of these instances."""
        found = [self._sql.one(_ROW, exchange, instance) for instance in instances]
        return [self._row(row) for row in found if row is not None]

    def other_content(self, organisation: str, instance_uid: str, hash: bytes) -> bool:
        """Whether this SOP Instance UID was imported before, or may have been, with another hash."""
        return self._sql.one(_OTHER, organisation, instance_uid, hash, True) is not None

    def undo(self, organisation: str, exchange: str, instead: str) -> None:
        """Set aside what was fixed."""
        self._sql.run(_UNDO, instead, organisation, exchange)

    def forget(self, organisation: str, exchange: str) -> None:
        """Destroy the coerced headers of an exchange; that and what was imported stays known."""
        self._sql.run(_FORGET, organisation, exchange)

    def _row(self, row: Row) -> ImportRow:
        exchange, instance, organisation, header, pieces, transfer_syntax, status, comment, at = row
        place = _place(exchange, instance)
        plain = b"" if header is None else self._seal.open(organisation, "import", place, header)
        return ImportRow(exchange, instance, plain, unpack_pieces(pieces), transfer_syntax, status, comment, at)


def _place(exchange: str, instance: int) -> str:
    return f"{exchange}/{instance}"


def _accepted(status: int | None) -> bool:
    return status is not None and (status == 0 or status & 0xF000 == 0xB000)
