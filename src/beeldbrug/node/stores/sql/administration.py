"""Settings, departments and queues in SQL (ports.administration). No identity."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.administration import Department, QueueRow, SettingRow
from beeldbrug.node.stores.sql.statements import Row, Statements

_SETTING = "organisation, revision, kind, name, value, actor, at"

_PRESENT = f"""
SELECT {_SETTING} FROM setting WHERE organisation = ? AND value <> '' AND revision = (
  SELECT MAX(later.revision) FROM setting later
  WHERE later.organisation = setting.organisation AND later.kind = setting.kind AND later.name = setting.name)
ORDER BY kind, name"""  # noqa: S608 - fixed names

_LAST = f"""
SELECT {_SETTING} FROM setting WHERE organisation = ? AND kind = ? AND name = ?
ORDER BY revision DESC LIMIT 1"""  # noqa: S608 - fixed names

_HISTORY = f"""
SELECT {_SETTING} FROM setting WHERE organisation = ? AND (kind = ? OR ? = '')
ORDER BY revision DESC LIMIT ?"""  # noqa: S608 - fixed names

_DEPARTMENT = "id, organisation, name, location, phone, closed"

_QUEUE = """
SELECT id, kind, subject, rank, due, created, wishes, error, failing_since, tries FROM work WHERE organisation = ?"""

_URGENCIES = tuple(Urgency)


class SqlSettings:
    """ports.administration.Settings over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def revision(self, organisation: str) -> int:
        """Number of the last change."""
        row = self._sql.one("SELECT MAX(revision) FROM setting WHERE organisation = ?", organisation)
        return int(row[0]) if row is not None and row[0] is not None else 0

    def present(self, organisation: str) -> list[SettingRow]:
        """What is in force."""
        return [SettingRow(*row) for row in self._sql.all(_PRESENT, organisation)]

    def last(self, organisation: str, kind: str, name: str) -> SettingRow | None:
        """The last change of one."""
        row = self._sql.one(_LAST, organisation, kind, name)
        return None if row is None else SettingRow(*row)

    def history(self, organisation: str, limit: int = 200, kind: str = "") -> list[SettingRow]:
        """Changes, newest first."""
        return [SettingRow(*row) for row in self._sql.all(_HISTORY, organisation, kind, kind, limit)]

    def add(self, organisation: str, kind: str, name: str, value: str, actor: str, at: float) -> int:
        """Note a change. Two at once on PostgreSQL: the second gets Conflict, and asks again."""
        revision = self.revision(organisation) + 1
        self._sql.run(
            f"INSERT INTO setting ({_SETTING}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
            organisation,
            revision,
            kind,
            name,
            value,
            actor,
            at,
        )
        return revision


class SqlDepartments:
    """ports.administration.Departments over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def all(self, organisation: str) -> list[Department]:
        """By name."""
        select = f"SELECT {_DEPARTMENT} FROM department WHERE organisation = ? ORDER BY name"  # noqa: S608 - fixed names
        return [_department(row) for row in self._sql.all(select, organisation)]

    def get(self, organisation: str, id: str) -> Department | None:
        """One."""
        return self._one("id = ?", organisation, id)

    def by_name(self, organisation: str, name: str) -> Department | None:
        """By its name."""
        return self._one("name = ?", organisation, name)

    def add(self, department: Department) -> None:
        """Keep a new one. Raises Conflict."""
        one = department
        added = self._sql.run(
            f"INSERT INTO department ({_DEPARTMENT}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608 - fixed names
            one.id,
            one.organisation,
            one.name,
            one.location,
            one.phone,
            one.closed,
        )
        if not added:
            raise _known()

    def update(self, department: Department) -> None:
        """Replace it; accounts follow."""
        one, before = department, self.get(department.organisation, department.id)
        other = self.by_name(one.organisation, one.name)
        if other is not None and other.id != one.id:
            raise _known()
        self._sql.run(
            "UPDATE department SET name = ?, location = ?, phone = ?, closed = ? WHERE organisation = ? AND id = ?",
            one.name,
            one.location,
            one.phone,
            one.closed,
            one.organisation,
            one.id,
        )
        if before is not None and before.name != one.name:
            self._sql.run(
                "UPDATE account SET department = ? WHERE organisation = ? AND department = ?",
                one.name,
                one.organisation,
                before.name,
            )

    def _one(self, condition: str, organisation: str, value: str) -> Department | None:
        select = f"SELECT {_DEPARTMENT} FROM department WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        row = self._sql.one(select, organisation, value)
        return None if row is None else _department(row)


class SqlQueue:
    """ports.administration.Queue over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def rows(self, organisation: str, limit: int = 500) -> list[QueueRow]:
        """Most urgent first, then oldest."""
        found = self._sql.all(_QUEUE + " ORDER BY rank, created, id LIMIT ?", organisation, limit)
        return [_queued(row) for row in found]

    def get(self, organisation: str, id: int) -> QueueRow | None:
        """One."""
        row = self._sql.one(_QUEUE + " AND id = ?", organisation, id)
        return None if row is None else _queued(row)

    def count(self, organisation: str) -> int:
        """How many there are."""
        row = self._sql.one("SELECT COUNT(*) FROM work WHERE organisation = ?", organisation)
        return int(row[0]) if row is not None else 0


def _known() -> Conflict:
    return Conflict("department-known", "There is a department of this name already.", "Take another name.")


def _department(row: Row) -> Department:
    id_, organisation, name, location, phone, closed = row
    return Department(id_, organisation, name, location, phone, bool(closed))


def _queued(row: Row) -> QueueRow:
    id_, kind, subject, rank, due, created, wishes, error, failing_since, tries = row
    return QueueRow(
        id_, kind, subject, _URGENCIES[rank], due, created, wishes, error or "", failing_since, int(tries or 0)
    )
