"""Several ways as if they were one: the hub, our own door, and the doors of correspondents (DESIGN section 2, direct).

Whom a door is known of is sent to by that door, as long as it answers and is not much slower than the hub; else by the
hub, in the middle of a parcel too. What a correspondent certifies is believed, wherever it was read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.node.ports.live import LiveEntry
from beeldbrug.node.ports.route import Correspondent
from beeldbrug.node.ports.ways import DOOR, HUB
from beeldbrug.node.usecases.ways.junction import Junction, LiveHub
from beeldbrug.node.usecases.ways.live import merged
from beeldbrug.node.usecases.ways.road import Road

log = get("ways")


class SeveralWays:
    """Implements ``ports.route.Ways`` and ``ports.live.LiveRoute`` for one organisation. Thread-safe."""

    def __init__(self, junction: Junction) -> None:
        self.junction = junction

    def toward(self, organisation: str) -> Road:
        """The way to a correspondent: whichever of them serves."""
        return Road(self.junction, organisation)

    def echo(self) -> float:
        """Seconds by which the clock of the hub, or else of our own door, is ahead of ours."""
        known = self.junction.known
        return (known.hub or known.door or self._hub()).echo()

    def correspondents(self) -> list[Correspondent]:
        """Everybody that the hub, our own door and the doors of partners know of. Raises Unavailable where none of them
        can be read."""
        found: dict[str, Correspondent] = {}
        failed: BeeldbrugError | None = None
        for look in self._books():
            try:
                for one in look():
                    found.setdefault(one.organisation, one)
            except BeeldbrugError as error:
                failed = failed or error
        if failed is not None and not found:
            raise failed
        return list(found.values())

    def correspondent(self, organisation: str) -> Correspondent:
        """One entry, from its own door where that answers: nobody knows sooner what it has published.

        Raises NotFound; Unavailable ``statement-missing`` for a partner of the settings: that it is in no address book
        yet says that its node, or ours, has only just started.
        """
        failed: BeeldbrugError = NotFound("organisation-not-here", "No such organisation is known.")
        without_keys: Correspondent | None = None
        for way in self._readable(organisation):
            try:
                if self.junction.pace.rests(way):
                    raise Unavailable("peer-unreachable", "The other end is out of reach.", "It is tried again soon.")
                entry = self.junction.at(way).correspondent(organisation)
            except NotFound:
                continue
            except Unavailable as error:
                failed = error
                continue
            if entry.statement:
                return entry
            without_keys = entry
        if without_keys is not None:
            return without_keys
        if isinstance(failed, NotFound) and organisation in self.junction.known.partners:
            raise Unavailable(
                "statement-missing",
                "The receiver has not published its keys yet.",
                "Nothing is lost: sending goes on when the receiver's node has started.",
            )
        raise failed

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        """Join the hub and our own door; those of others are joined when they are first used."""
        self._both(lambda one: one.enrol(certificate_chain))

    def publish_statement(self, statement: str) -> None:
        """At the hub and our own door."""
        self._both(lambda one: one.publish_statement(statement))

    def publish_directory(self, directory: str) -> None:
        """At the hub and our own door."""
        self._both(lambda one: one.publish_directory(directory))

    def put_head(self, head: str) -> None:
        """At the hub; without one at the doors of all partners, of which one is enough. A head at our own door would
        prove nothing. Raises Unavailable, Denied."""
        failed: BeeldbrugError | None = None
        kept = 0
        for way in self._outside():
            try:
                self.junction.at(way).put_head(head)
                kept += 1
            except BeeldbrugError as error:
                log.info("audit head not taken", code=error.code)
                failed = failed or error
        if failed is not None and not kept:
            raise failed

    def heads(self, after: int = 0) -> list[str]:
        """Our heads wherever they were deposited, those of one place after those of another. Raises Unavailable where
        none of these places can be read."""
        found: dict[str, None] = {}
        failed: BeeldbrugError | None = None
        read = 0
        for way in self._outside():
            try:
                found.update(dict.fromkeys(self.junction.at(way).heads(after)))
                read += 1
            except BeeldbrugError as error:
                failed = failed or error
        if failed is not None and not read:
            raise failed
        return list(found)

    def put_live(self, parcel: str, body: bytes) -> None:
        """Hand over a live message by one of the ways of its parcel."""
        junction = self.junction
        with junction.database.read() as tx:
            ways = tx.ways.of(junction.own.ura, parcel)
        failed: BeeldbrugError = Unavailable("no-way", "The parcel went no way yet.", "It goes on when it has.")
        if junction.known.hub is not None and HUB not in ways:
            ways = [*ways, HUB]
        for way in junction.pace.in_order(ways):
            try:
                junction.at(way).put_live(parcel, body)
            except (Unavailable, NotFound) as error:
                failed = error
            else:
                return
        raise failed

    def live(self, stop: threading.Event) -> Iterator[LiveEntry]:
        """Live messages from wherever we listen."""
        ways = self.junction.to_listen()
        return merged([(lambda way=way: self.junction.at(way)) for way in ways], stop)  # type: ignore[misc]  # bound now

    def close(self) -> None:
        """Close all connections."""
        self.junction.close()

    def _readable(self, organisation: str) -> list[str]:
        ways = self.junction.candidates(organisation)
        return [*ways, DOOR] if self.junction.known.door is not None and DOOR not in ways else ways

    def _books(self) -> Iterator[Callable[[], Sequence[Correspondent]]]:
        known = self.junction.known
        if known.hub is not None:
            yield known.hub.correspondents
        if known.door is not None:
            yield known.door.correspondents
        for partner, address in known.partners.items():
            if address:
                yield lambda partner=partner: [self.correspondent(partner)]  # type: ignore[misc]  # bound now

    def _both(self, deed: Callable[[LiveHub], None]) -> None:
        """At the hub and at our own door; a fault at one does not spare the other."""
        failed: BeeldbrugError | None = None
        for one in (self.junction.known.hub, self.junction.known.door):
            try:
                if one is not None:
                    deed(one)
            except BeeldbrugError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def _outside(self) -> list[str]:
        """Ways to where others keep our heads. Raises Unavailable ``head-nowhere``."""
        known = self.junction.known
        ways = [HUB] if known.hub is not None else [partner for partner, address in known.partners.items() if address]
        if not ways:
            raise Unavailable(
                "head-nowhere",
                "Nobody outside this node keeps the head of its audit trail: a cut end would not be found.",
                "Set a hub, or in [direct] the address of a partner's door.",
            )
        return ways

    def _hub(self) -> LiveHub:
        if self.junction.known.hub is None:
            raise Unavailable("no-hub", "No hub is set.", "Set [hub] url and roots in the node's settings.")
        return self.junction.known.hub
