"""Documents of document management as versions of reports (HL7 v2 chapter 9: MDM, TXA-12 and TXA-13).

A replacement (T09, T10) is a document of its own that takes the place of another. All documents of such a chain are one
report, and their order is the chain's, in whatever order they came and whatever their times say: what was replaced is
never in force again. What was replaced by a document whose words are not here, or are preliminary, is cancelled until
they are. Where the middle of a chain is missing, its ends are one report if order, title, patient and system are the
same. A replacement of another patient is a report of its own, and what it replaced is cancelled.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportKey, ReportStatus
from beeldbrug.node.ports.report_documents import DocumentVersion
from beeldbrug.node.ports.reports import GivenReport, ReportRow, ReportState, VersionHead
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.reports.bridge import bridge
from beeldbrug.node.usecases.reports.chain import STEP, Chain, Kept, chain_of, kept_of
from beeldbrug.node.usecases.reports.join import follow, same_patient
from beeldbrug.node.usecases.reports.keep import add_version, in_force, new_report, stand


def take_document(tx: Transaction, given: GivenReport, now: float, actor: str) -> ReportRow | None:
    """Keep what a document says in its report; None where it says nothing of one that is here.

    Raises TooLarge ``report-too-many-versions``.
    """
    organisation, key = given.report.key.organisation, given.report.key
    own = _known(tx, key)
    parent = _known(tx, replace(key, number=given.replaces)) if given.replaces else b""
    given = replace(given, report=_with_subject_of(tx, given), at=min(given.at, now))
    tx.report_documents.note(organisation, own, parent, now)
    if parent:
        tx.report_documents.note(organisation, parent, b"", now)
    if not given.restates:
        bridge(tx, given, own, now)
    chain = chain_of(tx, organisation, own)
    rows = [row for id_ in chain.reports() if (row := tx.reports.get(organisation, id_)) is not None]
    row = _row_for(tx, rows, given.report, chain, own, now)
    row, said = _kept(tx, row, given, chain_of(tx, organisation, own), own, now)
    for id_ in dict.fromkeys(one.id for one in (*rows, *([row] if row is not None else []))):
        current = tx.reports.get(organisation, id_)
        if current is not None:
            added = said if row is not None and id_ == row.id else None
            _settle(tx, current, chain_of(tx, organisation, own), added, now, actor)
    return tx.reports.get(organisation, row.id) if row is not None else None


def _known(tx: Transaction, key: ReportKey) -> bytes:
    """The mark of a document. Versions that were kept before documents were told apart are of it."""
    mark = tx.report_documents.mark(key.organisation, key)
    row = tx.reports.find(key.organisation, Direction.OUT, "", key)
    if row is not None and not tx.report_documents.of_report(key.organisation, row.id):
        for head in tx.reports.heads(key.organisation, row.id):
            tx.report_documents.note_version(key.organisation, DocumentVersion(row.id, head.number, mark))
    return mark


def _with_subject_of(tx: Transaction, given: GivenReport) -> Report:
    """An addendum that names no study and no order is of those of the document that it adds to."""
    report, about = given.report, given.report.subject
    if not given.extends or about.study_uid or about.accession or about.placer or about.filler:
        return report
    mark = _known(tx, replace(report.key, number=given.extends))
    for version in tx.report_documents.versions(report.key.organisation, [mark]):
        said = tx.reports.version(report.key.organisation, version.report, version.number, document=False)
        if said is not None and _is_same(tx, report, said):
            return replace(report, subject=replace(said.subject, patient_id=about.patient_id))
    return report


def _row_for(
    tx: Transaction, rows: list[ReportRow], report: Report, chain: Chain, own: bytes, now: float
) -> ReportRow | None:
    """The report that a document belongs to: the one that has it already, else that of its chain and patient."""
    holding = {version.report for version in chain.versions if version.mark == own}
    fitting = [row for row in rows if _is_of(tx, row, report)]
    elsewhere = [row for row in rows if row.id in holding and row not in fitting]
    if elsewhere:
        return elsewhere[0]  # the same document, of another patient now: the desk is asked
    if len(fitting) > 1:
        return _together(tx, fitting, chain, now)
    return fitting[0] if fitting else None


def _is_of(tx: Transaction, row: ReportRow, report: Report) -> bool:
    said = tx.reports.version(row.organisation, row.id, row.standing, document=False)
    return said is not None and _is_same(tx, report, said)


def _is_same(tx: Transaction, one: Report, other: Report) -> bool:
    return same_patient(tx, one.key.organisation)(one.subject.patient_id, other.subject.patient_id)


def _kept(
    tx: Transaction, row: ReportRow | None, given: GivenReport, chain: Chain, own: bytes, now: float
) -> tuple[ReportRow | None, Report | None]:
    """The row, made where it is new, and what was added to it."""
    report = given.report
    if given.restates:
        if row is None or given.replaces:
            return row, None  # of what was never here a new state says nothing; a replacement's words are still to come
        newest = kept_of(tx, row).newest(own)
        said = tx.reports.version(row.organisation, row.id, newest.number) if newest is not None else None
        if said is None:
            return row, None
        report = replace(report, text=said.text, document=said.document)
    if row is None:
        row = tx.reports.find(report.key.organisation, Direction.OUT, "", report.key) or new_report(tx, report, now)
    report = replace(report, key=row.key)
    return row, report if _add(tx, row, chain, own, report, given.at, now) else None


def _add(tx: Transaction, row: ReportRow, chain: Chain, mark: bytes, report: Report, at: float, now: float) -> bool:
    """Keep a version of a document at its place in the chain; False where it is here."""
    kept = kept_of(tx, row)
    same = [head for head in tx.reports.same(row.organisation, row.id, report) if kept.marks.get(head.number) == mark]
    newest = kept.newest(mark)
    replaced = any(kept.newest(one) is not None for one in chain.after(mark))
    if any(replaced or head == newest or at <= head.at for head in same):
        return False
    _number(tx, row, mark, report, kept.place(chain, mark, at), now)
    tx.reports.mark(row.organisation, row.id, report.subject)
    return True


def _number(tx: Transaction, row: ReportRow, mark: bytes, report: Report, at: float, now: float) -> VersionHead:
    head = add_version(tx, row, report, at, now)
    tx.report_documents.note_version(row.organisation, DocumentVersion(row.id, head.number, mark))
    return head


def _together(tx: Transaction, rows: list[ReportRow], chain: Chain, now: float) -> ReportRow:
    """Reports that turn out to be one: all versions in that of the first document."""
    depth = {row.id: chain.depth(row.id) for row in rows}
    into, *others = sorted(rows, key=lambda row: (depth[row.id], row.id))
    for other in others:
        kept = kept_of(tx, other)
        for head in kept.heads:
            said = tx.reports.version(other.organisation, other.id, head.number)
            if said is not None:
                moved = replace(said, key=into.key)
                _add(tx, into, chain, kept.marks.get(head.number, b""), moved, head.at, now)
        if into.state is not ReportState.PLACED and other.state is ReportState.PLACED:
            into = replace(into, state=other.state, study_uid=other.study_uid, reason="", by=other.by, why=other.why)
            tx.reports.update(into)
        _ended(tx, other, kept, now)
    return into


def _ended(tx: Transaction, row: ReportRow, kept: Kept, now: float) -> None:
    """A report whose versions are in another now: gone, and withdrawn where it went."""
    if not _went(tx, row):
        tx.reports.delete(row.organisation, row.id)
        return
    last = tx.reports.version(row.organisation, row.id, row.standing)
    if last is None:
        return
    for head in kept.heads:
        tx.report_documents.note_version(row.organisation, DocumentVersion(row.id, head.number, b""))
    gone = replace(last, status=ReportStatus.CANCELLED)
    _number(tx, row, b"", gone, max(head.at for head in kept.heads) + STEP, now)
    row = replace(row, standing=in_force(tx, row), changed=now)
    tx.reports.update(row)
    follow(tx, row, now)


def _went(tx: Transaction, row: ReportRow) -> bool:
    sendings = tx.reports.followers(row.organisation, row.study_uid) if row.study_uid else []
    return any(one.report == row.id for sending in sendings for one in tx.reports.travelled(row.organisation, sending))


def _settle(tx: Transaction, row: ReportRow, chain: Chain, added: Report | None, now: float, actor: str) -> ReportRow:
    """Cancel what was replaced by what is not here, and say which version is in force."""
    for mark in kept_of(tx, row).documents():
        cancelled = _cancelled(tx, row, chain, mark, now)
        added = added or cancelled
    number = in_force(tx, row)
    if added is None and number != row.standing:
        added = tx.reports.version(row.organisation, row.id, number, document=False)
    return stand(tx, row, added, now, actor) if added is not None else row


def _cancelled(tx: Transaction, row: ReportRow, chain: Chain, mark: bytes, now: float) -> Report | None:
    """The document's words, cancelled, where another takes its place that says nothing final here; None where not."""
    kept = kept_of(tx, row)
    newest, after = kept.newest(mark), chain.after(mark)
    if newest is None or not after or newest.status is ReportStatus.CANCELLED:
        return None
    later = [head for head in kept.heads if kept.marks.get(head.number) in after]
    preliminary = newest.status is ReportStatus.PRELIMINARY
    if any(preliminary or head.status is not ReportStatus.PRELIMINARY for head in later):
        return None
    said = tx.reports.version(row.organisation, row.id, newest.number)
    if said is None:
        return None
    gone = replace(said, status=ReportStatus.CANCELLED)
    _number(tx, row, mark, gone, kept.behind(chain, newest), now)
    return gone
