"""Routes of the own address book: doors of partners (department, person, telephone), kept by administrators."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.exchange import is_partner
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.exchange_wire import PartyObject, ReasonObject
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.sending_wire import (
    DoorList,
    DoorObject,
    PartnerObject,
    door_object,
    partner_object,
    party_of,
    trouble_object,
)
from beeldbrug.node.usecases.sending.address_book import delete_entry, keep_entry


class Door(msgspec.Struct, frozen=True):
    """A door to be kept."""

    party: PartyObject


class PartnerList(msgspec.Struct, frozen=True):
    """Organisations of the hub's address book, by name."""

    partners: list[PartnerObject]
    trouble: ReasonObject | None


def _all(portal: Portal, call: Call) -> DoorList:
    with portal.database.read() as tx:
        return DoorList([door_object(one) for one in tx.addresses.all(call.session.account.organisation)])


def _partners(portal: Portal, call: Call) -> PartnerList:
    book = portal.sending.book.read(call.session)
    partners = [partner_object(one) for one in book.partners if not is_partner(one.organisation)]
    return PartnerList(partners, trouble_object(book.trouble))


def _add(portal: Portal, call: Call) -> DoorObject:
    return _kept(portal, call, "")


def _replace(portal: Portal, call: Call) -> DoorObject:
    return _kept(portal, call, call.variables["address"])


def _kept(portal: Portal, call: Call, id: str) -> DoorObject:
    body: Door = call.body
    party = portal.sending.book.named(party_of(body.party))
    return door_object(keep_entry(portal.database, call.session, id, party, call.now))


def _delete(portal: Portal, call: Call) -> None:
    delete_entry(portal.database, call.session, call.variables["address"], call.now)


_ADMINISTER: Final = Permission.ADMINISTER

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/addresses", _ADMINISTER, _all, answer=DoorList),
    Route("GET", "/addresses/partners", _ADMINISTER, _partners, answer=PartnerList),
    Route("POST", "/addresses", _ADMINISTER, _add, body=Door, answer=DoorObject),
    Route("PUT", "/addresses/{address}", _ADMINISTER, _replace, body=Door, answer=DoorObject),
    Route("DELETE", "/addresses/{address}", _ADMINISTER, _delete),
)
