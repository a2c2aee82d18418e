"""Only images of the study that is open are referred to, each once."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.usecases.save.asked import SavedImage
from beeldbrug.node.usecases.save.references import referred
from tests.unit.node.usecases.save.given import image, row

FIRST, CINE = row(1), row(2, frames=5)


def test_frames_of_one_image_come_together() -> None:
    found = referred([image(CINE, 3), image(FIRST), image(CINE, 1)], [FIRST, CINE])
    assert [(one.row.id, one.frames) for one in found] == [(2, (1, 3)), (1, ())]


def test_the_whole_image_takes_in_its_frames() -> None:
    assert referred([image(CINE, 3), image(CINE)], [CINE])[0].frames == ()


@pytest.mark.parametrize(
    "asked",
    [
        image(row(9)),
        image(CINE, 6),
        image(FIRST, 2),
        SavedImage(FIRST.series_uid + ".1", FIRST.sop_class, FIRST.instance_uid, []),
        SavedImage(FIRST.series_uid, "1.2.3", FIRST.instance_uid, []),
    ],
)
def test_what_is_not_of_the_study_is_refused(asked: SavedImage) -> None:
    with pytest.raises(Malformed, match="image-not-of-study"):
        referred([asked], [FIRST, CINE])
