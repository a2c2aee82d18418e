"""Listen to the mailbox: take every part as it comes, over server-sent events, so only outgoing HTTPS is needed.

After each (re)connection the whole mailbox is walked first, stat before routine: what was never acknowledged comes
again, what was taken before is acknowledged again. A hub that is away is asked again with growing pauses, for as long
as it takes.
"""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Protocol

from beeldbrug.kit.clock import Clock
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.route import Hub, MailboxEntry

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

WALKED_AT_ONCE = 2000
"""Entries of the mailbox that are put in order of urgency together."""

LOOK_AGAIN_SECONDS = 900.0
"""How long one event stream is listened to before the whole mailbox is walked again: what was refused, or skipped for a
gap before it, gets another chance even where a hub never ends a stream."""

_RANKS = {urgency.value: urgency.rank for urgency in Urgency}

log = get("mailbox")


class Ear(Protocol):
    """What is done with what is heard (``usecases.arrive.listening``)."""

    def prepare(self) -> None:
        """Before each connection: enrol, publish keys."""

    def take(self, entry: MailboxEntry) -> bool:
        """Take one part; False when it cannot be taken (yet)."""

    def broke(self, entry: MailboxEntry) -> None:
        """A fault of the program stands in the way of this part; the others are taken."""

    def walked(self, began: float) -> None:
        """The whole mailbox was walked, as it was at ``began`` (POSIX seconds)."""

    def deaf(self, error: BeeldbrugError) -> None:
        """The hub cannot be listened to; called again as long as that lasts."""


class Mailbox:
    """One organisation's ear at one hub, in a thread of its own."""

    def __init__(self, hub: Hub, ear: Ear, clock: Clock) -> None:
        self._hub = hub
        self._ear = ear
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="mailbox", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; the thread ends with its connection, at the latest with the process."""
        self._stopping.set()

    def _serve(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._ear.prepare()
                self.listen()
                pause = FIRST_PAUSE
            except BeeldbrugError as error:
                self._wait(pause, error)
                pause = min(LONGEST_PAUSE, pause * 2)
            except Exception:  # the edge of the protocol: a fault of the program must not leave the node deaf
                log.exception("mailbox broke off")
                self._stopping.wait(LONGEST_PAUSE)

    def _wait(self, pause: float, error: BeeldbrugError) -> None:
        if isinstance(error, Unavailable):
            log.warning("hub away", code=error.code, seconds=pause)
        else:
            log.error("hub refuses", code=error.code, text=error.text, remedy=error.remedy)
        self._ear.deaf(error)
        self._stopping.wait(pause)

    def listen(self) -> None:
        """Walk the mailbox, then listen until the hub ends the stream. Raises BeeldbrugError."""
        began = self._clock.now()
        cursor = self._walk()
        self._ear.walked(began)
        end = self._clock.monotonic() + LOOK_AGAIN_SECONDS
        for event in self._hub.events(cursor):
            if event is not None:
                self._take(event)
            if self._stopping.is_set() or self._clock.monotonic() > end:
                return

    def _walk(self) -> int:
        """Take all that lies in the mailbox, the most urgent first; returns the last cursor."""
        cursor = 0
        while entries := self._page(cursor):
            cursor = entries[-1].cursor
            missed = [one for one in sorted(entries, key=_by_urgency) if not self._take(one)]
            for entry in sorted(missed, key=lambda one: one.cursor):
                self._take(entry)  # the parts of one parcel may have been given different urgencies
        return cursor

    def _page(self, after: int) -> list[MailboxEntry]:
        found: list[MailboxEntry] = []
        while len(found) < WALKED_AT_ONCE and not self._stopping.is_set():
            some = self._hub.mailbox(found[-1].cursor if found else after)
            if not some:
                break
            if some[0].cursor <= after or any(two.cursor <= one.cursor for one, two in pairwise([*found[-1:], *some])):
                raise Unavailable("hub-answer", "The hub's mailbox does not go forward.", "Tell the hub's operator.")
            found += some
        return found

    def _take(self, entry: MailboxEntry) -> bool:
        if self._stopping.is_set():
            return False
        try:
            return self._ear.take(entry)
        except BeeldbrugError:
            raise
        except Exception:  # one part that the program cannot take must not keep all others from coming in
            log.exception("part broke off", parcel=entry.parcel, part=entry.number)
            self._ear.broke(entry)
            return False


def _by_urgency(entry: MailboxEntry) -> tuple[int, int]:
    return _RANKS.get(entry.urgency, len(_RANKS)), entry.cursor
