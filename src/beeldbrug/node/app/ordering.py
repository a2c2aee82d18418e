"""Composition of the orders that are made for imports: the settings, the messages, what sends them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from beeldbrug.kit.clock import Clock
from beeldbrug.node.app.outgoing import Peers, make_outgoing
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.protocols.hl7.order import OrderWriter
from beeldbrug.node.usecases.cancel_order import OrderStep
from beeldbrug.node.usecases.imports.place_order import PlaceOrder


def make_placing(settings: NodeSettings, ura: str, database: Database, clock: Clock) -> PlaceOrder:
    """What makes orders."""
    rule = settings.import_rule()
    making = settings.orders.making(settings.organisation.name)
    writer = OrderWriter(ZoneInfo(settings.notices.time_zone))
    return PlaceOrder(ura, database, writer, make_outgoing(), Peers(settings), making, rule.without, clock.now)


def make_order_step(settings: NodeSettings, ura: str, database: Database, clock: Clock) -> OrderStep:
    """What tells of orders that are cancelled."""
    writer = OrderWriter(ZoneInfo(settings.notices.time_zone))
    return OrderStep(ura, database, writer, make_outgoing(), Peers(settings), clock.now)
