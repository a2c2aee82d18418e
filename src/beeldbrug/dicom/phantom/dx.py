"""X-ray of the made chest as Digital X-Ray Image Storage - For Presentation (PS3.3 A.26, C.8.11).

One posteroanterior picture of 3072 x 3072, 14 bits in 16, with the quantum noise of a bedside exposure. No lateral.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DigitalXRayImageStorageForPresentation

from beeldbrug.dicom.phantom.setting import Setting, code, grey_pixels
from beeldbrug.dicom.phantom.thorax import COARSE, STEP, chest
from beeldbrug.dicom.phantom.waves import Grain, enlarge, generator

ENLARGED = 4
SIZE = COARSE * ENLARGED
_HIGHEST = 16383


def dx_series(setting: Setting) -> Iterator[Dataset]:
    """The one instance of the series, pixels included."""
    dataset = setting.dataset(DigitalXRayImageStorageForPresentation, setting.uid("dx", 1))
    setting.series(dataset, 1, "Thorax PA staand")
    setting.acquired(dataset, 30)
    _describe(dataset, setting)
    grey_pixels(dataset, SIZE, SIZE, 14)
    dataset.PixelData = _pixels(setting)
    yield dataset


def _pixels(setting: Setting) -> bytes:
    value = enlarge(chest(setting.seed), ENLARGED)
    grain = Grain(generator(setting.seed, "dx"), (SIZE // 2, SIZE // 2), 0.4, 1)
    noise = np.tile(grain.next(), (2, 2))
    # Fewer quanta come through where there is more matter, so the noise grows with the shown value.
    value += noise * (np.float32(0.002) + np.float32(0.006) * value)
    return np.clip(np.rint(value * 14200 + 300), 0, _HIGHEST).astype("<u2").tobytes()


def _describe(dataset: Dataset, setting: Setting) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.InstanceNumber, dataset.AcquisitionNumber = 1, 1
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.ImageLaterality = "U"
    dataset.AnatomicRegionSequence = Sequence([code("51185008", "SCT", "Thorax")])
    dataset.ViewPosition = "PA"
    view = code("272481006", "SCT", "postero-anterior")
    view.ViewModifierCodeSequence = Sequence([])
    dataset.ViewCodeSequence = Sequence([view])
    dataset.PatientOrientation = ["L", "F"]
    dataset.PositionerType = "COLUMN"
    dataset.AcquisitionContextSequence = Sequence([])
    _exposure(dataset)
    dataset.PixelIntensityRelationship, dataset.PixelIntensityRelationshipSign = "LOG", -1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.LossyImageCompression = "00"
    dataset.BurnedInAnnotation = "NO"
    dataset.WindowCenter, dataset.WindowWidth = 7600, 14000


def _exposure(dataset: Dataset) -> None:
    spacing = STEP / ENLARGED
    dataset.ImagerPixelSpacing = [f"{spacing:.3f}", f"{spacing:.3f}"]
    dataset.PixelSpacing = [f"{spacing / 1.08:.4f}", f"{spacing / 1.08:.4f}"]
    dataset.PixelSpacingCalibrationType = "GEOMETRY"
    dataset.PixelSpacingCalibrationDescription = "Afstand bron-detector en bron-midden thorax"
    dataset.EstimatedRadiographicMagnificationFactor = "1.08"
    dataset.DetectorType = "SCINTILLATOR"
    dataset.DetectorConfiguration = "AREA"
    dataset.DetectorID = "1"
    dataset.KVP, dataset.ExposureTime, dataset.XRayTubeCurrent, dataset.Exposure = "125", 6, 320, 2
    dataset.DistanceSourceToDetector, dataset.DistanceSourceToPatient = "1800", "1666.667"
    dataset.Grid = ["FOCUSED", "PARALLEL"]
