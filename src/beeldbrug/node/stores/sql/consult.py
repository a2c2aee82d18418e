"""Answers, secrets of live channels and shared views in SQL (ports.consult).

Who answered, what they wrote and their number are sealed; secrets are wrapped under the root key and wiped with their
exchange.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beeldbrug.model.answer import Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import Ground
from beeldbrug.node.ports.consult import AnswerRow, ShareRow
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements, chunks

_ADD = """
INSERT INTO answer (organisation, exchange, number, answer, outcome, ground, at, told, part, heard)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, exchange, number) DO NOTHING"""

_ROWS = "SELECT organisation, exchange, number, answer, outcome, ground, at, told, part, heard FROM answer "

_OF = _ROWS + "WHERE organisation = ? AND exchange IN (<marks>) ORDER BY exchange, number"

_LAST = _ROWS + "WHERE organisation = ? AND exchange = ? ORDER BY number DESC LIMIT 1"

_UNTOLD = _ROWS + "WHERE organisation = ? AND exchange = ? AND part IS NULL ORDER BY number"

_TOLD = "UPDATE answer SET part = ? WHERE organisation = ? AND exchange = ? AND number = ?"

_HEARD = "UPDATE answer SET heard = ? WHERE organisation = ? AND exchange = ? AND heard IS NULL"

_PUT_LIVE = """
INSERT INTO live_key (organisation, exchange, wrapped) VALUES (?, ?, ?)
ON CONFLICT (organisation, exchange) DO UPDATE SET wrapped = excluded.wrapped"""

_LIVE = "SELECT wrapped FROM live_key WHERE organisation = ? AND exchange = ?"

_ADD_SHARE = """
INSERT INTO share (organisation, id, kind, subject, host, guest, created, expires, ended)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_SHARES = """
SELECT id, organisation, kind, subject, host, guest, created, expires, ended FROM share
WHERE organisation = ? AND ended IS NULL AND expires > ? """

_PURPOSE = "live-key"


class _Told(msgspec.Struct, frozen=True):
    """What is sealed of an answer."""

    who: Answerer
    text: str = ""
    phone: str = ""
    login: str = ""


_DECODER = msgspec.json.Decoder(_Told)


class SqlAnswers:
    """ports.consult.Answers over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: AnswerRow) -> None:
        """Keep one. Raises Conflict ``answer-is-here``."""
        told = msgspec.json.encode(_Told(row.who, row.text, row.phone, row.login))
        sealed = self._seal.seal(row.organisation, "answer", _place(row.exchange, row.number), told)
        key = (row.organisation, row.exchange, row.number)
        ground = row.ground.value if row.ground is not None else ""
        words = (row.answer.value, row.outcome.value, ground)
        if not self._sql.run(_ADD, *key, *words, row.at, sealed, row.part, row.heard):
            raise Conflict("answer-is-here", "An answer of this number is here already.", "Look at it and answer anew.")

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, list[AnswerRow]]:
        """All answers of these exchanges, oldest first."""
        found: dict[str, list[AnswerRow]] = {}
        for some in chunks(exchanges):
            statement = _OF.replace("<marks>", ", ".join("?" * len(some)))
            for row in self._sql.all(statement, organisation, *some):
                found.setdefault(str(row[1]), []).append(self._answer(row))
        return found

    def last(self, organisation: str, exchange: str) -> AnswerRow | None:
        """The newest."""
        row = self._sql.one(_LAST, organisation, exchange)
        return None if row is None else self._answer(row)

    def untold(self, organisation: str, exchange: str) -> list[AnswerRow]:
        """Those that no capsule part carries, oldest first."""
        return [self._answer(row) for row in self._sql.all(_UNTOLD, organisation, exchange)]

    def told(self, organisation: str, exchange: str, number: int, part: int) -> None:
        """This capsule part carries it."""
        self._sql.run(_TOLD, part, organisation, exchange, number)

    def heard(self, organisation: str, exchange: str, at: float) -> int:
        """Note that they were taken note of."""
        return self._sql.run(_HEARD, at, organisation, exchange)

    def _answer(self, row: Row) -> AnswerRow:
        organisation, exchange, number, answer, outcome, ground, at, sealed, part, heard = row
        place = _place(exchange, number)
        try:
            told = _DECODER.decode(self._seal.open(organisation, "answer", place, bytes(sealed)))
        except msgspec.MsgspecError:
            raise Malformed(
                "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
            ) from None
        return AnswerRow(
            organisation=organisation,
            exchange=exchange,
            number=int(number),
            answer=AnswerKind(answer),
            outcome=AnswerOutcome(outcome),
            who=told.who,
            at=at,
            text=told.text,
            phone=told.phone,
            login=told.login,
            ground=Ground(ground) if ground else None,
            part=part,
            heard=heard,
        )


class SqlLiveSecrets:
    """ports.consult.LiveSecrets over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def put(self, organisation: str, exchange: str, secret: bytes) -> None:
        """Keep it, in place of the one that was there."""
        self._sql.run(_PUT_LIVE, organisation, exchange, self._seal.wrap(organisation, _PURPOSE, exchange, secret))

    def get(self, organisation: str, exchange: str) -> bytes | None:
        """The secret; None when there is none."""
        row = self._sql.one(_LIVE, organisation, exchange)
        return None if row is None else self._seal.unwrap(organisation, _PURPOSE, exchange, bytes(row[0]))

    def delete(self, organisation: str, exchange: str) -> None:
        """Destroy it."""
        self._sql.run("DELETE FROM live_key WHERE organisation = ? AND exchange = ?", organisation, exchange)


class SqlShares:
    """ports.consult.Shares over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, row: ShareRow) -> None:
        """Keep one."""
        about = (row.kind, row.subject, row.host, row.guest)
        self._sql.run(_ADD_SHARE, row.organisation, row.id, *about, row.created, row.expires, row.ended)

    def get(self, organisation: str, id: str, now: float) -> ShareRow | None:
        """One that has not ended."""
        row = self._sql.one(_SHARES + "AND id = ?", organisation, now, id)
        return None if row is None else ShareRow(*row)

    def of_account(self, organisation: str, account: str, now: float) -> list[ShareRow]:
        """Host or guest, newest first."""
        statement = _SHARES + "AND (host = ? OR guest = ?) ORDER BY created DESC, id"
        return [ShareRow(*row) for row in self._sql.all(statement, organisation, now, account, account)]

    def end(self, organisation: str, id: str, at: float) -> None:
        """Nobody can join it any more."""
        self._sql.run("UPDATE share SET ended = ? WHERE organisation = ? AND id = ?", at, organisation, id)


def _place(exchange: str, number: int) -> str:
    return f"{exchange}/{number}"
