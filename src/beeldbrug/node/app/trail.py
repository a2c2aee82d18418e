"""The audit trail of one organisation, to be searched by people and by other systems."""

from __future__ import annotations

from functools import partial

from beeldbrug.node.app.audit_settings import Audit
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.dimse.tls import client_context
from beeldbrug.node.protocols.syslog.client import Address, SyslogCollector
from beeldbrug.node.usecases.trail.forward import ForwardStep
from beeldbrug.node.usecases.trail.reading import TrailReading
from beeldbrug.node.usecases.trail.search import Trail


def make_trail(base: Base) -> Trail:
    """For people."""
    return Trail(base.own.ura, base.settings.import_rule().issuer, base.database)


def make_trail_reading(base: Base) -> TrailReading:
    """For other systems, by token."""
    return TrailReading(make_trail(base), base.own.name, base.clock.now)


def forward_steps(base: Base) -> dict[tuple[str, str], Step]:
    """Giving events to the hospital's collector, where one is set."""
    section, ura = base.settings.audit, base.own.ura
    collector = _collector(section, section.host or ura) if section.collector else None
    return {(ura, WorkKind.FORWARD): ForwardStep(ura, base.database, collector, base.clock.now)}


def _collector(section: Audit, host: str) -> SyslogCollector:
    authority, certificate, key = (str(one or "") for one in (section.ca, section.certificate, section.key))
    context = partial(client_context, authority, certificate, key)
    address = Address(section.collector, section.port, section.tls_name)
    return SyslogCollector(address, context, host, section.confirms)
