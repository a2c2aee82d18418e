"""A vault on SQLite in a temporary folder with spool and store in memory, and what views it: no socket is opened."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from beeldbrug.model.exchange import State
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.view.subject import Kind, Name
from beeldbrug.node.usecases.view.viewing import Viewing
from tests.ingest import HOME, Bench, add_exchange, bench_in
from tests.plan import whole_lines

EXCHANGE = "ab" * 16
STUDY = "1.2.826.0.1.3680043.8.498.1"


@dataclass
class Views:
    """The bench with its viewing half, and short ways to ask it."""

    bench: Bench
    viewing: Viewing

    def receive(self, count: int = 3, exchange: str = EXCHANGE, state: State = State.VERIFIED) -> None:
        """An exchange that came in, with so many slices."""
        add_exchange(self.bench.vault, exchange, HOME, STUDY, state)
        ingest = self.bench.ingest(exchange)
        for number in range(1, count + 1):
            ingest.add(slice_file(number))
        ingest.close()

    def plan(self, scope: Scope, name: Name, after: int = 0, waiting: frozenset[int] = frozenset()) -> list[Any]:
        """Lines of a plan, made whole; its instances in the order in which they came in."""
        first, *instances, last = whole_lines(self.told(scope, name, after, waiting))
        return [first, *sorted(instances, key=lambda line: line["id"]), last]

    def told(self, scope: Scope, name: Name, after: int = 0, waiting: frozenset[int] = frozenset()) -> list[Any]:
        """Lines of a plan as they go out."""
        chunks = self.viewing.plan(scope, name, "/base", after, waiting)
        return [msgspec.json.decode(line) for line in b"".join(chain(chunks)).splitlines()]

    def events(self) -> list[str]:
        """Audit events so far, with their outcome."""
        with self.bench.vault.read() as transaction:
            return [f"{event.event} {event.outcome}" for _, event in transaction.audit.events(HOME)]

    def own_study(self) -> str:
        """Row id of a study of our own."""
        with self.bench.vault.read() as transaction:
            rows = transaction.instances.studies(HOME, None, {}, 0, 100)
        return next(str(row.id) for row in rows if row.origin == "own")


def received(exchange: str = EXCHANGE) -> Name:
    """Name of an exchange."""
    return Name(Kind.EXCHANGE, exchange)


def slice_file(number: int, **changes: Any) -> bytes:
    """A slice of one study as a file."""
    import pydicom

    dataset: Dataset = pydicom.dcmread(str(get_testdata_file("CT_small.dcm")))
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, STUDY + ".1"
    dataset.SOPInstanceUID = f"{STUDY}.1.{number}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.InstanceNumber = number
    dataset.PatientName, dataset.PatientID = "Testpersoon^Anna", "999911120"
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    with bench_in(tmp_path) as bench:
        yield Views(bench, Viewing(bench.reading._sources))
