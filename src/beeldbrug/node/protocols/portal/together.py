"""What the live views of one organisation work with, and how browsers hear of them over the stream of live state."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from beeldbrug.node.ports.live import Present
from beeldbrug.node.protocols.portal.events import Event, Events
from beeldbrug.node.protocols.portal.exchange_wire import PresentObject, present_object
from beeldbrug.node.usecases.consult.carry import Carrier
from beeldbrug.node.usecases.consult.look import Look
from beeldbrug.node.usecases.consult.share import Sharing
from beeldbrug.node.usecases.consult.together import Tell, Together


@dataclass(frozen=True, slots=True)
class Consulting:
    """What the live views of one organisation work with."""

    together: Together
    carrier: Carrier
    look: Look
    sharing: Sharing


class PeopleTold(msgspec.Struct, frozen=True):
    """Data of the event ``presence``: who has this place open. ``place`` is exchanges/ID or shares/ID."""

    place: str
    people: list[PresentObject]


class ViewTold(msgspec.Struct, frozen=True):
    """Data of the event ``live``: what somebody shows in this place."""

    place: str
    by: str
    view: msgspec.Raw


def teller(events: Events) -> Tell:
    """Tells the browsers of some sessions over the stream of live state."""

    def tell(place: str, people: tuple[Present, ...] | None, by: str, view: bytes, sessions: frozenset[bytes]) -> None:
        if people is not None:
            name, told = "presence", msgspec.json.encode(PeopleTold(place, [present_object(one) for one in people]))
        else:
            name, told = "live", msgspec.json.encode(ViewTold(place, by, msgspec.Raw(view)))
        events.tell(Event(name, told, lambda session: session.token in sessions))

    return tell
