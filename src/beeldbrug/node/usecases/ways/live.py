"""Live messages of several hubs as one stream."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.live import LiveEntry, LiveRoute

PAUSE_SECONDS = 3.0
"""Before a stream that broke is opened again."""

LOOK_SECONDS = 0.5
"""How soon it is seen that nobody listens any more."""

WAITING = 1000
"""Messages that wait; more are dropped: the next view says what counts."""

log = get("ways")


def merged(routes: Sequence[Callable[[], LiveRoute]], stop: threading.Event) -> Iterator[LiveEntry]:
    """Messages from all of them until ``stop`` is set. Raises Unavailable where there is nothing to listen to."""
    if not routes:
        raise Unavailable("no-hub", "No hub is set.", "Set [hub] url and roots in the node's settings.")
    if len(routes) == 1:
        yield from routes[0]().live(stop)
        return
    heard: queue.Queue[LiveEntry] = queue.Queue(WAITING)
    for route in routes:
        threading.Thread(target=_hear, args=(route, heard, stop), name="live-way", daemon=True).start()
    while not stop.is_set():
        try:
            yield heard.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            continue


def _hear(route: Callable[[], LiveRoute], heard: queue.Queue[LiveEntry], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            for entry in route().live(stop):
                _put(heard, entry)
        except BeeldbrugError as error:
            log.info("live channel away", code=error.code, seconds=PAUSE_SECONDS)
            stop.wait(PAUSE_SECONDS)


def _put(heard: queue.Queue[LiveEntry], entry: LiveEntry) -> None:
    try:
        heard.put_nowait(entry)
    except queue.Full:
        log.info("live message dropped")
