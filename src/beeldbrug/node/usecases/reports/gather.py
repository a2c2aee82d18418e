"""The reports of an arrival as they stand: those that came with it, and those that are instances of its study.

And under what the hospital has that study since the import: read from what was fixed for the PACS, so that a report
goes to exactly the patient and number that the images went to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from beeldbrug.dicom.content_tree import Attributes, items_of, text_of
from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.report import DOCUMENT_BYTES, Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.ports.report_delivery import Addressed
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read import bulk
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.reports.of_dicom import DOCUMENTS, ISSUER, PDF, Found, chains, of_dicom

HEADER_BYTES = 4 * 1024 * 1024
_DOCUMENT = "00420011"


@dataclass(frozen=True, slots=True)
class Current:
    """A report as it stands. ``id`` is what it is known by here, ``number`` its version. ``fault`` is the code of why
    it cannot be read."""

    id: str
    number: int
    report: Report
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """Under what the study was imported; ``attributes`` are DICOM JSON of one of its instances as it was imported."""

    addressed: Addressed
    attributes: dict[str, object]


def came_along(tx: Transaction, exchange: ExchangeRow) -> Iterator[Current]:
    """Reports that came with the exchange, oldest change first."""
    for row in reversed(tx.reports.of_exchange(exchange.organisation, exchange.id)):
        if row.direction is not Direction.IN:
            continue
        report = tx.reports.version(exchange.organisation, row.id, row.standing)
        if report is not None:
            yield Current(row.id, row.standing, report)


def in_study(sources: Sources, exchange: ExchangeRow, zone: tzinfo) -> list[Current]:
    """Reports that are instances of the study. What cannot be read is there with its fault."""
    organisation = exchange.organisation
    with sources.database.read() as tx:
        rows = tx.instances.instances(organisation, exchange.id, exchange.study_uid, None, {})
    places = Places(sources, organisation)
    found: list[Found] = []
    faults: list[Current] = []
    for row in (row for row in rows if row.sop_class in DOCUMENTS):
        try:
            found.append(_read(sources, places, row, exchange.peer, zone))
        except BeeldbrugError as error:
            faults.append(Current(_id(row.instance_uid), 1, _unread(row, exchange.peer), error.code))
    standing = [(versions[-1], len(versions)) for versions in chains(found)]
    return [Current(_id(report.key.number), number, report) for report, number in standing] + faults


def filed(tx: Transaction, exchange: ExchangeRow) -> Filed | None:
    """Under what the study was imported; None where nothing of it is kept any more."""
    first = next(iter(tx.imports.fixed(exchange.id)), None)
    if first is None:
        return None
    fixed = next(iter(tx.imports.rows(exchange.id, [first])), None)
    if fixed is None or not fixed.header:
        return None
    attributes = to_json(fixed.header, fixed.transfer_syntax, False, lambda _: "")
    plan = tx.plans.get(exchange.organisation, exchange.id)
    patient = _patient(attributes)
    known = bsn_of(patient)
    accession = text_of(attributes, "00080050")
    issuer = next(iter(items_of(attributes, "00080051")), {})
    addressed = Addressed(
        patient=replace(patient, others=()),
        bsn=known[0] if known else "",
        study_uid=exchange.study_uid,
        accession=accession,
        accession_issuer=text_of(issuer, "00400031") or text_of(issuer, "00400032"),
        order=plan.order is not None and bool(accession) and plan.order.accession_number == accession,
        studied=text_of(attributes, "00080020") + text_of(attributes, "00080030").split(".")[0],
        description=text_of(attributes, "00081030"),
        sender=exchange.terms.sender.name,
    )
    return Filed(addressed, attributes)


def _patient(attributes: Attributes) -> Patient:
    """Who it is of, as it was imported."""
    others = (
        PatientNumber(text_of(one, "00100020"), text_of(one, "00100021")) for one in items_of(attributes, "00101002")
    )
    return Patient(
        text_of(attributes, "00100010"),
        text_of(attributes, "00100030"),
        text_of(attributes, "00100040"),
        PatientNumber(text_of(attributes, "00100020"), text_of(attributes, "00100021")),
        tuple(others),
    )


def _read(sources: Sources, places: Places, row: InstanceRow, peer: str, zone: tzinfo) -> Found:
    header = read_header(sources, places, row)
    attributes = to_json(header, row.transfer_syntax, row.part10, lambda _: "", HEADER_BYTES)
    document = _document(sources, places, row) if row.sop_class == PDF else b""
    return of_dicom(attributes, peer, zone, document)


def _document(sources: Sources, places: Places, row: InstanceRow) -> bytes:
    value = bulk.find_value(sources, places, row, _DOCUMENT, None)
    return b"".join(bulk.read_value(value, 0, min(value.length, DOCUMENT_BYTES + 2)))


def _unread(row: InstanceRow, peer: str) -> Report:
    source = ReportSource.DICOM_PDF if row.sop_class == PDF else ReportSource.DICOM_SR
    subject = ReportSubject(study_uid=row.study_uid)
    return Report(ReportKey(peer, ISSUER, row.instance_uid), ReportStatus.FINAL, source, subject)


def _id(instance_uid: str) -> str:
    """Free of identity, and the same each time."""
    return "dicom-" + hashlib.sha256(instance_uid.encode()).hexdigest()[:32]
