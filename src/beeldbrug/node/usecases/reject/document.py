"""A rejection note: a Key Object Selection Document whose title says why (IHE RAD TF-3 4.66.4.1.3, PS3.16 CID 7011)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from beeldbrug.model.dataset import Line
from beeldbrug.node.policy.rejecting import MEANINGS
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.save.dataset import Maker
from beeldbrug.node.usecases.save.key_objects import selection
from beeldbrug.node.usecases.save.references import Referred, reference

SERIES_NUMBER: Final = 9990


def rejection_note(rows: Sequence[InstanceRow], attributes: Mapping[str, Any], title: str, maker: Maker) -> Dataset:
    """The note about these instances of one study. ``attributes`` are of one of them, as the PACS has it; ``title`` is
    a code of ``policy.rejecting``."""
    refused = [Referred(row) for row in rows]
    concept = (title, "DCM", MEANINGS[title])
    dataset = selection(concept, refused, attributes, maker, [_item(one) for one in refused])
    dataset.SeriesNumber, dataset.SeriesDescription = SERIES_NUMBER, "Rejection note"
    return dataset


def _item(one: Referred) -> Dataset:
    item = Dataset()
    pixels = any(bulk.line is Line.PIXEL for bulk in one.row.bulks)
    item.RelationshipType, item.ValueType = "CONTAINS", "IMAGE" if pixels else "COMPOSITE"
    item.ReferencedSOPSequence = Items([reference(one)])
    return item
