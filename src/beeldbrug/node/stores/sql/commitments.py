"""What the PACS was asked to keep or to hide, in SQL (ports.committing). The dataset of a note is sealed."""

from __future__ import annotations

from beeldbrug.node.ports.committing import Commitment, CommitState, Rejection
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = "transaction_uid, exchange, created, state, asked, again, instances, failed"

_ADD = f"""
INSERT INTO commitment (organisation, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""  # noqa: S608 - our own words

_GET = f"SELECT {_COLUMNS} FROM commitment WHERE organisation = ? AND transaction_uid = ?"  # noqa: S608 - our own words

_OF = f"""
SELECT {_COLUMNS} FROM commitment
WHERE organisation = ? AND exchange = ? AND created >= ? ORDER BY created"""  # noqa: S608 - our own words

_UPDATE = """
UPDATE commitment SET state = ?, asked = ?, failed = ? WHERE organisation = ? AND transaction_uid = ?"""


class SqlCommitments:
    """ports.committing.Commitments over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, organisation: str, one: Commitment) -> None:
        """Keep one."""
        counts = (one.again, one.instances, one.failed)
        place = (organisation, one.transaction_uid, one.exchange)
        self._sql.run(_ADD, *place, one.created, one.state.value, one.asked, *counts)

    def get(self, organisation: str, transaction_uid: str) -> Commitment | None:
        """One, or None."""
        row = self._sql.one(_GET, organisation, transaction_uid)
        return None if row is None else _commitment(row)

    def of(self, organisation: str, exchange: str, since: float) -> list[Commitment]:
        """Those of an exchange, oldest first."""
        return [_commitment(row) for row in self._sql.all(_OF, organisation, exchange, since)]

    def note(self, organisation: str, one: Commitment) -> None:
        """How it stands now."""
        key = (organisation, one.transaction_uid)
        self._sql.run(_UPDATE, one.state.value, one.asked, one.failed, *key)


def _commitment(row: Row) -> Commitment:
    uid, exchange, created, state, asked, again, instances, failed = row
    return Commitment(exchange, uid, created, CommitState(state), asked, bool(again), int(instances), int(failed))


_ADD_NOTE = """
INSERT INTO rejection (organisation, instance_uid, exchange, made, title, instances, dataset, status, sent)
VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)"""

_NOTES = """
SELECT instance_uid, made, title, instances, dataset, status, sent FROM rejection
WHERE organisation = ? AND exchange = ?"""

_ANSWERED = """
UPDATE rejection SET status = ?, sent = ?, dataset = NULL WHERE organisation = ? AND instance_uid = ?"""

_PURPOSE = "rejection"


class SqlRejections:
    """ports.committing.Rejections over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, organisation: str, note: Rejection) -> None:
        """Keep one that is to be sent."""
        sealed = self._seal.seal(organisation, _PURPOSE, note.instance_uid, note.dataset)
        what = (note.exchange, note.made, note.title, note.instances, sealed)
        self._sql.run(_ADD_NOTE, organisation, note.instance_uid, *what)

    def waiting(self, organisation: str, exchange: str) -> list[Rejection]:
        """Those that the PACS has not answered."""
        rows = self._sql.all(_NOTES + " AND status IS NULL ORDER BY made", organisation, exchange)
        return [self._note(organisation, exchange, row) for row in rows]

    def answered(self, organisation: str, note: Rejection) -> None:
        """The PACS's answer."""
        self._sql.run(_ANSWERED, note.status, note.sent, organisation, note.instance_uid)

    def last(self, organisation: str, exchange: str) -> Rejection | None:
        """The newest."""
        row = self._sql.one(_NOTES + " ORDER BY made DESC LIMIT 1", organisation, exchange)
        return None if row is None else self._note(organisation, exchange, (*row[:4], None, *row[5:]))

    def _note(self, organisation: str, exchange: str, row: Row) -> Rejection:
        uid, made, title, instances, sealed, status, sent = row
        plain = b"" if sealed is None else self._seal.open(organisation, _PURPOSE, uid, bytes(sealed))
        return Rejection(exchange, uid, made, title, int(instances), plain, status, sent)
