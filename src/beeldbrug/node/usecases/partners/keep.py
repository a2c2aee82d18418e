"""Keep the own list of partners that no hub knows: add, replace, remove; checked, and on record.

A partner that cannot be reached as it stands is refused with every fault at once. Nothing is tried here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import CARRIED, PICTURED, Route
from beeldbrug.node.ports.partners import Partner, Way
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
URA: Final = re.compile(r"[0-9]{8}")
TITLE: Final = re.compile(r"[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?")
PARTNERS_MOST: Final = 2000
DOORS_MOST: Final = 200
WAYS_MOST: Final = 20
CHARACTERS: Final = 100
PATH_CHARACTERS: Final = 1000
HOST_KEY_CHARACTERS: Final = 10_000


def keep(database: Database, partners: Sequence[Partner], actor: str, now: float) -> None:
    """Add these, or replace what has their ids; all or nothing. Raises Malformed ``partner-malformed``."""
    check(partners)
    with database.write() as tx:
        put(tx, partners, actor, now)


def change(database: Database, partner: Partner, seen: float | None, actor: str, now: float) -> Partner:
    """Keep one that somebody has on a screen: ``seen`` is its ``changed`` there, None for a new one; as it is kept.

    Raises Malformed ``partner-malformed``, NotFound ``partner-unknown``, Conflict ``partner-known``,
    ``partner-changed``.
    """
    check([partner])
    with database.write() as tx:
        there = tx.partners.get(partner.organisation, partner.id)
        if seen is None and there is not None:
            raise Conflict("partner-known", "There is a partner with this id.", "Change that one, or take another id.")
        if seen is not None and there is None:
            raise unknown()
        if seen is not None and there is not None and there.changed != seen:
            raise changed_meanwhile()
        put(tx, [partner], actor, now)
    return replace(partner, changed=now)


def check(partners: Sequence[Partner]) -> None:
    """Every fault of all of them at once. Raises Malformed ``partner-malformed``."""
    found = [
        f"{partner.id or number}: {fault}" for number, partner in enumerate(partners, 1) for fault in faults(partner)
    ]
    if found:
        raise malformed(found)


def put(tx: Transaction, partners: Sequence[Partner], actor: str, now: float) -> None:
    """Keep what was checked, on record. Raises Malformed when there would be too many."""
    there = {partner.id for partner in tx.partners.all(partners[0].organisation)} if partners else set()
    if len(there | {partner.id for partner in partners}) > PARTNERS_MOST:
        raise malformed([f"more than {PARTNERS_MOST} partners"])
    for partner in partners:
        tx.partners.put(replace(partner, changed=now))
        tx.audit.append(_event(partner, "partner-kept", actor, now))


def remove(database: Database, organisation: str, id: str, actor: str, now: float) -> None:
    """Take a partner off the list; what is on its way to it fails and says so. Raises NotFound."""
    with database.write() as tx:
        partner = tx.partners.get(organisation, id)
        if partner is None or not tx.partners.delete(organisation, id):
            raise unknown()
        tx.audit.append(_event(partner, "partner-removed", actor, now))


def one_partner(database: Database, organisation: str, id: str) -> Partner:
    """The partner with this id. Raises NotFound ``partner-unknown``."""
    with database.read() as tx:
        partner = tx.partners.get(organisation, id)
    if partner is None:
        raise unknown()
    return partner


def faults(partner: Partner) -> list[str]:
    """What is wrong with it, in words for whoever typed it; it names no values."""
    found = []
    if ID.fullmatch(partner.id) is None or partner.address in (CARRIED, PICTURED):
        found.append("an id is 1 to 40 of a-z, 0-9 and -, and not 'disc' or 'picture'")
    if not 0 < len(partner.name) <= CHARACTERS or not partner.name.isprintable():
        found.append(f"a name of 1 to {CHARACTERS} characters is needed")
    if partner.ura and URA.fullmatch(partner.ura) is None:
        found.append("a URA has eight digits")
    if not 0 < len(partner.ways) <= WAYS_MOST:
        found.append(f"a partner has 1 to {WAYS_MOST} ways")
    words = [word for door in partner.doors for word in (door.location, door.department)]
    if len(partner.doors) > DOORS_MOST or any(len(word) > CHARACTERS or not word.isprintable() for word in words):
        found.append(f"at most {DOORS_MOST} locations and departments of at most {CHARACTERS} characters")
    return found + [f"way {number}: {fault}" for number, way in enumerate(partner.ways, 1) for fault in way_faults(way)]


def way_faults(way: Way) -> Iterator[str]:
    """What is wrong with one way."""
    if way.kind is Route.HUB:
        yield "the hub needs no entry here"
    if way.kind in (Route.SFTP, Route.DICOM) and (not way.host or len(way.host) > 255 or not way.host.isprintable()):
        yield "a host is needed"
    if not 0 <= way.port <= 65535:
        yield "a port lies between 1 and 65535"
    paths = (way.key, way.directory, way.tls_ca, way.tls_certificate, way.tls_key)
    if any(len(path) > PATH_CHARACTERS or "\0" in path for path in paths):
        yield "a path is too long"
    if way.kind is Route.SFTP:
        yield from _sftp_faults(way)
    if way.kind is Route.DICOM:
        yield from _dicom_faults(way)


def _sftp_faults(way: Way) -> Iterator[str]:
    if not way.user:
        yield "a user is needed"
    if not way.key:
        yield "the file of our private key is needed"
    if not way.host_key or len(way.host_key) > HOST_KEY_CHARACTERS:
        yield "the server's public key is needed, as `ssh-keyscan` prints it and the partner confirms it"


def _dicom_faults(way: Way) -> Iterator[str]:
    if TITLE.fullmatch(way.ae_title) is None or TITLE.fullmatch(way.calling_ae) is None:
        yield "AE titles have 1 to 16 characters"
    if not way.port:
        yield "a port is needed"
    if not way.tls_ca and not way.plain:
        yield "TLS is needed (tls_ca), or plain = true where the network between is safe by itself"
    if way.tls_ca and way.plain:
        yield "either TLS or plain"


def malformed(found: Sequence[str]) -> Malformed:
    """Of all these faults, the first twenty."""
    shown = "; ".join(found[:20])
    return Malformed("partner-malformed", f"The partner cannot be kept: {shown}.", "Mend it and try again.")


def changed_meanwhile() -> Conflict:
    """Somebody else was first."""
    return Conflict(
        "partner-changed",
        "Somebody else has changed the list of partners in the meantime; nothing of yours was kept.",
        "Reload the page, look at the change, and make yours again.",
    )


def unknown() -> NotFound:
    """No such partner."""
    return NotFound("partner-unknown", "There is no partner with this id.", "Look at the list of partners.")


def _event(partner: Partner, event: str, actor: str, now: float) -> AuditEvent:
    return AuditEvent(
        organisation=partner.organisation,
        event=event,
        action="U",
        outcome="success",
        actor=actor,
        peer=partner.address,
        details={"ura": partner.ura, "ways": " ".join(way.kind for way in partner.ways)},
        at=now,
    )
