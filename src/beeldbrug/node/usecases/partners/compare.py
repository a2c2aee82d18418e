"""What a file of partners would change in the own list, told before anything is kept; and keeping it as it was told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from beeldbrug.node.ports.partners import Partner
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.partners.keep import changed_meanwhile, check, put

FIELDS = ("name", "ura", "doors", "ways")


class Fate(StrEnum):
    """What becomes of a partner that a file names."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One partner of a file. ``fields``: what differs from what is kept. ``before`` is None for a new one."""

    fate: Fate
    partner: Partner
    before: Partner | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """All that a file says, in its order; ``untouched``: how many partners it does not name. ``basis`` stands for the
    list that it was compared with."""

    changes: tuple[Change, ...]
    untouched: int
    basis: str


def compare(database: Database, organisation: str, read: Sequence[Partner]) -> Compared:
    """What would change. Raises Malformed ``partner-malformed``."""
    check(read)
    with database.read() as tx:
        there = tx.partners.all(organisation)
    known = {one.id: one for one in there}
    changes = tuple(_change(known.get(one.id), one) for one in read)
    return Compared(changes, len(set(known) - {one.id for one in read}), _basis(there))


def keep_compared(
    database: Database, organisation: str, read: Sequence[Partner], basis: str, actor: str, now: float
) -> int:
    """Keep what is new or changed; how many. Raises Conflict ``partner-changed`` when the list is not what it was
    compared with, Malformed."""
    check(read)
    with database.write() as tx:
        there = tx.partners.all(organisation)
        if _basis(there) != basis:
            raise changed_meanwhile()
        known = {one.id: one for one in there}
        wanted = [one for one in read if _change(known.get(one.id), one).fate is not Fate.SAME]
        put(tx, wanted, actor, now)
    return len(wanted)


def _change(before: Partner | None, one: Partner) -> Change:
    if before is None:
        return Change(Fate.NEW, one, None)
    fields = tuple(name for name in FIELDS if getattr(before, name) != getattr(one, name))
    return Change(Fate.CHANGED if fields else Fate.SAME, one, before, fields)


def _basis(there: Sequence[Partner]) -> str:
    said = msgspec.json.encode([replace(one, organisation="") for one in sorted(there, key=lambda one: one.id)])
    return hashlib.blake2b(said, digest_size=16).hexdigest()
