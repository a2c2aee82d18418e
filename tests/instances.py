"""Instances for reading tests: small made ones, and real files that travel with pydicom or lie in the shared data."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, generate_uid

from tests.shared_data import FOLDER

CT = "1.2.840.10008.5.1.4.1.1.2"
STUDY = "2.25.100"
PYDICOM_FILES = Path(pydicom.__file__).parent / "data" / "test_files"


def make(
    number: int = 1,
    *,
    study: str = STUDY,
    series: str = STUDY + ".1",
    instance: str = "",
    frames: int = 1,
    size: int = 16,
    fill: int = 0,
    syntax: str = ExplicitVRLittleEndian,
    name: str = "Vries^Jan",
    **attributes: object,
) -> bytes:
    """A CT file. With ``syntax`` JPEG 2000 the frames are no codestreams, only fragments of their own."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID = CT
    dataset.SOPInstanceUID = instance or f"{series}.{number}"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = series
    dataset.Modality = "CT"
    dataset.PatientName = name
    dataset.PatientID = "999990019"
    dataset.IssuerOfPatientID = "NLMINBIZA"
    dataset.PatientBirthDate = "19610718"
    dataset.StudyDate = "20240102"
    dataset.StudyTime = "101500"
    dataset.AccessionNumber = "A1"
    dataset.StudyDescription = "CT hersenen"
    dataset.SeriesNumber = 1
    dataset.InstanceNumber = number
    dataset.NumberOfFrames = frames
    dataset.Rows = dataset.Columns = size
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = 0
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    length = size * size * 2
    pattern = bytes(range(251)) * (length // 251 + 2)
    pixels = [pattern[start : start + length] for start in ((fill + frame) % 251 for frame in range(frames))]
    if syntax == JPEG2000Lossless:
        dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\x4f\xff\x51" + frame for frame in pixels])
    else:
        dataset.PixelData = b"".join(pixels)
    dataset["PixelData"].VR = "OB" if syntax == JPEG2000Lossless else "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.ImplementationClassUID = generate_uid(entropy_srcs=["tests"])
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def make_file(folder: Path, number: int = 1, size: int = 64) -> Path:
    """A CT instance ``2.25.77<number>`` of patient P0001 in a file; ``size`` rows and columns."""
    patient = {"PatientID": "P0001", "PatientBirthDate": "19700102"}
    content = make(
        number, study="2.25.76", series="2.25.761", instance=f"2.25.77{number}", size=size, fill=number,
        name="Proef^Jansje", **patient,
    )  # fmt: skip
    path = folder / f"{number:05}.dcm"
    path.write_bytes(content)
    return path


@dataclass(frozen=True)
class Instance:
    """A file as C-STORE takes it: what it is, and its dataset without preamble and meta information."""

    sop_class: str
    uid: str
    syntax: str
    data: bytes


def load(path: Path) -> Instance:
    """The instance in a file, its dataset untouched."""
    meta = pydicom.dcmread(path, stop_before_pixels=True).file_meta
    raw = path.read_bytes()
    length = int.from_bytes(raw[140:144], "little")
    return Instance(
        str(meta.MediaStorageSOPClassUID),
        str(meta.MediaStorageSOPInstanceUID),
        str(meta.TransferSyntaxUID),
        raw[144 + length :],
    )


def real_files() -> list[Path]:
    """Real DICOM files, the shared ones when they are there; some of them are odd on purpose."""
    shared = [*(FOLDER / "dicom").rglob("*"), *(FOLDER / "wsi").glob("*.dcm")] if FOLDER.is_dir() else []
    files = [*PYDICOM_FILES.glob("*.dcm"), *shared]
    return sorted(path for path in files if path.is_file() and path.suffix not in (".ts", ".md", ".txt", ".json"))
