"""A folder in which people and machines put discs, ZIP and ISO files to be read in. See ``stores.carrier``."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.node.ports.carrier import Carrier


@dataclass(frozen=True, slots=True)
class WatchedItem:
    """Something that was put there: a folder or file right below. ``state`` changes as long as it is being written.
    Its name may hold identity."""

    name: str
    state: tuple[int, int, int]


class WatchedFolder(Protocol):
    """The folder."""

    def items(self) -> Sequence[WatchedItem]:
        """What waits there. Raises Unavailable ``intake-folder-failed``."""

    def open(self, item: WatchedItem) -> AbstractContextManager[Carrier]:
        """Read it. Raises Unsupported, Malformed, TooLarge, Unavailable."""

    def done(self, item: WatchedItem) -> None:
        """It was read in: out of the way. Raises Unavailable ``intake-folder-failed``."""

    def refuse(self, item: WatchedItem, reason: str) -> None:
        """It was not: aside, with the reason (free of identity) beside it. Raises Unavailable."""

    def refused(self) -> int:
        """How many lie aside."""
