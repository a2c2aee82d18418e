"""``beeldbrug partner list``: the own list of partners, and the ways to each."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.cli.partner.showing import as_object
from beeldbrug.node.ports.partners import Way


def command(settings: Settings, json: Json = False) -> None:
    """List partners without Beeldbrug."""
    output = Output(json)
    with open_node(settings) as base, base.database.read() as tx:
        partners = tx.partners.all(base.own.ura)
    rows = [
        [partner.address, partner.name, partner.ura, str(len(partner.doors)), "; ".join(map(_way, partner.ways))]
        for partner in partners
    ]
    output.table(["receiver", "name", "URA", "doors", "ways"], rows, right=(3,))
    output.done({"partners": [as_object(partner) for partner in partners]})


def _way(way: Way) -> str:
    place = f" {way.host}:{way.port}" if way.port else f" {way.host}" if way.host else ""
    return f"{way.kind}{place}" + (f" ({way.location})" if way.location else "")
