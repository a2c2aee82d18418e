"""Small made studies for journeys: real CT instances with random pixels, of made-up patients, and their bytes.

Random pixels do not compress and differ per instance, so that a mix-up of any two is seen by their hash.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import write_dataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, Hospital, PhantomPatient, describe_patient

ROOT = "2.25."
DATE = "20250311"


@dataclass(frozen=True)
class Made:
    """One instance: its UIDs, the dataset as it goes over the wire, and the hash of its pixels."""

    study_uid: str
    series_uid: str
    uid: str
    dataset: bytes
    pixels: str
    sop_class: str = str(CTImageStorage)
    syntax: str = str(ExplicitVRLittleEndian)

    def write(self, folder: Path) -> Path:
        """As a Part 10 file; its name says nothing."""
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = UID(self.syntax)
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(self.sop_class), UID(self.uid)
        dataset = dcmread(BytesIO(self.dataset), force=True)
        dataset.file_meta = meta
        path = folder / f"{hashlib.sha256(self.uid.encode()).hexdigest()[:16]}.dcm"
        dcmwrite(path, dataset, enforce_file_format=True)
        return path


def make_study(
    patient: PhantomPatient,
    count: int = 6,
    *,
    rows: Sequence[int] = (64,),
    seed: int | str | None = None,
    hospital: Hospital = HOSPITAL_A,
    series: int = 1,
    start: int = 1,
    study_uid: str = "",
    description: str = "CT hersenen",
) -> list[Made]:
    """``count`` instances of one study; sides of the picture are drawn from ``rows``. The same seed, the same UIDs."""
    chance = random.Random(seed)
    study_uid = study_uid or ROOT + str(chance.getrandbits(120))
    roots = [f"{study_uid}.{number}" for number in range(1, series + 1)]
    return [
        _make(patient, hospital, study_uid, roots[number % series], number, chance.choice(rows), chance, description)
        for number in range(start, start + count)
    ]


def altered(made: Made, seed: int = 7) -> Made:
    """The same SOP Instance UID with other pixels."""
    chance = random.Random(seed)
    length = len(made.dataset) - made.dataset.rindex(b"\xe0\x7f\x10\x00OW") - 12
    pixels = chance.randbytes(length)
    return replace(made, dataset=made.dataset[:-length] + pixels, pixels=hashlib.sha256(pixels).hexdigest())


def _make(
    patient: PhantomPatient,
    hospital: Hospital,
    study_uid: str,
    series_uid: str,
    number: int,
    side: int,
    chance: random.Random,
    description: str,
) -> Made:
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{series_uid}.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study_uid, series_uid
    dataset.StudyDate, dataset.StudyTime = DATE, "094207"
    dataset.Modality, dataset.StudyDescription = "CT", description
    dataset.AccessionNumber = ""
    dataset.SeriesNumber, dataset.InstanceNumber = int(series_uid.rsplit(".", 1)[1]), number
    describe_patient(dataset, patient, hospital, DATE)
    dataset.Rows = dataset.Columns = side
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    pixels = chance.randbytes(side * side * 2)
    dataset.PixelData = pixels
    dataset["PixelData"].VR = "OW"
    out = BytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False  # type: ignore[attr-defined]  # pydicom asks a file for both
    from pydicom.filebase import DicomFileLike

    file = DicomFileLike(out)
    file.is_little_endian, file.is_implicit_VR = True, False
    write_dataset(file, dataset)
    return Made(study_uid, series_uid, str(dataset.SOPInstanceUID), out.getvalue(), hashlib.sha256(pixels).hexdigest())
