"""Documents and photographs that came in an upload, as DICOM: Encapsulated PDF (PS3.3 A.45.1), and Secondary Capture
(A.8.1) of what a camera or scanner gave.

They are one study of the patient whom the request is about, else of the only one whose images came along. UIDs follow
from the upload and the file, so that a repeat makes the same. A photograph is decoded and turned upright: what a camera
writes beside it - place, device, owner - does not come along. A carrier that wraps another; nothing is kept.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EncapsulatedPDFStorage, SecondaryCaptureImageStorage

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import Patient
from beeldbrug.node.ports.carrier import UNREADABLE, CarrierEntry, CarrierFile
from beeldbrug.node.ports.uploads import UploadCarrier
from beeldbrug.node.usecases.pdf import check_pdf
from beeldbrug.node.usecases.save.dataset import TYPE_2, as_file, code

BYTES_MOST: Final = 20 * 2**20
SIDE_MOST: Final = 12_000
PIXELS_MOST: Final = 60_000_000

_PDF, _JPEG, _PNG = b"%PDF", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Filed:
    """Under what documents of an upload are filed. ``at`` is POSIX seconds."""

    upload: str
    patient: Patient
    at: float


class WithDocuments:
    """``ports.uploads.UploadCarrier``: documents and photographs read as DICOM files, the rest as it is."""

    def __init__(self, carrier: UploadCarrier, filed: Filed) -> None:
        self._carrier = carrier
        self._filed = filed

    def entries(self) -> Iterator[CarrierEntry]:
        """As they came. Raises TooLarge."""
        for entry in self._carrier.entries():
            yield self._as_dicom(entry) if not entry.refused else entry

    def id_of(self, entry: CarrierEntry) -> str:
        """The file's id."""
        return self._carrier.id_of(entry)

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[CarrierFile]:
        """Read one. Raises OSError."""
        with self._carrier.open(entry) as file:
            first = file.read(16)
            if not _is_document(first):
                yield _Again(first, file)
                return
            try:
                made = self._made(entry, first + _rest(file))
            except BeeldbrugError as error:
                raise OSError(error.code) from None
            yield BytesIO(made)

    def _as_dicom(self, entry: CarrierEntry) -> CarrierEntry:
        """With the size that it has as DICOM; what is no whole document is told as unreadable."""
        try:
            with self._carrier.open(entry) as file:
                first = file.read(16)
                if not _is_document(first):
                    return entry
                size = len(self._made(entry, first + _rest(file)))
        except (OSError, BeeldbrugError):
            return CarrierEntry(entry.name, entry.size, UNREADABLE, entry.place)
        return CarrierEntry(entry.name, size, "", entry.place)

    def _made(self, entry: CarrierEntry, content: bytes) -> bytes:
        """Raises TooLarge, Malformed, OSError."""
        return as_dicom(content, self.id_of(entry), self._filed)


class _Again:
    """A file of which the first bytes were read already."""

    def __init__(self, first: bytes, file: CarrierFile) -> None:
        self._first = first
        self._file = file

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
            return data if self._first else data + self._file.read(size - len(data))
        return self._file.read(size)


def as_dicom(content: bytes, file: str, filed: Filed) -> bytes:
    """A PDF, JPEG or PNG as a DICOM file. Raises TooLarge, Malformed ``report-not-pdf``, OSError for no picture."""
    dataset = _of_patient(filed)
    if content.startswith(_PDF):
        check_pdf(content)
        _pdf(dataset, content)
    else:
        _picture(dataset, _pixels(content), len(content) if content.startswith(_JPEG) else 0)
    dataset.SOPInstanceUID = _uid(filed.upload, file)
    dataset.SeriesInstanceUID = _uid(filed.upload, dataset.Modality)
    dataset.InstanceNumber = 1
    return as_file(dataset)


def _of_patient(filed: Filed) -> Dataset:
    """Patient, General Study, equipment and SOP Common, as much as is known."""
    dataset, one, made = Dataset(), filed.patient, time.gmtime(filed.at)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword in TYPE_2:
        setattr(dataset, keyword, "")
    dataset.PatientName, dataset.PatientBirthDate, dataset.PatientSex = one.name, one.birth_date, one.sex
    dataset.PatientID = one.number.value
    if one.number.issuer:
        dataset.IssuerOfPatientID = one.number.issuer
    dataset.StudyInstanceUID = _uid(filed.upload, "study")
    dataset.StudyDate, dataset.StudyTime = time.strftime("%Y%m%d", made), time.strftime("%H%M%S", made)
    dataset.StudyDescription = "Meegestuurde documenten"
    dataset.TimezoneOffsetFromUTC = "+0000"
    dataset.ContentDate, dataset.ContentTime = dataset.StudyDate, dataset.StudyTime
    dataset.Manufacturer = "Beeldbrug"
    dataset.ConversionType = "WSD"
    dataset.BurnedInAnnotation = "YES"
    return dataset


def _pdf(dataset: Dataset, content: bytes) -> None:
    """Encapsulated Document Series and Encapsulated Document (C.24.1, C.24.2)."""
    dataset.SOPClassUID = EncapsulatedPDFStorage
    dataset.Modality, dataset.SeriesNumber, dataset.SeriesDescription = "DOC", 9901, "Documenten"
    dataset.AcquisitionDateTime = ""
    dataset.DocumentTitle = "Document"
    dataset.ConceptNameCodeSequence = Sequence([code("34133-9", "LN", "Summarization of episode note")])
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    dataset.EncapsulatedDocumentLength = len(content)


def _picture(dataset: Dataset, pixels: np.ndarray, packed: int) -> None:
    """SC Equipment, General Image, Image Pixel (C.8.6.1, C.7.6.1, C.7.6.3); ``packed``: bytes of the JPEG it was."""
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.Modality, dataset.SeriesNumber, dataset.SeriesDescription = "OT", 9902, "Foto's"
    dataset.ConversionType = "DI"
    dataset.PatientOrientation = ""
    dataset.LossyImageCompression = "01" if packed else "00"
    if packed:
        dataset.LossyImageCompressionRatio = f"{max(1.0, pixels.nbytes / packed):.2f}"
        dataset.LossyImageCompressionMethod = "ISO_10918_1"
    colour = pixels.ndim == 3
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    raw = pixels.tobytes()
    dataset.add_new("PixelData", "OB", raw + b"\0" * (len(raw) % 2))


def _pixels(content: bytes) -> np.ndarray:
    """8-bit grey or RGB, upright. Raises OSError."""
    jpeg = content.startswith(_JPEG)
    try:
        if _area(content, jpeg) > PIXELS_MOST:
            raise OSError("larger than any photograph")
        found = np.asarray(imagecodecs.jpeg8_decode(content) if jpeg else imagecodecs.png_decode(content))
    except (ValueError, RuntimeError, IndexError) as error:
        raise OSError(type(error).__name__) from None
    if found.dtype == np.uint16:
        found = (found >> 8).astype(np.uint8)
    if found.dtype != np.uint8 or found.ndim not in (2, 3) or max(found.shape[:2]) > SIDE_MOST:
        raise OSError("not a picture of 8 or 16 bits")
    if found.ndim == 3:
        found = found[..., 0] if found.shape[2] in (1, 2) else found[..., :3]
    return np.ascontiguousarray(_upright(found, _orientation(content) if jpeg else 1))


def _area(content: bytes, jpeg: bool) -> int:
    """Pixels by the header alone, before anything is decoded (ITU-T T.81 B.2.2; PNG 11.2.2)."""
    if not jpeg:
        return int.from_bytes(content[16:20], "big") * int.from_bytes(content[20:24], "big")
    for marker, at, _ in _markers(content):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 1 : at + 3], "big") * int.from_bytes(content[at + 3 : at + 5], "big")
    raise OSError("no frame")


def _markers(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, where its content begins, its length) up to the picture itself."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        yield content[at + 1], at + 4, length - 2
        at += 2 + max(2, length)


def _orientation(content: bytes) -> int:
    """Exif tag 0112, 1 where there is none (CIPA DC-008 4.6.4)."""
    for marker, at, length in _markers(content):
        block = content[at : at + length]
        if marker != 0xE1 or not block.startswith(b"Exif\0\0"):
            continue
        tiff = block[6:]
        order = "little" if tiff[:2] == b"II" else "big"
        start = int.from_bytes(tiff[4:8], order)  # type: ignore[arg-type]  # one of the two
        for entry in range(int.from_bytes(tiff[start : start + 2], order)):  # type: ignore[arg-type]  # as above
            field = tiff[start + 2 + entry * 12 : start + 14 + entry * 12]
            if int.from_bytes(field[:2], order) == 0x0112:  # type: ignore[arg-type]  # as above
                return int.from_bytes(field[8:10], order)  # type: ignore[arg-type]  # as above
    return 1


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    turned = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}
    found = np.rot90(pixels, turned.get(orientation, 0))
    return np.fliplr(found) if orientation in (2, 4, 5, 7) else found


def _is_document(first: bytes) -> bool:
    return first.startswith((_PDF, _JPEG, _PNG))


def _rest(file: CarrierFile) -> bytes:
    content = bytearray()
    while data := file.read(2**20):
        content += data
        if len(content) > BYTES_MOST:
            raise OSError("larger than 20 MB")
    return bytes(content)


def _uid(upload: str, part: str) -> str:
    """UUID-derived (PS3.5 section B.2), from a hash."""
    return f"2.25.{int.from_bytes(hashlib.sha256(f'{upload} {part}'.encode()).digest()[:16], 'big')}"
