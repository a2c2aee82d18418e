"""Uploads, their keys and chunks in SQL (ports.uploads.Uploads). The private half is wrapped under the root key."""

from __future__ import annotations

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Conflict
from beeldbrug.node.ports.uploads import ChunkRow, UploadRow, UploadState
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_ADD = """
INSERT INTO upload (organisation, id, account, request, mark, recipient, state, created, touched, expires, choice,
  outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ADD_KEY = "INSERT INTO upload_key (organisation, upload, wrapped) VALUES (?, ?, ?)"
_KEY = "SELECT wrapped FROM upload_key WHERE organisation = ? AND upload = ?"

_SELECT = """
SELECT id, organisation, account, recipient, created, expires, request, state, touched, choice, outcome
FROM upload WHERE organisation = ? AND """

_ONE = _SELECT + "id = ?"
_SAME = _SELECT + "account = ? AND request = ? AND mark = ? AND state = 'open' ORDER BY created DESC LIMIT 1"
_OF_REQUEST = _SELECT + "request = ? ORDER BY created, id"
_OPEN_OF = _SELECT + "account = ? AND request = '' AND state IN ('open', 'taking') ORDER BY created DESC, id"
_EXPIRED = _SELECT + "state = 'open' AND expires <= ? ORDER BY expires LIMIT ?"

_UPDATE = "UPDATE upload SET state = ?, choice = ?, outcome = ? WHERE organisation = ? AND id = ?"
_TOUCH = "UPDATE upload SET touched = ?, expires = ? WHERE organisation = ? AND id = ?"

_ADD_WRITER = """
INSERT INTO upload_writer (organisation, upload, writer, sealed) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation, upload, writer) DO NOTHING"""
_WRITERS = "SELECT writer, sealed FROM upload_writer WHERE organisation = ? AND upload = ?"

_ADD_CHUNK = """
INSERT INTO upload_chunk (organisation, upload, writer, line, number, size, contents, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, upload, writer, line, number) DO NOTHING"""
_SAME_CHUNK = """
SELECT size, contents FROM upload_chunk
WHERE organisation = ? AND upload = ? AND writer = ? AND line = ? AND number = ?"""
_CHUNKS = """
SELECT upload, organisation, writer, line, number, size, contents, at FROM upload_chunk
WHERE organisation = ? AND upload = ? ORDER BY id"""
_WEIGHT = "SELECT count(*), coalesce(sum(size), 0) FROM upload_chunk WHERE organisation = ? AND upload = ?"

_FORGET = tuple(
    f"DELETE FROM {table} WHERE organisation = ? AND upload = ?"  # noqa: S608 - of our own words
    for table in ("upload_key", "upload_writer", "upload_chunk")
)
_IDS = "SELECT upload FROM upload_key WHERE organisation = ?"
_PRUNE = "DELETE FROM upload WHERE organisation = ? AND state IN ('taken', 'closed') AND expires < ?"


class SqlUploads:
    """ports.uploads.Uploads over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: UploadRow, secret: str) -> None:
        """Insert, its secret wrapped."""
        organisation = row.organisation
        values = (organisation, row.id, row.account, row.request, self._mark(organisation, row.mark), row.recipient)
        choice = self._seal.seal_text(organisation, "upload-choice", row.id, row.choice)
        self._sql.run(
            _ADD, *values, row.state.value, row.created, row.touched or row.created, row.expires, choice, row.outcome
        )
        wrapped = self._seal.wrap(organisation, "upload-key", row.id, secret.encode("ascii"))
        self._sql.run(_ADD_KEY, organisation, row.id, wrapped)

    def get(self, organisation: str, id: str) -> UploadRow | None:
        """One."""
        row = self._sql.one(_ONE, organisation, id)
        return None if row is None else self._row(row)

    def secret(self, organisation: str, id: str) -> str | None:
        """Unwrapped."""
        row = self._sql.one(_KEY, organisation, id)
        return None if row is None else self._seal.unwrap(organisation, "upload-key", id, row[0]).decode("ascii")

    def same(self, organisation: str, account: str, request: str, mark: str) -> UploadRow | None:
        """By the keyed hash of the mark."""
        row = self._sql.one(_SAME, organisation, account, request, self._mark(organisation, mark))
        return None if row is None or not mark else self._row(row)

    def of_request(self, organisation: str, request: str) -> list[UploadRow]:
        """Oldest first."""
        return [self._row(row) for row in self._sql.all(_OF_REQUEST, organisation, request)]

    def open_of(self, organisation: str, account: str) -> list[UploadRow]:
        """Newest first."""
        return [self._row(row) for row in self._sql.all(_OPEN_OF, organisation, account)]

    def expired(self, organisation: str, now: float, limit: int = 100) -> list[UploadRow]:
        """Open ones whose time is over."""
        return [self._row(row) for row in self._sql.all(_EXPIRED, organisation, now, limit)]

    def update(self, organisation: str, id: str, state: UploadState, choice: str, outcome: str) -> None:
        """What was decided and what came of it."""
        sealed = self._seal.seal_text(organisation, "upload-choice", id, choice)
        self._sql.run(_UPDATE, state.value, sealed, outcome, organisation, id)

    def touch(self, organisation: str, id: str, at: float, expires: float) -> None:
        """It is still in use."""
        self._sql.run(_TOUCH, at, expires, organisation, id)

    def add_writer(self, organisation: str, upload: str, writer: str, sealed: bytes) -> None:
        """Insert; another under the same name is refused."""
        if self._sql.run(_ADD_WRITER, organisation, upload, writer, sealed):
            return
        if self.writers(organisation, upload).get(writer) != sealed:
            raise Conflict("upload-writer-differs", "An upload was begun twice at once.", "Reload the page.")

    def writers(self, organisation: str, upload: str) -> dict[str, bytes]:
        """By writer."""
        return {row[0]: bytes(row[1]) for row in self._sql.all(_WRITERS, organisation, upload)}

    def add_chunk(self, row: ChunkRow) -> None:
        """Insert; another under the same name is refused."""
        name = (row.organisation, row.upload, row.writer, row.line.value, row.number)
        if self._sql.run(_ADD_CHUNK, *name, row.size, row.contents, row.at):
            return
        there = self._sql.one(_SAME_CHUNK, *name)
        if there is None or (there[0], bytes(there[1])) != (row.size, row.contents):
            raise Conflict("upload-chunk-differs", "A part of an upload came twice, and differs.", "Reload the page.")

    def chunks(self, organisation: str, upload: str) -> list[ChunkRow]:
        """In the order in which they came."""
        return [
            ChunkRow(row[0], row[1], row[2], Line(row[3]), int(row[4]), int(row[5]), bytes(row[6]), row[7])
            for row in self._sql.all(_CHUNKS, organisation, upload)
        ]

    def weight(self, organisation: str, upload: str) -> tuple[int, int]:
        """(chunks, bytes)."""
        row = self._sql.one(_WEIGHT, organisation, upload)
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def forget(self, organisation: str, upload: str) -> None:
        """Keys and chunks."""
        for statement in _FORGET:
            self._sql.run(statement, organisation, upload)

    def ids(self, organisation: str) -> list[str]:
        """Whose key is here."""
        return [str(row[0]) for row in self._sql.all(_IDS, organisation)]

    def prune(self, organisation: str, before: float) -> int:
        """Rows that ended before."""
        return self._sql.run(_PRUNE, organisation, before)

    def _mark(self, organisation: str, mark: str) -> bytes:
        return self._seal.index(organisation, "upload-mark", mark)

    def _row(self, row: Row) -> UploadRow:
        choice = self._seal.open_text(row[1], "upload-choice", row[0], bytes(row[9]))
        return UploadRow(
            id=row[0],
            organisation=row[1],
            account=row[2],
            recipient=row[3],
            created=row[4],
            expires=row[5],
            request=row[6],
            state=UploadState(row[7]),
            touched=row[8],
            choice=choice,
            outcome=row[10],
        )
