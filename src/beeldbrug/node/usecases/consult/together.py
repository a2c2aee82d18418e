"""Who is looking at one study right now, and what they show each other: in this organisation, and at the other end.

All of it is in the memory of the web process and ends with it. Pages say that they are there every few seconds and what
they show as it changes; who is silent for a while has gone. What must go to the other end is given out by ``due``; the
latest view of a page replaces those not sent yet. No threads and no network: ``carry`` has those.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.live import LiveEntry, Present
from beeldbrug.node.usecases.consult.channel import Channel

GONE_SECONDS = 12.0
"""Who is silent for so long has left."""

BEAT_SECONDS = 4.0
"""How often the other end hears who is here."""

SEND_SECONDS = 0.04
"""Least time between two messages of one exchange."""

PAGES = 100
"""Pages in one place."""

PLACES = 2000

Key = tuple[bytes, str]
"""Session and page."""

Tell = Callable[[str, tuple[Present, ...] | None, str, bytes, frozenset[bytes]], None]
"""Reaches the browsers of these sessions: place, who is present, or by whom and what is shown (JSON)."""


@dataclass(slots=True)
class _Page:
    person: Present
    seen: float
    view: bytes = b""


@dataclass(slots=True)
class _Stream:
    people: tuple[Present, ...]
    seen: float


@dataclass(slots=True)
class _Place:
    """One study that is open; without ``channel`` inside the organisation only."""

    channel: Channel | None = None
    pages: dict[Key, _Page] = field(default_factory=dict)
    streams: dict[bytes, _Stream] = field(default_factory=dict)
    unsent: dict[Key, bytes] = field(default_factory=dict)
    """Latest view of each page that the other end has not had."""
    changed: bool = True
    """Whether the other end is to hear at once who is here."""
    sent: float = 0.0
    beat: float = 0.0
    told: tuple[Present, ...] = ()

    def own(self) -> tuple[Present, ...]:
        """Who is here."""
        return tuple(page.person for page in self.pages.values())

    def people(self) -> tuple[Present, ...]:
        """All, own first."""
        there = {one.key: one for stream in self.streams.values() for one in stream.people}
        return (*self.own(), *there.values())

    def tokens(self) -> frozenset[bytes]:
        """Sessions that are here."""
        return frozenset(token for token, _ in self.pages)


class Together:
    """All places of this process; thread-safe."""

    def __init__(self, tell: Tell, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._monotonic = monotonic
        self._places: dict[str, _Place] = {}
        self._lock = threading.RLock()

    def say(
        self,
        place: str,
        session: bytes,
        person: Present,
        view: bytes = b"",
        channel: Callable[[], Channel | None] = lambda: None,
    ) -> tuple[Present, ...]:
        """A page says that it is here, and perhaps what it shows; who is present. ``channel`` is asked until it gives
        one. Raises Unavailable ``too-many-present``."""
        now, key = self._monotonic(), (session, person.key)
        with self._lock:
            here = self._room(place, key)
            if here.channel is None:
                here.channel = channel()
            page = here.pages.get(key)
            here.changed |= page is None or page.person != person
            kept = page.view if page is not None and person.sharing else b""
            if not person.sharing:
                here.unsent.pop(key, None)
            here.pages[key] = _Page(person, now, view or kept)
            if view:
                here.unsent[key] = view
                self._tell(place, None, person.key, view, here.tokens())
            elif page is None:
                self._catch_up(place, here, session)
            self._show(place, here)
            return here.people()

    def leave(self, place: str, session: bytes, page: str) -> None:
        """A page has gone."""
        with self._lock:
            here = self._places.get(place)
            if here is not None and here.pages.pop((session, page), None) is not None:
                here.unsent.pop((session, page), None)
                here.changed = True
                self._show(place, here)

    def drop(self, place: str) -> None:
        """Nobody may look at it any more: who is there hears so."""
        with self._lock:
            here = self._places.pop(place, None)
            if here is not None:
                self._tell(place, (), "", b"", here.tokens())

    def present(self, place: str) -> tuple[Present, ...]:
        """Who is there."""
        with self._lock:
            here = self._places.get(place)
            return here.people() if here is not None else ()

    def take(self, entry: LiveEntry) -> bool:
        """A message of another end; True when it is to be answered at once. One that fits nothing is dropped."""
        place = place_of(entry.parcel)
        with self._lock:
            here = self._places.get(place)
            if here is None or here.channel is None or here.channel.peer != entry.sender:
                return False
            heard = here.channel.open(entry.body)
            if heard is None:
                return False
            here.changed |= heard.new  # it cannot be believed before it has heard of us
            if heard.people is not None:
                fresh = heard.stream not in here.streams
                here.streams[heard.stream] = _Stream(heard.people, self._monotonic())
                self._show(place, here)
                if fresh:  # who comes in later sees what is shown
                    here.unsent |= {key: page.view for key, page in here.pages.items() if page.view}
            if heard.view:
                self._tell(place, None, heard.by, heard.view, here.tokens())
            return here.changed

    def due(self, busy: Collection[str] = ()) -> tuple[list[tuple[str, bytes]], float]:
        """(parcel, message) to be sent now, at most one a parcel and none of ``busy`` ones; and seconds to the next
        look. Lets go of who has gone."""
        now, wait = self._monotonic(), BEAT_SECONDS
        messages: list[tuple[str, bytes]] = []
        with self._lock:
            for place, here in list(self._places.items()):
                self._let_go(place, here, now)
                if here.channel is None or parcel_of(place) in busy:
                    continue
                left = self._wait(here, now)
                if left <= 0:
                    messages.append((parcel_of(place), self._message(here, here.channel, now)))
                    left = SEND_SECONDS if here.unsent else BEAT_SECONDS
                wait = min(wait, left)
        return messages, wait

    def reaches(self, place: str) -> bool:
        """Whether this place has another end that can be there too."""
        with self._lock:
            here = self._places.get(place)
            return here is not None and here.channel is not None

    def reaches_out(self) -> bool:
        """Whether any place has another end to be heard."""
        with self._lock:
            return any(here.channel is not None for here in self._places.values())

    def is_empty(self) -> bool:
        """Whether nobody is anywhere."""
        with self._lock:
            return not self._places

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._places.clear()

    def _room(self, place: str, key: Key) -> _Place:
        here = self._places.get(place)
        if here is None:
            if len(self._places) >= PLACES:
                raise _too_many()
            here = self._places[place] = _Place()
        if key not in here.pages and len(here.pages) >= PAGES:
            raise _too_many()
        return here

    def _catch_up(self, place: str, here: _Place, session: bytes) -> None:
        """Who comes in later sees what is shown."""
        for page in here.pages.values():
            if page.view:
                self._tell(place, None, page.person.key, page.view, frozenset({session}))

    def _show(self, place: str, here: _Place) -> None:
        people = here.people()
        if people != here.told:
            here.told = people
            self._tell(place, people, "", b"", here.tokens())

    def _let_go(self, place: str, here: _Place, now: float) -> None:
        since = now - GONE_SECONDS
        for key in [key for key, page in here.pages.items() if page.seen < since]:
            del here.pages[key]
            here.unsent.pop(key, None)
            here.changed = True
        here.streams = {stream: one for stream, one in here.streams.items() if one.seen >= since}
        self._show(place, here)
        if not here.pages and (here.channel is None or not here.changed):
            del self._places[place]

    def _wait(self, here: _Place, now: float) -> float:
        """Seconds until the next message of this place."""
        if here.changed or here.unsent:
            return here.sent + SEND_SECONDS - now
        return here.beat + BEAT_SECONDS - now

    def _message(self, here: _Place, channel: Channel, now: float) -> bytes:
        here.sent = now
        if here.changed or not here.unsent:
            here.changed, here.beat = False, now
            return channel.seal_people(here.own())
        key = next(iter(here.unsent))
        return channel.seal_view(key[1], here.unsent.pop(key))


def place_of(exchange: str) -> str:
    """The place of an exchange."""
    return f"exchanges/{exchange}"


def parcel_of(place: str) -> str:
    """The exchange of a place."""
    return place.partition("/")[2]


def _too_many() -> Unavailable:
    return Unavailable("too-many-present", "Too many people look at this at once.", "Try again in a minute.")
