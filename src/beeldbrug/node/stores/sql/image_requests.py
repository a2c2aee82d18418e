"""Requests for missing images in SQL (ports.image_requests). Who asked, what for, and what was replied are sealed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beeldbrug.model.answer import Answerer
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import RequestState, Want
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements, chunks

_COLUMNS = "organisation, exchange, number, state, urgency, at, told, had, part, reply, reply_part, ended, heard"

_ADD = f"""
INSERT INTO image_request ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange, number) DO NOTHING"""  # noqa: S608 - fixed names

_PUT = """
UPDATE image_request SET state = ?, urgency = ?, at = ?, told = ?, had = ?, part = ?, reply = ?, reply_part = ?,
ended = ?, heard = ? WHERE organisation = ? AND exchange = ? AND number = ?"""

_ROWS = f"SELECT {_COLUMNS} FROM image_request WHERE organisation = ? AND "  # noqa: S608 - fixed names


class _Told(msgspec.Struct, frozen=True):
    """What is sealed of a request."""

    want: Want
    who: Answerer
    phone: str = ""
    login: str = ""


_TOLD = msgspec.json.Decoder(_Told)
_REPLY = msgspec.json.Decoder(Reply)


class SqlImageRequests:
    """ports.image_requests.ImageRequests over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: ImageRequestRow) -> None:
        """Keep one. Raises Conflict ``image-request-is-here``."""
        if not self._sql.run(_ADD, row.organisation, row.exchange, row.number, *self._values(row)):
            raise Conflict("image-request-is-here", "A request of this number is here already.", "Look at it first.")

    def put(self, row: ImageRequestRow) -> None:
        """Keep it in place of what it was."""
        self._sql.run(_PUT, *self._values(row), row.organisation, row.exchange, row.number)

    def get(self, organisation: str, exchange: str, number: int) -> ImageRequestRow | None:
        """One of them."""
        row = self._sql.one(_ROWS + "exchange = ? AND number = ?", organisation, exchange, number)
        return None if row is None else self._row(row)

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, list[ImageRequestRow]]:
        """All of these exchanges, oldest first."""
        found: dict[str, list[ImageRequestRow]] = {}
        for some in chunks(exchanges):
            marks = ", ".join("?" * len(some))
            for row in self._sql.all(_ROWS + f"exchange IN ({marks}) ORDER BY exchange, number", organisation, *some):
                found.setdefault(str(row[1]), []).append(self._row(row))
        return found

    def in_state(self, organisation: str, state: RequestState) -> list[ImageRequestRow]:
        """All in this state, oldest first."""
        rows = self._sql.all(_ROWS + "state = ? ORDER BY at, exchange, number", organisation, state.value)
        return [self._row(row) for row in rows]

    def _values(self, row: ImageRequestRow) -> tuple[object, ...]:
        place = _place(row.exchange, row.number)
        told = msgspec.json.encode(_Told(row.want, row.who, row.phone, row.login))
        sealed = self._seal.seal(row.organisation, "image-request", place, told)
        reply = None
        if row.reply is not None:
            reply = self._seal.seal(row.organisation, "image-reply", place, msgspec.json.encode(row.reply))
        counts = (row.had, row.part, reply, row.reply_part)
        return (row.state.value, row.urgency.value, row.at, sealed, *counts, row.ended, row.heard)

    def _row(self, row: Row) -> ImageRequestRow:
        organisation, exchange, number, state, urgency, at, sealed, had, part, reply, reply_part, ended, heard = row
        place = _place(exchange, number)
        try:
            told = _TOLD.decode(self._seal.open(organisation, "image-request", place, bytes(sealed)))
            said = None
            if reply is not None:
                said = _REPLY.decode(self._seal.open(organisation, "image-reply", place, bytes(reply)))
        except msgspec.MsgspecError:
            raise Malformed(
                "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
            ) from None
        return ImageRequestRow(
            organisation=organisation,
            exchange=exchange,
            number=int(number),
            state=RequestState(state),
            urgency=Urgency(urgency),
            at=at,
            want=told.want,
            who=told.who,
            phone=told.phone,
            login=told.login,
            had=int(had),
            part=part,
            reply=said,
            reply_part=reply_part,
            ended=ended,
            heard=heard,
        )


def _place(exchange: str, number: int) -> str:
    return f"{exchange}/{number}"
