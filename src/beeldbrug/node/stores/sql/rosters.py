"""Rosters in SQL (ports.waking.Rosters): one row a department, one row a duty."""

from __future__ import annotations

from datetime import datetime

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.roster import Roster, Rules, Shift, Substitution, fold_department
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = "id, organisation, department, first_image, verified, answer, parked, wait, revision"

_ADD = """
INSERT INTO roster (id, organisation, department, folded, first_image, verified, answer, parked, wait, revision,
  changed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING"""

_REPLACE = """
UPDATE roster SET department = ?, folded = ?, first_image = ?, verified = ?, answer = ?, parked = ?, wait = ?,
  revision = revision + 1, changed = ?
WHERE organisation = ? AND id = ? AND revision = ?"""

_DUTY = """
INSERT INTO duty (roster, number, organisation, level, account, weekday, begins, ends)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

_DUTIES = "SELECT level, account, weekday, begins, ends FROM duty WHERE organisation = ? AND roster = ? ORDER BY number"

_ONCE = -1


class SqlRosters:
    """ports.waking.Rosters over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def all(self, organisation: str) -> list[Roster]:
        """All, by department."""
        select = f"SELECT {_COLUMNS} FROM roster WHERE organisation = ? ORDER BY folded"  # noqa: S608 - fixed names
        return [self._roster(row) for row in self._sql.all(select, organisation)]

    def get(self, organisation: str, id: str) -> Roster | None:
        """One."""
        return self._one("id = ?", organisation, id)

    def of_department(self, organisation: str, department: str) -> Roster | None:
        """By the name of the department."""
        return self._one("folded = ?", organisation, fold_department(department))

    def add(self, roster: Roster) -> None:
        """Keep a new one. Raises Conflict ``department-has-roster``."""
        folded = fold_department(roster.department)
        added = self._sql.run(
            _ADD, roster.id, roster.organisation, roster.department, folded, *_rules(roster.rules), roster.revision
        )
        if not added:
            raise _taken()
        self._add_duties(roster)

    def replace(self, roster: Roster, at: float) -> None:
        """The next revision. Raises Conflict ``roster-changed``, ``department-has-roster``."""
        folded = fold_department(roster.department)
        other = self._one("folded = ?", roster.organisation, folded)
        if other is not None and other.id != roster.id:
            raise _taken()
        key = (roster.organisation, roster.id, roster.revision)
        if not self._sql.run(_REPLACE, roster.department, folded, *_rules(roster.rules), at, *key):
            raise Conflict(
                "roster-changed", "Somebody else has changed this roster.", "Reload it and make your change again."
            )
        self._sql.run("DELETE FROM duty WHERE organisation = ? AND roster = ?", roster.organisation, roster.id)
        self._add_duties(roster)

    def delete(self, organisation: str, id: str) -> bool:
        """Forget it."""
        self._sql.run("DELETE FROM duty WHERE organisation = ? AND roster = ?", organisation, id)
        return bool(self._sql.run("DELETE FROM roster WHERE organisation = ? AND id = ?", organisation, id))

    def _one(self, condition: str, organisation: str, value: str) -> Roster | None:
        select = f"SELECT {_COLUMNS} FROM roster WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        row = self._sql.one(select, organisation, value)
        return None if row is None else self._roster(row)

    def _add_duties(self, roster: Roster) -> None:
        weekly = [(one.level, one.account, one.weekday, str(one.start), str(one.end)) for one in roster.shifts]
        once = [
            (one.level, one.account, _ONCE, one.start.isoformat(), one.end.isoformat()) for one in roster.substitutions
        ]
        rows = [(roster.id, number, roster.organisation, *values) for number, values in enumerate(weekly + once, 1)]
        self._sql.many(_DUTY, rows)

    def _roster(self, row: Row) -> Roster:
        id, organisation, department, first_image, verified, answer, parked, wait, revision = row
        duties = self._sql.all(_DUTIES, organisation, id)
        rules = Rules(
            bool(first_image), Urgency(verified) if verified else None, bool(answer), bool(parked), float(wait)
        )
        return Roster(
            id=id,
            organisation=organisation,
            department=department,
            rules=rules,
            shifts=tuple(
                Shift(level, account, weekday, int(begins), int(ends))
                for level, account, weekday, begins, ends in duties
                if weekday != _ONCE
            ),
            substitutions=tuple(
                Substitution(level, account, datetime.fromisoformat(begins), datetime.fromisoformat(ends))
                for level, account, weekday, begins, ends in duties
                if weekday == _ONCE
            ),
            revision=revision,
        )


def _rules(rules: Rules) -> tuple[object, ...]:
    verified = rules.verified.value if rules.verified is not None else ""
    return rules.first_image, verified, rules.answer, rules.parked, rules.wait


def _taken() -> Conflict:
    return Conflict("department-has-roster", "This department has a roster already.", "Change that one.")
