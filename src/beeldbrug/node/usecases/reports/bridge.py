"""The two ends of a chain of documents whose middle never came, taken for one report.

Only where nothing else fits: the same system, patient, order, title and procedure, written earlier than what says that
it replaces something which is not here. Else both stand, each for itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.model.report import Report, ReportSource, ReportSubject
from beeldbrug.node.ports.reports import GivenReport, ReportRow, ReportState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.reports.chain import Chain, Kept, chain_of, kept_of
from beeldbrug.node.usecases.reports.join import same_patient

STATES = (ReportState.PLACED, ReportState.WAITING, ReportState.DESK)


def bridge(tx: Transaction, given: GivenReport, own: bytes, now: float) -> None:
    """Note what a document very likely replaces, or what very likely replaced it."""
    organisation = given.report.key.organisation
    chain = chain_of(tx, organisation, own)
    if chain.versions:
        return
    top = chain.before(own)[-1:]
    found = [_ends(tx, row, given.at, bool(top)) for row in _alike(tx, given.report)]
    ends = [end for end in found if end]
    if len(ends) == 1:
        upper, lower = (ends[0], top[0]) if top else (own, ends[0])
        tx.report_documents.note(organisation, lower, upper, now)


def _alike(tx: Transaction, report: Report) -> Iterator[ReportRow]:
    """Reports of the same system, patient, order, title and procedure."""
    organisation = report.key.organisation
    same = same_patient(tx, organisation)
    for state in STATES:
        for row in tx.reports.marked(organisation, report.subject, state):
            said = tx.reports.version(organisation, row.id, row.standing, document=False)
            if (
                said is not None
                and not row.exchange
                and said.source is ReportSource.HL7_MDM
                and row.key.issuer == report.key.issuer
                and (said.title, said.procedure) == (report.title, report.procedure)
                and _orders(said.subject) & _orders(report.subject)
                and same(said.subject.patient_id, report.subject.patient_id)
            ):
                yield row


def _orders(subject: ReportSubject) -> set[str]:
    return {number for number in (subject.filler, subject.placer, subject.accession) if number}


def _ends(tx: Transaction, row: ReportRow, at: float, lower: bool) -> bytes:
    """The end of a report's chain that a document of this time may go on from: its last document, or (where the new one
    is the upper part) what its first one replaces and is not here. Empty where there is none."""
    kept = kept_of(tx, row)
    documents = kept.documents()
    if not documents:
        return b""
    chain = chain_of(tx, row.organisation, documents[0])
    return _last(chain, kept, at) if lower else _missing(chain, kept, at)


def _last(chain: Chain, kept: Kept, at: float) -> bytes:
    last = [mark for mark in kept.documents() if not chain.after(mark)]
    return last[0] if len(last) == 1 and kept.heads[-1].at <= at else b""


def _missing(chain: Chain, kept: Kept, at: float) -> bytes:
    tops = {chain.before(mark)[-1] for mark in kept.documents() if chain.before(mark)}
    here = {version.mark for version in chain.versions}
    missing = [mark for mark in tops if mark not in here]
    return missing[0] if len(missing) == 1 and kept.heads[0].at >= at else b""
