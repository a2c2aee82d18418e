"""Plugs SFTP and DIMSE into delivering to partners that no hub knows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import version

from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.pacs import Application, StoreAssociation
from beeldbrug.node.ports.partners import Shelf, Way
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.dimse.store_scu import StoreScu, echo
from beeldbrug.node.protocols.sftp import client as sftp
from beeldbrug.node.usecases.deliver.deliver import DeliverStep
from beeldbrug.node.usecases.read.sources import Sources

TIMEOUT = 30.0
"""Seconds without an answer after which a partner's DICOM system counts as silent."""


class Ways:
    """The ways to partners (``ports.partners.Outlets``)."""

    def sftp(self, way: Way) -> AbstractContextManager[Shelf]:
        """Log in."""
        return sftp.open_shelf(way)

    def dicom(self, way: Way, contexts: Sequence[tuple[str, str]]) -> AbstractContextManager[StoreAssociation]:
        """An association."""
        return StoreScu(application_of(way), contexts)

    def try_out(self, way: Way) -> float:
        """Whether it can be reached, and written to; seconds it took. A disc needs nothing."""
        begun = time.monotonic()
        if way.kind is Route.SFTP:
            return sftp.try_out(way)
        if way.kind is Route.DICOM:
            return echo(application_of(way))
        return time.monotonic() - begun

    def host_key(self, host: str, port: int) -> str:
        """What an SSH server shows."""
        return sftp.host_key(host, port)


def application_of(way: Way) -> Application:
    """The system to call."""
    return Application(
        way.ae_title,
        way.host,
        way.port,
        way.calling_ae,
        way.tls_ca,
        way.tls_certificate,
        way.tls_key,
        TIMEOUT,
    )


def made_by() -> str:
    """What a readme names as its maker."""
    return f"Beeldbrug {version('beeldbrug')}"


def partner_steps(
    organisation: str,
    database: Database,
    sources: Sources,
    clock: Callable[[], float],
    quiet_seconds: Callable[[str], float],
) -> dict[tuple[str, str], Step]:
    """The work of delivering."""
    step = DeliverStep(organisation, database, sources, Ways(), clock, quiet_seconds, made_by())
    return {(organisation, WorkKind.DELIVER): step}
