"""Partners that no hub knows: who they are, the ways that lead to them, and what of an exchange they have taken.

A partner's id stands in an exchange where a URA would, after ``partner:``. Key files and certificates are named by
path, never kept here. ``Outlets`` opens the ways; it is implemented over SFTP and DIMSE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import PARTNER, Route
from beeldbrug.node.ports.pacs import StoreAssociation


class Form(StrEnum):
    """What is laid into an SFTP folder: the files of a disc, as they are, or all of them in one ZIP."""

    FILES = "files"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a partner. ``kind`` says which fields count: sftp, dicom or disc (none). ``location`` not empty: for
    that location alone. ``key`` is the file of our private key, ``host_key`` the server's public key as in known_hosts.
    ``plain``: DICOM without TLS was chosen on purpose."""

    kind: Route
    location: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    key: str = ""
    host_key: str = ""
    directory: str = ""
    form: Form = Form.FILES
    ae_title: str = ""
    calling_ae: str = "BEELDBRUG"
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A location of a partner, a department, or both."""

    location: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner. ``ura`` is empty where it has none; the first way that fits is taken. ``changed``: POSIX seconds."""

    organisation: str
    id: str
    name: str
    ura: str = ""
    doors: tuple[Door, ...] = ()
    ways: tuple[Way, ...] = ()
    changed: float = 0.0

    @property
    def address(self) -> str:
        """What stands in a party where an organisation's URA would."""
        return PARTNER + self.id

    def way(self, location: str) -> Way | None:
        """The way to this location."""
        return next((way for way in self.ways if way.location in ("", location)), None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one instance: the DICOM status of its C-STORE, or 0 for a file with its final name. ``reason``
    where the partner takes no such instances at all."""

    instance: int
    status: int
    reason: str
    at: float

    @property
    def accepted(self) -> bool:
        """Success, or a warning (PS3.4 table B.2-1)."""
        return self.status == 0 or self.status & 0xF000 == 0xB000


@dataclass(frozen=True, slots=True)
class Standing:
    """How delivering to one partner goes. ``moving``: how many are on their way; ``stuck``: those of them that
    something stands in the way of, with a ``reason`` (a code) of one; ``failed``: those that can be sent again.
    ``last``: when the partner last took the end of one (POSIX seconds), None while it never did."""

    moving: int = 0
    stuck: int = 0
    reason: str = ""
    failed: int = 0
    last: float | None = None


class Partners(Protocol):
    """The own list of one vault."""

    def put(self, partner: Partner) -> None:
        """Add or replace."""

    def get(self, organisation: str, id: str) -> Partner | None:
        """One of them."""

    def all(self, organisation: str) -> list[Partner]:
        """All, by name."""

    def delete(self, organisation: str, id: str) -> bool:
        """Remove; False when it is not there."""


class Deliveries(Protocol):
    """What partners have taken."""

    def note(self, organisation: str, exchange: str, delivery: Delivery) -> None:
        """The newest answer about an instance."""

    def of(self, organisation: str, exchange: str) -> dict[int, Delivery]:
        """By instance."""

    def forget_refused(self, organisation: str, exchange: str) -> int:
        """What was refused is to be offered once more; how many those are."""

    def standing(self, organisation: str) -> dict[str, Standing]:
        """By the partner's address; those without any exchange are left out."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The file of an instance, to be laid: written from byte ``start`` on under ``part``, called ``name`` once it has
    ``size`` bytes. ``read`` gives the bytes from there on."""

    instance: int
    part: str
    name: str
    start: int
    size: int
    read: Callable[[], Iterator[bytes]]


class Shelf(Protocol):
    """A partner's folder over SFTP, for as long as the connection holds. Names are relative to the folder, parted by
    ``/``. Every call raises Unavailable with a code that says why."""

    def sizes(self, folder: str) -> dict[str, int]:
        """Names of the files of a folder, with their bytes; none where there is no folder."""

    def append(self, name: str, start: int, chunks: Iterator[bytes]) -> int:
        """Write from this byte on, with the folders above; what the file has beyond goes. Its size when all was
        written."""

    def lay(self, leaves: Iterator[Leaf]) -> Iterator[Leaf]:
        """Several at once, each as ``append`` and then ``rename``; one is given back once it has its final name.

        ``leaves`` is asked in another thread, by one at a time, and what it raises is raised here. Whatever happens,
        those under way come to their end first. Unavailable ``partner-size`` of one that has another length.
        """

    def rename(self, name: str, to: str) -> None:
        """Give a file its final name, in place of what has it."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""


def other_size() -> Unavailable:
    """A file at the receiver's is not what was written."""
    return Unavailable("partner-size", "A file lies at the receiver with another length.", "It is tried again.")


class Outlets(Protocol):
    """Opens ways."""

    def sftp(self, way: Way) -> AbstractContextManager[Shelf]:
        """Log in with our key to the server whose key is known. Raises Unavailable."""

    def dicom(self, way: Way, contexts: Sequence[tuple[str, str]]) -> AbstractContextManager[StoreAssociation]:
        """An association for these (SOP class, transfer syntax) pairs. Raises Unavailable."""

    def try_out(self, way: Way) -> float:
        """Log in and make sure of a place to write, or C-ECHO; seconds it took. Raises Unavailable."""

    def host_key(self, host: str, port: int) -> str:
        """The public key that an SSH server shows, as in known_hosts without the host; somebody has to confirm that it
        is the right one. Raises Unavailable."""
