"""Where the ways of one organisation meet: which there are, where each leads, and which a parcel has gone.

A door is what a node opens for parcels; it speaks as a hub does, and holds nothing but sealed parts and segments. Where
the door of a correspondent is, the settings say, or the directory that it signed and published at the hub.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from cryptography.x509 import Certificate

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Denied, Unavailable
from beeldbrug.node.ports.live import LiveRoute
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.ways import DOOR, HUB
from beeldbrug.node.usecases.own_keys import publish
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.node.usecases.ways.pace import Pace
from beeldbrug.sealed.certificates import read_certificates, verify_chain
from beeldbrug.sealed.directory import read_directory

DIRECTORY_SECONDS: Final = 60.0
"""How long it is believed where a correspondent's door is, before the hub is asked again."""

IN_USE_SECONDS: Final = 100 * 86400.0
"""A door that we gave something to is listened to for so long after: longer than any exchange lasts."""

REMEMBERED: Final = 10_000
"""Parcels, grants and packs of which it is held in memory which ways they went; the vault has the first of these."""

log = get("ways")


class LiveHub(Hub, LiveRoute, Protocol):
    """A hub, or a door, that relays live messages too."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is set: the common hub, our own door, the doors of partners (empty: that partner comes to ours)."""

    hub: LiveHub | None
    door: LiveHub | None
    partners: Mapping[str, str]
    discover: bool = True
    """Whether doors that correspondents publish at the hub are used."""


class Junction:
    """What the ways of one organisation have in common. Thread-safe."""

    def __init__(
        self,
        own: OwnOrganisation,
        database: Database,
        roots: Sequence[Certificate],
        known: Known,
        connect: Callable[[str], LiveHub],
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.own = own
        self.database = database
        self.pace = Pace(monotonic)
        self.clock = clock
        self.monotonic = monotonic
        self._roots = roots
        self.known = known
        self._connect = connect
        self._doors: dict[str, LiveHub] = {}
        """By address."""
        self._joined: set[str] = set()
        self._found: dict[str, tuple[float, str]] = {}
        """When and where the door of a correspondent was looked up."""
        self._lock = threading.Lock()
        self.grants: dict[tuple[str, str], tuple[str, float]] = {}
        """Parcel and expiry by pack and receiver, as they were granted last."""
        self.granted: set[tuple[str, str, str]] = set()
        """Pack, parcel and way."""
        self.seen: dict[str, str] = {}
        """The way that a pack came by."""
        self.withdrawn: set[str] = set()
        self._used: dict[str, list[str]] = {}

    def candidates(self, organisation: str) -> list[str]:
        """The ways that may lead to a correspondent: its own door, the hub, and ours, where it comes itself."""
        ways = [organisation] if self._door_of(organisation) else []
        if self.known.hub is not None:
            ways.append(HUB)
        comes = self.known.partners.get(organisation) == ""
        if self.known.door is not None and (comes or not ways):
            ways.append(DOOR)
        return ways

    def used(self, parcel: str) -> list[str]:
        """The ways that a parcel went, the first one first."""
        with self._lock:
            found = self._used.get(parcel)
        if found is None:
            with self.database.read() as tx:
                found = tx.ways.of(self.own.ura, parcel)
            with self._lock:
                if len(self._used) >= REMEMBERED:
                    self._used.clear()
                found = self._used.setdefault(parcel, found)
        return list(found)

    def note(self, parcel: str, way: str) -> None:
        """The parcel is about to go this way, or came by it: written down before, so that a withdrawal finds it."""
        if way in self.used(parcel):
            return
        with self.database.write() as tx:
            tx.ways.note(self.own.ura, parcel, way, self.clock())
        with self._lock:
            self._used.setdefault(parcel, []).append(way)

    def to_listen(self) -> list[str]:
        """The ways by which something may come: the hub, our own door, partners' doors, and doors that we gave
        something to."""
        ways = [name for name, one in ((HUB, self.known.hub), (DOOR, self.known.door)) if one is not None]
        ways += [partner for partner, address in self.known.partners.items() if address]
        with self.database.read() as tx:
            lately = tx.ways.since(self.own.ura, self.clock() - IN_USE_SECONDS)
        return ways + [way for way in lately if way not in ways and way not in (HUB, DOOR) and self._door_of(way)]

    def raw(self, way: str) -> LiveHub:
        """What stands at the end of a way; nothing is asked of it yet. Raises Unavailable ``no-way``."""
        one = {HUB: self.known.hub, DOOR: self.known.door}.get(way)
        if one is not None:
            return one
        address = "" if way in (HUB, DOOR) else self._door_of(way)
        if not address:
            raise Unavailable("no-way", "The way is not there (any more).", "See [hub] and [direct] in the settings.")
        with self._lock:
            if address not in self._doors:
                self._doors[address] = self._connect(address)
            return self._doors[address]

    def at(self, way: str) -> LiveHub:
        """The same, with our certificate and keys published there. Raises Unavailable, Denied."""
        one = self.raw(way)
        if way in (HUB, DOOR) or way in self._joined:
            return one
        publish(self.own, self.database, one, self.clock())
        self._joined.add(way)
        return one

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            doors = [*self._doors.values()]
        for one in (self.known.hub, self.known.door, *doors):
            if one is not None:
                one.close()

    def trim(self) -> None:
        """Forget what was held longest in memory, when it is much; all of it can be found out again."""
        with self._lock:
            for held in (self.granted, self.seen, self.grants):
                if len(held) >= REMEMBERED:
                    held.clear()

    def _door_of(self, organisation: str) -> str:
        """Address of a correspondent's door; empty where none is known."""
        if organisation in self.known.partners:
            return self.known.partners[organisation]
        if self.known.hub is None or not self.known.discover or organisation == self.own.ura:
            return ""
        found = self._found.get(organisation)
        if found is None or self.monotonic() - found[0] > DIRECTORY_SECONDS:
            found = (self.monotonic(), self._published(organisation, found[1] if found else ""))
            self._found[organisation] = found
        return found[1]

    def _published(self, organisation: str, before: str) -> str:
        """Where its directory at the hub says that its door is; ``before`` while the hub cannot say."""
        if self.known.hub is None:
            return before
        try:
            entry = self.known.hub.correspondent(organisation)
            if not entry.directory:
                return ""
            chain = [one for pem in entry.certificate_chain for one in read_certificates(pem)]
            certified = verify_chain(chain, self._roots, self.clock(), organisation)
            return _private(read_directory(entry.directory, certified.public_key, organisation).direct)
        except Unavailable:
            return before
        except BeeldbrugError as error:
            log.warning("directory not believed", code=error.code, organisation=organisation)
            return ""


def _private(address: str) -> str:
    """The address, unless what is said there could be overheard. Raises Denied."""
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Denied("door-without-tls", "A correspondent publishes a door without TLS.", "Tell its administrator.")
    return address
