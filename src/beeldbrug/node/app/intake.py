"""Plugs the carriers' store into reading in: what commands and the worker open discs, folders and files with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.carrier import Carrier
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.stores.carrier import open as carriers
from beeldbrug.node.stores.carrier.watched import WatchedOnDisk
from beeldbrug.node.usecases.intake.watch import WatchStep
from beeldbrug.node.usecases.receive.session import Receiving


def open_carrier(path: Path) -> AbstractContextManager[Carrier]:
    """The carrier. Raises Unsupported, Unavailable, Malformed, TooLarge."""
    return carriers.open_carrier(path)


class _NoFolder:
    """The work of a folder that is watched no longer ends."""

    def step(self, subject: str) -> None:
        """Nothing is left."""

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """It does not fail."""


def intake_steps(
    settings: NodeSettings,
    database: Database,
    receiving: Callable[[], AbstractContextManager[Receiving]],
    clock: Callable[[], float],
) -> dict[tuple[str, str], Step]:
    """The work of the watched folder, where one is set."""
    section, own = settings.intake, settings.organisation
    if section.folder is None:
        return {(own.ura, WorkKind.INTAKE): _NoFolder()}
    watch = WatchStep(
        own.ura,
        own.name,
        database,
        WatchedOnDisk(section.folder, section.after == "keep"),
        receiving,
        clock,
        section.quiet_seconds,
        section.every_seconds,
        section.brought_by,
    )
    return {(own.ura, WorkKind.INTAKE): watch}
