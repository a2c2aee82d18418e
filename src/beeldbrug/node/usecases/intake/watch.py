"""Read in what is put into the watched folder, when nobody writes in it any more; the work ``intake``.

Each folder, ZIP or ISO file right below it is one reading: all studies of one patient. What cannot be taken whole, or
is of several patients, is put aside with the reason, and a human is told; nothing waits unseen. After a kill what lies
there is read again, which does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.watched import WatchedFolder, WatchedItem
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from beeldbrug.node.usecases.receive.session import Receiving

REFUSED = "intake-refused"
TEXTS = (
    "Iets in de intakemap is niet ingelezen en ligt in de map refused.",
    "Something in the watched folder was not read in and lies in its folder refused.",
    "Lees het bestand met de reden ernaast; lees het in met `beeldbrug disc read`, of zet het terug of gooi het weg.",
    "Read the file with the reason beside it; read it in by `beeldbrug disc read`, put it back, or throw it away.",
)

CHANGED = "carrier-changed"
"""Somebody still writes in it after all: it has to be quiet anew."""

log = get("intake")


@dataclass
class WatchStep:
    """The work ``intake`` of one organisation. ``quiet`` and ``every`` are seconds: without any change before an item
    is read, and from one look to the next. ``receiving`` gives what a reading takes in with."""

    organisation: str
    name: str
    database: Database
    folder: WatchedFolder
    receiving: Callable[[], AbstractContextManager[Receiving]]
    clock: Callable[[], float]
    quiet: float = 30.0
    every: float = 5.0
    brought_by: str = ""
    _seen: dict[str, tuple[WatchedItem, float]] = field(default_factory=dict)

    def step(self, subject: str) -> float | None:
        """One look. Raises Unavailable when the folder, the vault or its disk is away; it is tried again."""
        now = self.clock()
        items = self.folder.items()
        before, self._seen = self._seen, {}
        for item in items:
            known = before.get(item.name)
            since = known[1] if known is not None and known[0] == item and known[1] <= now else now
            self._seen[item.name] = (item, since)
        for item, since in list(self._seen.values()):
            if now - since >= self.quiet:
                self._read(item)
        self._tell()
        return self.every

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Nothing to note beyond a log line; the next look comes."""
        log.error("watched folder not read", code=error.code)
        return self.every

    def _read(self, item: WatchedItem) -> None:
        try:
            self._take(item)
        except BeeldbrugError as error:
            if isinstance(error, Unavailable) and error.code != "carrier-unreadable":
                raise
            if error.code == CHANGED:
                log.info("watched item changes", code=error.code)
            else:
                self._refuse(item, error)
        else:
            self.folder.done(item)
        self._seen.pop(item.name, None)

    def _take(self, item: WatchedItem) -> None:
        brought = Brought(self.organisation, self.name, "node", self.brought_by, item.name)
        with self.folder.open(item) as carrier:
            listing = list_carrier(carrier)
            patient, studies = choose(listing, None, ())
            with self.receiving() as receiving:
                taken = take_in(receiving, carrier, listing, patient, studies, brought)
        log.info("watched item read in", count=taken.instances)
        if not taken.verified:
            raise Conflict(
                "disc-incomplete",
                "Not all images on it can be read, or some are missing.",
                "Clean it and try again, ask for a new one, or take what is there with --partly.",
            )

    def _refuse(self, item: WatchedItem, error: BeeldbrugError) -> None:
        self.folder.refuse(item, f"{error.code}\n{error.text}\n{error.remedy}\n")
        log.warning("watched item refused", code=error.code)
        event = AuditEvent(self.organisation, "disc-refused", "E", error.code, actor="node", at=self.clock())
        with self.database.write() as tx:
            tx.audit.append(event)

    def _tell(self) -> None:
        """The alert stands as long as something lies aside."""
        aside = self.folder.refused()
        with self.database.read() as tx:
            told = any(one.code == REFUSED for one in tx.alerts.open(self.organisation))
        if bool(aside) == told:
            return
        with self.database.write() as tx:
            if aside:
                tx.alerts.raise_(AlertRow(0, self.organisation, "", REFUSED, *TEXTS, raised=self.clock()))
            else:
                tx.alerts.clear(self.organisation, "", REFUSED, self.clock())
