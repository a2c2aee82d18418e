"""Packs, their wrapped content keys and their segments in SQL (ports.vault.Packs).

A pack that two origins of one organisation hold (one study sent twice) has a row and a key for each, so that the end of
one leaves the other; its segments' rows go with the last. Another key for a pack that is here is refused: nobody can
make a pack unreadable by granting it anew. Files are not touched here.
"""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.node.ports.records import NewPack, SegmentRow, SegmentState
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_KEYS = """
SELECT pack.origin, pack.line, pack_key.wrapped FROM pack LEFT JOIN pack_key
ON pack_key.organisation = pack.organisation AND pack_key.pack = pack.pack AND pack_key.origin = pack.origin
WHERE pack.organisation = ? AND pack.pack = ?
ORDER BY CASE pack.origin WHEN 'own' THEN 0 ELSE 1 END, pack.origin"""

_OWNER = """
SELECT organisation FROM pack WHERE pack = ? ORDER BY CASE origin WHEN 'own' THEN 0 ELSE 1 END, organisation LIMIT 1"""

_ADD = "INSERT INTO pack (organisation, pack, origin, line) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

_ADD_KEY = "INSERT INTO pack_key (organisation, pack, origin, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

_PUT_SEGMENT = """
INSERT INTO segment (organisation, pack, number, state, length, padded, hash) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, pack, number) DO UPDATE SET state = excluded.state, length = excluded.length,
  padded = excluded.padded, hash = excluded.hash"""

_GROW_SEGMENT = """
INSERT INTO segment (organisation, pack, number, state, length, padded, hash) VALUES (?, ?, ?, 'open', ?, 0, ?)
ON CONFLICT (organisation, pack, number) DO UPDATE SET length = excluded.length
WHERE segment.state = 'open' AND segment.length < excluded.length"""

_SEGMENT = """
SELECT organisation, pack, number, state, length, padded, hash FROM segment
WHERE organisation = ? AND pack = ? AND number = ?"""

_SEGMENTS = """
SELECT organisation, pack, number, state, length, padded, hash FROM segment
WHERE organisation = ? AND pack = ? ORDER BY number"""

_UNDER_WAY = """
SELECT organisation, pack, number, state, length, padded, hash FROM segment
WHERE state = ? AND state <> 'stored' ORDER BY organisation, pack, number LIMIT ?"""

_STORED = """
SELECT organisation, pack, number, state, length, padded, hash FROM segment
WHERE state = 'stored' ORDER BY organisation, pack, number LIMIT ?"""

_OF_ORIGIN = "SELECT pack FROM pack WHERE organisation = ? AND origin = ? ORDER BY pack"

_DELETE_KEY = "DELETE FROM pack_key WHERE organisation = ? AND origin = ? AND pack = ?"

_DELETE = "DELETE FROM pack WHERE organisation = ? AND origin = ? AND pack = ?"

_DELETE_LAST_SEGMENTS = """
DELETE FROM segment WHERE organisation = ? AND pack = ?
AND NOT EXISTS (SELECT 1 FROM pack WHERE pack.organisation = segment.organisation AND pack.pack = segment.pack)"""


class SqlPacks:
    """ports.vault.Packs over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, new: NewPack) -> None:
        """Insert pack and key; the same again is nothing to do. Raises Conflict ``pack-differs``."""
        for origin, line, wrapped in self._sql.all(_KEYS, new.organisation, new.pack):
            if line != new.line.value or (wrapped is not None and self._open(new, origin, wrapped) != new.key):
                raise Conflict(
                    "pack-differs", "A pack of this id is here with another key.", "The sender makes the pack anew."
                )
        self._sql.run(_ADD, new.organisation, new.pack, new.origin, new.line.value)
        wrapped = self._seal.wrap(new.organisation, "pack-key", f"{new.pack}/{new.origin}", new.key)
        self._sql.run(_ADD_KEY, new.organisation, new.pack, new.origin, wrapped)

    def key(self, organisation: str, pack: str) -> bytes:
        """Content key, unwrapped. Raises NotFound ``key-not-here``."""
        for origin, _, wrapped in self._sql.all(_KEYS, organisation, pack):
            if wrapped is not None:
                return self._seal.unwrap(organisation, "pack-key", f"{pack}/{origin}", wrapped)
        raise NotFound(
            "key-not-here", "The key of a pack was destroyed or never granted.", "Ask the sender to send again."
        )

    def line(self, organisation: str, pack: str) -> Line:
        """Which line it is of. Raises NotFound ``pack-not-here``."""
        row = self._sql.one("SELECT line FROM pack WHERE organisation = ? AND pack = ? LIMIT 1", organisation, pack)
        if row is None:
            raise NotFound("pack-not-here", "The pack is not in this vault.", "Ask the sender to send again.")
        return Line(row[0])

    def owner(self, pack: str) -> str | None:
        """Organisation that a pack belongs to; of several, the one that made it."""
        row = self._sql.one(_OWNER, pack)
        return None if row is None else str(row[0])

    def of_origin(self, organisation: str, origin: str) -> list[str]:
        """Packs of an origin, by id."""
        return [row[0] for row in self._sql.all(_OF_ORIGIN, organisation, origin)]

    def origins(self, organisation: str, pack: str) -> list[str]:
        """Origins that hold a pack."""
        found = "SELECT origin FROM pack WHERE organisation = ? AND pack = ? ORDER BY origin"
        return [row[0] for row in self._sql.all(found, organisation, pack)]

    def put_segment(self, row: SegmentRow) -> None:
        """Insert or replace."""
        self._sql.run(
            _PUT_SEGMENT,
            row.organisation,
            row.pack,
            row.number,
            row.state.value,
            row.length,
            row.padded,
            row.hash,
        )

    def grow_segment(self, organisation: str, pack: str, number: int, length: int) -> None:
        """Acknowledged length of an open segment; a closed one stays as it is."""
        self._sql.run(_GROW_SEGMENT, organisation, pack, number, length, b"")

    def segment(self, organisation: str, pack: str, number: int) -> SegmentRow | None:
        """One segment."""
        row = self._sql.one(_SEGMENT, organisation, pack, number)
        return None if row is None else segment_row(row)

    def segments(self, organisation: str, pack: str) -> list[SegmentRow]:
        """Segments of a pack by number."""
        return [segment_row(row) for row in self._sql.all(_SEGMENTS, organisation, pack)]

    def in_state(self, state: SegmentState, limit: int = 1000) -> list[SegmentRow]:
        """Segments of all organisations in a state, by organisation, pack and number."""
        if state is SegmentState.STORED:
            return [segment_row(row) for row in self._sql.all(_STORED, limit)]
        return [segment_row(row) for row in self._sql.all(_UNDER_WAY, state.value, limit)]

    def delete_origin(self, organisation: str, origin: str) -> list[str]:
        """Destroy keys, rows and packs of an origin; returns the packs that nobody in this vault holds any more."""
        return self.delete(organisation, origin, self.of_origin(organisation, origin))

    def delete(self, organisation: str, origin: str, packs: Sequence[str]) -> list[str]:
        """The same for some packs of an origin."""
        for pack in packs:
            self._sql.run(_DELETE_KEY, organisation, origin, pack)
            self._sql.run(_DELETE, organisation, origin, pack)
            self._sql.run(_DELETE_LAST_SEGMENTS, organisation, pack)
        return [pack for pack in packs if self._sql.one("SELECT 1 FROM pack WHERE pack = ? LIMIT 1", pack) is None]

    def delete_keys(self, organisation: str, origin: str) -> int:
        """Destroy the wrapped keys of an origin; returns how many."""
        return self._sql.run("DELETE FROM pack_key WHERE organisation = ? AND origin = ?", organisation, origin)

    def _open(self, new: NewPack, origin: str, wrapped: bytes) -> bytes:
        return self._seal.unwrap(new.organisation, "pack-key", f"{new.pack}/{origin}", wrapped)


def segment_row(row: Row) -> SegmentRow:
    """A segment from its seven columns."""
    organisation, pack, number, state, length, padded, hash_ = row
    return SegmentRow(organisation, pack, number, SegmentState(state), length, padded, bytes(hash_))
