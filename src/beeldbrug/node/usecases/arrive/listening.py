"""What is done with what the mailbox brings: parts are taken, keys kept fresh, and humans told when nothing is heard.

Thin: it joins ``take``, ``own_keys`` and ``waiting`` for the protocol that listens (``protocols.hub.listen.Ear``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable, Unsupported
from beeldbrug.node.ports.route import Hub, MailboxEntry
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.own_keys import note_walk, publish
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.node.usecases.waiting import Waiting

log = get("listening")


@dataclass(frozen=True)
class Listening:
    """One organisation's ear at one hub."""

    own: OwnOrganisation
    database: Database
    hub: Hub
    taking: Take
    waiting: Waiting
    clock: Callable[[], float]

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
        return self.taking.take(entry)

    def broke(self, entry: MailboxEntry) -> None:
        """A part that this program cannot take: an alert says so, the others go on."""
        error = Unsupported(
            "program-fault",
            "A fault of the program stands in the way of a part that came in.",
            "Look in the log of the worker and report it; after an upgrade the part is tried again.",
        )
        self.taking.refuse(entry, error)

    def walked(self, began: float) -> None:
        """The whole mailbox was walked: the hub is there, and keys that were only kept for it may go."""
        note_walk(self.own.ura, self.database, began)
        self.waiting.hears()

    def deaf(self, error: BeeldbrugError) -> None:
        """The hub cannot be listened to."""
        self.waiting.deaf(error)
