"""MR of the made head: T1, T2 and FLAIR as MR Image Storage (PS3.3 A.4, C.8.3.1).

The same anatomy as the CT with other values per tissue, a smooth coil field and Rician noise; 256 x 256, 12 bits stored
in 16. Signals are arbitrary units, as in any MR. No diffusion, no contrast agent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage

from beeldbrug.dicom.phantom.head import HIGHEST, LOWEST, Head, Lesion
from beeldbrug.dicom.phantom.setting import Setting, grey_pixels
from beeldbrug.dicom.phantom.solids import Tissue as T
from beeldbrug.dicom.phantom.waves import Field, Grain, Plane, as_plane, generator

SIZE = 256
STEP = 0.9
_DARK = dict.fromkeys((T.AIR, T.REST, T.FOAM), 4.0) | dict.fromkeys((T.CORTICAL, T.CALCIUM), 25.0)


@dataclass(frozen=True, slots=True)
class MrSeries:
    """One sequence: timing in ms and the signal of each tissue."""

    number: int
    description: str
    sequence: str
    variant: tuple[str, ...]
    repetition: float
    echo: float
    inversion: float
    train: int
    signal: dict[T, float]


def _signals(**bright: float) -> dict[T, float]:
    return _DARK | {T[name.upper()]: value for name, value in bright.items()}


MR_SERIES: tuple[MrSeries, ...] = (
    MrSeries(
        2, "T1 transversaal", "SE", ("SP",), 560.0, 11.0, 0.0, 1,
        _signals(
            skin=520, fat=1250, muscle=460, diploe=880, thin_bone=130, csf=150, grey=560, white=760, vitreous=150,
            lens=520, blood=620, oedema=460, infarct=470,
        ),
    ),
    MrSeries(
        3, "T2 transversaal", "SE", ("SK", "SP"), 4800.0, 98.0, 0.0, 15,
        _signals(
            skin=380, fat=820, muscle=260, diploe=520, thin_bone=90, csf=1500, grey=640, white=440, vitreous=1480,
            lens=210, blood=330, oedema=1080, infarct=1040,
        ),
    ),
    MrSeries(
        4, "FLAIR transversaal", "IR", ("SK", "SP"), 9000.0, 118.0, 2500.0, 18,
        _signals(
            skin=430, fat=760, muscle=280, diploe=470, thin_bone=90, csf=95, grey=610, white=470, vitreous=110,
            lens=260, blood=560, oedema=1120, infarct=1160,
        ),
    ),
)  # fmt: skip


def mr_series(setting: Setting, series: MrSeries, slices: int, lesion: Lesion) -> Iterator[Dataset]:
    """The slices of one sequence, feet first, pixels included."""
    spacing = (HIGHEST - LOWEST) / slices
    head = Head(setting.seed, lesion, size=SIZE, step=STEP)
    coil = Field(generator(setting.seed, "coil"), 320.0, 8)
    grain = Grain(generator(setting.seed, "mr", series.number), (SIZE, SIZE), 0.3)
    for index in range(slices):
        z = LOWEST + (index + 0.5) * spacing
        dataset = _slice_header(setting, series, index, z, spacing)
        signal = _lit(head.plane(z, series.signal, support=False), coil, z)
        dataset.PixelData = _rician(signal, grain)
        yield dataset


def _lit(signal: Plane, coil: Field, z: float) -> Plane:
    axis = ((np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2) * STEP).astype(np.float32)
    return as_plane(signal * (1 + 0.10 * coil.on_grid(axis, axis, z)))


def _rician(signal: Plane, grain: Grain) -> bytes:
    noise = np.float32(22.0)
    magnitude = np.hypot(signal + noise * grain.next(), noise * grain.next())
    stored: npt.NDArray[np.uint16] = np.clip(np.rint(magnitude), 0, 4095).astype("<u2")
    return stored.tobytes()


def _slice_header(setting: Setting, series: MrSeries, index: int, z: float, spacing: float) -> Dataset:
    dataset = setting.dataset(MRImageStorage, setting.uid("mr", series.number, index))
    setting.series(dataset, series.number, series.description)
    setting.acquired(dataset, 240 * series.number + 0.5 * index)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    dataset.InstanceNumber = index + 1
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = setting.uid("frame of reference")
    dataset.PositionReferenceIndicator = ""
    _timing(dataset, series)
    corner = -(SIZE - 1) / 2 * STEP
    dataset.PixelSpacing = [STEP, STEP]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [f"{corner:.3f}", f"{corner:.3f}", f"{z:.3f}"]
    dataset.SliceLocation = f"{z:.3f}"
    dataset.SliceThickness = f"{0.9 * spacing:.3f}"
    dataset.SpacingBetweenSlices = f"{spacing:.3f}"
    grey_pixels(dataset, SIZE, SIZE, 12)
    dataset.WindowCenter, dataset.WindowWidth = 600, 1200
    return dataset


def _timing(dataset: Dataset, series: MrSeries) -> None:
    dataset.ScanningSequence = series.sequence
    dataset.SequenceVariant = list(series.variant)
    dataset.ScanOptions = ""
    dataset.MRAcquisitionType = "2D"
    dataset.RepetitionTime, dataset.EchoTime = str(series.repetition), str(series.echo)
    if series.inversion:
        dataset.InversionTime = str(series.inversion)
    dataset.EchoTrainLength = series.train
    dataset.MagneticFieldStrength = "1.5"
    dataset.ImagingFrequency = "63.86"
    dataset.ImagedNucleus = "1H"
    dataset.NumberOfAverages = "1"
    dataset.FlipAngle = "90"
    dataset.PixelBandwidth = "180"
    dataset.ProtocolName = "Hersenen"
