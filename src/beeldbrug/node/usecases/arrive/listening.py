"""What is done with what a mailbox brings: parts are taken, keys kept fresh, and humans told when nothing is heard.

Thin: it joins ``take``, ``own_keys`` and what tells of silence for the protocol that listens
(``protocols.hub.listen.Ear``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable, Unsupported
from beeldbrug.node.ports.route import Hub, MailboxEntry
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.arrive.hearing import Together
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.own_keys import note_walk, publish
from beeldbrug.node.usecases.trust import OwnOrganisation

log = get("listening")


class Silence(Protocol):
    """Tells humans when nothing is heard."""

    def deaf(self, error: BeeldbrugError) -> None:
        """The mailbox cannot be listened to."""

    def hears(self) -> None:
        """It can (again)."""


@dataclass(frozen=True)
class Listening:
    """One organisation's ear at one hub, or one door. ``came`` is told of the parcel of each part that was taken,
    ``walked_by`` when the mailbox was walked, in the place of the organisation's only one."""

    own: OwnOrganisation
    database: Database
    hub: Hub
    taking: Take
    waiting: Silence
    clock: Callable[[], float]
    together: Together = field(default_factory=Together)
    came: Callable[[str], None] = lambda parcel: None
    walked_by: Callable[[float], None] | None = None

    def prepare(self) -> None:
        """Publish certificate and key statement. A hub that refuses them is listened to all the same; the work ``keys``
        tells of it. Raises Unavailable."""
        try:
            publish(self.own, self.database, self.hub, self.clock())
        except Unavailable:
            raise
        except BeeldbrugError as error:
            log.error("own keys refused", code=error.code, remedy=error.remedy)

    def take(self, entry: MailboxEntry) -> bool:
        """Take one part. Raises Unavailable."""
        self.came(entry.parcel)
        return self.together.take(self.taking, entry)

    def broke(self, entry: MailboxEntry) -> None:
        """A part that this program cannot take: an alert says so, the others go on."""
        error = Unsupported(
            "program-fault",
            "A fault of the program stands in the way of a part that came in.",
            "Look in the log of the worker and report it; after an upgrade the part is tried again.",
        )
        self.together.refuse(self.taking, entry, error)

    def walked(self, began: float) -> None:
        """The whole mailbox was walked: the hub is there, and keys that were only kept for it may go."""
        if self.walked_by is None:
            note_walk(self.own.ura, self.database, began)
        else:
            self.walked_by(began)
        self.waiting.hears()

    def deaf(self, error: BeeldbrugError) -> None:
        """The hub cannot be listened to."""
        self.waiting.deaf(error)
