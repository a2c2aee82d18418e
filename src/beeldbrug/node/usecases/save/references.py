"""The images that an object refers to, and the sequences that name them (PS3.3 tables 10-3 and 10-11, C.17.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.save.asked import SavedImage


@dataclass(frozen=True, slots=True)
class Referred:
    """An image and its frames (from 1; none: all of it)."""

    row: InstanceRow
    frames: tuple[int, ...] = ()


def referred(images: Sequence[SavedImage], rows: Iterable[InstanceRow]) -> list[Referred]:
    """The images asked for, in their order, each once. Raises Malformed ``image-not-of-study``."""
    known: Mapping[str, InstanceRow] = {row.instance_uid: row for row in rows}
    frames: dict[str, set[int]] = {}
    whole: set[str] = set()
    for image in images:
        row = known.get(image.sop_instance_uid)
        if row is None or (row.series_uid, row.sop_class) != (image.series_uid, image.sop_class_uid):
            raise _unknown()
        if any(frame > (row.number_of_frames or 1) for frame in image.frames):
            raise _unknown()
        frames.setdefault(row.instance_uid, set()).update(image.frames)
        if not image.frames:
            whole.add(row.instance_uid)
    return [Referred(known[uid], () if uid in whole else tuple(sorted(some))) for uid, some in frames.items()]


def reference(one: Referred, with_frames: bool = True) -> Dataset:
    """An item of a Referenced SOP (or Image) Sequence."""
    item = Dataset()
    item.ReferencedSOPClassUID = one.row.sop_class
    item.ReferencedSOPInstanceUID = one.row.instance_uid
    if with_frames and one.frames:
        item.ReferencedFrameNumber = list(one.frames)
    return item


def by_series(images: Sequence[Referred], keyword: str, with_frames: bool) -> Items:
    """Items of a Referenced Series Sequence; ``keyword`` names the sequence of images in each."""
    found: dict[str, list[Referred]] = {}
    for one in images:
        found.setdefault(one.row.series_uid, []).append(one)
    items = []
    for series_uid, some in found.items():
        item = Dataset()
        item.SeriesInstanceUID = series_uid
        setattr(item, keyword, Items([reference(one, with_frames) for one in some]))
        items.append(item)
    return Items(items)


def _unknown() -> Malformed:
    return Malformed(
        "image-not-of-study",
        "An image to be saved is not one of this study.",
        "Reload the study, and mark the images again.",
    )
