"""Key images and presentation states that people save beside a study, and taking back what one has just saved."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.saved import SavedRow
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.viewing import name_of
from beeldbrug.node.usecases.save.asked import KeyObjectsAsked, PresentationAsked


class SavedBeside(msgspec.Struct, frozen=True):
    """What was saved: ``id`` as it was asked, ``instance`` as the plan of the study names it."""

    id: str
    instance: int
    kind: str
    created: float


def save(portal: Portal, call: Call) -> SavedBeside:
    """Save; again with the same id gives what was saved."""
    return _object(portal.saving.save(call.session, name_of(call), call.body))


def remove(portal: Portal, call: Call) -> None:
    """Take back what one saved oneself and has gone nowhere."""
    portal.saving.remove(call.session, name_of(call), call.variables["saved"])


def _object(row: SavedRow) -> SavedBeside:
    return SavedBeside(row.id, row.instance, row.kind.value, row.created)


_OF: Final = ("/exchanges/{exchange}", "/studies/{study}")

ROUTES: Final[tuple[Route, ...]] = tuple(
    route
    for of in _OF
    for route in (
        Route("POST", of + "/key-objects", Permission.VIEW, save, KeyObjectsAsked, SavedBeside),
        Route("POST", of + "/presentations", Permission.VIEW, save, PresentationAsked, SavedBeside),
        Route("DELETE", of + "/saved/{saved}", Permission.VIEW, remove),
    )
)
