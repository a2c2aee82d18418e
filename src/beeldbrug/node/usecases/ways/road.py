"""The way to one correspondent, over whichever of several serves: implements ``ports.route.Way``.

A parcel that began on one way goes on there while it answers, and on the next one when it does not. Where it goes is
noted before it goes, so that a withdrawal reaches all of it. Segments are sealed, so one that began to come from one
place is gone on with from another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound, Unavailable
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.ways import DOOR, HUB
from beeldbrug.node.usecases.ways.junction import Junction
from beeldbrug.sealed.envelope import EnvelopeKind, peek_envelope

T = TypeVar("T")

NOT_THIS_WAY: Final = frozenset({"receiver-not-enrolled", "organisation-not-here", "quota-exceeded"})
"""Refusals that say that another way must be taken."""

CONTENT: Final = frozenset({EnvelopeKind.PARCEL, EnvelopeKind.SUPPLEMENT})

log = get("ways")


class Road:
    """Toward ``peer``."""

    def __init__(self, ways: Junction, peer: str) -> None:
        self._ways = ways
        self._peer = peer

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        """Deliver a capsule part; of a parcel that is taken back, content goes no way that it has not gone before."""
        content = peek_envelope(envelope).kind in CONTENT
        over = content and parcel in self._ways.withdrawn
        ways = self._ways.used(parcel) if over else self._in_order(parcel)
        self._by(ways, parcel, lambda hub, _: hub.put_part(parcel, number, envelope, body, urgency, expires))

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        """Create the pack or add a reader, on the way that its segments will take."""
        self._ways.trim()
        self._ways.grants[(pack, receiver)] = (parcel, expires)
        self._by(self._in_order(parcel), parcel, lambda hub, way: self._grant(hub, way, pack, parcel, expires))

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        """Upload a segment, granted first where it was not yet."""
        found = self._ways.grants.get((pack, self._peer))
        if found is None:
            raise NotFound("pack-not-here", "The pack was not granted on this way.", "It is granted anew.")
        parcel, expires = found

        def put(hub: Hub, way: str) -> None:
            if (pack, parcel, way) not in self._ways.granted:
                self._grant(hub, way, pack, parcel, expires)
            began = self._ways.monotonic()
            try:
                hub.put_segment(pack, number, body, hash)
            except NotFound:
                self._ways.granted.discard((pack, parcel, way))
                raise
            self._ways.pace.works(way, len(body), self._ways.monotonic() - began)

        self._by(self._in_order(parcel), parcel, put)

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        """Download a segment from wherever it lies. Raises NotFound, or Unavailable where it may lie and nobody
        answers."""
        failed: BeeldbrugError = NotFound("segment-not-here", "The segment is not here (yet).")
        for way in self._sources(pack):
            try:
                self._ways.at(way).fetch_segment(pack, number, path, padded)
            except Unavailable as error:
                if error.code == "disk-full":
                    raise
                self._ways.pace.failed(way)
                failed = error
            except (NotFound, Denied):
                continue
            else:
                self._ways.seen[pack] = way
                return
        raise failed

    def withdraw(self, parcel: str) -> bool:
        """Delete on every way that it went; False when none of them knows it.

        A correspondent's door that does not answer is left to the correspondent, who is asked to delete as well. Raises
        Unavailable when our hub or our own door, or all of them, do not answer.
        """
        self._ways.withdrawn.add(parcel)
        ways = self._ways.used(parcel) or self._ways.candidates(self._peer)
        known, reached, failed = False, False, None
        for way in ways:
            try:
                known |= self._ways.at(way).withdraw(parcel)
                reached = True
            except Unavailable as error:
                if way in (HUB, DOOR):
                    raise
                failed = error
        if failed is not None and not reached:
            raise failed
        return known

    def _by(self, ways: Sequence[str], parcel: str, deed: Callable[[Hub, str], T]) -> T:
        """Do it on the first way that takes it. Raises what the last one that might have taken it said."""
        failed: BeeldbrugError = Unavailable("no-way", "No way leads to the receiver.", "Set [hub], or [direct].")
        for way in ways:
            self._ways.note(parcel, way)
            try:
                done = deed(self._ways.at(way), way)
            except Unavailable as error:
                self._ways.pace.failed(way)
                failed = error
            except (NotFound, Denied) as error:
                if error.code not in NOT_THIS_WAY or len(ways) == 1:
                    raise
                failed = failed if isinstance(failed, Unavailable) and failed.code != "no-way" else error
            else:
                self._ways.pace.works(way)
                return done
            log.info("another way is tried", code=failed.code, parcel=parcel)
        raise failed

    def _in_order(self, parcel: str) -> list[str]:
        """Ways to try: those it went before, then the others; those that failed a moment ago come later.

        Our own door is the last: it always takes, and does not know whether the other end can come to it.
        """
        used, candidates = self._ways.used(parcel), self._ways.candidates(self._peer)
        others = self._ways.pace.in_order(way for way in candidates if way not in used)
        ordered = [way for way in (*used, *others) if way != DOOR]
        last = [DOOR] if DOOR in used or DOOR in candidates else []
        return [*sorted(ordered, key=self._ways.pace.rests), *last]

    def _grant(self, hub: Hub, way: str, pack: str, parcel: str, expires: float) -> None:
        hub.grant_pack(pack, parcel, self._peer, expires)
        self._ways.granted.add((pack, parcel, way))

    def _sources(self, pack: str) -> list[str]:
        """Where a segment may lie: where others of its pack were, our own door, the hub, and its sender's door."""
        own = [way for way in self._ways.to_listen() if way in (HUB, DOOR)]
        likely = [self._ways.seen[pack]] if pack in self._ways.seen else []
        rest = [way for way in (DOOR, HUB) if way in own] + [
            way for way in self._ways.candidates(self._peer) if way not in (HUB, DOOR)
        ]
        return [*likely, *(way for way in rest if way not in likely)]
