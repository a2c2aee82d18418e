"""By which way an exchange reaches its receiver: the hub, or the first way of a partner that leads to the location."""

from __future__ import annotations

from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import CARRIED, PARTNER, Direction, Party, Route, State, is_partner
from beeldbrug.node.ports.partners import Partner, Way
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction


def route_to(database: Database, organisation: str, receiver: Party) -> Route | None:
    """The route; None to a partner that is not (or no more) on the list, or has no way to that location."""
    if not is_partner(receiver.organisation):
        return Route.HUB
    if receiver.organisation == CARRIED:
        return Route.DISC
    with database.read() as tx:
        partner = partner_of(tx, organisation, receiver.organisation)
    way = None if partner is None else partner.way(receiver.location)
    return None if way is None else way.kind


def way_to(tx: Transaction, organisation: str, receiver: Party, route: Route) -> tuple[Partner, Way]:
    """The partner and its way of this route. Raises NotFound ``partner-gone``."""
    partner = partner_of(tx, organisation, receiver.organisation)
    ways = () if partner is None else partner.ways
    way = next((way for way in ways if way.kind is route and way.location in ("", receiver.location)), None)
    if partner is None or way is None:
        raise NotFound(
            "partner-gone",
            "The partner, or its way that this was to go by, is not on the list any more.",
            "Put it back, or send to another receiver.",
        )
    return partner, way


def may_go_on(exchange: ExchangeRow) -> bool:
    """Whether delivering failed after it had begun, and what is to be delivered is still here."""
    out = exchange.direction is Direction.OUT and is_partner(exchange.peer)
    begun = exchange.first_part is not None and exchange.emptied is None and exchange.withdrawn is None
    return out and begun and exchange.state is State.FAILED


def partner_of(tx: Transaction, organisation: str, address: str) -> Partner | None:
    """The partner whose address stands where a URA would."""
    return tx.partners.get(organisation, address.removeprefix(PARTNER))
