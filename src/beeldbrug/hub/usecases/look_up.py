"""Read the address book. Every enrolled organisation may read all of it; it holds nothing but public, signed things."""

from __future__ import annotations

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.ports.records import Organisation
from beeldbrug.model.errors import NotFound


def revision(hub: Hub) -> int:
    """Grows with every change of the book."""
    return hub.records.read(lambda transaction: transaction.organisations.revision())


def look_up_all(hub: Hub) -> tuple[list[Organisation], int]:
    """All enrolled organisations in order of URA, and the revision that this is."""
    return hub.records.read(
        lambda transaction: (transaction.organisations.enrolled(), transaction.organisations.revision())
    )


def look_up(hub: Hub, ura: str) -> Organisation:
    """One. Raises NotFound ``organisation-not-here``."""
    found = hub.records.read(lambda transaction: transaction.organisations.find(ura))
    if found is None or not found.enrolled:
        raise NotFound("organisation-not-here", "No such organisation is enrolled at this hub.")
    return found
