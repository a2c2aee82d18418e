"""What every made-up instance has in common: patient, study, equipment and SOP modules, and the file around it.

``Setting`` is one study of one patient in one hospital; everything that follows from it is the same for the same seed.
Attributes as PS3.3 C.7.1 to C.7.5 and C.12.1; text in ISO 8859-1 or UTF-8 as the names need. It makes no pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from beeldbrug.dicom.phantom.patients import Hospital, PhantomPatient, describe_patient
from beeldbrug.dicom.phantom.waves import uid

IMPLEMENTATION_UID = "2.25.153098233021374421807311742260431187462"
IMPLEMENTATION_NAME = "BEELDBRUG_DEMO"
REFERRER = "Terpstra^Jelle^^dr."
READER = "Wassenberg^Mieke^^drs."
_DOCUMENTS_FROM = 900
"""Series numbers from here on are documents, made half an hour after the pictures."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """What was asked for: Dutch description, the modality of the pictures, the body part (PS3.16 annex L)."""

    description: str
    modality: str
    body_part: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One study: who, where, when (local time), what; ``seed`` decides every UID and every pixel."""

    patient: PhantomPatient
    hospital: Hospital
    procedure: Procedure
    when: datetime
    seed: int

    @property
    def study_uid(self) -> str:
        """Study Instance UID."""
        return self.uid("study")

    @property
    def accession_number(self) -> str:
        """Accession Number, eight digits after the hospital's letter."""
        return f"{self.hospital.key}{self.when:%y}{int(self.study_uid[-7:]) % 1000000:06d}"

    def uid(self, *path: str | int) -> str:
        """A UID of this study, the same for the same path."""
        return uid(self.seed, self.hospital.key, self.patient.numbers[0][1], self.procedure.description, *path)

    def dataset(self, sop_class: str, sop_uid: str) -> Dataset:
        """A dataset with the modules of patient, study and SOP, ready for a series and its content."""
        dataset = Dataset()
        dataset.SpecificCharacterSet = _character_set(self.patient)
        dataset.InstanceCreationDate = f"{self.when:%Y%m%d}"
        dataset.InstanceCreationTime = f"{self.when:%H%M%S}"
        dataset.SOPClassUID = sop_class
        dataset.SOPInstanceUID = sop_uid
        dataset.TimezoneOffsetFromUTC = "+0100"
        describe_patient(dataset, self.patient, self.hospital, f"{self.when:%Y%m%d}")
        self._describe_study(dataset)
        _set_meta(dataset)
        return dataset

    def _describe_study(self, dataset: Dataset) -> None:
        dataset.StudyInstanceUID = self.study_uid
        dataset.StudyDate = f"{self.when:%Y%m%d}"
        dataset.StudyTime = f"{self.when:%H%M%S}"
        dataset.StudyID = self.accession_number[-6:]
        dataset.AccessionNumber = self.accession_number
        dataset.StudyDescription = self.procedure.description
        dataset.ReferringPhysicianName = REFERRER
        issuer = Dataset()
        issuer.LocalNamespaceEntityID = self.hospital.name
        dataset.IssuerOfAccessionNumberSequence = Sequence([issuer])

    def series(self, dataset: Dataset, number: int, description: str, modality: str = "") -> None:
        """Add the series (C.7.3.1) and equipment (C.7.5.1) modules of series ``number``."""
        start = self.when + timedelta(seconds=90 * number if number < _DOCUMENTS_FROM else 1800)
        dataset.Modality = modality or self.procedure.modality
        dataset.SeriesInstanceUID = self.uid("series", number)
        dataset.SeriesNumber = number
        dataset.SeriesDescription = description
        dataset.SeriesDate, dataset.SeriesTime = f"{start:%Y%m%d}", f"{start:%H%M%S}"
        dataset.Manufacturer = "Beeldbrug"
        dataset.ManufacturerModelName = "Fantoom"
        dataset.DeviceSerialNumber = "0001"
        dataset.SoftwareVersions = "1"
        dataset.InstitutionName = self.hospital.name
        dataset.InstitutionAddress = self.hospital.city
        dataset.StationName = self.hospital.station

    def acquired(self, dataset: Dataset, seconds: float) -> None:
        """Content and acquisition date and time, ``seconds`` after the study began."""
        at = self.when + timedelta(seconds=seconds)
        day, time = f"{at:%Y%m%d}", f"{at:%H%M%S}.{at.microsecond // 1000:03d}"
        dataset.ContentDate = dataset.AcquisitionDate = day
        dataset.ContentTime = dataset.AcquisitionTime = time


def _character_set(patient: PhantomPatient) -> str:
    try:
        patient.person_name.encode("latin-1")
    except UnicodeEncodeError:
        return "ISO_IR 192"
    return "ISO_IR 100"


def _set_meta(dataset: Dataset) -> None:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    dataset.file_meta = meta


def grey_pixels(dataset: Dataset, rows: int, columns: int, stored: int, allocated: int = 16) -> None:
    """Image Pixel attributes (C.7.6.3) of unsigned MONOCHROME2 pictures; the pixels themselves are set later."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = rows, columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = allocated, stored, stored - 1
    dataset.PixelRepresentation = 0


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """One code sequence item (PS3.3 section 8.8)."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def references(instances: Iterable[Dataset]) -> Sequence:
    """Referenced SOP items (class and instance) for ``instances``."""
    items = []
    for instance in instances:
        item = Dataset()
        item.ReferencedSOPClassUID = instance.SOPClassUID
        item.ReferencedSOPInstanceUID = instance.SOPInstanceUID
        items.append(item)
    return Sequence(items)
