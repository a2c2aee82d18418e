"""A report of imaging, and its versions (HL7 v2 chapters 7.3 and 9.6, DICOM PS3.3 A.35, A.45). Standard library only.

A report is known by the organisation that wrote it and the number that its system gave. What that system
says anew under the same number is a further version: it takes the place of the one before, which is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TEXT_CHARACTERS = 256 * 1024
DOCUMENT_BYTES = 16 * 1024 * 1024


class ReportStatus(StrEnum):
    """How far it is (HL7 table 0123; DICOM Preliminary Flag, Completion Flag and Verification Flag)."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"


class ReportSource(StrEnum):
    """In which form it was given."""

    HL7_ORU = "hl7-oru"
    HL7_MDM = "hl7-mdm"
    PDF = "pdf"
    DICOM_SR = "dicom-sr"
    DICOM_PDF = "dicom-pdf"


@dataclass(frozen=True, slots=True)
class ReportKey:
    """What all versions of one report have in common: ``issuer`` says whose number ``number`` is (an organisation, an
    application of it), ``organisation`` is the URA of who wrote it."""

    organisation: str
    issuer: str
    number: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded value: code, the coding scheme that it is of, and its meaning in words."""

    value: str = ""
    scheme: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """By what a report is joined to its study; what is not said is empty.

    ``accession`` is the Accession Number; ``placer`` and ``filler`` are the order's numbers (ORC-2, ORC-3). Who gave
    each is as in ``model.issuer``. ``observed`` is the day of the examination (YYYYMMDD).
    """

    patient_id: str = ""
    study_uid: str = ""
    accession: str = ""
    accession_issuer: str = ""
    placer: str = ""
    filler: str = ""
    observed: str = ""
    placer_issuer: str = ""
    filler_issuer: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One version of a report.

    ``text`` is plain, lines parted by ``\\n``, without markup; ``document`` is a PDF. At least one of both is there,
    except in what is cancelled. ``written`` is POSIX seconds, 0 where it is not said. ``author`` and ``verifier`` are
    names as they were written.
    """

    key: ReportKey
    status: ReportStatus
    source: ReportSource
    subject: ReportSubject
    title: str = ""
    procedure: Coded = Coded()
    author: str = ""
    verifier: str = ""
    written: float = 0.0
    text: str = ""
    document: bytes = b""
