"""A node's own side of reading in, inside the test: real vault, spool, folder, seals; and discs to read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.dicom.phantom.patients import PATIENTS, PhantomPatient
from beeldbrug.kit.clock import SystemClock
from beeldbrug.node.ports.carrier import Carrier, CarrierEntry, CarrierFile, CarrierLimits
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.spool import FileSpool
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.intake.listing import Listing, list_carrier
from beeldbrug.node.usecases.intake.take import Brought, Taken, choose, take_in
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.receive.packing import Packing
from beeldbrug.node.usecases.receive.session import Receiving
from tests.contract.node.exchange.small import new_uid, study

URA = "00000001"


def patient(number: int = 0) -> PhantomPatient:
    """A made-up patient."""
    return PATIENTS[number]


def files(folder: Path, count: int = 3, number: int = 0, uid: str = "", start: int = 1, size: int = 4096) -> list[Path]:
    """Slices of one study as files, named as discs name them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for place, (sop_class, instance, syntax, content) in enumerate(
        study(patient(number), count, size, start, uid or new_uid()), start
    ):
        path = folder / f"IM{place:06d}"
        path.write_bytes(file_meta(sop_class, instance, syntax) + content)
        made.append(path)
    return made


@dataclass
class Scratched:
    """A carrier of which some files cannot be read behind their first bytes."""

    carrier: Carrier
    names: frozenset[str]
    after: int = 0

    def entries(self) -> Iterator[CarrierEntry]:
        return self.carrier.entries()

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[CarrierFile]:
        with self.carrier.open(entry) as file:
            yield _ScratchedFile(file, self.after) if entry.name in self.names else file


@dataclass
class _ScratchedFile:
    file: CarrierFile
    left: int

    def read(self, size: int) -> bytes:
        if self.left <= 0:
            raise OSError(5, "Input/output error")
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data


@dataclass
class Desk:
    """The node that reads in."""

    vault: Vault
    folder: Path
    receiving: Receiving = field(init=False)

    def __post_init__(self) -> None:
        self.store = FolderStore(self.folder / "segments")
        self.spool = FileSpool(self.folder / "spool", 0)
        self.start()

    def start(self) -> None:
        """A new process."""
        self.packing = Packing(self.spool, self.store, self.vault, time.monotonic)
        names = {URA: "Ziekenhuis A"}
        self.receiving = Receiving(self.vault, self.packing, (), names, "test", time.time, URA)

    def sources(self) -> Sources:
        return Sources(self.vault, (self.spool,), self.store, SystemClock())

    def read(
        self,
        path: Path,
        patient: int | None = None,
        studies: tuple[str, ...] = (),
        partly: bool = False,
        scratched: tuple[str, ...] = (),
        after: int = 0,
        listing: Listing | None = None,
    ) -> Taken:
        """As ``disc read`` does it."""
        brought = Brought(URA, "Ziekenhuis A", "cli:balie", "Kliniek Zuid", "per post", partly)
        with open_carrier(path, CarrierLimits()) as opened:
            carrier = Scratched(opened, frozenset(scratched), after) if scratched else opened
            found = listing or list_carrier(opened)
            whose, chosen = choose(found, patient, studies)
            return take_in(self.receiving, carrier, found, whose, chosen, brought)

    def exchanges(self) -> list[ExchangeRow]:
        """Newest first."""
        with self.vault.read() as tx:
            return tx.exchanges.listing(URA)

    def originals(self, exchange: ExchangeRow) -> set[bytes]:
        """What the vault gives back."""
        with self.vault.read() as tx:
            rows = tx.instances.get(URA, [one.instance for one in tx.exchanges.members(exchange.id)])
        places = Places(self.sources(), URA)
        return {b"".join(bytes(one) for one in read_original(self.sources(), places, row)) for row in rows}

    def work(self) -> list[tuple[str, str]]:
        """Wishes."""
        with self.vault.read() as tx:
            return [(row.kind, row.subject) for row in tx.work.due(time.time() + 1e6, 100)]

    def alerts(self) -> list[str]:
        """Codes of open alerts."""
        with self.vault.read() as tx:
            return [one.code for one in tx.alerts.open(URA)]
