"""``beeldbrug audit verify``: walk the audit chain, and compare it with its heads at hub or partners (guarantee 5)."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.app.base import Base, connect_hub
from beeldbrug.node.usecases.heads import Verified, verify

WithHub = Annotated[
    bool | None,
    typer.Option(
        "--hub/--no-hub", help="Demand, or leave out, the heads at the hub or partners; without it: if they answer."
    ),
]


def command(settings: Settings, hub: WithHub = None, json: Json = False) -> None:
    """Check that nothing in the audit trail was changed, left out or cut off."""
    output = Output(json)
    with open_node(settings) as base:
        heads = _heads(base, hub)
        verified = verify(base.own, base.database, heads or [])
    _print(verified, heads is not None, output)
    output.done(
        {
            "events": verified.events,
            "broken_at": verified.broken_at,
            "heads": verified.heads if heads is not None else None,
            "heads_missing": list(verified.heads_missing),
            "whole": verified.whole,
        },
        ok=verified.whole,
    )


def _heads(base: Base, wanted: bool | None) -> list[str] | None:
    """Deposited heads; None when they were not compared. Raises Unavailable when they were demanded."""
    if wanted is False:
        return None
    try:
        hub = connect_hub(base)
        try:
            return hub.heads()
        finally:
            hub.close()
    except Unavailable:
        if wanted:
            raise
        return None


def _print(verified: Verified, compared: bool, output: Output) -> None:
    output.say(f"{verified.events} events fit.")
    if verified.broken_at is not None:
        output.say(f"BROKEN at event {verified.broken_at}: it was changed, or events are missing.")
        output.say("-> Keep this database as evidence, and restore an older backup.")
    if not compared:
        output.say("Heads outside this node were not compared; a cut tail would not be found.")
        return
    output.say(f"{verified.heads - len(verified.heads_missing)} of {verified.heads} heads outside this node fit.")
    if verified.heads_missing:
        first = verified.heads_missing[0]
        output.say(f"MISSING since event {first}: the trail was cut off or rewritten, or a backup was restored.")
