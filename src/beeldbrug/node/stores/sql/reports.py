"""Reports and their versions in SQL (ports.reports.Reports). What they say is sealed, and their PDFs.

``said`` and ``document`` are bound to organisation, report and number: no version can stand in the place of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from beeldbrug.model.errors import Conflict, Malformed, TooLarge
from beeldbrug.model.exchange import ENDED, Direction, Route, State
from beeldbrug.model.report import Report, ReportKey, ReportStatus, ReportSubject
from beeldbrug.node.ports.records import EMPTIED, OWN
from beeldbrug.node.ports.reports import MOST_PIECES, ReportRow, ReportState, Travelled, VersionHead
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements, chunks

T = TypeVar("T")

_ADD = """
INSERT INTO report (organisation, id, direction, exchange, mark, state, study_uid, reason, standing, changed, about)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, direction, exchange, mark) DO NOTHING"""

_UPDATE = """
UPDATE report SET state = ?, study_uid = ?, reason = ?, standing = ?, changed = ?, about = ?
WHERE organisation = ? AND id = ?"""

_COLUMNS = (
    "r.organisation, r.id, r.direction, r.exchange, r.state, r.study_uid, r.reason, r.standing, r.changed, r.about"
)
_ROWS = f"SELECT {_COLUMNS} FROM report r WHERE r.organisation = ? "  # noqa: S608 - of our own words

_MARKED = f"""
SELECT DISTINCT {_COLUMNS} FROM report_mark m JOIN report r ON r.organisation = m.organisation AND r.id = m.report
WHERE m.organisation = ? AND r.direction = 'out' AND r.state = ? AND m.mark IN (<marks>)
ORDER BY r.changed, r.id"""  # noqa: S608 - of our own words

_MARK = """
INSERT INTO report_mark (organisation, mark, report) VALUES (?, ?, ?)
ON CONFLICT (organisation, mark, report) DO NOTHING"""

_ADD_VERSION = """
INSERT INTO report_version (organisation, report, number, status, at, arrived, content, document_bytes, said, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, report, number) DO NOTHING"""

_HEADS = """
SELECT report, number, status, at, arrived, document_bytes FROM report_version
WHERE organisation = ? AND report = ? """

_VERSION = "SELECT said, document FROM report_version WHERE organisation = ? AND report = ? AND number = ?"
_WORDS = "SELECT said, NULL FROM report_version WHERE organisation = ? AND report = ? AND number = ?"

_COUNTS = """
SELECT exchange, count(*) FROM report WHERE organisation = ? AND direction = 'in' AND exchange IN (<marks>)
GROUP BY exchange"""

_STATUSES = """
SELECT with_it.exchange, v.status FROM (
  SELECT exchange, id FROM report WHERE organisation = ? AND exchange IN (<marks>)
  UNION SELECT exchange, report FROM report_travel WHERE organisation = ? AND exchange IN (<marks>)
) with_it JOIN report r ON r.organisation = ? AND r.id = with_it.id
JOIN report_version v ON v.organisation = r.organisation AND v.report = r.id AND v.number = r.standing
ORDER BY with_it.exchange, v.at, r.id"""

_OVER_STATES = ", ".join(f"'{state.value}'" for state in sorted(ENDED - {State.IMPORTED}))

_FOLLOWERS = f"""
SELECT id FROM exchange WHERE organisation = ? AND study_uid = ? AND direction = '{Direction.OUT.value}'
AND route = '{Route.HUB.value}' AND first_part IS NOT NULL AND withdrawn IS NULL AND emptied IS NULL
AND reason_code <> '{EMPTIED}'
AND state NOT IN ({_OVER_STATES}) ORDER BY created, id"""  # noqa: S608 - of our own words

_TRAVELLED = """
SELECT report, number, part, at FROM report_travel WHERE organisation = ? AND exchange = ? ORDER BY part, report"""

_NOTE_TRAVELLED = """
INSERT INTO report_travel (organisation, exchange, report, number, part, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange, report, number) DO NOTHING"""

_ADD_PIECE = """
INSERT INTO report_piece (organisation, exchange, version, number, data) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange, version, number) DO NOTHING"""

_PIECE = """
SELECT data FROM report_piece WHERE organisation = ? AND exchange = ? AND version = ? AND number = ?"""

_PIECES = """
SELECT number, data FROM report_piece WHERE organisation = ? AND exchange = ? AND version = ? ORDER BY number"""

_OVER = """
SELECT id FROM report WHERE organisation = ? AND direction = 'out' AND changed < ? AND NOT EXISTS (
  SELECT 1 FROM study WHERE study.organisation = report.organisation AND study.origin = ?
  AND study.study_uid = report.study_uid) ORDER BY changed LIMIT ?"""


class _About(msgspec.Struct, frozen=True):
    """What is sealed of a report."""

    key: ReportKey
    by: str = ""
    why: str = ""


_ABOUT = msgspec.json.Decoder(_About)
_SAID = msgspec.json.Decoder(Report)


class SqlReports:
    """ports.reports.Reports over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: ReportRow) -> None:
        """Keep a report."""
        mark = self._key_mark(row.organisation, row.key)
        place = (row.organisation, row.id, row.direction.value, row.exchange, mark, row.state.value)
        if not self._sql.run(_ADD, *place, row.study_uid, row.reason, row.standing, row.changed, self._about(row)):
            raise Conflict("report-is-here", "This report is here already.", "Send its next version as such.")

    def find(self, organisation: str, direction: Direction, exchange: str, key: ReportKey) -> ReportRow | None:
        """By the keyed hash of its key."""
        statement = _ROWS + "AND r.direction = ? AND r.exchange = ? AND r.mark = ?"
        row = self._sql.one(statement, organisation, direction.value, exchange, self._key_mark(organisation, key))
        return None if row is None else self._row(row)

    def get(self, organisation: str, id: str) -> ReportRow | None:
        """One."""
        row = self._sql.one(_ROWS + "AND r.id = ?", organisation, id)
        return None if row is None else self._row(row)

    def update(self, row: ReportRow) -> None:
        """Replace what can change."""
        state = (row.state.value, row.study_uid, row.reason, row.standing, row.changed)
        self._sql.run(_UPDATE, *state, self._about(row), row.organisation, row.id)

    def add_version(self, organisation: str, head: VersionHead, report: Report) -> None:
        """Keep a version, sealed."""
        place = _place(head.report, head.number)
        said = self._seal.seal(organisation, "report", place, msgspec.json.encode(replace(report, document=b"")))
        document = self._seal.seal(organisation, "report-pdf", place, report.document) if report.document else None
        values = (organisation, head.report, head.number, head.status.value, head.at, head.arrived)
        content = self._content(organisation, report)
        if not self._sql.run(_ADD_VERSION, *values, content, len(report.document), said, document):
            raise Conflict("report-version-is-here", "This version is here already.", "Try again.")

    def same(self, organisation: str, id: str, report: Report) -> list[VersionHead]:
        """By the keyed hash of the content."""
        statement = _HEADS + "AND content = ? ORDER BY number"
        return [_head(row) for row in self._sql.all(statement, organisation, id, self._content(organisation, report))]

    def heads(self, organisation: str, id: str) -> list[VersionHead]:
        """By number."""
        return [_head(row) for row in self._sql.all(_HEADS + "ORDER BY number", organisation, id)]

    def version(self, organisation: str, id: str, number: int, document: bool = True) -> Report | None:
        """Opened."""
        statement = _VERSION if document else _WORDS
        row = self._sql.one(statement, organisation, id, number)
        if row is None:
            return None
        place = _place(id, number)
        said = _opened(_SAID, self._seal.open(organisation, "report", place, bytes(row[0])))
        if row[1] is None:
            return said
        return replace(said, document=self._seal.open(organisation, "report-pdf", place, bytes(row[1])))

    def mark(self, organisation: str, id: str, subject: ReportSubject) -> None:
        """A keyed hash for each thing that it says."""
        self._sql.many(_MARK, [(organisation, mark, id) for mark in self._marks(organisation, subject)])

    def marked(self, organisation: str, subject: ReportSubject, state: ReportState) -> list[ReportRow]:
        """By any of the keyed hashes."""
        marks = list(self._marks(organisation, subject))
        if not marks:
            return []
        statement = _MARKED.replace("<marks>", ", ".join("?" * len(marks)))
        return [self._row(row) for row in self._sql.all(statement, organisation, state.value, *marks)]

    def of_study(self, organisation: str, study_uid: str) -> list[ReportRow]:
        """Those first that changed last."""
        statement = _ROWS + "AND r.study_uid = ? AND r.direction = 'out' AND r.state = 'placed' "
        return self._listed(statement + "ORDER BY r.changed DESC, r.id", organisation, study_uid)

    def of_exchange(self, organisation: str, exchange: str) -> list[ReportRow]:
        """Those first that changed last."""
        if not exchange:
            return []
        return self._listed(_ROWS + "AND r.exchange = ? ORDER BY r.changed DESC, r.id", organisation, exchange)

    def in_state(self, organisation: str, state: ReportState, limit: int = 200) -> list[ReportRow]:
        """Those first that changed first."""
        statement = _ROWS + "AND r.state = ? AND r.direction = 'out' ORDER BY r.changed, r.id LIMIT ?"
        return self._listed(statement, organisation, state.value, limit)

    def count(self, organisation: str, state: ReportState) -> int:
        """Opens no seal."""
        statement = "SELECT count(*) FROM report WHERE organisation = ? AND state = ? AND direction = 'out'"
        row = self._sql.one(statement, organisation, state.value)
        return int(row[0]) if row is not None else 0

    def listing(self, organisation: str, limit: int = 200) -> list[ReportRow]:
        """Those first that changed last."""
        return self._listed(_ROWS + "ORDER BY r.changed DESC, r.id LIMIT ?", organisation, limit)

    def counts(self, organisation: str, exchanges: Sequence[str]) -> dict[str, int]:
        """How many came with each."""
        found: dict[str, int] = {}
        for some in chunks(exchanges):
            statement = _COUNTS.replace("<marks>", ", ".join("?" * len(some)))
            found |= {str(row[0]): int(row[1]) for row in self._sql.all(statement, organisation, *some)}
        return found

    def statuses(self, organisation: str, exchanges: Sequence[str]) -> dict[str, list[ReportStatus]]:
        """Opens no seal."""
        found: dict[str, list[ReportStatus]] = {}
        for some in chunks(exchanges):
            statement = _STATUSES.replace("<marks>", ", ".join("?" * len(some)))
            for exchange, status in self._sql.all(statement, organisation, *some, organisation, *some, organisation):
                found.setdefault(str(exchange), []).append(ReportStatus(status))
        return found

    def followers(self, organisation: str, study_uid: str) -> list[str]:
        """Oldest first."""
        return [str(row[0]) for row in self._sql.all(_FOLLOWERS, organisation, study_uid)]

    def travelled(self, organisation: str, exchange: str) -> list[Travelled]:
        """In order of the parts."""
        return [Travelled(*row) for row in self._sql.all(_TRAVELLED, organisation, exchange)]

    def note_travelled(self, organisation: str, exchange: str, row: Travelled) -> None:
        """It went."""
        self._sql.run(_NOTE_TRAVELLED, organisation, exchange, row.report, row.number, row.part, row.at)

    def add_piece(self, organisation: str, exchange: str, version: str, number: int, data: bytes) -> None:
        """Sealed."""
        if not 0 <= number < MOST_PIECES:
            raise TooLarge("report-too-many-pieces", "A report came in too many pieces.", "Ask the sender to look.")
        sealed = self._seal.seal(organisation, "report-piece", f"{exchange}/{version}/{number}", data)
        self._sql.run(_ADD_PIECE, organisation, exchange, version, number, sealed)

    def piece(self, organisation: str, exchange: str, version: str, number: int) -> bytes | None:
        """Opened."""
        row = self._sql.one(_PIECE, organisation, exchange, version, number)
        where = f"{exchange}/{version}/{number}"
        return None if row is None else self._seal.open(organisation, "report-piece", where, bytes(row[0]))

    def pieces(self, organisation: str, exchange: str, version: str) -> list[bytes]:
        """In order."""
        rows = self._sql.all(_PIECES, organisation, exchange, version)
        where = f"{exchange}/{version}"
        return [self._seal.open(organisation, "report-piece", f"{where}/{row[0]}", bytes(row[1])) for row in rows]

    def drop_pieces(self, organisation: str, exchange: str, version: str) -> None:
        """Of one version."""
        statement = "DELETE FROM report_piece WHERE organisation = ? AND exchange = ? AND version = ?"
        self._sql.run(statement, organisation, exchange, version)

    def over(self, organisation: str, before: float, limit: int = 100) -> list[str]:
        """Those first that changed first."""
        return [str(row[0]) for row in self._sql.all(_OVER, organisation, before, OWN, limit)]

    def delete(self, organisation: str, id: str) -> None:
        """With versions, marks, and which documents these were."""
        self._sql.run("DELETE FROM report_document_version WHERE organisation = ? AND report = ?", organisation, id)
        self._sql.run("DELETE FROM report_version WHERE organisation = ? AND report = ?", organisation, id)
        self._sql.run("DELETE FROM report_mark WHERE organisation = ? AND report = ?", organisation, id)
        self._sql.run("DELETE FROM report WHERE organisation = ? AND id = ?", organisation, id)

    def forget(self, organisation: str, exchange: str) -> int:
        """With pieces on their way."""
        reports = self.of_exchange(organisation, exchange)
        for row in reports:
            self.delete(organisation, row.id)
        self._sql.run("DELETE FROM report_piece WHERE organisation = ? AND exchange = ?", organisation, exchange)
        return len(reports)

    def _listed(self, statement: str, *values: object) -> list[ReportRow]:
        return [self._row(row) for row in self._sql.all(statement, *values)]

    def _about(self, row: ReportRow) -> bytes:
        about = msgspec.json.encode(_About(row.key, row.by, row.why))
        return self._seal.seal(row.organisation, "report-about", row.id, about)

    def _row(self, row: Row) -> ReportRow:
        organisation, id_, direction, exchange, state, study_uid, reason, standing, changed, sealed = row
        about = _opened(_ABOUT, self._seal.open(organisation, "report-about", id_, bytes(sealed)))
        return ReportRow(
            organisation=organisation,
            id=id_,
            direction=Direction(direction),
            key=about.key,
            state=ReportState(state),
            changed=changed,
            exchange=exchange,
            study_uid=study_uid,
            reason=reason,
            standing=int(standing),
            by=about.by,
            why=about.why,
        )

    def _key_mark(self, organisation: str, key: ReportKey) -> bytes:
        return self._seal.index(organisation, "report-key", "\0".join((key.organisation, key.issuer, key.number)))

    def _content(self, organisation: str, report: Report) -> bytes:
        said = msgspec.json.encode(report).decode("ascii", "backslashreplace")
        return self._seal.index(organisation, "report-content", said)

    def _marks(self, organisation: str, subject: ReportSubject) -> Iterator[bytes]:
        for kind, value in (
            ("study", subject.study_uid),
            ("accession", subject.accession),
            ("order", subject.placer),
            ("order", subject.filler),
            ("accession", subject.placer),
            ("accession", subject.filler),
            ("patient", subject.patient_id),
        ):
            if value:
                yield self._seal.index(organisation, f"report-{kind}", value)


def _opened(decoder: msgspec.json.Decoder[T], content: bytes) -> T:
    try:
        return decoder.decode(content)
    except msgspec.MsgspecError:
        raise Malformed(
            "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
        ) from None


def _head(row: Row) -> VersionHead:
    report, number, status, at, arrived, document_bytes = row
    return VersionHead(report, int(number), ReportStatus(status), at, arrived, int(document_bytes))


def _place(report: str, number: int) -> str:
    return f"{report}/{number}"
