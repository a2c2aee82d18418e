"""Reads everything back at hospital B and compares: its node over DICOMweb, and its PACS by C-FIND and C-MOVE.

Byte-exact: the dataset that B's node gives has the size and hash of the one that A's node received. Imported: B's PACS
has it and sends it, in the transfer syntax in which it was imported, equal, element by element, but for what an import
changes, under the number that B's node chose. No dataset is held in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from blake3 import blake3

from beeldbrug.cli.demo.compare import differences, text
from beeldbrug.cli.demo.retrieve import Retrieved, Retriever
from beeldbrug.cli.demo.studies import PROLOGUE_BYTES
from beeldbrug.cli.demo.viewer import Viewer
from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.imports.coerce import syntax_of_import


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


def read_back(
    sent: Iterable[InstanceRow], numbers: Mapping[str, str], viewer: Viewer, retriever: Retriever, folder: Path
) -> ReadBack:
    """Compare every instance that was sent; ``numbers`` are B's patient numbers by study.

    One file of the viewer's at a time lies in ``folder``, and one study of the PACS's in that of the retriever.
    """
    result = ReadBack()
    studies: dict[str, list[InstanceRow]] = {}
    for row in sent:
        studies.setdefault(row.study_uid, []).append(row)
    for study_uid, rows in studies.items():
        with retriever.study(study_uid) as retrieved:
            result.faults += retrieved.faults
            result.duplicates += sum(max(0, count - 1) for count in retrieved.held.values())
            result.faults["never-sent"] += len(retrieved.held.keys() - {row.instance_uid for row in rows})
            for row in rows:
                with NamedTemporaryFile(dir=folder, suffix=".dcm") as file:
                    _compare(result, row, viewer, Path(file.name), retrieved, numbers.get(study_uid, ""))
    result.faults = +result.faults
    return result


def _compare(result: ReadBack, row: InstanceRow, viewer: Viewer, file: Path, retrieved: Retrieved, number: str) -> None:
    result.instances += 1
    try:
        viewer.file(row.study_uid, row.series_uid, row.instance_uid, file)
    except BeeldbrugError as error:
        result.faults[error.code] += 1
        return
    exact = _dataset_hash(file, row.part10) == row.hash
    result.byte_exact += exact
    result.faults["bytes-differ"] += not exact
    fault = _fault_of_import(row, file, retrieved, number)
    result.faults.update(fault)
    result.imported += not fault


def _fault_of_import(row: InstanceRow, file: Path, retrieved: Retrieved, number: str) -> list[str]:
    """Why the PACS does not have it as it should; nothing when it has, once."""
    came = retrieved.came.get(row.instance_uid, [])
    if not retrieved.held[row.instance_uid]:
        return ["not-in-pacs"]
    if not came:
        return ["not-sent-by-pacs"]
    if len(came) > retrieved.held[row.instance_uid]:
        return ["sent-twice-by-pacs"]
    if came[0].transfer_syntax != syntax_of_import(row):
        return ["other-transfer-syntax"]
    different = differences(file, came[0].path)
    if different:
        return [f"differs-in-{tag:08x}" for tag in different]
    return [] if number and text(came[0].path, "PatientID") == number else ["other-number"]


def _dataset_hash(path: Path, part10: bool) -> bytes:
    """Hash of what was received: of the dataset, or of the file where a file came in."""
    digest = blake3()
    with path.open("rb") as file:
        if not part10:
            prologue = read_prologue(file.read(PROLOGUE_BYTES), True)
            file.seek(prologue.start if prologue else 0)
        while piece := file.read(PROLOGUE_BYTES):
            digest.update(piece)
    return digest.digest()
