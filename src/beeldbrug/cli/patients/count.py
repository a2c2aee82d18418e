"""``beeldbrug patients count``: how many own patients the node knows, and by what."""

from __future__ import annotations

from dataclasses import asdict

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output


def command(settings: Settings, json: Json = False) -> None:
    """Count the own patients that the hospital told of, by HL7 v2 or in a list."""
    output = Output(json)
    with open_node(settings) as base, base.database.read() as tx:
        counts = tx.own_patients.counts(base.own.ura)
    output.say(
        f"{counts.hl7} by HL7 v2, {counts.list} from a list, {counts.merged} merged into another number, "
        f"{counts.inactive} no patient any more."
    )
    output.done(asdict(counts))
