"""What of an image a presentation state has to repeat, also where an enhanced image keeps it by frame."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.usecases.save.pictures import picture_of
from tests.unit.node.usecases.save.given import attributes


def test_a_plain_image_says_it_at_the_top() -> None:
    picture = picture_of(attributes(), (1,))
    assert (picture.slope, picture.intercept, picture.units, picture.spacing) == (1, -1024, "HU", (0.5, 0.5))


def test_an_enhanced_image_says_it_by_frame_or_for_all() -> None:
    def transform(slope: float) -> Dataset:
        item, group = Dataset(), Dataset()
        item.RescaleSlope, item.RescaleIntercept, item.RescaleType = slope, 7, "US"
        group.PixelValueTransformationSequence = [item]
        return group

    shared, measures = transform(3), Dataset()
    measures.PixelSpacing = [0.25, 0.25]
    shared.PixelMeasuresSequence = [measures]
    data = Dataset.from_json(attributes(RescaleSlope=None, RescaleIntercept=None, PixelSpacing=None))
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    everywhere = data.to_json_dict()
    data.PerFrameFunctionalGroupsSequence = Sequence([transform(4), transform(5)])
    by_frame = data.to_json_dict()
    assert (picture_of(everywhere, (2,)).slope, picture_of(by_frame, (2,)).slope) == (3, 5)
    assert picture_of(by_frame, (1,)).spacing == (0.25, 0.25)


def test_a_table_of_values_goes_along() -> None:
    table = {
        "00283002": {"vr": "US", "Value": [3, 0, 16]},
        "00283004": {"vr": "LO", "Value": ["OD"]},
        "00283006": {"vr": "US", "Value": [1, 2, 3]},
    }
    plain = attributes(RescaleSlope=None, RescaleIntercept=None, RescaleType=None)
    found = picture_of({**plain, "00283000": {"vr": "SQ", "Value": [table]}}, (1,))
    assert found.lut == {"vr": "SQ", "Value": [table]}
    assert found != picture_of(plain, (1,))


def test_a_table_that_is_not_at_hand_is_said_to_be_so() -> None:
    table = {"00283006": {"vr": "OW", "BulkDataURI": ""}}
    with pytest.raises(Unsupported, match="lut-too-long"):
        picture_of({**attributes(), "00283000": {"vr": "SQ", "Value": [table]}}, (1,))


def test_an_aspect_is_kept_where_pixels_have_no_size() -> None:
    picture = picture_of(attributes(PixelSpacing=None, PixelAspectRatio=[2, 1]), (1,))
    assert (picture.spacing, picture.aspect) == (None, (2, 1))
