"""What STOW-RS (PS3.18 section 10.5) asks of the node: who may store with a token, instances one by one, when safe.

Behind it lies either a sending rule, as behind a called AE title, or the place of a partner who brings studies in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.reception import Arrival


class FileArrival(Arrival, Protocol):
    """One file coming in."""

    @property
    def index(self) -> InstanceIndex | None:
        """What it says of itself, as soon as that was read."""


class StoringSession(Protocol):
    """One request of somebody who may store; used from one thread at a time."""

    def begin_file(self) -> FileArrival:
        """Start one instance. Raises BeeldbrugError to refuse it."""

    def end(self, clean: bool) -> None:
        """The request ended; ``clean`` is False when it broke off. Never raises."""


class Storing(Protocol):
    """The door; thread-safe."""

    def open(self, token: str, address: str, tls: bool, study: str) -> StoringSession:
        """Whoever has this token stores, of one ``study`` alone where that is not empty. Raises Denied
        ``token-not-valid``, ``token-cannot-store`` or ``stow-target-gone``."""


class PlacedFile(Protocol):
    """A file of a partner's that is not whole yet; ``keep`` or ``discard`` ends it."""

    size: int

    def write(self, data: memoryview) -> None:
        """The next bytes. Raises TooLarge, Unavailable."""

    def keep(self, parts: Sequence[str]) -> None:
        """Durable, and in the partner's place under this name; one that is there already stays. Raises Unavailable."""

    def discard(self) -> None:
        """Forget it."""


class PartnerPlace(Protocol):
    """Where what a partner stores lies until it is taken in."""

    def begin(self) -> PlacedFile:
        """A new file. Raises TooLarge, Unavailable."""
