"""Checks of sending from node to node: our own door, as others reach it, and the doors of partners.

Nothing is contacted in a dry run.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from beeldbrug.kit.clock import Clock
from beeldbrug.kit.http import Trust
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.check.ports import is_loopback
from beeldbrug.node.app.direct_settings import Direct
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.ways import DOOR_TIMEOUTS
from beeldbrug.node.protocols.hub.client import HttpHub
from beeldbrug.node.usecases.trust import OwnOrganisation

AREA = "direct"


def check_direct(settings: NodeSettings, own: OwnOrganisation, clock: Clock, dry: bool) -> Iterator[Finding]:
    """All of it; nothing where nothing is set."""
    section = settings.direct
    if section is None:
        return
    if not section.url:
        text = "There is no door of our own: partners cannot send to this node but by a hub, or by a door it goes to."
        yield Finding(AREA, Level.NOTE, "direct-no-door", text, "Set [direct] url, port, certificate and key.")
    elif is_loopback(urlsplit(section.url).hostname or ""):
        text = "Our own door is published under an address that only this machine reaches."
        yield Finding(AREA, Level.WARNING, "direct-loopback", text, "Set [direct] url to what other nodes reach.")
    if settings.hub is None and not any(partner.url for partner in section.partners):
        text = "Nobody outside this node keeps the head of its audit trail: a cut end would not be found."
        yield Finding(AREA, Level.WARNING, "head-nowhere", text, "Set a hub, or the address of a partner's door.")
    if dry:
        return
    if section.url:
        yield _asked(section, own, clock, section.url, "Our own door", Level.WARNING)
    for partner in section.partners:
        if partner.url:
            yield _asked(section, own, clock, partner.url, f"The door of {partner.organisation}", Level.WARNING)


def _asked(section: Direct, own: OwnOrganisation, clock: Clock, url: str, what: str, level: Level) -> Finding:
    trust = Trust(authority=section.authority) if section.authority else None
    door = HttpHub(url, own.ura, own.signing_key, clock, trust, DOOR_TIMEOUTS)
    try:
        door.echo()
    except BeeldbrugError as error:
        found = of_error(AREA, error, level)
        return Finding(AREA, level, found.code, f"{what}: {found.text}", found.remedy or "Check address and network.")
    finally:
        door.close()
    return Finding(AREA, Level.OK, "door-answers", f"{what} answers.")
