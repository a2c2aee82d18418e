"""One organisation's ears: a mailbox for each way by which parcels may come, and more of them as ways are added."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from beeldbrug.kit.clock import Clock
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.protocols.hub.listen import Ear, Mailbox

LOOK_SECONDS = 2.0
"""How soon a door is listened to that something was given to."""

log = get("mailbox")


class Ears:
    """Listens by every way that ``names`` gives, with what ``ear`` makes for it; runs in threads of its own."""

    def __init__(self, names: Callable[[], Sequence[str]], ear: Callable[[str], tuple[Hub, Ear]], clock: Clock) -> None:
        self._names = names
        self._ear = ear
        self._clock = clock
        self._mailboxes: dict[str, Mailbox] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; threads end with their connections, at the latest with the process."""
        self._stopping.set()
        for mailbox in list(self._mailboxes.values()):
            mailbox.stop()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._look()
            except BeeldbrugError as error:
                log.warning("ways not known", code=error.code)

    def _look(self) -> None:
        for name in self._names():
            if name in self._mailboxes or self._stopping.is_set():
                continue
            try:
                mailbox = Mailbox(*self._ear(name), self._clock)
            except BeeldbrugError as error:
                log.warning("way not listened to", code=error.code)
                continue
            self._mailboxes[name] = mailbox
            mailbox.start()
