"""Very large multi-frame instances for benches: Multi-frame Grayscale Word Secondary Capture (PS3.3 A.8.4).

``write_large`` streams: it holds one frame and a noise plate, whatever the size. Frames are of the made head under
noise, so they do not compress to nothing. Native pixels, so below 4 GiB (PS3.5 section 7.1.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import MultiFrameGrayscaleWordSecondaryCaptureImageStorage

from beeldbrug.dicom.phantom.ct import HOUNSFIELD
from beeldbrug.dicom.phantom.head import Head
from beeldbrug.dicom.phantom.setting import Setting, grey_pixels
from beeldbrug.dicom.phantom.waves import enlarge, generator
from beeldbrug.model.errors import TooLarge

SIDE = 1024
FRAME_BYTES = SIDE * SIDE * 2
_MOST = 0xFFFFFFFE
_PIXEL_DATA = b"\xe0\x7f\x10\x00OW\x00\x00"


def write_large(setting: Setting, path: Path, size: int, *, number: int = 1) -> Path:
    """Write instance ``number`` with about ``size`` bytes of pixels (whole frames, at least one) to ``path``.

    Raises TooLarge where the length no longer fits the 32 bits of a native value.
    """
    frames = max(1, round(size / FRAME_BYTES))
    if frames * FRAME_BYTES > _MOST:
        raise TooLarge(
            "phantom-too-large", "Native pixels must stay below 4 GiB.", "Ask for less, or for several instances."
        )
    header = BytesIO()
    dcmwrite(header, large_header(setting, frames, number), enforce_file_format=True)
    with path.open("wb") as file:
        file.write(header.getvalue())
        file.write(_PIXEL_DATA + (frames * FRAME_BYTES).to_bytes(4, "little"))
        for frame in large_frames(setting.seed + number, frames):
            file.write(frame)
    return path


def large_header(setting: Setting, frames: int, number: int) -> Dataset:
    """Everything but the pixels."""
    sop_class = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    dataset = setting.dataset(sop_class, setting.uid("large", number))
    setting.series(dataset, 1, "Grote reeks", "OT")
    setting.acquired(dataset, 60)
    del dataset.AcquisitionDate, dataset.AcquisitionTime
    dataset.ConversionType = "SYN"
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.InstanceNumber = number
    dataset.PatientOrientation = ""
    dataset.BurnedInAnnotation = "NO"
    grey_pixels(dataset, SIDE, SIDE, 16)
    dataset.NumberOfFrames = frames
    dataset.FrameIncrementPointer = Tag("FrameTime")
    dataset.FrameTime = "40"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    dataset.PresentationLUTShape = "IDENTITY"
    return dataset


def large_frames(seed: int, frames: int) -> Iterator[bytes]:
    """``frames`` frames of FRAME_BYTES, no two alike, little-endian 16 bits."""
    rng = generator(seed, "large")
    head = enlarge(Head(seed).plane(30.0, HOUNSFIELD), SIDE // 256)
    picture = np.clip(head + 1100, 0, 3000).astype("<u2") << 3
    noise = rng.integers(0, 256, size=(SIDE, SIDE), dtype="<u2")
    for index in range(frames):
        step = (int(rng.integers(SIDE)), int(rng.integers(SIDE)))
        moved = np.roll(noise, step, axis=(0, 1))
        yield (picture + moved + np.uint16(index % 64)).astype("<u2").tobytes()
