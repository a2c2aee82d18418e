"""What the portal's API says of requests for missing images, as JSON. Times are POSIX seconds."""

from __future__ import annotations

import msgspec

from beeldbrug.node.protocols.portal.exchange_wire import ReasonObject
from beeldbrug.node.usecases.asking.known import Lacking
from beeldbrug.node.usecases.sending.supply import Unsent


class LackingSeries(msgspec.Struct, frozen=True):
    """A series that is known not to be here, or not whole."""

    series_uid: str
    here: int
    expected: int | None
    modality: str
    number: int | None
    description: str


class Askable(msgspec.Struct, frozen=True):
    """What can be asked. ``why`` says why not, over the wire; numbers are null where nobody said them."""

    reachable: bool
    why: ReasonObject | None
    series: int
    instances: int
    missing: int
    series_said: int | None
    instances_said: int | None
    lacking: list[LackingSeries]


class UnsentSeries(msgspec.Struct, frozen=True):
    """A series of which ``missing`` instances were not sent."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    sent: int
    missing: int


class UnsentList(msgspec.Struct, frozen=True):
    """What was not sent of the study. ``pacs``: whether the PACS was asked, or only this node."""

    study_uid: str
    series: list[UnsentSeries]
    pacs: bool


def askable_object(found: Lacking, why: ReasonObject | None) -> Askable:
    """What is known to be missing."""
    return Askable(
        reachable=why is None,
        why=why,
        series=found.series,
        instances=found.instances,
        missing=found.missing,
        series_said=found.series_said,
        instances_said=found.instances_said,
        lacking=[
            LackingSeries(one.series_uid, one.here, one.expected, one.modality, one.number, one.description)
            for one in found.named
        ],
    )


def unsent_object(study_uid: str, found: list[Unsent], pacs: bool) -> UnsentList:
    """What was not sent."""
    series = [
        UnsentSeries(one.series_uid, one.modality, one.number, one.description, one.sent, one.missing) for one in found
    ]
    return UnsentList(study_uid, series, pacs)
