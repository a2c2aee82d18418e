"""A report as a DICOM object in its study at the receiver: Encapsulated PDF, Basic Text SR (PS3.3 A.45.1, A.35.1).

Patient and study are those of the import. UIDs follow from exchange, report and version, so that a repeat is identical.
A version names the one before it that went in (Predecessor Documents Sequence). Verified is only what names who did it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, BasicTextSRStorage, EncapsulatedPDFStorage, ExplicitVRLittleEndian

from beeldbrug.dicom.content_tree import Attributes
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.usecases.reports.print import WORDS, Paper
from beeldbrug.node.usecases.save.dataset import clock, code, day, patient_and_study

REPORT: Final = ("18748-4", "LN", "Diagnostic imaging report")
FINDINGS: Final = ("121070", "DCM", "Findings")
FINDING: Final = ("121071", "DCM", "Finding")
OBSERVER_TYPE: Final = ("121005", "DCM", "Observer Type")
PERSON: Final = ("121006", "DCM", "Person")
OBSERVER: Final = ("121008", "DCM", "Person Observer Name")
SERIES_NUMBER: Final = 9920
SYNTAX: Final = str(ExplicitVRLittleEndian)

_TITLE_CHARACTERS = 64
_NAME_CHARACTERS = 64
_READY = (ReportStatus.FINAL, ReportStatus.CORRECTED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object belongs: DICOM JSON of an instance as it was imported, the exchange, the report's id here and the
    number of its version, 0 or the number of the version before it that went in. ``at`` is POSIX seconds."""

    attributes: Attributes
    study_uid: str
    exchange: str
    report: str
    number: int
    before: int
    at: float

    def uid(self, what: str, number: int) -> UID:
        """A UID of this version, or of all (PS3.5 section B.2)."""
        text = f"{self.exchange}|{self.report}|{number}|{what}"
        return UID(f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])}")


@dataclass(frozen=True, slots=True)
class Made:
    """An object as C-STORE takes it."""

    sop_class: str
    instance_uid: str
    content: bytes


def as_pdf(report: Report, document: bytes, place: Place, paper: Paper) -> Made:
    """The document in an Encapsulated PDF."""
    dataset = _begun(report, place, paper, str(EncapsulatedPDFStorage), "DOC")
    dataset.ConversionType = "WSD"
    dataset.AcquisitionDateTime = ""
    dataset.BurnedInAnnotation = "YES"
    dataset.DocumentTitle = title(report, paper)
    dataset.ConceptNameCodeSequence = Sequence([code(*REPORT)])
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = document + b"\0" * (len(document) % 2)
    dataset.EncapsulatedDocumentLength = len(document)
    dataset.VerificationFlag = "VERIFIED" if _verified(report) else "UNVERIFIED"
    return _made(dataset)


def as_sr(report: Report, place: Place, paper: Paper) -> Made:
    """The text in a Basic Text SR."""
    dataset = _begun(report, place, paper, str(BasicTextSRStorage), "SR")
    dataset.ReferencedPerformedProcedureStepSequence = Sequence([])
    dataset.PerformedProcedureCodeSequence = Sequence([])
    dataset.CompletionFlag = "COMPLETE" if report.status is not ReportStatus.PRELIMINARY else "PARTIAL"
    dataset.PreliminaryFlag = "FINAL" if report.status in _READY else "PRELIMINARY"
    dataset.VerificationFlag = "VERIFIED" if _verified(report) else "UNVERIFIED"
    if _verified(report):
        dataset.VerifyingObserverSequence = Sequence([_verifier(report, paper)])
    dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
    dataset.ConceptNameCodeSequence = Sequence([code(*REPORT)])
    text = _item("CONTAINS", "TEXT", FINDING)
    text.TextValue = report.text or WORDS[paper.language][report.status]
    findings = _item("CONTAINS", "CONTAINER", FINDINGS)
    findings.ContinuityOfContent = "SEPARATE"
    findings.ContentSequence = Sequence([text])
    dataset.ContentSequence = Sequence([*_observer(report), findings])
    return _made(dataset)


def title(report: Report, paper: Paper) -> str:
    """The report's title, with how far it is where it is not final."""
    words = WORDS[paper.language]
    plain = " ".join((report.title or words["report"]).replace("\\", " ").split())[:_TITLE_CHARACTERS]
    status = words[report.status].split(" - ")[0]
    return plain if report.status is ReportStatus.FINAL else f"{status}: {plain}"


def _begun(report: Report, place: Place, paper: Paper, sop_class: str, modality: str) -> Dataset:
    """Patient, study, series, equipment and SOP Common."""
    dataset = patient_and_study(dict(place.attributes), place.study_uid)
    when = datetime.fromtimestamp(report.written or place.at, paper.zone)
    dataset.TimezoneOffsetFromUTC = when.strftime("%z")
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = modality, SERIES_NUMBER, place.number
    dataset.SeriesDescription = WORDS[paper.language]["report"]
    dataset.SeriesInstanceUID = place.uid(f"series {modality}", 0)
    dataset.SOPClassUID, dataset.SOPInstanceUID = UID(sop_class), place.uid(modality, place.number)
    dataset.Manufacturer, dataset.ManufacturerModelName = "Beeldbrug", "Beeldbrug"
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = day(when), clock(when)
    dataset.ContentDate, dataset.ContentTime = day(when), clock(when)
    if place.before and modality == "SR":
        dataset.PredecessorDocumentsSequence = Sequence([_before(place, sop_class, modality)])
    return dataset


def _before(place: Place, sop_class: str, modality: str) -> Dataset:
    """The version that this one replaces (table 10-3b)."""
    instance, series, study = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID = sop_class
    instance.ReferencedSOPInstanceUID = place.uid(modality, place.before)
    series.SeriesInstanceUID = place.uid(f"series {modality}", 0)
    series.ReferencedSOPSequence = Sequence([instance])
    study.StudyInstanceUID = place.study_uid
    study.ReferencedSeriesSequence = Sequence([series])
    return study


def _verified(report: Report) -> bool:
    """Type 1 of who verified is when (C.17.2.5): without it nothing is claimed."""
    return bool(report.verifier and report.written) and report.status in _READY


def _verifier(report: Report, paper: Paper) -> Dataset:
    item = Dataset()
    item.VerifyingObserverName = _name(report.verifier)
    item.VerifyingObserverIdentificationCodeSequence = Sequence([])
    item.VerifyingOrganization = report.key.organisation
    item.VerificationDateTime = datetime.fromtimestamp(report.written, paper.zone).strftime("%Y%m%d%H%M%S")
    return item


def _observer(report: Report) -> list[Dataset]:
    name = report.author or report.verifier
    if not name:
        return []
    kind = _item("HAS OBS CONTEXT", "CODE", OBSERVER_TYPE)
    kind.ConceptCodeSequence = Sequence([code(*PERSON)])
    who = _item("HAS OBS CONTEXT", "PNAME", OBSERVER)
    who.PersonName = _name(name)
    return [kind, who]


def _name(name: str) -> str:
    """A name that is not taken apart: one component of a PN."""
    plain = "".join(char if char.isprintable() and char not in "^=\\" else " " for char in name)
    return " ".join(plain.split())[:_NAME_CHARACTERS]


def _item(relationship: str, value_type: str, concept: tuple[str, str, str]) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, value_type
    item.ConceptNameCodeSequence = Sequence([code(*concept)])
    return item


def _made(dataset: Dataset) -> Made:
    buffer = BytesIO()
    dcmwrite(buffer, dataset, implicit_vr=False, little_endian=True)
    return Made(str(dataset.SOPClassUID), str(dataset.SOPInstanceUID), buffer.getvalue())


def identifiers(content: bytes) -> tuple[str, str]:
    """SOP class and instance UID of an object that was made here."""
    dataset = dcmread(BytesIO(content), force=True, specific_tags=["SOPClassUID", "SOPInstanceUID"])
    return str(dataset.SOPClassUID), str(dataset.SOPInstanceUID)
