"""Listen to the mailbox: take every part as it comes, over server-sent events, so only outgoing HTTPS is needed.

After each (re)connection the whole mailbox is walked first: what was never acknowledged comes again, what was taken
before is acknowledged again. A hub that is away is asked again with growing pauses, for as long as it takes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.route import Hub, MailboxEntry

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

log = get("mailbox")


class Mailbox:
    """One organisation's ear at one hub, in a thread of its own. ``take`` is ``usecases.arrive.take.Take.take``."""

    def __init__(self, hub: Hub, take: Callable[[MailboxEntry], bool], prepare: Callable[[], object]) -> None:
        self._hub = hub
        self._take = take
        self._prepare = prepare
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="mailbox", daemon=True)

    def start(self) -> None:
        """Begin to listen; ``prepare`` (enrol, publish keys) runs at each connection."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; the thread ends with its connection, at the latest with the process."""
        self._stopping.set()

    def _serve(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._prepare()
                self._listen()
                pause = FIRST_PAUSE
            except Unavailable as error:
                log.warning("hub away", code=error.code, seconds=pause)
                self._stopping.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            except BeeldbrugError as error:
                log.error("hub refuses", code=error.code, text=error.text, remedy=error.remedy)
                self._stopping.wait(LONGEST_PAUSE)
            except Exception:  # the edge of the protocol: a fault of the program must not leave the node deaf
                log.exception("mailbox broke off")
                self._stopping.wait(LONGEST_PAUSE)

    def _listen(self) -> None:
        cursor = 0
        while entries := self._hub.mailbox(cursor):
            for entry in entries:
                self._take(entry)
            cursor = entries[-1].cursor
        for event in self._hub.events(cursor):
            if self._stopping.is_set():
                return
            if event is not None:
                self._take(event)
