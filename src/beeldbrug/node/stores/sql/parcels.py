"""Capsule parts and segments under way in SQL (ports.vault.Parcels).

A part's body is sealed to its receiver already and stays as it came until it is done; its envelope is kept after that.
"""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.errors import Conflict
from beeldbrug.model.pack import Segment
from beeldbrug.node.ports.records import PartRow, SegmentRow, SendingRow
from beeldbrug.node.stores.sql.packs import segment_row
from beeldbrug.node.stores.sql.statements import Row, Statements

_ADD_PART = """
INSERT INTO part (organisation, parcel, sender, number, kind, envelope, body, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, parcel, sender, number) DO NOTHING"""

_PART = """
SELECT organisation, parcel, sender, number, kind, envelope, body, done FROM part
WHERE organisation = ? AND parcel = ? AND sender = ? AND number = ?"""

_LAST_PART = """
SELECT organisation, parcel, sender, number, kind, envelope, body, done FROM part
WHERE organisation = ? AND parcel = ? AND sender = ? ORDER BY number DESC LIMIT 1"""

_UNSENT_PARTS = """
SELECT organisation, parcel, sender, number, kind, envelope, body, done FROM part
WHERE organisation = ? AND parcel = ? AND sender = ? AND done IS NULL ORDER BY number"""

_PART_DONE = """
UPDATE part SET body = NULL, done = ? WHERE organisation = ? AND parcel = ? AND sender = ? AND number = ?"""

_COUNT_PARTS = "SELECT COUNT(*) FROM part WHERE organisation = ? AND parcel = ? AND sender = ?"

_WANT = "INSERT INTO sending (exchange, pack, number, organisation) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"

_SENDINGS = "SELECT exchange, pack, number, uploaded, part FROM sending WHERE exchange = ? ORDER BY pack, number"

_SEGMENTS_OF = """
SELECT segment.organisation, segment.pack, segment.number, segment.state, segment.length, segment.padded, segment.hash
FROM sending JOIN segment ON segment.organisation = sending.organisation AND segment.pack = sending.pack
  AND segment.number = sending.number
WHERE sending.exchange = ?"""

_TO_UPLOAD = _SEGMENTS_OF + " AND sending.uploaded IS NULL AND segment.state = 'stored' LIMIT ?"

_TO_ANNOUNCE = (
    _SEGMENTS_OF
    + " AND sending.uploaded IS NOT NULL AND sending.part IS NULL ORDER BY sending.pack, sending.number LIMIT ?"
)

_TO_FETCH = _SEGMENTS_OF + " AND sending.uploaded IS NULL AND sending.part IS NOT NULL LIMIT ?"

_ANNOUNCED_ONES = _SEGMENTS_OF + " AND sending.part IS NOT NULL ORDER BY sending.pack, sending.number"

_ONLY_HERE = """
SELECT DISTINCT mine.pack FROM sending AS mine JOIN exchange ON exchange.id = mine.exchange
WHERE mine.organisation = ? AND mine.exchange = ? AND NOT EXISTS (
  SELECT 1 FROM exchange AS other JOIN sending AS theirs ON theirs.exchange = other.id AND theirs.pack = mine.pack
  WHERE other.organisation = exchange.organisation AND other.study_uid = exchange.study_uid AND other.id <> exchange.id)
ORDER BY mine.pack"""

_HERE = "SELECT pack, number FROM sending WHERE exchange = ? AND uploaded IS NOT NULL ORDER BY pack, number"

_NOT_UPLOADED = "SELECT 1 FROM sending WHERE exchange = ? AND uploaded IS NULL LIMIT 1"

_NOT_ANNOUNCED = "SELECT 1 FROM sending WHERE exchange = ? AND part IS NULL LIMIT 1"

_CARRIED = """
SELECT COUNT(*), COALESCE(SUM(segment.padded), 0) FROM sending JOIN segment
ON segment.organisation = sending.organisation AND segment.pack = sending.pack AND segment.number = sending.number
WHERE sending.exchange = ?"""

_RETRACT = "DELETE FROM part WHERE organisation = ? AND parcel = ? AND sender = ? AND done IS NULL"

_UPLOADED = "UPDATE sending SET uploaded = ? WHERE exchange = ? AND pack = ? AND number = ?"

_ANNOUNCED = "UPDATE sending SET part = ? WHERE exchange = ? AND pack = ? AND number = ?"


class SqlParcels:
    """ports.vault.Parcels over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add_part(self, row: PartRow) -> None:
        """Insert. Raises Conflict ``part-is-here``."""
        key = (row.organisation, row.parcel, row.sender, row.number)
        if not self._sql.run(_ADD_PART, *key, row.kind, row.envelope, row.body, row.done):
            raise Conflict("part-is-here", "A capsule part of this number is here already.", "Compare the two.")

    def part(self, organisation: str, parcel: str, sender: str, number: int) -> PartRow | None:
        """One part."""
        row = self._sql.one(_PART, organisation, parcel, sender, number)
        return None if row is None else _part_row(row)

    def last_part(self, organisation: str, parcel: str, sender: str) -> PartRow | None:
        """The part with the highest number."""
        row = self._sql.one(_LAST_PART, organisation, parcel, sender)
        return None if row is None else _part_row(row)

    def unsent_parts(self, organisation: str, parcel: str, sender: str) -> list[PartRow]:
        """Parts not done yet, by number."""
        return [_part_row(row) for row in self._sql.all(_UNSENT_PARTS, organisation, parcel, sender)]

    def part_done(self, organisation: str, parcel: str, sender: str, number: int, at: float) -> None:
        """Delivered or opened: the body goes, the envelope stays."""
        self._sql.run(_PART_DONE, at, organisation, parcel, sender, number)

    def count_parts(self, organisation: str, parcel: str, sender: str) -> int:
        """How many there are."""
        row = self._sql.one(_COUNT_PARTS, organisation, parcel, sender)
        return int(row[0]) if row else 0

    def want_sending(self, exchange: str, organisation: str, pack: str, number: int) -> None:
        """This segment belongs to this exchange (idempotent)."""
        self._sql.run(_WANT, exchange, pack, number, organisation)

    def sendings(self, exchange: str) -> list[SendingRow]:
        """All segments of an exchange by (pack, number)."""
        return [SendingRow(*row) for row in self._sql.all(_SENDINGS, exchange)]

    def to_upload(self, exchange: str, limit: int) -> list[SegmentRow]:
        """STORED and not at the route."""
        return [segment_row(row) for row in self._sql.all(_TO_UPLOAD, exchange, limit)]

    def to_announce(self, exchange: str, limit: int) -> list[SegmentRow]:
        """At the route and in no capsule part."""
        return [segment_row(row) for row in self._sql.all(_TO_ANNOUNCE, exchange, limit)]

    def to_fetch(self, exchange: str, limit: int) -> list[SegmentRow]:
        """Announced and not noted as here."""
        return [segment_row(row) for row in self._sql.all(_TO_FETCH, exchange, limit)]

    def here(self, exchange: str) -> list[tuple[str, int]]:
        """(pack, number) of those uploaded, or here."""
        return [(str(row[0]), int(row[1])) for row in self._sql.all(_HERE, exchange)]

    def under_way(self, exchange: str) -> bool:
        """Whether one is not uploaded or not announced."""
        questions = (_NOT_UPLOADED, _NOT_ANNOUNCED)
        return any(self._sql.one(question, exchange) is not None for question in questions)

    def segments(self, exchange: str) -> list[Segment]:
        """Those in capsule parts, by (pack, number)."""
        return [segment_row(row).segment for row in self._sql.all(_ANNOUNCED_ONES, exchange)]

    def carried(self, exchange: str) -> tuple[int, int]:
        """Their number, and their bytes."""
        row = self._sql.one(_CARRIED, exchange)
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def uploaded(self, exchange: str, pack: str, number: int, at: float) -> None:
        """The route has it."""
        self._sql.run(_UPLOADED, at, exchange, pack, number)

    def announced(self, exchange: str, segments: Sequence[tuple[str, int]], part: int) -> None:
        """The capsule part that carries their SegmentRecords."""
        self._sql.many(_ANNOUNCED, [(part, exchange, pack, number) for pack, number in segments])

    def retract(self, organisation: str, parcel: str, sender: str) -> int:
        """Forget the parts that are not done."""
        return self._sql.run(_RETRACT, organisation, parcel, sender)

    def delete_sendings(self, organisation: str, exchange: str) -> None:
        """Forget the segments of an exchange."""
        self._sql.run("DELETE FROM sending WHERE organisation = ? AND exchange = ?", organisation, exchange)

    def only_here(self, organisation: str, exchange: str) -> list[str]:
        """Packs of its segments that no other exchange of its study has segments of."""
        return [str(row[0]) for row in self._sql.all(_ONLY_HERE, organisation, exchange)]

    def delete(self, organisation: str, parcel: str) -> None:
        """Forget parts and sendings of a parcel."""
        self._sql.run("DELETE FROM part WHERE organisation = ? AND parcel = ?", organisation, parcel)
        self._sql.run("DELETE FROM sending WHERE organisation = ? AND exchange = ?", organisation, parcel)


def _part_row(row: Row) -> PartRow:
    organisation, parcel, sender, number, kind, envelope, body, done = row
    return PartRow(organisation, parcel, sender, number, kind, envelope, None if body is None else bytes(body), done)
