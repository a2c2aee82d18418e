"""Checks of the hub: does it answer, does its clock agree, and can every correspondent be sealed to."""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.kit.clock import Clock
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.base import Base, connect_hub, hub_client
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.compose import make_trust
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.hub.client import HttpHub
from beeldbrug.node.usecases.trust import OwnOrganisation, statement_warning

AREA = "hub"
CLOCK_SECONDS = 60.0
CLOCK_FAULT_SECONDS = 12 * 3600.0
"""Statements from further in the future than this are refused (``sealed.statement``)."""

PEERS = 200


def check_hub(base: Base, dry: bool) -> Iterator[Finding]:
    """All of it; in a dry run nothing is contacted."""
    reached = True
    for finding in check_way_to_hub(base.settings, base.own, base.clock, dry):
        reached = reached and finding.code in ("hub-answers", "clock-off")
        yield finding
    if reached:
        hub = connect_hub(base)
        try:
            yield from _peers(base, hub)
        finally:
            hub.close()


def check_way_to_hub(settings: NodeSettings, own: OwnOrganisation, clock: Clock, dry: bool) -> Iterator[Finding]:
    """Only whether it answers, and its clock."""
    if settings.hub is None and settings.direct is not None:
        yield Finding(AREA, Level.NOTE, "no-hub", "No hub is set; parcels go from node to node.")
        return
    if settings.hub is None:
        yield Finding(
            AREA, Level.WARNING, "no-hub", "No hub is set; nothing is sent or received.", "Set [hub] url, roots."
        )
        return
    if dry:
        yield Finding(AREA, Level.NOTE, "hub-not-asked", "The hub was not contacted (dry run).")
        return
    hub = hub_client(settings, own, clock)
    try:
        yield _clock(hub.echo())
    except BeeldbrugError as error:
        yield of_error(AREA, error)
    finally:
        hub.close()


def _clock(ahead: float) -> Finding:
    text = f"The hub answers; its clock differs by {abs(ahead):.1f} s."
    if abs(ahead) > CLOCK_FAULT_SECONDS:
        return Finding(AREA, Level.FAULT, "clock-off", text, "Set this machine's clock (NTP).")
    if abs(ahead) > CLOCK_SECONDS:
        return Finding(AREA, Level.WARNING, "clock-off", text, "Let this machine's clock follow NTP.")
    return Finding(AREA, Level.OK, "hub-answers", text)


def _peers(base: Base, hub: HttpHub) -> Iterator[Finding]:
    try:
        listed = {one.organisation for one in hub.correspondents()}
    except BeeldbrugError as error:
        yield of_error(AREA, error)
        return
    if base.own.ura not in listed:
        yield Finding(
            AREA,
            Level.WARNING,
            "not-enrolled",
            "The hub does not list this organisation (yet).",
            "Start the node; or have the hub's operator enrol it: beeldbrug hub enrol CERTIFICATE.",
        )
    trust = make_trust(base, hub)
    wanted = dict.fromkeys(rule.receiver for rule in base.settings.rules)
    for ura in wanted:
        if ura not in listed:
            text = f"{ura}, named in a sending rule, is not in the address book."
            yield Finding("peers", Level.FAULT, "receiver-unknown", text, "Check the URA, or have it join the hub.")
    reached = 0
    for ura in sorted(listed - {base.own.ura})[:PEERS]:
        code = statement_warning(trust, ura)
        if not code:
            reached += 1
            continue
        level = Level.FAULT if ura in wanted else Level.NOTE
        text = f"{ura} cannot be sealed to now."
        yield Finding("peers", level, code, text, "Sending waits until its node has published a valid statement.")
    yield Finding("peers", Level.OK, "peers-reached", f"{reached} correspondents can be sent to.")
