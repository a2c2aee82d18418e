"""Ultrasound of the made heart as Ultrasound Multi-frame Image Storage (PS3.3 A.7, C.8.5.5, C.8.5.6).

Two clips of one beat: colour Doppler as lossy JPEG (PS3.5 A.4.1, one fragment a frame, with a basic offset table) and
grey in native 8 bits. The sector's calibration stands in the region sequence; nothing is burned in.
"""

from __future__ import annotations

from collections.abc import Iterator

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import JPEGBaseline8Bit, UltrasoundMultiFrameImageStorage

from beeldbrug.dicom.phantom.heart import COLUMNS, DEPTH_MM, MIDDLE, PIXEL_MM, ROWS, TOP, BeatingHeart, Frame
from beeldbrug.dicom.phantom.setting import Setting, grey_pixels

HEART_RATE = 72
_QUALITY = 88


def us_series(setting: Setting, frames: int) -> Iterator[Dataset]:
    """The colour clip and the grey clip, ``frames`` frames each, pixels included."""
    heart = BeatingHeart(setting.seed)
    greys = [heart.grey(index / frames) for index in range(frames)]
    if greys:
        yield _colour_clip(setting, heart, greys)
        yield _grey_clip(setting, greys)


def _colour_clip(setting: Setting, heart: BeatingHeart, greys: list[Frame]) -> Dataset:
    frames = len(greys)
    dataset = _clip(setting, 1, frames, "4-kamer kleurendoppler")
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    pictures = [heart.colour(grey, index / frames) for index, grey in enumerate(greys)]
    coded = [bytes(imagecodecs.jpeg8_encode(picture, level=_QUALITY, subsampling="422")) for picture in pictures]
    dataset.LossyImageCompression = "01"
    ratio = sum(picture.nbytes for picture in pictures) / sum(map(len, coded))
    dataset.LossyImageCompressionRatio = f"{ratio:.2f}"
    dataset.LossyImageCompressionMethod = "ISO_10918_1"
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PixelData = encapsulate(coded)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset


def _grey_clip(setting: Setting, greys: list[Frame]) -> Dataset:
    dataset = _clip(setting, 2, len(greys), "4-kamer")
    dataset.LossyImageCompression = "00"
    dataset.PixelData = np.stack(greys).tobytes()
    dataset["PixelData"].VR = "OB"
    return dataset


def _clip(setting: Setting, number: int, frames: int, view: str) -> Dataset:
    dataset = setting.dataset(UltrasoundMultiFrameImageStorage, setting.uid("us", number))
    setting.series(dataset, 1, "Echo hart apicaal")
    setting.acquired(dataset, 60 * number)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "TTE", "0011" if number == 1 else "0001"]
    dataset.InstanceNumber = number
    dataset.ImageComments = view
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.PatientOrientation = ""
    dataset.TransducerData = ["S5-1", "", ""]
    dataset.HeartRate = HEART_RATE
    grey_pixels(dataset, ROWS, COLUMNS, 8, 8)
    _timing(dataset, frames)
    dataset.SequenceOfUltrasoundRegions = Sequence([_region()])
    dataset.BurnedInAnnotation = "NO"
    return dataset


def _timing(dataset: Dataset, frames: int) -> None:
    """One beat over all frames (C.7.6.5, C.7.6.6)."""
    milliseconds = 60000 / HEART_RATE / frames
    dataset.NumberOfFrames = frames
    dataset.FrameIncrementPointer = Tag("FrameTime")
    dataset.FrameTime = f"{milliseconds:.3f}"
    dataset.CineRate = dataset.RecommendedDisplayFrameRate = max(1, round(1000 / milliseconds))
    dataset.StartTrim, dataset.StopTrim = 1, frames
    dataset.PreferredPlaybackSequencing = 0


def _region() -> Dataset:
    """The sector as a 2D tissue region in centimetres (C.8.5.5.1)."""
    half = int(DEPTH_MM / PIXEL_MM * np.sin(np.deg2rad(40)))
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = MIDDLE - half, TOP
    region.RegionLocationMaxX1 = MIDDLE + half
    region.RegionLocationMaxY1 = min(ROWS - 1, TOP + int(DEPTH_MM / PIXEL_MM))
    region.ReferencePixelX0, region.ReferencePixelY0 = half, 0
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.ReferencePixelPhysicalValueX = region.ReferencePixelPhysicalValueY = 0.0
    region.PhysicalDeltaX = region.PhysicalDeltaY = PIXEL_MM / 10
    region.TransducerFrequency = 3500
    return region
