"""Plugs partners' places on disk into taking in: the worker's steps, and what the commands show and take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.intake import open_carrier
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.stores.drop.batches import PartnerBatches
from beeldbrug.node.usecases.intake.drops import DropStep, Partner
from beeldbrug.node.usecases.receive.session import Receiving


class _NoServer:
    """The work of a server that is no longer set ends; what lies there stays."""

    def step(self, subject: str) -> None:
        """Nothing is left."""

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """It does not fail."""


def drop_partners(settings: NodeSettings, make: bool = True) -> Mapping[str, Partner]:
    """Everybody who may bring, by account; without ``make`` only who has a place already. Raises Unavailable."""
    section = settings.sftp
    if section is None:
        return {}
    return {
        one.account: Partner(
            one.account,
            one.name,
            one.organisation,
            one.ground,
            PartnerBatches(settings.data / "sftp" / one.account, open_carrier),
        )
        for one in section.partners
        if make or (settings.data / "sftp" / one.account).is_dir()
    }


def drop_steps(
    settings: NodeSettings,
    database: Database,
    receiving: Callable[[], AbstractContextManager[Receiving]],
    clock: Callable[[], float],
) -> dict[tuple[str, str], Step]:
    """The work of partners' places."""
    section, own = settings.sftp, settings.organisation
    if section is None:
        return {(own.ura, WorkKind.DROP): _NoServer()}
    step = DropStep(
        own.ura,
        own.name,
        database,
        drop_partners(settings),
        receiving,
        clock,
        section.quiet_seconds,
        section.abandoned_seconds,
        section.every_seconds,
    )
    return {(own.ura, WorkKind.DROP): step}
