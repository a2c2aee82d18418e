"""CT of the made head: a thick brain series and a thin bone series as CT Image Storage (PS3.3 A.3, C.8.2.1).

Hounsfield units by Rescale Intercept -1024, 12 bits stored in 16, 512 x 512, feet to head. A thick slice is the mean of
two planes, as a real one is of many. Noise is that of the slice thickness. No contrast agent, no gantry tilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage

from beeldbrug.dicom.phantom.head import HIGHEST, LOWEST, Head, Lesion
from beeldbrug.dicom.phantom.setting import Setting, code, grey_pixels
from beeldbrug.dicom.phantom.solids import Tissue as T
from beeldbrug.dicom.phantom.waves import Grain, enlarge, generator

SIZE = 512
STEP = 0.45
"""Rows and columns of a slice, and the pixel's side in mm."""

THICKEST = 5.0
"""Slice thickness in mm where slices lie further apart."""

INTERCEPT = -1024
_THICK_FROM = 2.0
HOUNSFIELD = {
    T.AIR: -1000.0, T.SKIN: 50.0, T.FAT: -95.0, T.MUSCLE: 55.0, T.CORTICAL: 1350.0, T.DIPLOE: 620.0,
    T.THIN_BONE: 420.0, T.CSF: 5.0, T.GREY: 38.0, T.WHITE: 28.0, T.VITREOUS: 8.0, T.LENS: 85.0, T.CALCIUM: 170.0,
    T.BLOOD: 70.0, T.OEDEMA: 18.0, T.INFARCT: 18.0, T.REST: 30.0, T.FOAM: -950.0,
}  # fmt: skip
"""What each tissue measures, in Hounsfield units."""


@dataclass(frozen=True, slots=True)
class CtSeries:
    """One reconstruction: how many slices, what it is for."""

    number: int
    description: str
    slices: int
    kernel: str
    noise: float
    windows: tuple[tuple[int, int, str], ...]


def brain_series(slices: int) -> CtSeries:
    """The thick series read first: brain and bone windows."""
    return CtSeries(2, "Hersenen blanco", slices, "H30s", 3.4, ((40, 80, "HERSENEN"), (500, 2000, "BOT")))


def thin_series(slices: int) -> CtSeries:
    """The thin series for reconstructions."""
    return CtSeries(3, "Dunne coupes", slices, "H60s", 11.0, ((500, 2500, "BOT"), (40, 120, "HERSENEN")))


def ct_series(setting: Setting, series: CtSeries, lesion: Lesion) -> Iterator[Dataset]:
    """The slices of ``series`` one by one, feet first, pixels included."""
    spacing = (HIGHEST - LOWEST) / series.slices
    head = Head(setting.seed, lesion, size=SIZE // 2, step=STEP * 2)
    grain = Grain(generator(setting.seed, "ct", series.number), (SIZE, SIZE), 1.0 if series.noise < 6 else 0.6)
    for index in range(series.slices):
        z = LOWEST + (index + 0.5) * spacing
        dataset = _slice_header(setting, series, index, z, spacing)
        dataset.PixelData = _pixels(head, grain, series.noise, z, spacing)
        yield dataset


def _pixels(head: Head, grain: Grain, noise: float, z: float, spacing: float) -> bytes:
    thick = min(spacing, THICKEST)
    offsets = (-thick / 4, thick / 4) if thick >= _THICK_FROM else (0.0,)
    planes = [head.plane(z + offset, HOUNSFIELD) for offset in offsets]
    plane = enlarge((sum(planes[1:], start=planes[0]) / len(planes)).astype(np.float32), 2)
    units = plane + np.float32(noise) * grain.next()
    stored: npt.NDArray[np.uint16] = np.clip(np.rint(units - INTERCEPT), 0, 4095).astype("<u2")
    return stored.tobytes()


def _slice_header(setting: Setting, series: CtSeries, index: int, z: float, spacing: float) -> Dataset:
    dataset = setting.dataset(CTImageStorage, setting.uid("ct", series.number, index))
    setting.series(dataset, series.number, series.description)
    setting.acquired(dataset, 90 * series.number + 0.5 * index)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.InstanceNumber = index + 1
    dataset.AcquisitionNumber = 1
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = setting.uid("frame of reference")
    dataset.PositionReferenceIndicator = "OM"
    _geometry(dataset, z, spacing)
    _exposure(dataset, series)
    grey_pixels(dataset, SIZE, SIZE, 12)
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = INTERCEPT, 1, "HU"
    dataset.WindowCenter = [window[0] for window in series.windows]
    dataset.WindowWidth = [window[1] for window in series.windows]
    dataset.WindowCenterWidthExplanation = [window[2] for window in series.windows]
    return dataset


def _geometry(dataset: Dataset, z: float, spacing: float) -> None:
    corner = -(SIZE - 1) / 2 * STEP
    dataset.PixelSpacing = [STEP, STEP]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [f"{corner:.3f}", f"{corner:.3f}", f"{z:.3f}"]
    dataset.SliceLocation = f"{z:.3f}"
    dataset.SliceThickness = f"{min(spacing, THICKEST):.3f}"
    dataset.SpacingBetweenSlices = f"{spacing:.3f}"


def _exposure(dataset: Dataset, series: CtSeries) -> None:
    dataset.ScanOptions = "HELIX"
    dataset.KVP = "120"
    dataset.XRayTubeCurrent, dataset.ExposureTime, dataset.Exposure = 280, 1000, 280
    dataset.DataCollectionDiameter = "500"
    dataset.ReconstructionDiameter = f"{SIZE * STEP:.1f}"
    dataset.GantryDetectorTilt = "0"
    dataset.TableHeight = "150"
    dataset.RotationDirection = "CW"
    dataset.FilterType = "HEAD"
    dataset.ConvolutionKernel = series.kernel
    dataset.ProtocolName = "Hersenen"
    dataset.CTDIvol = 48.2
    dataset.CTDIPhantomTypeCodeSequence = Sequence([code("113690", "DCM", "IEC Head Dosimetry Phantom")])
