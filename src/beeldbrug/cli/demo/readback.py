"""Reads everything back at hospital B and compares: its node over DICOMweb, and its PACS.

Byte-exact: the dataset that B's node gives has the size and hash of the one that A's node received. Imported: B's PACS
gives it back equal, element by element, but for what an import changes, under the number that B's node chose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from blake3 import blake3

from beeldbrug.cli.demo.compare import differences, text
from beeldbrug.cli.demo.pacs import DemoPacs
from beeldbrug.cli.demo.viewer import Viewer
from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.ports.vault import Database, Transaction


@dataclass(slots=True)
class ReadBack:
    """Counts over the instances that A's node acknowledged; ``faults`` by code."""

    instances: int = 0
    byte_exact: int = 0
    imported: int = 0
    duplicates: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def exchanges(database: Database, organisation: str, direction: Direction) -> list[ExchangeRow]:
    """All exchanges of a node in one direction, oldest first."""
    with database.read() as tx:
        return tx.exchanges.listing(organisation, direction, limit=10_000)[::-1]


def members(tx: Transaction, exchange: ExchangeRow) -> Iterator[InstanceRow]:
    """The instances of an exchange."""
    after = 0
    while rows := tx.exchanges.members(exchange.id, after, 1000):
        yield from tx.instances.get(exchange.organisation, [row.instance for row in rows])
        after = rows[-1].ordinal


def read_back(sent: Iterable[InstanceRow], numbers: Mapping[str, str], viewer: Viewer, pacs: DemoPacs) -> ReadBack:
    """Compare every instance that was sent; ``numbers`` are B's patient numbers by study."""
    result = ReadBack()
    for row in sent:
        result.instances += 1
        try:
            file = viewer.file(row.study_uid, row.series_uid, row.instance_uid)
        except BeeldbrugError as error:
            result.faults[error.code] += 1
            continue
        exact = _dataset_hash(file, row.part10) == row.hash
        result.byte_exact += exact
        result.faults["bytes-differ"] += not exact
        _compare_import(result, file, pacs.fetch(row.instance_uid), numbers.get(row.study_uid, ""))
    result.faults = +result.faults
    return result


def _compare_import(result: ReadBack, file: bytes, copies: list[bytes], number: str) -> None:
    result.duplicates += max(0, len(copies) - 1)
    if not copies:
        result.faults["not-in-pacs"] += 1
        return
    different = differences(file, copies[0])
    if different:
        result.faults.update(f"differs-in-{tag:08x}" for tag in different)
    elif not number or text(copies[0], "PatientID") != number:
        result.faults["other-number"] += 1
    else:
        result.imported += 1


def _dataset_hash(file: bytes, part10: bool) -> bytes:
    """Hash of what was received: of the dataset, or of the file where a file came in."""
    if part10:
        return blake3(file).digest()
    prologue = read_prologue(file, True)
    return blake3(memoryview(file)[prologue.start if prologue else 0 :]).digest()
