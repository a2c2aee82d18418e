"""What else lies here of the patient of a study, to be opened beside it. Ids are of exchanges and rows only."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.viewing import name_of
from beeldbrug.node.usecases.related.of_patient import RelatedStudy
from beeldbrug.node.usecases.view.subject import Kind


class RelatedStudyObject(msgspec.Struct, frozen=True):
    """A study of the same patient. ``kind`` and ``id`` say how to open it; ``relevant``: worth comparing with the
    ``current`` one; ``source``: the hospital that it is from."""

    kind: str
    id: str
    date: str
    time: str
    description: str
    modalities: list[str]
    instances: int
    own: bool
    source: str
    relevant: bool
    current: bool


class RelatedStudies(msgspec.Struct, frozen=True):
    """Newest first, the study itself among them."""

    studies: list[RelatedStudyObject]


def related(portal: Portal, call: Call) -> RelatedStudies:
    """All studies of the patient that this session may see."""
    return RelatedStudies([_object(one) for one in portal.related.of(call.session, name_of(call))])


def _object(one: RelatedStudy) -> RelatedStudyObject:
    return RelatedStudyObject(
        kind="exchange" if one.name.kind is Kind.EXCHANGE else "study",
        id=one.name.id,
        date=one.date,
        time=one.time,
        description=one.description,
        modalities=list(one.modalities),
        instances=one.instances,
        own=one.own,
        source=one.source,
        relevant=one.relevant,
        current=one.current,
    )


ROUTES: Final[tuple[Route, ...]] = tuple(
    Route("GET", of + "/related", Permission.VIEW, related, None, RelatedStudies)
    for of in ("/exchanges/{exchange}", "/studies/{study}")
)
