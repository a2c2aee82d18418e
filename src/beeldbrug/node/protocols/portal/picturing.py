"""Routes of pictures without a name: what to know of an image before one is made, and putting one on record.

The picture is made in the browser and never comes here; without this answer the portal does not give it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.exchange_wire import ReasonObject, reason_object
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.viewing import instance_of, name_of
from beeldbrug.node.usecases.picture.asked import PictureAsked


class PictureWarnings(msgspec.Struct, frozen=True):
    """What the header of the image says of text and faces in it; none is no promise."""

    warnings: list[ReasonObject]


class PictureObject(msgspec.Struct, frozen=True):
    """A picture on record: ``hash`` is the SHA-256 of the file in hexadecimal, ``text`` what the check for burned-in
    text said, ``spots`` how many it suspected in the end and ``covered`` how many boxes were laid over it."""

    exchange: str
    frame: int
    hash: str
    size: int
    media_type: str
    text: str
    spots: int
    covered: int
    created: float


def warnings(portal: Portal, call: Call) -> PictureWarnings:
    """What to know before."""
    found = portal.picturing.warnings(call.session, name_of(call), instance_of(call))
    return PictureWarnings([reason_object(reason) for reason in found])


def hand_out(portal: Portal, call: Call) -> PictureObject:
    """Put on record; again with the same id gives what is."""
    exchange = portal.picturing.hand_out(call.session, name_of(call), instance_of(call), call.body)
    return _object(portal, call, exchange.id)


def on_record(portal: Portal, call: Call) -> PictureObject:
    """What is on record of one."""
    return _object(portal, call, call.variables["exchange"])


def _object(portal: Portal, call: Call, exchange: str) -> PictureObject:
    row = portal.picturing.of_exchange(call.session, exchange)
    file = (row.hash.hex(), row.size, row.media_type)
    return PictureObject(row.exchange, row.frame, *file, row.text.value, row.spots, row.covered, row.created)


_OF: Final = ("/exchanges/{exchange}", "/studies/{study}")

ROUTES: Final[tuple[Route, ...]] = (
    *(
        route
        for of in _OF
        for route in (
            Route("GET", of + "/instances/{instance}/picture", Permission.PICTURE, warnings, None, PictureWarnings),
            Route(
                "POST", of + "/instances/{instance}/picture", Permission.PICTURE, hand_out, PictureAsked, PictureObject
            ),
        )
    ),
    Route("GET", "/exchanges/{exchange}/picture", Permission.SEE_EXCHANGES, on_record, None, PictureObject),
)
