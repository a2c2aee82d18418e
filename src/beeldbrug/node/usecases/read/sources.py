"""What every reading verb needs to hand: the vault, the spool, the store and the time. No behaviour of its own."""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.kit.clock import Clock
from beeldbrug.node.ports.segments import SegmentReader, SegmentStore
from beeldbrug.node.ports.vault import Database


@dataclass(frozen=True, slots=True)
class Sources:
    """The places that are read from; ``spools`` one after the other."""

    database: Database
    spools: tuple[SegmentReader, ...]
    segments: SegmentStore
    clock: Clock
