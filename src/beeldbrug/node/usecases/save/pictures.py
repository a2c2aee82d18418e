"""What of an image a presentation state has to repeat: colour or grey, the modality transform, the size of a pixel.

Read of DICOM JSON; of an enhanced image out of its functional groups (PS3.3 C.7.6.16). Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from beeldbrug.model.errors import Unsupported

Json = Mapping[str, Any]

_SAMPLES, _PHOTOMETRIC, _FRAMES = "00280002", "00280004", "00280008"
_INTERCEPT, _SLOPE, _TYPE, _LUT = "00281052", "00281053", "00281054", "00283000"
_SPACINGS: Final = ("00280030", "00181164", "00182010")
"""Pixel Spacing, Imager Pixel Spacing, Nominal Scanned Pixel Spacing."""

_ASPECT = "00280034"
_SHARED, _PER_FRAME = "52009229", "52009230"
_TRANSFORM, _MEASURES = "00289145", "00289110"


@dataclass(frozen=True, slots=True)
class Picture:
    """Of one image. ``lut`` is a Modality LUT Sequence in DICOM JSON, ``units`` the Rescale Type."""

    colour: bool
    slope: float = 1.0
    intercept: float = 0.0
    units: str = ""
    spacing: tuple[float, float] | None = None
    aspect: tuple[int, int] = (1, 1)
    lut_text: str = ""

    @property
    def lut(self) -> dict[str, Any] | None:
        """The table, where the image has one."""
        return json.loads(self.lut_text) if self.lut_text else None


def picture_of(data: Json, frames: Sequence[int]) -> Picture:
    """The picture of these frames (from 1). Raises Unsupported ``lut-too-long`` for a table that is not at hand."""
    colour = (_number(data, _SAMPLES) or 1) > 1 or _text(data, _PHOTOMETRIC).startswith("PALETTE")
    transform = _group(data, frames[0], _TRANSFORM) or data
    measures = _group(data, frames[0], _MEASURES) or data
    spacing = next((found for tag in _SPACINGS if (found := _pair(measures, tag))), None)
    aspect = _pair(data, _ASPECT)
    return Picture(
        colour=colour,
        slope=1.0 if colour else _number(transform, _SLOPE) or 1.0,
        intercept=0.0 if colour else _number(transform, _INTERCEPT) or 0.0,
        units="" if colour else _text(transform, _TYPE),
        spacing=spacing,
        aspect=(int(aspect[0]), int(aspect[1])) if aspect else (1, 1),
        lut_text="" if colour else _lut(data),
    )


def _lut(data: Json) -> str:
    if not data.get(_LUT, {}).get("Value"):
        return ""
    found = json.dumps(data[_LUT], sort_keys=True)
    if "BulkDataURI" in found:
        raise Unsupported(
            "lut-too-long", "This image has a table of values that cannot be repeated.", "Mark it as a key image."
        )
    return found


def _group(data: Json, frame: int, macro: str) -> Json | None:
    """The item of a functional group macro that is meant for a frame."""
    each = data.get(_PER_FRAME, {}).get("Value") or []
    for item in (*each[frame - 1 : frame], *(data.get(_SHARED, {}).get("Value") or [])[:1]):
        found = item.get(macro, {}).get("Value") or []
        if found:
            return dict(found[0])
    return None


def _number(data: Json, tag: str) -> float | None:
    value = (data.get(tag, {}).get("Value") or [None])[0]
    return float(value) if isinstance(value, int | float) else None


def _pair(data: Json, tag: str) -> tuple[float, float] | None:
    values = data.get(tag, {}).get("Value") or []
    if len(values) != 2 or not all(isinstance(one, int | float) and one > 0 for one in values):
        return None
    return float(values[0]), float(values[1])


def _text(data: Json, tag: str) -> str:
    value = (data.get(tag, {}).get("Value") or [""])[0]
    return value if isinstance(value, str) else ""
