"""What a viewer must show of an instance, worked out by other software: pydicom, or imagecodecs where that cannot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.processing import apply_color_lut, convert_color_space
from pydicom.pixels.utils import pixel_array

Array = npt.NDArray[Any]

LOSSY = {
    "1.2.840.10008.1.2.4.50": 3,
    "1.2.840.10008.1.2.4.51": 3,
    "1.2.840.10008.1.2.4.53": 3,
    "1.2.840.10008.1.2.4.55": 3,
    "1.2.840.10008.1.2.4.91": 1,
}
"""Transfer syntaxes whose decoders may round differently, and by how much."""

NOT_RESCALED = ("1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2")


@dataclass
class Expected:
    """Samples before they are put into a type, and by how much a decoder may differ."""

    values: Array
    tolerance: float
    colour: bool


def expected(path: Path, frame: int) -> Expected:
    """Frame (from 1) of a file, rescaled, or as RGB."""
    dataset = pydicom.dcmread(path, force=True)
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    stored = _stored(path, dataset, frame - 1)
    if str(dataset.PhotometricInterpretation) == "PALETTE COLOR":
        table = apply_color_lut(stored, dataset)
        bits = int(dataset.RedPaletteColorLookupTableDescriptor[2])
        wide = bits > 8 and int(table.max()) > 255
        return Expected((table >> 8) if wide else table, 1.0, True)
    if stored.ndim == 3:
        return Expected(stored, LOSSY.get(syntax, 1), True)
    slope, intercept = _rescale(dataset, frame)
    tolerance = LOSSY.get(syntax, 0) * abs(slope)
    whole = float(slope).is_integer() and float(intercept).is_integer()
    return Expected(stored.astype(np.float64) * slope + intercept, tolerance if whole else tolerance + 1e-3, False)


def _rescale(dataset: Dataset, frame: int) -> tuple[float, float]:
    if str(dataset.get("SOPClassUID", "")).startswith(NOT_RESCALED):
        return 1.0, 0.0
    holder = dataset
    for groups, at in (("SharedFunctionalGroupsSequence", 0), ("PerFrameFunctionalGroupsSequence", frame - 1)):
        items = dataset.get(groups) or []
        if at < len(items) and "PixelValueTransformationSequence" in items[at]:
            holder = items[at].PixelValueTransformationSequence[0]
    slope, intercept = holder.get("RescaleSlope"), holder.get("RescaleIntercept")
    if slope is None or intercept is None or float(slope) == 0.0:
        return 1.0, 0.0
    return float(slope), float(intercept)


def _stored(path: Path, dataset: Dataset, index: int) -> Array:
    try:
        return pixel_array(path, index=index, force=True)
    except (RuntimeError, NotImplementedError, AttributeError, ValueError):
        return _by_imagecodecs(dataset, index)


def _by_imagecodecs(dataset: Dataset, index: int) -> Array:
    frame = get_frame(dataset.PixelData, index, number_of_frames=int(dataset.get("NumberOfFrames") or 1))
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    lossless = syntax.endswith((".57", ".70"))
    decode = imagecodecs.jpegls_decode if syntax.endswith((".80", ".81")) else imagecodecs.jpeg_decode
    array = np.asarray(imagecodecs.ljpeg_decode(frame) if lossless else decode(frame))
    if array.ndim == 3:
        colour = str(dataset.PhotometricInterpretation)
        raw = lossless or syntax.endswith((".80", ".81"))
        return convert_color_space(array, colour, "RGB") if raw and colour.startswith("YBR_FULL") else array
    if int(dataset.PixelRepresentation) == 1:
        shift = array.dtype.itemsize * 8 - int(dataset.BitsStored)
        return (array.view(array.dtype.str.replace("u", "i")) << shift) >> shift
    return array
