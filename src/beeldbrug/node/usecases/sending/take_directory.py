"""Take locations and departments of those that can be sent to from a care directory into the own address book.

An organisation with keys (hub or door) gets entries beside those that people here typed, which stay as they are; a
partner of the own list gets those that it lacks as doors, and keeps its ways. Who can be reached by neither is told,
not kept. What an earlier file said of an organisation with keys goes when this one speaks of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from beeldbrug.model.exchange import Party
from beeldbrug.node.ports.partners import Door, Partner
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.sending import AddressEntry
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.partners.keep import DOORS_MOST
from beeldbrug.node.usecases.sending.address_book import CHARACTERS, PHONE_CHARACTERS, clean
from beeldbrug.node.usecases.sending.directory import Listed, ListedDoor
from beeldbrug.node.usecases.trust import Trust

LISTED: Final = "dir-"
"""With what ids of entries begin that a file gave."""


@dataclass(frozen=True, slots=True)
class Taken:
    """URAs whose doors were kept, how many doors those are, and URAs of the file that nothing leads to."""

    organisations: tuple[str, ...]
    doors: int
    unreached: tuple[str, ...]
    left_out: int
    """Doors beyond the first ``DOORS_MOST`` of an organisation, or without any name."""


def take_directory(
    database: Database, trust: Trust, organisation: str, listed: Sequence[Listed], actor: str, now: float
) -> Taken:
    """Keep them. Raises Unavailable while the hub's address book cannot be read; nothing is kept then."""
    certified = {one.ura: one.name for one, _ in trust.book()}
    kept, unreached, doors, left_out = [], [], 0, 0
    with database.write() as tx:
        partners = {one.ura: one for one in tx.partners.all(organisation) if one.ura}
        entries = tx.addresses.all(organisation)
        for one in listed:
            if one.ura == organisation:
                continue
            clear = _clear(one)
            if one.ura in certified:
                _keep_entries(tx, Party(one.ura, certified[one.ura]), clear, entries, organisation, now)
            elif one.ura in partners:
                _keep_doors(tx, partners[one.ura], clear, now)
            else:
                unreached.append(one.ura)
                continue
            kept.append(one.ura)
            doors, left_out = doors + len(clear), left_out + len(one.doors) - len(clear)
            tx.audit.append(_event(organisation, one.ura, len(clear), actor, now))
    return Taken(tuple(kept), doors, tuple(unreached), left_out)


def _clear(one: Listed) -> list[ListedDoor]:
    found: dict[tuple[str, str], ListedDoor] = {}
    for door in one.doors:
        location, department = clean(door.location, CHARACTERS), clean(door.department, CHARACTERS)
        if location or department:
            found.setdefault(
                (location, department), ListedDoor(location, department, clean(door.phone, PHONE_CHARACTERS))
            )
    return list(found.values())[:DOORS_MOST]


def _keep_entries(
    tx: Transaction, peer: Party, doors: list[ListedDoor], there: Sequence[AddressEntry], organisation: str, now: float
) -> None:
    of_this = [one for one in there if one.party.organisation == peer.organisation]
    for one in of_this:
        if one.id.startswith(LISTED):
            tx.addresses.delete(organisation, one.id)
    typed = {(one.party.location, one.party.department) for one in of_this if not one.id.startswith(LISTED)}
    for door in doors:
        if (door.location, door.department) not in typed:
            party = replace(peer, location=door.location, department=door.department, phone=door.phone)
            tx.addresses.put(AddressEntry(_id(organisation, party), organisation, party, now))


def _keep_doors(tx: Transaction, partner: Partner, doors: list[ListedDoor], now: float) -> None:
    all_doors = dict.fromkeys((*partner.doors, *(Door(door.location, door.department) for door in doors)))
    tx.partners.put(replace(partner, doors=tuple(all_doors)[:DOORS_MOST], changed=now))


def _id(organisation: str, party: Party) -> str:
    said = "\0".join((organisation, party.organisation, party.location, party.department))
    return LISTED + hashlib.blake2b(said.encode(), digest_size=14).hexdigest()


def _event(organisation: str, ura: str, doors: int, actor: str, now: float) -> AuditEvent:
    return AuditEvent(
        organisation=organisation,
        event="addresses-read",
        action="U",
        outcome="success",
        actor=actor,
        peer=ura,
        details={"doors": doors},
        at=now,
    )
