"""Requests to upload in SQL (ports.upload_requests); what is asked is sealed, codes are keyed hashes."""

from __future__ import annotations

import hmac

from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_ADD = """
INSERT INTO upload_request (organisation, id, token, account, code, words, created, expires, closed, opened, most,
  tries, locked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_COLUMNS = ", ".join(
    f"upload_request.{name}"
    for name in (
        *("id", "organisation", "account", "token", "words", "created", "expires", "most", "closed", "opened", "tries"),
        "locked",
    )
)
_SELECT = f"SELECT {_COLUMNS} FROM upload_request "  # noqa: S608 - of our own words

_ONE = _SELECT + "WHERE organisation = ? AND id = ?"
_BY_TOKEN = _SELECT + "WHERE organisation = ? AND token = ?"
_ALL = _SELECT + "WHERE organisation = ? AND expires >= ? ORDER BY created DESC, id"
_CODE = "SELECT code FROM upload_request WHERE organisation = ? AND id = ?"
_TRIED = "UPDATE upload_request SET tries = ?, locked = ?, opened = ? WHERE organisation = ? AND id = ?"
_CHANGE = "UPDATE upload_request SET expires = ?, closed = ? WHERE organisation = ? AND id = ?"
_END_PASSES = "DELETE FROM upload_pass WHERE organisation = ? AND request = ?"
_ADD_HOLDER = "INSERT INTO upload_pass (token, organisation, request, expires) VALUES (?, ?, ?, ?)"
_OF_PASS = (
    _SELECT
    + """JOIN upload_pass ON upload_pass.request = upload_request.id
  AND upload_pass.organisation = upload_request.organisation
WHERE upload_pass.organisation = ? AND upload_pass.token = ? AND upload_pass.expires > ?"""
)
_SWEEP_PASSES = "DELETE FROM upload_pass WHERE organisation = ? AND expires <= ?"
_SWEEP = "DELETE FROM upload_request WHERE organisation = ? AND expires < ?"


class SqlUploadRequests:
    """ports.upload_requests.UploadRequests over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: RequestRow, code: str) -> None:
        """Insert."""
        words = self._seal.seal_text(row.organisation, "upload-request", row.id, row.words)
        hashed = self._hash(row.organisation, row.id, code)
        head = (row.organisation, row.id, row.token, row.account, hashed, words, row.created, row.expires)
        self._sql.run(_ADD, *head, row.closed, row.opened, row.most, row.tries, row.locked)

    def get(self, organisation: str, id: str) -> RequestRow | None:
        """One."""
        return self._maybe(self._sql.one(_ONE, organisation, id))

    def by_token(self, organisation: str, token: bytes) -> RequestRow | None:
        """That of a link."""
        return self._maybe(self._sql.one(_BY_TOKEN, organisation, token))

    def is_code(self, organisation: str, id: str, code: str) -> bool:
        """In constant time."""
        row = self._sql.one(_CODE, organisation, id)
        return row is not None and hmac.compare_digest(bytes(row[0]), self._hash(organisation, id, code))

    def all(self, organisation: str, since: float) -> list[RequestRow]:
        """Newest first."""
        return [self._row(row) for row in self._sql.all(_ALL, organisation, since)]

    def tried(self, organisation: str, id: str, tries: int, locked: float, opened: float | None) -> None:
        """Update."""
        self._sql.run(_TRIED, tries, locked, opened, organisation, id)

    def change(self, organisation: str, id: str, expires: float, closed: float | None) -> None:
        """Update; a closed one has no passes."""
        self._sql.run(_CHANGE, expires, closed, organisation, id)
        if closed is not None:
            self._sql.run(_END_PASSES, organisation, id)

    def add_pass(self, organisation: str, request: str, token: bytes, expires: float) -> None:
        """Insert."""
        self._sql.run(_ADD_HOLDER, token, organisation, request, expires)

    def of_pass(self, organisation: str, token: bytes, now: float) -> RequestRow | None:
        """The request of a live pass."""
        return self._maybe(self._sql.one(_OF_PASS, organisation, token, now))

    def sweep(self, organisation: str, now: float, before: float) -> int:
        """Delete."""
        self._sql.run(_SWEEP_PASSES, organisation, now)
        return self._sql.run(_SWEEP, organisation, before)

    def _hash(self, organisation: str, id: str, code: str) -> bytes:
        return self._seal.index(organisation, "upload-request-code", f"{id} {code}")

    def _maybe(self, row: Row | None) -> RequestRow | None:
        return None if row is None else self._row(row)

    def _row(self, row: Row) -> RequestRow:
        words = self._seal.open_text(row[1], "upload-request", row[0], bytes(row[4]))
        return RequestRow(
            row[0],
            row[1],
            row[2],
            bytes(row[3]),
            words,
            row[5],
            row[6],
            int(row[7]),
            row[8],
            row[9],
            int(row[10]),
            row[11],
        )
