"""The hub's composition root: the only place that plugs stores into use cases and use cases into the protocol.

No logic of its own. ``open_hub`` is for commands and the web process alike; ``application`` is the web part.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import PackageNotFoundError, version

from starlette.routing import Route, Router

from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.hub.ports.hub import Hub, HubLimits
from beeldbrug.hub.ports.objects import SegmentStore
from beeldbrug.hub.protocols.http.address_book import AddressBook
from beeldbrug.hub.protocols.http.events import Announcer, MailboxEvents
from beeldbrug.hub.protocols.http.gate import Gate
from beeldbrug.hub.protocols.http.live import LiveEvents, Relay
from beeldbrug.hub.protocols.http.neighbours import Neighbours
from beeldbrug.hub.protocols.http.parcels import Parcels
from beeldbrug.hub.protocols.http.requests import Threads
from beeldbrug.hub.protocols.http.segments import Segments
from beeldbrug.hub.stores.objects.bucket import BucketSegments
from beeldbrug.hub.stores.objects.folder import FolderParts, FolderSegments
from beeldbrug.hub.stores.objects.partials import FilePartials
from beeldbrug.hub.stores.records.sql import SqlRecords
from beeldbrug.hub.usecases.authenticate import Authenticator
from beeldbrug.hub.usecases.sweep import remove_strays, sweep
from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.files import make_folder
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.sealed.certificates import read_certificates

THREADS = 24
STRAY_SWEEPS = 60
"""Every so many sweeps, bytes without a row are looked for."""

PART_BYTES = 1024 * 1024
"""A sealed capsule part is never larger (DESIGN section 3)."""

_log = get("beeldbrug.hub")


@contextmanager
def open_hub(settings: HubSettings) -> Iterator[Hub]:
    """The hub with its stores open; closed at the end. Raises Malformed or Unavailable for what is wrong with them."""
    make_folder(settings.data)
    records = SqlRecords(settings.database_url)
    try:
        yield Hub(
            id=settings.id,
            records=records,
            parts=FolderParts(settings.data / "parts"),
            segments=_segments(settings),
            partials=FilePartials(settings.data / "partials"),
            clock=SystemClock(),
            limits=HubLimits(
                segment_bytes=settings.segment_bytes,
                part_bytes=PART_BYTES,
                quota=settings.quota,
                expiry_seconds=settings.expiry_seconds,
                upload_seconds=settings.upload_seconds,
                stray_seconds=settings.stray_seconds,
            ),
            roots=read_certificates(_roots(settings)),
            open_enrolment=settings.open_enrolment,
            redirect=settings.store_redirect,
        )
    finally:
        records.close()


class WebHub:
    """The hub's web application in one process: ``application`` is ASGI, with its upkeep in the lifespan."""

    def __init__(self, hub: Hub, settings: HubSettings) -> None:
        self._hub = hub
        self._threads = Threads(THREADS)
        self._announcer = Announcer(hub, self._threads)
        self._relay = Relay(hub, self._threads)
        self._neighbours = Neighbours(settings.data / "live", self._relay) if settings.processes > 1 else None
        self._sweeper = Sweeper(hub, settings.sweep_seconds)
        authenticator = Authenticator(hub)
        routes = [
            # first, because its path would also match others
            Route("/v1/mailbox/events", self._events(settings), methods=["GET"]),
            Route("/v1/live/events", LiveEvents(self._relay, settings.stream_seconds), methods=["GET"]),
            Route("/v1/parcels/{parcel}/live", self._relay.post, methods=["POST"]),
            Route(
                "/v1/packs/{pack}/segments/{number}",
                Segments(hub, self._threads),
                methods=["GET", "HEAD", "PUT", "PATCH"],
            ),
            *AddressBook(hub, self._threads, authenticator, program_version()).routes(),
            *Parcels(hub, self._threads, self._announcer).routes(),
        ]
        # the bare router: Starlette's own error pages would answer before the gate can
        inner = Router(routes, lifespan=self._lifespan)
        self.application = Gate(inner, authenticator, self._threads, settings.segment_bytes)

    def close_streams(self) -> None:
        """End all event streams, so that the process can stop at once. From the event loop's thread."""
        self._announcer.close()
        self._relay.close()

    def _events(self, settings: HubSettings) -> MailboxEvents:
        return MailboxEvents(self._hub, self._threads, self._announcer, settings.stream_seconds)

    @asynccontextmanager
    async def _lifespan(self, _: Router) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._announcer.run())
        self._sweeper.start()
        if self._neighbours is not None:
            await self._neighbours.open()
        try:
            yield
        finally:
            if self._neighbours is not None:
                self._neighbours.close()
            self._announcer.close()
            self._relay.close()
            watching.cancel()
            await asyncio.to_thread(self._sweeper.stop)
            await asyncio.to_thread(self._threads.close)


class Sweeper:
    """A thread that sweeps from time to time, in whichever process holds the lease."""

    def __init__(self, hub: Hub, seconds: float) -> None:
        self._hub = hub
        self._seconds = seconds
        self._holder = secrets.token_hex(16)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub-sweep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the sweep under way."""
        self._stop.set()
        self._thread.join(30.0)

    def _run(self) -> None:
        sweeps = 0
        while not self._stop.is_set():
            try:
                sweeps += self._sweep(strays_too=sweeps % STRAY_SWEEPS == 0)
            except BeeldbrugError as error:
                _log.warning("sweep failed", code=error.code)
            self._stop.wait(self._seconds)

    def _sweep(self, *, strays_too: bool) -> bool:
        """Whether it was this process's turn."""
        swept = sweep(self._hub, self._holder, 2.5 * self._seconds)
        if swept is None:
            return False
        strays = remove_strays(self._hub) if strays_too else 0
        if swept.objects or swept.parcels or strays:
            _log.info("swept", count=swept.objects + strays, total=swept.parcels + swept.parts)
        return True


def program_version() -> str:
    """Version of the installed package."""
    try:
        return version("beeldbrug")
    except PackageNotFoundError:
        return "0"


def _segments(settings: HubSettings) -> SegmentStore:
    if settings.store is None:
        return FolderSegments(settings.data / "segments")
    options = {name: value.get_secret_value() for name, value in settings.store_options.items()}
    return BucketSegments(settings.store, options)


def _roots(settings: HubSettings) -> bytes:
    try:
        return settings.roots.read_bytes()
    except OSError:
        raise Malformed(
            "roots-unreadable", "The file of pinned root certificates cannot be read.", "Correct roots in the settings."
        ) from None
