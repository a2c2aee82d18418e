"""A hub in memory behind ``ports.route.Hub``, with switches for what can go wrong on the way. One per test, many
faces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from beeldbrug.model.errors import Conflict, Denied, NotFound, Unavailable
from beeldbrug.node.ports.route import Correspondent, MailboxEntry
from beeldbrug.sealed.envelope import peek_envelope


@dataclass
class MemoryHub:
    """What all faces share."""

    book: dict[str, Correspondent] = field(default_factory=dict)
    parts: dict[tuple[str, str, int], tuple[MailboxEntry, bytes | None]] = field(default_factory=dict)
    boxes: dict[str, list[MailboxEntry]] = field(default_factory=dict)
    segments: dict[tuple[str, int], bytes] = field(default_factory=dict)
    grants: set[tuple[str, str]] = field(default_factory=set)
    packs: dict[str, set[str]] = field(default_factory=dict)
    parcels: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    given: int = 0
    heads: list[str] = field(default_factory=list)
    down: bool = False
    calls_left: int | None = None
    """After so many calls it is down; None: that does not happen."""


@dataclass
class Face:
    """The hub as one organisation sees it."""

    hub: MemoryHub
    own: str

    def _up(self) -> MemoryHub:
        if self.hub.calls_left is not None:
            self.hub.down = self.hub.down or self.hub.calls_left == 0
            self.hub.calls_left = max(0, self.hub.calls_left - 1)
        if self.hub.down:
            raise Unavailable("peer-unreachable", "The hub is down.")
        return self.hub

    def toward(self, organisation: str) -> Face:
        return self

    def close(self) -> None:
        """Nothing is open."""

    def echo(self) -> float:
        self._up()
        return 0.0

    def correspondents(self) -> list[Correspondent]:
        return list(self._up().book.values())

    def correspondent(self, organisation: str) -> Correspondent:
        found = self._up().book.get(organisation)
        if found is None:
            raise NotFound("organisation-not-here", "Not in the address book.")
        return found

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        known = self._up().book.get(self.own) or Correspondent(self.own, self.own, (), "", "")
        self.hub.book[self.own] = replace(known, certificate_chain=certificate_chain)

    def publish_statement(self, statement: str) -> None:
        self.hub.book[self.own] = replace(self._up().book[self.own], statement=statement)

    def publish_directory(self, directory: str) -> None:
        self.hub.book[self.own] = replace(self._up().book[self.own], directory=directory)

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        hub = self._up()
        key = (parcel, self.own, number)
        if key in hub.parts:
            if hub.parts[key][0].envelope != envelope:
                raise Conflict("part-differs", "Another part is there.")
            return
        claims = peek_envelope(envelope)
        if parcel in hub.withdrawn and claims.kind not in ("withdraw", "receipt"):
            raise Denied("parcel-withdrawn", "It was withdrawn.")
        last = max((number for of, sender, number in hub.parts if (of, sender) == (parcel, self.own)), default=0)
        if number <= last:
            raise Conflict("envelope-reused", "A later part came before.")
        hub.parcels.add(parcel)
        hub.given += 1
        box = hub.boxes.setdefault(claims.receiver, [])
        entry = MailboxEntry(hub.given, parcel, self.own, number, claims.kind, urgency, len(body), envelope)
        hub.parts[key] = (entry, body)
        box.append(entry)

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        return [entry for entry in self._up().boxes.get(self.own, []) if entry.cursor > after][:limit]

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        yield from self.mailbox(after)

    def get_part(self, parcel: str, sender: str, number: int) -> bytes:
        found = self._up().parts.get((parcel, sender, number))
        if found is None or found[1] is None:
            raise NotFound("part-not-here", "It was acknowledged or withdrawn.")
        return found[1]

    def acknowledge(self, parcel: str, sender: str, number: int) -> None:
        box = self._up().boxes.get(self.own, [])
        box[:] = [entry for entry in box if (entry.parcel, entry.sender, entry.number) != (parcel, sender, number)]

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        hub = self._up()
        if parcel in hub.withdrawn:
            raise Denied("parcel-withdrawn", "It was withdrawn.")
        hub.parcels.add(parcel)
        hub.grants.add((pack, receiver))
        hub.packs.setdefault(pack, set()).add(parcel)

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        hub = self._up()
        if not hub.packs.get(pack):
            raise NotFound("pack-not-here", "No such pack.")
        hub.segments.setdefault((pack, number), body)

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        body = self._up().segments.get((pack, number))
        if body is None or (pack, self.own) not in self.hub.grants:
            raise NotFound("segment-not-here", "Not there yet.")
        path.write_bytes(body)

    def withdraw(self, parcel: str) -> bool:
        """As the hub does: bodies go, envelopes stay, and nothing but a withdrawal is taken any more."""
        hub = self._up()
        if parcel not in hub.parcels:
            return False
        hub.withdrawn.add(parcel)
        for key in [key for key in hub.parts if key[:2] == (parcel, self.own) and hub.parts[key][0].kind != "withdraw"]:
            hub.parts[key] = (hub.parts[key][0], None)
        for pack in [pack for pack, of in hub.packs.items() if of == {parcel}]:
            for key in [key for key in hub.segments if key[0] == pack]:
                del hub.segments[key]
        for of in hub.packs.values():
            of.discard(parcel)
        return True

    def put_head(self, head: str) -> None:
        self._up().heads.append(head)

    def heads(self, after: int = 0) -> list[str]:
        return list(self._up().heads)
