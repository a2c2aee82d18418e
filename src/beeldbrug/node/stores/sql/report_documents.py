"""Documents and their chains in SQL (ports.report_documents). Nothing of a document but keyed hashes is kept here."""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.report import ReportKey
from beeldbrug.node.ports.report_documents import MOST_KIN, DocumentVersion, KnownDocument
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements, chunks

_NOTE = """
INSERT INTO report_document (organisation, mark, replaces, noted) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation, mark) DO UPDATE SET noted = excluded.noted,
  replaces = CASE WHEN length(excluded.replaces) > 0 THEN excluded.replaces ELSE report_document.replaces END"""

_GET = "SELECT mark, replaces FROM report_document WHERE organisation = ? AND mark = ?"
_AFTER = "SELECT mark, replaces FROM report_document WHERE organisation = ? AND replaces = ? ORDER BY mark"

_NOTE_VERSION = """
INSERT INTO report_document_version (organisation, report, number, mark) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation, report, number) DO UPDATE SET mark = excluded.mark"""

_VERSIONS = """
SELECT report, number, mark FROM report_document_version WHERE organisation = ? AND mark IN (<marks>)
ORDER BY report, number"""

_OF_REPORT = """
SELECT report, number, mark FROM report_document_version WHERE organisation = ? AND report = ? ORDER BY number"""

_FORGET = """
DELETE FROM report_document WHERE organisation = ? AND noted < ? AND NOT EXISTS (
  SELECT 1 FROM report_document_version AS version WHERE version.organisation = report_document.organisation
  AND version.mark = report_document.mark)"""


class SqlReportDocuments:
    """ports.report_documents.ReportDocuments over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def mark(self, organisation: str, document: ReportKey) -> bytes:
        """A keyed hash."""
        said = "\0".join((document.organisation, document.issuer, document.number))
        return self._seal.index(organisation, "report-document", said)

    def note(self, organisation: str, mark: bytes, replaces: bytes, at: float) -> None:
        """What is known of it stays unless something newer is said."""
        self._sql.run(_NOTE, organisation, mark, replaces, at)

    def kin(self, organisation: str, mark: bytes) -> list[KnownDocument]:
        """From document to document, both ways."""
        found: dict[bytes, KnownDocument] = {}
        ahead = [mark]
        while ahead and len(found) < MOST_KIN:
            one = ahead.pop()
            if one in found:
                continue
            row = self._sql.one(_GET, organisation, one)
            found[one] = KnownDocument(one, bytes(row[1]) if row is not None else b"")
            ahead += [bytes(after[0]) for after in self._sql.all(_AFTER, organisation, one)]
            ahead += [found[one].replaces] if found[one].replaces else []
        return list(found.values())

    def note_version(self, organisation: str, version: DocumentVersion) -> None:
        """Once."""
        self._sql.run(_NOTE_VERSION, organisation, version.report, version.number, version.mark)

    def versions(self, organisation: str, marks: Sequence[bytes]) -> list[DocumentVersion]:
        """By report and number."""
        found: list[DocumentVersion] = []
        for some in chunks(marks):
            statement = _VERSIONS.replace("<marks>", ", ".join("?" * len(some)))
            found += map(_version, self._sql.all(statement, organisation, *some))
        return sorted(found, key=lambda one: (one.report, one.number))

    def of_report(self, organisation: str, report: str) -> list[DocumentVersion]:
        """By number."""
        return [_version(row) for row in self._sql.all(_OF_REPORT, organisation, report)]

    def forget(self, organisation: str, before: float) -> None:
        """What has a version stays as long as that."""
        self._sql.run(_FORGET, organisation, before)


def _version(row: Row) -> DocumentVersion:
    return DocumentVersion(row[0], int(row[1]), bytes(row[2]))
