"""What the portal's API says of uploads and of what came in them, as JSON."""

from __future__ import annotations

import base64

import msgspec

from beeldbrug.node.policy.carrying import FINDINGS, INCOMPLETE, LACKING
from beeldbrug.node.ports.uploads import UploadCarrier, UploadRow
from beeldbrug.node.protocols.portal.exchange_wire import ReasonObject, reason_object
from beeldbrug.node.usecases.intake.listing import Listing, PatientFound, StudyFound
from beeldbrug.node.usecases.intake.uploaded import outcome_of
from beeldbrug.sealed.opening.parts import PART_BYTES


class UploadMark(msgspec.Struct, frozen=True):
    """Equal for the same files chosen again: a hash that the page makes."""

    mark: str = ""


class UploadBegun(msgspec.Struct, frozen=True):
    """An upload that takes chunks. ``recipient`` is who content keys are sealed to; ``names_key`` (base64) makes the
    ids of files; a part holds ``part_bytes``. ``chunks`` are here already."""

    id: str
    recipient: str
    names_key: str
    part_bytes: int
    chunks: int


class UploadStatus(msgspec.Struct, frozen=True):
    """How it stands: open, taking, taken or closed; ``taken`` of ``of`` images; why not, or not all, in ``reason``."""

    id: str
    state: str
    created: float
    taken: int
    of: int
    known: int
    missing: int
    exchanges: list[str]
    reason: ReasonObject | None
    code: str


class UploadList(msgspec.Struct, frozen=True):
    """Uploads that are open."""

    uploads: list[UploadStatus]


class HeldParts(msgspec.Struct, frozen=True):
    """Numbers of the parts that are here, by file id."""

    files: dict[str, list[int]]


class MetFiles(msgspec.Struct, frozen=True):
    """Counts of what the browser met and did not send: by finding, and by kind."""

    met: dict[str, int] = {}
    others: dict[str, int] = {}


class SeriesSeen(msgspec.Struct, frozen=True):
    """A series that came."""

    uid: str
    modality: str
    number: int | None
    description: str
    instances: int
    bytes: int


class StudySeen(msgspec.Struct, frozen=True):
    """A study that came. ``files`` are ids."""

    uid: str
    date: str
    description: str
    accession_number: str
    institution: str
    modalities: list[str]
    instances: int
    bytes: int
    lacking: int
    series: list[SeriesSeen]
    files: list[str]


class PatientSeen(msgspec.Struct, frozen=True):
    """A patient whose images came, by their headers; ``number`` counts in this list."""

    number: int
    name: str
    birth_date: str
    sex: str
    patient_number: str
    issuer: str
    instances: int
    studies: list[StudySeen]


class FindingSeen(msgspec.Struct, frozen=True):
    """Something odd, how often; ``lacking``: images that cannot be had."""

    count: int
    lacking: bool
    reason: ReasonObject
    names: list[str]


class FilesSeen(msgspec.Struct, frozen=True):
    """All that came, and what else lies there."""

    files: int
    bytes: int
    instances: int
    lacking: int
    others: dict[str, int]
    patients: list[PatientSeen]
    findings: list[FindingSeen]


class TakeOrder(msgspec.Struct, frozen=True):
    """Whose studies (empty: all of this patient) are to be taken in, who brought them, and what the desk should know.
    ``partly``: with what can be had."""

    patient: int
    studies: list[str] = []
    brought_by: str = ""
    note: str = ""
    partly: bool = False


def begun_object(upload: UploadRow, names_key: bytes, chunks: int) -> UploadBegun:
    """As JSON."""
    return UploadBegun(upload.id, upload.recipient, base64.b64encode(names_key).decode(), PART_BYTES, chunks)


def status_object(upload: UploadRow) -> UploadStatus:
    """As JSON."""
    come = outcome_of(upload)
    reason = FINDINGS.get(come.code, INCOMPLETE if come.code == INCOMPLETE.code else None)
    return UploadStatus(
        upload.id,
        upload.state.value,
        upload.created,
        come.taken,
        come.of,
        come.known,
        come.missing,
        list(come.exchanges),
        reason_object(reason) if reason is not None else None,
        come.code,
    )


def seen_object(listing: Listing, carrier: UploadCarrier) -> FilesSeen:
    """As JSON."""
    findings = [
        FindingSeen(one.count, one.code in LACKING, reason_object(FINDINGS[one.code]), one.names)
        for one in listing.findings.values()
    ]
    return FilesSeen(
        listing.files,
        listing.bytes,
        listing.instances,
        listing.lacking,
        {kind: count for kind, count in sorted(listing.others.items()) if count},
        [_patient(number, one, carrier) for number, one in enumerate(listing.patients, 1)],
        findings,
    )


def _patient(number: int, found: PatientFound, carrier: UploadCarrier) -> PatientSeen:
    one = found.patient
    return PatientSeen(
        number,
        one.name,
        one.birth_date,
        one.sex,
        one.number.value,
        one.number.issuer,
        found.instances,
        [_study(study, carrier) for study in found.studies.values()],
    )


def _study(study: StudyFound, carrier: UploadCarrier) -> StudySeen:
    series = [
        SeriesSeen(one.uid, one.modality, one.number, one.description, len(one.files), one.size)
        for one in study.series.values()
    ]
    return StudySeen(
        study.uid,
        study.date,
        study.description,
        study.accession_number,
        study.institution,
        sorted({one.modality for one in series if one.modality}),
        study.instances,
        study.size,
        study.lacking,
        series,
        [carrier.id_of(entry) for one in study.series.values() for entry, _ in one.files],
    )
