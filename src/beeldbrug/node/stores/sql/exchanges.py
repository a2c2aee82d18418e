"""Exchanges, their members and the associations that feed them in SQL (ports.exchanges.Exchanges).

Terms, local number and description are sealed, each bound to its exchange. Which state may follow which is the use
cases' matter. On PostgreSQL ``add_member`` first locks the exchange's row, so that two processes never give one ordinal
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update

from beeldbrug.model.errors import NotFound, Unsupported
from beeldbrug.model.exchange import ENDED, Direction, Route, State, Urgency
from beeldbrug.node.ports.records import (
    EMPTIED,
    OWN,
    ExchangeRow,
    InstanceState,
    Member,
    NewExchange,
    OpenExchange,
)
from beeldbrug.node.stores.schema.tables import exchange
from beeldbrug.node.stores.sql.layout import pack_strings, unpack_strings
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements
from beeldbrug.node.stores.sql.terms import pack_terms, unpack_terms

_ADD = """
INSERT INTO exchange (id, organisation, direction, peer, terms, study_uid, state, urgency, created, updated, expires,
  rule, reason_code, undo_until, total, done, imported, closed, closed_hash, last_instance, local_number, description,
  modalities, route, note, missing)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, 0.0, ?, ?, ?, ?, ?, 0)"""

_BUMP = """
UPDATE exchange SET total = total + ?, done = done + ?, imported = imported + ?, updated = ? WHERE id = ?"""

_BUMP_TOTAL = """
UPDATE exchange SET total = total + ?, done = done + ?, imported = imported + ?, updated = ?, last_instance = ?
WHERE id = ?"""

_LOCK = "SELECT 1 FROM exchange WHERE id = ? FOR UPDATE"

_ADD_NEXT_MEMBER = """
INSERT INTO member (exchange, ordinal, organisation, instance)
VALUES (?, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM member WHERE exchange = ?), ?, ?)
ON CONFLICT (instance, exchange) DO NOTHING RETURNING ordinal"""

_ADD_MEMBER = """
INSERT INTO member (exchange, ordinal, organisation, instance) VALUES (?, ?, ?, ?)
ON CONFLICT (instance, exchange) DO NOTHING RETURNING ordinal"""

_MEMBERS = """
SELECT exchange, ordinal, instance, header_part, bulk_part FROM member
WHERE exchange = ? AND ordinal > ? AND instance > 0 ORDER BY ordinal LIMIT ?"""

_MANIFEST = """
SELECT member.ordinal, instance.size, instance.hash, instance.state FROM member
JOIN instance ON instance.id = member.instance WHERE member.exchange = ? ORDER BY member.ordinal"""

_UNSENT = """
SELECT exchange, ordinal, instance, header_part, bulk_part FROM member
WHERE exchange = ? AND bulk_part IS NULL ORDER BY ordinal LIMIT ?"""

# the row stays, so that its ordinal, which a receiver may know, is not given to another instance
_REMOVE_MEMBER = "UPDATE member SET instance = -ordinal, bulk_part = 0 WHERE exchange = ? AND instance = ?"

_SET_PARTS = """
UPDATE member SET header_part = COALESCE(?, header_part), bulk_part = COALESCE(?, bulk_part)
WHERE exchange = ? AND ordinal = ?"""

_OPENED = """
INSERT INTO association (association, exchange, organisation, process, opened) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (association, exchange) DO NOTHING"""

_UNFINISHED = f"""
SELECT DISTINCT member.organisation, member.instance FROM association
JOIN member ON member.exchange = association.exchange AND member.bulk_part IS NULL
JOIN instance ON instance.id = member.instance
WHERE association.process = ? AND association.ended IS NULL
AND instance.origin = '{OWN}' AND instance.state = '{InstanceState.HEADER.value}'
ORDER BY member.instance"""  # noqa: S608 - put together of our own words

_OVER = ", ".join(f"'{state.value}'" for state in sorted(ENDED - {State.IMPORTED}))

# asked for every instance that comes in, so it goes past Core and opens no seal
_FIND_OPEN = f"""
SELECT id, state, urgency, created, expires, closed, modalities FROM exchange
WHERE organisation = ? AND rule = ? AND study_uid = ? AND direction = '{Direction.OUT.value}' AND state NOT IN ({_OVER})
AND withdrawn IS NULL AND emptied IS NULL AND reason_code <> '{EMPTIED}'
ORDER BY created DESC LIMIT 1"""  # noqa: S608 - put together of our own words

_FIND_OPEN_TO = _FIND_OPEN.replace("ORDER BY", "AND peer = ? ORDER BY")

# on PostgreSQL the row must not be emptied between this and the instance that is added to it
_FIRMLY = " FOR NO KEY UPDATE"

_EMPTY = """
UPDATE exchange SET emptied = ?, updated = ? WHERE id = ? AND organisation = ? AND emptied IS NULL AND updated <= ?"""

_HOLD = "SELECT state FROM exchange WHERE id = ? AND organisation = ? AND emptied IS NULL AND withdrawn IS NULL"

_HOLD_INSTANCE = "SELECT 1 FROM instance WHERE id = ? AND organisation = ? FOR UPDATE"

_LEAVE = "DELETE FROM member WHERE exchange = ? AND instance = ? AND organisation = ?"

_IS_MEMBER = "SELECT 1 FROM member WHERE instance = ? LIMIT 1"

_STUDY_IS_FED = """
SELECT 1 FROM exchange JOIN association ON association.exchange = exchange.id AND association.ended IS NULL
WHERE exchange.organisation = ? AND exchange.study_uid = ? LIMIT 1"""

_HOLDS_ARRIVAL = and_(exchange.c.direction == Direction.IN.value, exchange.c.emptied.is_(None))

# built once: building a statement of 32 columns costs more than running it
_ROW = select(exchange)
_GET = _ROW.where(exchange.c.organisation == bindparam("organisation"), exchange.c.id == bindparam("id"))


class SqlExchanges:
    """ports.exchanges.Exchanges over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, new: NewExchange) -> None:
        """Open an exchange. Raises Conflict when its id is taken."""
        self._sql.run(
            _ADD,
            new.id,
            new.organisation,
            new.direction.value,
            new.peer,
            self._seal.seal(new.organisation, "terms", new.id, pack_terms(new.terms)),
            new.study_uid,
            new.state.value,
            new.terms.urgency.value,
            new.created,
            new.created,
            new.expires,
            new.rule,
            new.reason_code,
            new.undo_until,
            False,
            b"",
            b"",
            b"",
            pack_strings(()),
            new.route.value,
            self._seal.seal_text(new.organisation, "note", new.id, new.note),
        )

    def get(self, organisation: str, id: str) -> ExchangeRow | None:
        """One exchange of this organisation."""
        row = self._sql.core.execute(_GET, {"organisation": organisation, "id": id}).first()
        return None if row is None else self.row(row)

    def find_open(self, organisation: str, rule: str, study_uid: str, peer: str | None = None) -> OpenExchange | None:
        """The newest outgoing exchange of this rule and study that is not ended, or imported, nor being withdrawn, nor
        emptied at either end; to this peer."""
        wanted = (organisation, rule, study_uid) if peer is None else (organisation, rule, study_uid, peer)
        find = _FIND_OPEN if peer is None else _FIND_OPEN_TO
        row = self._sql.one(find + _FIRMLY if self._sql.postgresql else find, *wanted)
        if row is None:
            return None
        id_, state, urgency, created, expires, closed, modalities = row
        return OpenExchange(
            id_, State(state), Urgency(urgency), created, expires, bool(closed), unpack_strings(bytes(modalities))
        )

    def arrivals(self, organisation: str, study_uid: str) -> list[ExchangeRow]:
        """All arrivals of this study, newest first."""
        statement = (
            _ROW.where(exchange.c.organisation == organisation, exchange.c.study_uid == study_uid)
            .where(exchange.c.direction == Direction.IN.value)
            .order_by(exchange.c.created.desc())
        )
        return [self.row(row) for row in self._sql.core.execute(statement)]

    def hold(self, organisation: str, id: str) -> State | None:
        """Its state, which stays until the transaction ends; None for one that is gone or holds nothing any more."""
        row = self._sql.one(_HOLD + _FIRMLY if self._sql.postgresql else _HOLD, id, organisation)
        return None if row is None else State(row[0])

    def update(self, id: str, at: float, **columns: Any) -> None:
        """Set columns by field name. Raises NotFound, Unsupported ``column-not-settable``."""
        organisation = self._organisation(id) if columns.keys() & _SEALED.keys() else ""
        values: dict[str, Any] = {"updated": at}
        for name, value in columns.items():
            if name in _SEALED:
                values[name] = _SEALED[name](self._seal, organisation, id, value)
            elif name in _PLAIN:
                values[name] = _PLAIN[name](value)
            else:
                raise Unsupported("column-not-settable", "An exchange has no such column to set.")
            if name == "terms":
                values["urgency"] = value.urgency.value
        if not self._sql.core.execute(update(exchange).where(exchange.c.id == id).values(values)).rowcount:
            raise _not_here()

    def bump(self, id: str, at: float, *, total: int = 0, done: int = 0, imported: int = 0) -> None:
        """Add to the counters."""
        if total > 0:
            self._sql.run(_BUMP_TOTAL, total, done, imported, at, at, id)
        else:
            self._sql.run(_BUMP, total, done, imported, at, id)

    def listing(
        self,
        organisation: str | None,
        direction: Direction | None = None,
        states: Sequence[State] = (),
        limit: int = 200,
        before: float | None = None,
    ) -> list[ExchangeRow]:
        """Newest first; ``organisation`` None is all of them (workers only)."""
        statement = _ROW.order_by(exchange.c.created.desc(), exchange.c.id).limit(limit)
        if organisation is not None:
            statement = statement.where(exchange.c.organisation == organisation)
        if direction is not None:
            statement = statement.where(exchange.c.direction == direction.value)
        if states:
            statement = statement.where(exchange.c.state.in_([state.value for state in states]))
        if before is not None:
            statement = statement.where(exchange.c.created < before)
        return [self.row(row) for row in self._sql.core.execute(statement)]

    def expired(self, organisation: str, now: float, limit: int = 200) -> list[ExchangeRow]:
        """Past their end date and not ended by it, first to end first."""
        statement = (
            _ROW.where(exchange.c.organisation == organisation, exchange.c.expires > 0, exchange.c.expires < now)
            .where(exchange.c.state.not_in([State.DELIVERED.value, State.EXPIRED.value, State.WITHDRAWN.value]))
            .where(or_(_HOLDS_ARRIVAL, exchange.c.state != State.IMPORTED.value))
            .order_by(exchange.c.expires)
            .limit(limit)
        )
        return [self.row(row) for row in self._sql.core.execute(statement)]

    def silent(self, organisation: str, states: Sequence[State], since: float, limit: int = 200) -> list[ExchangeRow]:
        """In these states, and nothing has changed after ``since``."""
        statement = (
            _ROW.where(exchange.c.organisation == organisation, exchange.c.updated <= since)
            .where(exchange.c.state.in_([state.value for state in states]))
            .order_by(exchange.c.updated)
            .limit(limit)
        )
        return [self.row(row) for row in self._sql.core.execute(statement)]

    def full(
        self, organisation: str, direction: Direction, states: Sequence[State], since: float, limit: int = 200
    ) -> list[ExchangeRow]:
        """In these states, not emptied, nothing changed after ``since``, not being taken back; oldest first."""
        going = exchange.c.withdrawn.is_not(None) & (exchange.c.state != State.WITHDRAWN.value)
        statement = (
            _ROW.where(exchange.c.organisation == organisation, exchange.c.direction == direction.value)
            .where(exchange.c.emptied.is_(None), exchange.c.created <= since, exchange.c.updated <= since)
            .where(exchange.c.state.in_([state.value for state in states]), ~going)
            .order_by(exchange.c.created)
            .limit(limit)
        )
        return [self.row(row) for row in self._sql.core.execute(statement)]

    def empty(self, organisation: str, id: str, since: float, at: float) -> bool:
        """Note that it is emptied from now on, unless something has changed in it after ``since``."""
        return self._sql.run(_EMPTY, at, at, id, organisation, since) > 0

    def leave(self, organisation: str, exchange: str, instances: Sequence[int]) -> list[int]:
        """They belong to it no longer; returns those that belong to no other either."""
        if self._sql.postgresql:  # an instance that comes in again meanwhile must not be added to what is deleted here
            for instance in sorted(instances):
                self._sql.one(_HOLD_INSTANCE, instance, organisation)
        self._sql.many(_LEAVE, [(exchange, instance, organisation) for instance in instances])
        return [instance for instance in instances if self._sql.one(_IS_MEMBER, instance) is None]

    def study_is_fed(self, organisation: str, study_uid: str) -> bool:
        """Whether an association is open that feeds an exchange of this study."""
        return self._sql.one(_STUDY_IS_FED, organisation, study_uid) is not None

    def manifest(self, exchange: str) -> list[tuple[int, int, bytes, InstanceState]]:
        """(ordinal, size, hash, state) of every member, by ordinal."""
        rows = self._sql.all(_MANIFEST, exchange)
        return [(ordinal, size, bytes(hash_), InstanceState(state)) for ordinal, size, hash_, state in rows]

    def add_member(self, exchange: str, organisation: str, instance: int, ordinal: int | None = None) -> int | None:
        """Add an instance; returns its ordinal, or None when it already is a member. Raises Conflict."""
        if ordinal is not None:
            row = self._sql.one(_ADD_MEMBER, exchange, ordinal, organisation, instance)
        else:
            if self._sql.postgresql:
                self._sql.one(_LOCK, exchange)
            row = self._sql.one(_ADD_NEXT_MEMBER, exchange, exchange, organisation, instance)
        return None if row is None else int(row[0])

    def remove_member(self, exchange: str, instance: int) -> bool:
        """It belongs to it no longer; False when it was no member."""
        return self._sql.run(_REMOVE_MEMBER, exchange, instance) > 0

    def members(self, exchange: str, after: int = 0, limit: int = 1000) -> list[Member]:
        """By ordinal."""
        return [Member(*row) for row in self._sql.all(_MEMBERS, exchange, after, limit)]

    def unsent_members(self, exchange: str, limit: int = 1000) -> list[Member]:
        """Members whose bulk_part is not set, by ordinal."""
        return [Member(*row) for row in self._sql.all(_UNSENT, exchange, limit)]

    def set_member_parts(
        self, exchange: str, ordinals: Iterable[int], *, header_part: int | None, bulk_part: int | None
    ) -> None:
        """Note which capsule part carries the records; None leaves as is."""
        self._sql.many(_SET_PARTS, [(header_part, bulk_part, exchange, ordinal) for ordinal in ordinals])

    def exchanges_of(self, organisation: str, instance: int) -> list[str]:
        """Exchanges that an instance is a member of."""
        found = "SELECT exchange FROM member WHERE instance = ? AND organisation = ? ORDER BY exchange"
        return [row[0] for row in self._sql.all(found, instance, organisation)]

    def associations_open(self, exchange: str) -> int:
        """How many associations still feed it."""
        row = self._sql.one("SELECT COUNT(*) FROM association WHERE exchange = ? AND ended IS NULL", exchange)
        return int(row[0]) if row else 0

    def association_last_end(self, exchange: str) -> float | None:
        """When the last association that fed it ended; None when none has."""
        row = self._sql.one("SELECT MAX(ended) FROM association WHERE exchange = ?", exchange)
        return None if row is None else row[0]

    def association_opened(
        self, exchange: str, organisation: str, association: str, process: str, at: float, anew: bool = False
    ) -> None:
        """An association began to feed an exchange (idempotent); ``anew``: also one that had ended."""
        if not self._sql.run(_OPENED, association, exchange, organisation, process, at) and anew:
            self._sql.run(
                "UPDATE association SET opened = ?, ended = NULL WHERE association = ? AND exchange = ?",
                at,
                association,
                exchange,
            )

    def association_ended(self, association: str, at: float) -> None:
        """It ended."""
        self._sql.run("UPDATE association SET ended = ? WHERE association = ? AND ended IS NULL", at, association)

    def unfinished(self, process: str) -> list[tuple[str, int]]:
        """(organisation, instance) in state HEADER that a process's open associations were bringing."""
        return [(str(row[0]), int(row[1])) for row in self._sql.all(_UNFINISHED, process)]

    def process_ended(self, process: str, at: float) -> None:
        """All associations of a process ended."""
        self._sql.run("UPDATE association SET ended = ? WHERE process = ? AND ended IS NULL", at, process)

    def _organisation(self, id: str) -> str:
        row = self._sql.one("SELECT organisation FROM exchange WHERE id = ?", id)
        if row is None:
            raise _not_here()
        return str(row[0])

    def row(self, row: Any) -> ExchangeRow:
        values = dict(row._mapping)
        own = (values["organisation"], values["id"])
        values["direction"] = Direction(values["direction"])
        values["state"] = State(values["state"])
        values["urgency"] = Urgency(values["urgency"])
        values["closed"] = bool(values["closed"])
        values["terms"] = unpack_terms(self._seal.open(own[0], "terms", own[1], values["terms"]))
        values["local_number"] = self._seal.open_text(own[0], "local-number", own[1], values["local_number"])
        values["description"] = self._seal.open_text(own[0], "description", own[1], values["description"])
        values["modalities"] = unpack_strings(values["modalities"])
        values["route"] = Route(values["route"])
        values["note"] = self._seal.open_text(own[0], "note", own[1], values["note"])
        return ExchangeRow(**values)


def _same(value: Any) -> Any:
    return value


def _value(value: Any) -> Any:
    return value.value


def _sealed_text(purpose: str) -> Callable[[Sealing, str, str, Any], bytes]:
    return lambda seal, organisation, id, value: seal.seal_text(organisation, purpose, id, value)


_SEALED: dict[str, Callable[[Sealing, str, str, Any], bytes]] = {
    "terms": lambda seal, organisation, id, value: seal.seal(organisation, "terms", id, pack_terms(value)),
    "local_number": _sealed_text("local-number"),
    "description": _sealed_text("description"),
    "note": _sealed_text("note"),
}

_PLAIN: dict[str, Callable[[Any], Any]] = {
    "state": _value,
    "urgency": _value,
    "route": _value,
    "modalities": pack_strings,
} | dict.fromkeys(
    (
        "peer",
        "study_uid",
        "expires",
        "rule",
        "reason_code",
        "undo_until",
        "total",
        "done",
        "imported",
        "closed",
        "closed_hash",
        "last_instance",
        "first_part",
        "verified",
        "seen",
        "imported_at",
        "withdrawn",
        "emptied",
        "missing",
    ),
    _same,
)


def _not_here() -> NotFound:
    return NotFound("exchange-not-here", "There is no such exchange.", "Look it up in the list of exchanges.")
