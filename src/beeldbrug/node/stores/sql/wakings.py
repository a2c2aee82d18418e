"""Wakings and their notices in SQL (ports.waking.Wakings). Nothing here is identity; nothing is sealed."""

from __future__ import annotations

from beeldbrug.model.notice import NOT_WANTED, Cause, Channel, Delivery, Matter, Notice, Waking
from beeldbrug.node.stores.sql.statements import Row, Statements

_WAKING = (
    "organisation, exchange, matter, cause, begun, round, first, next, exhausted, acknowledged, acknowledged_by, "
    "ended, outcome"
)

_BEGIN = f"""
INSERT INTO waking ({_WAKING}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""  # noqa: S608 - fixed names

_SAVE = """
UPDATE waking SET cause = ?, begun = ?, round = ?, first = ?, next = ?, exhausted = ?, acknowledged = ?,
  acknowledged_by = ?, ended = ?, outcome = ?
WHERE organisation = ? AND exchange = ? AND matter = ?"""

_NOTICE = (
    "id, organisation, exchange, matter, round, turn, account, channel, cause, created, updated, state, tries, code, "
    "sent"
)

_ADD = f"""
INSERT INTO notice ({_NOTICE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""  # noqa: S608 - fixed names

_PUT = """
UPDATE notice SET updated = ?, state = ?, tries = ?, code = ?, sent = ? WHERE organisation = ? AND id = ?"""

_OF_NOTICE = ", ".join(f"notice.{name}" for name in _NOTICE.split(", "))

_OPEN = f"""
SELECT {_OF_NOTICE} FROM notice
JOIN waking ON waking.organisation = notice.organisation AND waking.exchange = notice.exchange
  AND waking.matter = notice.matter AND waking.round = notice.round AND waking.ended IS NULL
WHERE notice.organisation = ? AND notice.account = ? AND notice.channel = 'browser'
ORDER BY notice.created DESC, notice.id LIMIT ?"""  # noqa: S608 - fixed names

_PRUNE_NOTICES = """
DELETE FROM notice WHERE organisation = ? AND EXISTS (SELECT 1 FROM waking
WHERE waking.organisation = notice.organisation AND waking.exchange = notice.exchange
AND waking.matter = notice.matter AND waking.ended < ?)"""


class SqlWakings:
    """ports.waking.Wakings over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def begin(self, waking: Waking, anew: bool) -> bool:
        """Begin, or give the one that is there its new cause; ``anew`` begins an ended one once more."""
        key = (waking.organisation, waking.exchange, waking.matter.value)
        if self._sql.run(_BEGIN, *key, *_values(waking)):
            return True
        present = self.get(waking.organisation, waking.exchange, waking.matter)
        if present is None:
            return False
        unwanted = present.outcome == NOT_WANTED and present.cause is not waking.cause
        if present.ended is not None and not anew and not unwanted:
            return False
        if present.ended is not None:
            self._sql.run(_SAVE, *_values(waking)[:2], present.round + 1, *_values(waking)[3:], *key)
            return True
        self._sql.run(
            "UPDATE waking SET cause = ? WHERE organisation = ? AND exchange = ? AND matter = ?",
            waking.cause.value,
            *key,
        )
        return True

    def of(self, organisation: str, exchange: str) -> list[Waking]:
        """All of an exchange."""
        return self._wakings("exchange = ? ORDER BY matter", organisation, exchange)

    def get(self, organisation: str, exchange: str, matter: Matter) -> Waking | None:
        """One."""
        return next(iter(self._wakings("exchange = ? AND matter = ?", organisation, exchange, matter.value)), None)

    def save(self, waking: Waking) -> None:
        """Replace what can change."""
        self._sql.run(_SAVE, *_values(waking), waking.organisation, waking.exchange, waking.matter.value)

    def add(self, notice: Notice) -> bool:
        """Keep a notice."""
        return bool(
            self._sql.run(
                _ADD,
                notice.id,
                notice.organisation,
                notice.exchange,
                notice.matter.value,
                notice.round,
                notice.turn,
                notice.account,
                notice.channel.value,
                notice.cause.value,
                notice.created,
                notice.updated,
                notice.state.value,
                notice.tries,
                notice.code,
                notice.sent,
            )
        )

    def notice(self, organisation: str, id: str) -> Notice | None:
        """One notice."""
        return next(iter(self._notices("id = ?", organisation, id)), None)

    def notices(self, organisation: str, exchange: str) -> list[Notice]:
        """All of an exchange."""
        return self._notices("exchange = ? ORDER BY created, turn, id", organisation, exchange)

    def put(self, notice: Notice) -> None:
        """Replace what can change."""
        state = (notice.updated, notice.state.value, notice.tries, notice.code, notice.sent)
        self._sql.run(_PUT, *state, notice.organisation, notice.id)

    def touch(self, organisation: str, exchange: str, matter: Matter, at: float) -> None:
        """Its notices changed."""
        self._sql.run(
            "UPDATE notice SET updated = ? WHERE organisation = ? AND exchange = ? AND matter = ?",
            at,
            organisation,
            exchange,
            matter.value,
        )

    def changed(self, organisation: str, since: float, limit: int = 500) -> list[Notice]:
        """The browser's, that changed."""
        condition = "channel = 'browser' AND updated > ? ORDER BY updated, id LIMIT ?"
        return self._notices(condition, organisation, since, limit)

    def open_for(self, organisation: str, account: str, limit: int = 50) -> list[Notice]:
        """The newest of each waking that has not ended."""
        found = [_notice(row) for row in self._sql.all(_OPEN, organisation, account, limit)]
        newest: dict[tuple[str, Matter], Notice] = {}
        for notice in found:
            newest.setdefault((notice.exchange, notice.matter), notice)
        return list(newest.values())

    def prune(self, organisation: str, before: float) -> int:
        """Forget what ended long ago."""
        self._sql.run(_PRUNE_NOTICES, organisation, before)
        return self._sql.run("DELETE FROM waking WHERE organisation = ? AND ended < ?", organisation, before)

    def _wakings(self, condition: str, organisation: str, *values: object) -> list[Waking]:
        select = f"SELECT {_WAKING} FROM waking WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        return [_waking(row) for row in self._sql.all(select, organisation, *values)]

    def _notices(self, condition: str, organisation: str, *values: object) -> list[Notice]:
        select = f"SELECT {_NOTICE} FROM notice WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        return [_notice(row) for row in self._sql.all(select, organisation, *values)]


def _values(waking: Waking) -> tuple[object, ...]:
    """All but its key, in the order of the columns."""
    return (
        waking.cause.value,
        waking.begun,
        waking.round,
        waking.first,
        waking.next,
        waking.exhausted,
        waking.acknowledged,
        waking.acknowledged_by,
        waking.ended,
        waking.outcome,
    )


def _waking(row: Row) -> Waking:
    organisation, exchange, matter, cause, *rest = row
    return Waking(organisation, exchange, Matter(matter), Cause(cause), *rest)


def _notice(row: Row) -> Notice:
    id, organisation, exchange, matter, round_, turn, account, channel, cause, created, updated, state, *rest = row
    where = (id, organisation, exchange, Matter(matter), round_, turn, account, Channel(channel), Cause(cause))
    return Notice(*where, created, updated, Delivery(state), *rest)
