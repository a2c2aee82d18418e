"""How pictures are shown, as a state that another viewer applies alike (PS3.3 A.33; PS3.4 section N.2)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from beeldbrug.model.errors import Malformed
from beeldbrug.node.usecases.save.asked import AreaAsked, GraphicAsked, TextAsked, WindowAsked
from beeldbrug.node.usecases.save.dataset import as_file
from beeldbrug.node.usecases.save.presentation import COLOUR, GREY, presentation
from tests.unit.node.usecases.save.given import MAKER, attributes, image, refer, row, shown

FIRST, SECOND = row(1), row(2)


def made(data: dict[str, Any] | None = None, **changes: Any) -> Dataset:
    asked = shown(image(FIRST), **changes)
    state = presentation(asked, refer(FIRST), [data or attributes()], MAKER, 1)
    return dcmread(BytesIO(as_file(state)))


def test_a_window_goes_with_the_transform_that_it_is_after() -> None:
    found = made(window=WindowAsked(40.0, 80.0))
    assert (found.SOPClassUID, found.Modality) == (GREY, "PR")
    assert (found.RescaleIntercept, found.RescaleSlope, found.RescaleType) == (-1024, 1, "HU")
    window = found.SoftcopyVOILUTSequence[0]
    assert (window.WindowCenter, window.WindowWidth) == (40, 80)


def test_a_window_in_suv_goes_with_a_transform_to_suv() -> None:
    data = attributes(RescaleIntercept=0, RescaleSlope=2.5, RescaleType="BQML")
    found = made(data, window=WindowAsked(5.0, 10.0), scale=0.0004)
    assert (float(found.RescaleSlope), found.RescaleType) == (pytest.approx(0.001), "SUV")


def test_a_picture_in_colour_has_a_colour_state_with_its_profile_and_no_window() -> None:
    data = attributes(SamplesPerPixel=3, PhotometricInterpretation="RGB", PixelSpacing=None)
    found = made(data, window=WindowAsked(40.0, 80.0), invert=True)
    assert found.SOPClassUID == COLOUR
    assert found.ICCProfile[12:16] == b"scnr"
    assert not {"SoftcopyVOILUTSequence", "RescaleSlope", "PresentationLUTShape"} & set(found.dir())
    assert list(found.DisplayedAreaSelectionSequence[0].PresentationPixelAspectRatio) == [1, 1]


def test_invert_turn_and_flip_are_said() -> None:
    found = made(invert=True, rotation=270, flip=True)
    assert (found.PresentationLUTShape, found.ImageRotation, found.ImageHorizontalFlip) == ("INVERSE", 270, "Y")
    assert made().PresentationLUTShape == "IDENTITY"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [False, True])
def test_the_corners_are_those_of_the_screen(rotation: int, flip: bool) -> None:
    area = made(area=AreaAsked(10, 20, 30, 60), rotation=rotation, flip=flip).DisplayedAreaSelectionSequence[0]
    upper, lower = area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner
    assert _on_screen(upper, rotation, flip) < _on_screen(lower, rotation, flip)
    assert _on_screen(upper, rotation, flip)[1] < _on_screen(lower, rotation, flip)[1]
    assert sorted([upper[0], lower[0]]) == [10, 30]
    assert sorted([upper[1], lower[1]]) == [20, 60]


def _on_screen(point: list[int], rotation: int, flip: bool) -> tuple[int, int]:
    """Where a pixel of a square image of 100 comes, turned clockwise and then flipped."""
    x, y = point
    for _ in range(rotation // 90):
        x, y = 100 - y, x
    return (100 - x if flip else x), y


def test_drawings_and_words_are_annotations_in_pixels() -> None:
    line = GraphicAsked("POLYLINE", [1.5, 2.5, 30.0, 40.0])
    box = GraphicAsked("POLYLINE", [1.0, 1.0, 5.0, 1.0, 5.0, 5.0, 1.0, 1.0])
    ellipse = GraphicAsked("ELLIPSE", [1.0, 5.0, 9.0, 5.0, 5.0, 3.0, 5.0, 7.0])
    found = made(graphics=[line, box, ellipse], texts=[TextAsked("12,3 mm\n\x07tekst", 30.0, 40.0)])
    item = found.GraphicAnnotationSequence[0]
    assert [one.GraphicType for one in item.GraphicObjectSequence] == ["POLYLINE", "POLYLINE", "ELLIPSE"]
    assert ["GraphicFilled" in one for one in item.GraphicObjectSequence] == [False, True, True]
    assert list(item.GraphicObjectSequence[0].GraphicData) == [1.5, 2.5, 30.0, 40.0]
    text = item.TextObjectSequence[0]
    assert (text.UnformattedTextValue, list(text.AnchorPoint)) == ("12,3 mm\r\n tekst", [30.0, 40.0])
    assert found.GraphicLayerSequence[0].GraphicLayer == item.GraphicLayer


def test_without_drawings_there_is_no_layer() -> None:
    assert not {"GraphicAnnotationSequence", "GraphicLayerSequence"} & set(made().dir())


@pytest.mark.parametrize(
    "points", [("ELLIPSE", [1.0, 1.0]), ("POLYLINE", [1.0, 1.0]), ("POLYLINE", [1.0] * 5), ("POINT", [1.0] * 4)]
)
def test_a_drawing_that_is_none_is_refused(points: Any) -> None:
    with pytest.raises(Malformed, match="graphic-malformed"):
        made(graphics=[GraphicAsked(*points)])


def test_a_part_without_size_is_refused() -> None:
    with pytest.raises(Malformed, match="area-malformed"):
        made(area=AreaAsked(5, 5, 5, 9))


def test_images_that_are_not_shown_alike_share_no_state() -> None:
    asked = shown(image(FIRST), image(SECOND))
    both = refer(FIRST, SECOND)
    presentation(asked, both, [attributes(), attributes()], MAKER, 1)
    with pytest.raises(Malformed, match="images-not-alike"):
        presentation(asked, both, [attributes(), attributes(RescaleSlope=2)], MAKER, 1)


def test_the_creator_and_the_name_given_are_in_it() -> None:
    found = made(description="Laesie\\ S4\n")
    assert (found.ContentLabel, found.ContentDescription) == ("LAESIE", "Laesie S4")
    assert str(found.ContentCreatorName) == "Johanna de Vries"
    assert found.PresentationCreationDate == "20231114"
