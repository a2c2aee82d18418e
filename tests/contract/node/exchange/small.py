"""Small made-up CT instances as bare datasets (Explicit VR Little Endian), quick to make by the dozen."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PhantomPatient

CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
Bare = tuple[str, str, str, bytes]


def dataset(patient: PhantomPatient, study: str, series: str, uid: str, number: int, pixels: bytes) -> Dataset:
    """One CT slice of ``patient`` as hospital A gives it."""
    identity = patient.identity(HOSPITAL_A)
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID = CT, uid
    made.StudyDate, made.StudyDescription, made.Modality = "20250311", "CT hersenen", "CT"
    made.AccessionNumber = "A-ACC-1"
    made.PatientName, made.PatientID = identity.name, identity.number.value
    made.IssuerOfPatientID = identity.number.issuer
    made.PatientBirthDate, made.PatientSex = identity.birth_date, identity.sex
    other = Dataset()
    if identity.others:
        other.PatientID, other.IssuerOfPatientID = identity.others[0].value, identity.others[0].issuer
        made.OtherPatientIDsSequence = [other]
    made.StudyInstanceUID, made.SeriesInstanceUID, made.InstanceNumber = study, series, number
    made.Rows, made.Columns, made.BitsAllocated, made.SamplesPerPixel = 16, len(pixels) // 32, 16, 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.PixelData = pixels
    made["PixelData"].VR = "OW"
    return made


def new_uid() -> str:
    """A fresh study UID that leaves room for those of its series and instances."""
    return f"2.25.{uuid4().int % 10**36}"


def encoded(made: Dataset) -> Bare:
    """(SOP class, instance UID, transfer syntax, bytes)."""
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_dataset(buffer, made)
    return made.SOPClassUID, made.SOPInstanceUID, EXPLICIT, buffer.getvalue()


def study(patient: PhantomPatient, count: int, size: int = 4096, start: int = 1, uid: str = "") -> Iterator[Bare]:
    """``count`` slices of one study and series; ``uid`` continues a study."""
    study_uid = uid or new_uid()
    for number in range(start, start + count):
        pixels = bytes((number * 7 + place) % 251 for place in range(32)) * (size // 32)
        yield encoded(dataset(patient, study_uid, study_uid + ".1", f"{study_uid}.1.{number}", number, pixels))


def decoded(content: bytes) -> Dataset:
    """A bare dataset read again."""
    return read_dataset(BytesIO(content), is_implicit_VR=False, is_little_endian=True)
