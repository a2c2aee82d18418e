"""A report beside a study: a PDF as an instance of the same study and patient (PS3.3 A.45.1, Encapsulated PDF Storage).

Patient and study attributes are those of an instance that is sent along; UIDs follow from the exchange, so that a
repeat makes the same instance, byte for byte. What is not a PDF, or cannot be opened without a password, is refused.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EncapsulatedPDFStorage

from beeldbrug.node.ports.sending import Enclosure
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.pdf import check_pdf
from beeldbrug.node.usecases.save.dataset import as_file, code, patient_and_study

KEPT_SECONDS: Final = 24 * 3600.0
"""A report that was put ready and never sent is forgotten after a day."""

TITLE: Final = "Verslag"
TITLE_CHARACTERS: Final = 64
SERIES_NUMBER: Final = 9900


def put_ready(database: Database, organisation: str, account: str, content: bytes, now: float) -> Enclosure:
    """Keep a report until it is sent. Raises TooLarge ``report-too-large``, Malformed ``report-not-pdf``."""
    check_pdf(content)
    one = Enclosure(uuid4().hex, organisation, account, TITLE, content, now)
    with database.write() as tx:
        tx.gatherings.drop_enclosures(organisation, now - KEPT_SECONDS)
        tx.gatherings.enclose(one)
    return one


def encapsulated(enclosure: Enclosure, exchange: str, study_uid: str, attributes: Mapping[str, Any]) -> bytes:
    """The report as a DICOM file. ``attributes`` are DICOM JSON of an instance of the study (PS3.18 Annex F)."""
    dataset = patient_and_study(attributes, study_uid)
    _series(dataset, exchange)
    _document(dataset, enclosure, exchange)
    return as_file(dataset)


def _series(dataset: Dataset, exchange: str) -> None:
    """Encapsulated Document Series (C.24.1), General Equipment (C.7.5.1), SC Equipment (C.8.6.1)."""
    dataset.Modality, dataset.SeriesNumber = "DOC", SERIES_NUMBER
    dataset.SeriesInstanceUID = _uid(exchange, 1)
    dataset.SeriesDescription = "Verslag"
    dataset.Manufacturer = "Beeldbrug"
    dataset.ConversionType = "WSD"


def _document(dataset: Dataset, enclosure: Enclosure, exchange: str) -> None:
    """Encapsulated Document (C.24.2) and SOP Common (C.12.1)."""
    dataset.SOPClassUID, dataset.SOPInstanceUID = EncapsulatedPDFStorage, _uid(exchange, 2)
    made = time.gmtime(enclosure.created)
    dataset.TimezoneOffsetFromUTC = "+0000"
    dataset.InstanceCreationDate = dataset.ContentDate = time.strftime("%Y%m%d", made)
    dataset.InstanceCreationTime = dataset.ContentTime = time.strftime("%H%M%S", made)
    dataset.AcquisitionDateTime = ""
    dataset.InstanceNumber = 1
    dataset.BurnedInAnnotation = "YES"
    dataset.DocumentTitle = enclosure.title
    dataset.ConceptNameCodeSequence = Sequence([code("18748-4", "LN", "Diagnostic imaging report")])
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = enclosure.content + b"\0" * (len(enclosure.content) % 2)
    dataset.EncapsulatedDocumentLength = len(enclosure.content)


def _uid(exchange: str, part: int) -> str:
    """UUID-derived (PS3.5 section B.2): the exchange's random id with its last bits replaced."""
    return f"2.25.{(int(exchange, 16) & ~0xF) | part}"
