"""Composition of what tells the PACS that an import was undone."""

from __future__ import annotations

from importlib.metadata import version
from zoneinfo import ZoneInfo

from beeldbrug.node.app.base import Base
from beeldbrug.node.policy.rejecting import NEVER
from beeldbrug.node.usecases.reject.reject import Rejecting


def make_rejecting(base: Base) -> Rejecting | None:
    """What tells the PACS of undone imports, where that is set."""
    if base.settings.imports.rejection_notes == NEVER:
        return None
    return Rejecting(base.own.name, version("beeldbrug"), ZoneInfo(base.settings.notices.time_zone))
