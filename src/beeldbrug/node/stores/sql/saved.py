"""What people saved beside a study, in SQL (ports.saved.Saved). The rows go with their instances, by foreign key."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.node.ports.saved import SavedKind, SavedRow
from beeldbrug.node.stores.sql.pictures import SqlPictures
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_ADD = """
INSERT INTO saved (organisation, id, instance, account, kind, created) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, id) DO NOTHING"""

_SELECT = """
SELECT saved.id, saved.organisation, saved.instance, series.series_uid, saved.account, saved.kind, saved.created
FROM saved JOIN instance ON instance.id = saved.instance JOIN series ON series.id = instance.series
JOIN study ON study.id = series.study WHERE saved.organisation = ? AND """

_ONE = _SELECT + "saved.id = ?"
_OF_STUDY = _SELECT + "study.origin = ? AND study.study_uid = ? ORDER BY saved.created, saved.instance"


class SqlSaved(SqlPictures):
    """ports.saved.Saved over one transaction."""

    __slots__ = ()

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        super().__init__(sql, seal)

    def add(self, row: SavedRow) -> None:
        """Keep a new one. Raises Conflict ``saved-already``."""
        values = (row.organisation, row.id, row.instance, row.account, row.kind.value, row.created)
        if not self._sql.run(_ADD, *values):
            raise Conflict("saved-already", "This was saved before.", "Reload the study to see it.")

    def get(self, organisation: str, id: str) -> SavedRow | None:
        """One by its id."""
        row = self._sql.one(_ONE, organisation, id)
        return None if row is None else _saved(row)

    def of_study(self, organisation: str, origin: str, study_uid: str) -> list[SavedRow]:
        """All about a study under one origin, oldest first."""
        return [_saved(row) for row in self._sql.all(_OF_STUDY, organisation, origin, study_uid)]


def _saved(row: Row) -> SavedRow:
    return SavedRow(row[0], row[1], row[2], row[3], row[4], SavedKind(row[5]), row[6])
