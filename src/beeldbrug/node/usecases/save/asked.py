"""What a person asks to be saved beside a study: key images, or how pictures are shown. Values and their limits only.

Points are in pixels from the upper left corner of the first pixel (PS3.3 C.10.5, PIXEL); windows are in the values that
the picture shows: after the modality transform, times ``scale`` (SUV).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

IMAGES_MOST = 200
FRAMES_MOST = 500
GRAPHICS_MOST = 200
POINTS_MOST = 2000
"""Numbers in one graphic: x, y, x, y ..."""

Uid = Annotated[str, Meta(pattern=r"^[0-9]+(\.[0-9]+)+$", max_length=64)]
Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Number = Annotated[float, Meta(ge=-1e9, le=1e9)]
Pixel = Annotated[float, Meta(ge=-1e6, le=1e6)]
Corner = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]


class SavedImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An image of the study; ``frames`` from 1, empty for the whole instance."""

    series_uid: Uid
    sop_class_uid: Uid
    sop_instance_uid: Uid
    frames: Annotated[list[Annotated[int, Meta(ge=1, le=2**31 - 1)]], Meta(max_length=FRAMES_MOST)]


Images = Annotated[list[SavedImage], Meta(min_length=1, max_length=IMAGES_MOST)]


class KeyObjectsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Images that somebody else should see. ``id`` is chosen by the asker, so that a repeat makes nothing new."""

    id: Id
    images: Images
    description: Annotated[str, Meta(max_length=256)] = ""


class WindowAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Centre and width."""

    center: Number
    width: Annotated[float, Meta(gt=0, le=1e9)]


class AreaAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part that is shown: pixels from 1, as they lie in the image, before it is turned."""

    left: Corner
    top: Corner
    right: Corner
    bottom: Corner


class GraphicAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line, an ellipse (ends of the longer axis first), or a point."""

    kind: Literal["POLYLINE", "ELLIPSE", "POINT"]
    points: Annotated[list[Pixel], Meta(min_length=2, max_length=POINTS_MOST)]
    filled: bool = False


class TextAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words, and where they point to."""

    text: Annotated[str, Meta(min_length=1, max_length=1024)]
    x: Pixel
    y: Pixel


class PresentationAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How images are shown. ``rotation`` clockwise, before the flip (PS3.3 C.10.6)."""

    id: Id
    label: Annotated[str, Meta(pattern=r"^[A-Z0-9_][A-Z0-9 _]{0,15}$")]
    images: Images
    area: AreaAsked
    description: Annotated[str, Meta(max_length=64)] = ""
    window: WindowAsked | None = None
    scale: Annotated[float, Meta(gt=0, le=1e9)] = 1.0
    invert: bool = False
    rotation: Literal[0, 90, 180, 270] = 0
    flip: bool = False
    graphics: Annotated[list[GraphicAsked], Meta(max_length=GRAPHICS_MOST)] = []
    texts: Annotated[list[TextAsked], Meta(max_length=GRAPHICS_MOST)] = []


Asked = KeyObjectsAsked | PresentationAsked
