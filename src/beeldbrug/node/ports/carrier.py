"""What somebody brings: a disc, a USB stick, a folder, a ZIP or an ISO file, read as streams and never unpacked.

Implemented by ``node.stores.carrier``. No symbolic link is followed, and nothing outside the carrier is ever read. Its
names are identity: they go to who may see them, never into a log or an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

NAME_OUTSIDE = "name-outside"
LINK = "link"
ENCRYPTED = "encrypted"
SUSPICIOUS = "suspicious"
UNREADABLE = "unreadable"
"""Why an entry is not read: its name points outside, it is a link, it needs a password, it swells more than any image
does, or the carrier does not give it."""


class NotHereYet(OSError):
    """These bytes were announced and have not come."""


@dataclass(frozen=True, slots=True)
class CarrierLimits:
    """What one carrier may hold. ``ratio`` is of bytes to packed bytes of one file of a ZIP over ``ratio_from`` bytes;
    ``directory`` is of a ZIP's own table of contents, in bytes."""

    files: int = 400_000
    file_bytes: int = 64 * 2**30
    total_bytes: int = 2**40
    depth: int = 40
    ratio: int = 400
    ratio_from: int = 16 * 2**20
    directory: int = 128 * 2**20


@dataclass(frozen=True, slots=True)
class CarrierEntry:
    """One regular file. ``name`` is its path on the carrier, parted by slashes; ``size``, in bytes, is as the carrier
    states it. ``refused`` is one of the reasons above for what cannot be read, else empty. ``place`` is the store's."""

    name: str
    size: int
    refused: str = ""
    place: int = 0


class CarrierFile(Protocol):
    """One file being read, from its beginning."""

    def read(self, size: int) -> bytes:
        """At most this many of the next bytes; none at its end. Raises OSError where the carrier cannot be read."""


class Carrier(Protocol):
    """One carrier that was opened. ``open`` may be called from several threads."""

    def entries(self) -> Iterator[CarrierEntry]:
        """Everything on it but folders, in an order good to read in. Raises TooLarge over a limit, Unavailable."""

    def open(self, entry: CarrierEntry) -> AbstractContextManager[CarrierFile]:
        """Read one. Raises OSError where the carrier cannot be read, or it is another file by now."""
