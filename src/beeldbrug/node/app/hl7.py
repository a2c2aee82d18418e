"""Composition of the HL7 v2 port: the settings, the vault, the listener."""

from __future__ import annotations

from ipaddress import ip_network
from zoneinfo import ZoneInfo

from beeldbrug.node.app.base import Base
from beeldbrug.node.app.hl7_settings import Hl7
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls, server_context
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.listener import Listener, Rule
from beeldbrug.node.protocols.hl7.person import Emergency, Reader
from beeldbrug.node.usecases.patients.take import TakePatients
from beeldbrug.node.usecases.reports.take import TakeReports


def make_listener(base: Base) -> Listener | None:
    """The port of one organisation, not started; None where none is set. Raises Malformed for unusable TLS files."""
    section = base.settings.hl7
    if section is None:
        return None
    take = TakePatients(base.database, base.own.ura, base.clock.now).take
    reports = TakeReports(base.database, base.own.ura)
    tls = server_context(server_tls(section)) if section.certificate is not None else None
    return Listener(
        section.host,
        section.port,
        rule(base.settings, section),
        take,
        base.clock.now,
        limits(section),
        tls,
        lambda given: reports.take(given, base.clock.now(), "hl7"),
    )


def rule(settings: NodeSettings, section: Hl7) -> Rule:
    """What is taken, as the protocol has it."""
    zone, imports = ZoneInfo(settings.notices.time_zone), settings.imports
    emergency = Emergency(imports.emergency_issuer.casefold(), imports.emergency_prefix)
    authorities = frozenset(name.casefold() for name in section.authority)
    reader = Reader(authorities, zone, emergency=emergency, accession_authorities=section.accession_authority)
    networks = tuple(ip_network(network, strict=False) for network in section.networks)
    return Rule(reader, networks, frozenset(section.processing), section.character_set, settings.organisation.ura)


def limits(section: Hl7) -> Limits:
    """The limits as the settings have them."""
    return Limits(
        connections=section.connections, message_bytes=section.message_bytes, idle_seconds=section.idle_seconds
    )


def server_tls(section: Hl7) -> ServerTls:
    """TLS of the port."""
    authorities = str(section.client_authorities) if section.client_authorities is not None else ""
    certificates = ClientCertificates.REQUIRED if authorities else ClientCertificates.NONE
    return ServerTls(str(section.certificate), str(section.key), authorities, certificates)
