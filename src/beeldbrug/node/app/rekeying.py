"""Composition of what gives imports under an emergency number their own number."""

from __future__ import annotations

from beeldbrug.node.app.archive import LiveArchive
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.rejecting import make_rejecting
from beeldbrug.node.usecases.imports.decide import DecideImport
from beeldbrug.node.usecases.rekey.step import RekeyStep


def make_rekey_step(base: Base, decide: DecideImport) -> RekeyStep:
    """What follows them until they stand under it in the PACS."""
    rejecting = make_rejecting(base)
    return RekeyStep(
        base.own.ura,
        base.database,
        base.sources,
        LiveArchive(base.live),
        decide,
        decide.rule.rekey_seconds,
        base.clock.now,
        rejecting.reject if rejecting is not None else None,
    )
