"""``beeldbrug addresses list``: the own part of the address book."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.node.usecases.sending.take_directory import LISTED


def command(settings: Settings, json: Json = False) -> None:
    """List the locations and departments that are known here."""
    output = Output(json)
    with open_node(settings) as base, base.database.read() as tx:
        entries = tx.addresses.all(base.own.ura)
    rows = [
        [one.party.organisation, one.party.location, one.party.department, one.party.person, one.party.phone]
        for one in entries
    ]
    output.table(["URA", "location", "department", "person", "telephone"], rows)
    shown = [
        {
            "id": one.id,
            "organisation": one.party.organisation,
            "location": one.party.location,
            "department": one.party.department,
            "person": one.party.person,
            "phone": one.party.phone,
            "from_directory": one.id.startswith(LISTED),
        }
        for one in entries
    ]
    output.done({"addresses": shown})
