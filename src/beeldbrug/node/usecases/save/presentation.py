"""How pictures are shown as a Softcopy Presentation State: grey (PS3.3 A.33.1) or colour (A.33.2), by the pictures.

A viewer that applies it uses the transforms in it and none of the image's own (PS3.4 section N.2), so the modality
transform goes along; drawings are annotations in pixels. Images that are not shown alike cannot share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import imagecodecs
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.valuerep import DSfloat

from beeldbrug.model.errors import Malformed
from beeldbrug.node.usecases.save.asked import AreaAsked, GraphicAsked, PresentationAsked, TextAsked
from beeldbrug.node.usecases.save.dataset import Maker, clock, day, made_by, patient_and_study, person_name
from beeldbrug.node.usecases.save.pictures import Picture, picture_of
from beeldbrug.node.usecases.save.references import Referred, by_series
from beeldbrug.node.usecases.save.words import line, paragraph

GREY: Final = "1.2.840.10008.5.1.4.1.1.11.1"
COLOUR: Final = "1.2.840.10008.5.1.4.1.1.11.2"
SERIES_NUMBER: Final = 9950
LAYER: Final = "BEELDBRUG"

_CLOSED: Final = frozenset({"ELLIPSE"})
_LEAST: Final = {"POLYLINE": 4, "ELLIPSE": 8, "POINT": 2}
_INPUT_DEVICE: Final = b"scnr"

_CORNERS: Final = {
    (0, False): ("left", "top", "right", "bottom"),
    (0, True): ("right", "top", "left", "bottom"),
    (90, False): ("left", "bottom", "right", "top"),
    (90, True): ("left", "top", "right", "bottom"),
    (180, False): ("right", "bottom", "left", "top"),
    (180, True): ("left", "bottom", "right", "top"),
    (270, False): ("right", "top", "left", "bottom"),
    (270, True): ("right", "bottom", "left", "top"),
}
"""Which corner of the image (before it is turned) is at the upper left and at the lower right of the screen, by turn
clockwise and flip (PS3.3 C.10.4, C.10.6)."""


def presentation(
    asked: PresentationAsked,
    images: Sequence[Referred],
    attributes: Sequence[Mapping[str, Any]],
    maker: Maker,
    number: int,
) -> Dataset:
    """The state. ``attributes`` are of each image, in their order. Raises Malformed ``images-not-alike``,
    ``graphic-malformed``."""
    pictures = [picture_of(data, one.frames or (1,)) for one, data in zip(images, attributes, strict=True)]
    picture = pictures[0]
    if any(other != picture for other in pictures):
        raise Malformed("images-not-alike", "These images are not shown alike.", "Save them one by one.")
    dataset = patient_and_study(attributes[0], images[0].row.study_uid)
    when = made_by(dataset, maker, attributes[0], COLOUR if picture.colour else GREY)
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "PR", SERIES_NUMBER + number, 1
    dataset.SeriesDescription, dataset.Laterality = "Weergave", ""
    dataset.ContentLabel, dataset.ContentDescription = asked.label, line(asked.description)
    dataset.PresentationCreationDate, dataset.PresentationCreationTime = day(when), clock(when)
    dataset.ContentCreatorName = person_name(maker.author)
    dataset.ReferencedSeriesSequence = by_series(images, "ReferencedImageSequence", with_frames=True)
    dataset.ImageRotation, dataset.ImageHorizontalFlip = asked.rotation, "Y" if asked.flip else "N"
    dataset.DisplayedAreaSelectionSequence = Items([_area(asked, picture)])
    _annotate(dataset, asked)
    if picture.colour:
        dataset.ICCProfile = _profile()
    else:
        _grey(dataset, asked, picture)
    return dataset


def _area(asked: PresentationAsked, picture: Picture) -> Dataset:
    item = Dataset()
    area: AreaAsked = asked.area
    if area.left >= area.right or area.top >= area.bottom:
        raise Malformed("area-malformed", "The part to be shown has no size.", "Zoom out, and save again.")
    corner = _CORNERS[asked.rotation, asked.flip]
    values = [getattr(area, side) for side in corner]
    item.DisplayedAreaTopLeftHandCorner, item.DisplayedAreaBottomRightHandCorner = values[:2], values[2:]
    item.PresentationSizeMode = "SCALE TO FIT"
    if picture.spacing:
        item.PresentationPixelSpacing = [DSfloat(value, auto_format=True) for value in picture.spacing]
    else:
        item.PresentationPixelAspectRatio = list(picture.aspect)
    return item


def _grey(dataset: Dataset, asked: PresentationAsked, picture: Picture) -> None:
    """Modality LUT (C.11.1), Softcopy VOI LUT (C.11.8), Softcopy Presentation LUT (C.11.6)."""
    slope, intercept = picture.slope * asked.scale, picture.intercept * asked.scale
    if picture.lut is not None:
        dataset.ModalityLUTSequence = Items(Dataset.from_json({"00283000": picture.lut}).ModalityLUTSequence)
    elif (slope, intercept) != (1.0, 0.0) or picture.units:
        dataset.RescaleIntercept = DSfloat(intercept, auto_format=True)
        dataset.RescaleSlope = DSfloat(slope, auto_format=True)
        dataset.RescaleType = "SUV" if asked.scale != 1.0 else picture.units or "US"
    if asked.window is not None:
        window = Dataset()
        window.WindowCenter = DSfloat(asked.window.center, auto_format=True)
        window.WindowWidth = DSfloat(asked.window.width, auto_format=True)
        dataset.SoftcopyVOILUTSequence = Items([window])
    dataset.PresentationLUTShape = "INVERSE" if asked.invert else "IDENTITY"


def _annotate(dataset: Dataset, asked: PresentationAsked) -> None:
    """Graphic Annotation (C.10.5) and Graphic Layer (C.10.7)."""
    item = Dataset()
    item.GraphicLayer = LAYER
    if texts := [_text(one, words) for one in asked.texts if (words := paragraph(one.text)[:1024])]:
        item.TextObjectSequence = Items(texts)
    if asked.graphics:
        item.GraphicObjectSequence = Items([_graphic(one) for one in asked.graphics])
    if len(item) == 1:
        return
    dataset.GraphicAnnotationSequence = Items([item])
    layer = Dataset()
    layer.GraphicLayer, layer.GraphicLayerOrder = LAYER, 1
    dataset.GraphicLayerSequence = Items([layer])


def _text(one: TextAsked, words: str) -> Dataset:
    item = Dataset()
    item.AnchorPointAnnotationUnits, item.AnchorPointVisibility = "PIXEL", "N"
    item.AnchorPoint = [one.x, one.y]
    item.UnformattedTextValue = words
    return item


def _graphic(one: GraphicAsked) -> Dataset:
    points = one.points
    exact = one.kind in ("ELLIPSE", "POINT")
    if len(points) % 2 or len(points) < _LEAST[one.kind] or (exact and len(points) != _LEAST[one.kind]):
        raise Malformed("graphic-malformed", "A drawing has too few or too many points.", "Draw it anew.")
    item = Dataset()
    item.GraphicAnnotationUnits, item.GraphicDimensions = "PIXEL", 2
    item.NumberOfGraphicPoints, item.GraphicData, item.GraphicType = len(points) // 2, list(points), one.kind
    if one.kind in _CLOSED or (one.kind == "POLYLINE" and points[:2] == points[-2:]):
        item.GraphicFilled = "Y" if one.filled else "N"
    return item


def _profile() -> bytes:
    """sRGB, as what colour pictures hold: an input profile (C.11.15)."""
    profile = bytearray(imagecodecs.cms_profile("srgb"))
    profile[12:16] = _INPUT_DEVICE
    profile[84:100] = bytes(16)  # the profile's own digest, which is that no more
    return bytes(profile) + b"\0" * (len(profile) % 2)
