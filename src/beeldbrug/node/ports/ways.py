"""Which ways a parcel was given to: what must be asked when it is withdrawn, and where it is gone on with.

A way is the hub, our own door, or the door of a correspondent; its name means nothing outside this node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

HUB: Final = "hub"
DOOR: Final = "door"
"""Our own door. The door of a correspondent is named by its organisation."""


class ParcelWays(Protocol):
    """One row for each way that a parcel was given to, or came in by."""

    def note(self, organisation: str, parcel: str, way: str, at: float) -> None:
        """It is given to this way now, or came in by it (idempotent)."""

    def of(self, organisation: str, parcel: str) -> list[str]:
        """Its ways, the first one first."""

    def since(self, organisation: str, at: float) -> Mapping[str, float]:
        """Ways that any parcel was given to, or came in by, since then, and when the last one was."""
