"""The live channel between two ends, and who is looking: small sealed messages that nobody keeps.

What travels is sealed before it comes here (``sealed.live``). All calls raise Unavailable when the hub is out of reach.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """A message that came in: of which parcel, from which organisation as the hub says."""

    parcel: str
    sender: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a study open now. ``key`` tells pages apart and means nothing else; ``here`` says whether it is
    in this organisation; ``role`` are codes of roles, parted by spaces; ``sharing`` whether the view is shown."""

    key: str
    name: str
    role: str
    department: str
    here: bool
    sharing: bool
    phone: str = ""


class LiveRoute(Protocol):
    """The hub, as far as it relays."""

    def put_live(self, parcel: str, body: bytes) -> None:
        """Hand a message to the other end, if it listens. Raises Denied, NotFound, Unavailable."""

    def live(self, stop: threading.Event) -> Iterator[LiveEntry]:
        """Messages for this organisation as they come, until ``stop`` is set or the connection ends."""
