"""Carry live messages between this web process and the hub, for as long as somebody is looking.

One thread gives out what is due, a few send it, one listens; none runs while nobody looks. What cannot be sent is
dropped: the next view or beat says what counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.live import LiveRoute
from beeldbrug.node.usecases.consult.together import Together

LINGER_SECONDS = 30.0
"""How long the hub is listened to after the last one left."""

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
SENDERS = 4

log = get("live")


class Carrier:
    """The threads of one process's live channels."""

    def __init__(self, together: Together, route: LiveRoute, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._together = together
        self._route = route
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._again = False
        self._busy: set[str] = set()
        self._serving = False
        self._stop: threading.Event | None = None
        self._lonely: float | None = None
        self._closed = False
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="live-out")

    def wake(self) -> None:
        """Something is to be sent, or somebody came in."""
        with self._changed:
            if self._closed:
                return
            self._again = True
            if not self._serving:
                self._serving = True
                threading.Thread(target=self._serve, name="live", daemon=True).start()
            if self._stop is None and self._together.reaches_out():
                self._stop = threading.Event()
                threading.Thread(target=self._listen, args=(self._stop,), name="live-in", daemon=True).start()
            self._changed.notify_all()

    def close(self) -> None:
        """Stop all of it."""
        with self._changed:
            self._closed = True
            if self._stop is not None:
                self._stop.set()
            self._changed.notify_all()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._again = False
                busy = frozenset(self._busy)
            messages, wait = self._together.due(busy)
            with self._changed:
                if self._rest() or self._closed:
                    self._serving = False
                    return
                for parcel, body in messages:
                    self._busy.add(parcel)
                    self._senders.submit(self._send, parcel, body)
                if not self._again:
                    self._changed.wait(max(wait, 0.001))

    def _rest(self) -> bool:
        """Stop listening some time after the last one left; True when there is nothing more to do."""
        now = self._monotonic()
        if not self._together.is_empty():
            self._lonely = None
            return False
        self._lonely = now if self._lonely is None else self._lonely
        if now - self._lonely < LINGER_SECONDS:
            return False
        if self._stop is not None:
            self._stop.set()
        self._stop = self._lonely = None
        return True

    def _send(self, parcel: str, body: bytes) -> None:
        try:
            self._route.put_live(parcel, body)
        except BeeldbrugError as error:
            log.info("live message not sent", code=error.code)
        finally:
            with self._changed:
                self._busy.discard(parcel)
                self._again = True
                self._changed.notify_all()

    def _listen(self, stop: threading.Event) -> None:
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                for entry in self._route.live(stop):
                    pause = FIRST_PAUSE
                    if self._together.take(entry):
                        self.wake()
            except BeeldbrugError as error:
                log.info("live channel away", code=error.code, seconds=pause)
                stop.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            except Exception:  # the edge of the protocol: a fault here must not leave the screens deaf
                log.exception("live channel broke off")
                stop.wait(LONGEST_PAUSE)
