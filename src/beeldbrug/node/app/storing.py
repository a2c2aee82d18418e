"""Composition of storing over the web port: the settings, partners' places, and the door for who sends under a rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from beeldbrug.node.app.base import Base
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.protocols.dicomweb.store import StoreLimits
from beeldbrug.node.protocols.dicomweb.store_body import StoreService
from beeldbrug.node.stores.drop.storing import StoredPlace
from beeldbrug.node.usecases.receive.recover import recover_sides
from beeldbrug.node.usecases.store.storing import Storing


@contextmanager
def store_service(base: Base) -> Iterator[StoreService]:
    """What the web process stores with, with a spool of its own; mends first what a killed one left. Raises
    Unavailable."""
    section, settings = base.settings.stow, base.settings
    recover_sides(base.database, base.sides, base.store, base.clock.now())
    limits = DropLimits(section.files, section.total_bytes, section.file_bytes, 2, settings.reserve_bytes)
    places = {one.account: StoredPlace(settings.data / "stow" / one.account, limits) for one in section.partners}
    at_once = StoreLimits(section.requests, section.requests_per_token, section.idle_seconds, section.instances)
    try:
        with side_reception(base) as receiving:
            yield StoreService(Storing(base.own.ura, receiving, places), at_once)
    finally:
        for place in places.values():
            place.close()
