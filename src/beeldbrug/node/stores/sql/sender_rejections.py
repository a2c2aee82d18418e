"""Instances that their senders take back, in SQL (ports.sender_rejections.SenderRejections)."""

from __future__ import annotations

from collections.abc import Iterable

from beeldbrug.node.ports.sender_rejections import SenderRejection
from beeldbrug.node.stores.sql.statements import Statements

_ADD = """
INSERT INTO sender_rejection (organisation, exchange, note, instance_uid, series_uid, title, at)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, exchange, note, instance_uid) DO NOTHING"""

_OF = """
SELECT note, instance_uid, series_uid, title, at FROM sender_rejection WHERE organisation = ? AND exchange = ?
ORDER BY note, instance_uid"""


class SqlSenderRejections:
    """ports.sender_rejections.SenderRejections over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, organisation: str, exchange: str, rejections: Iterable[SenderRejection]) -> None:
        """Keep them."""
        rows = [
            (organisation, exchange, one.note, one.instance_uid, one.series_uid, one.title, one.at)
            for one in rejections
        ]
        self._sql.many(_ADD, rows)

    def of(self, organisation: str, exchange: str) -> list[SenderRejection]:
        """Those of an exchange."""
        return [SenderRejection(*row) for row in self._sql.all(_OF, organisation, exchange)]
