"""``beeldbrug withdraw``: take a sending back; says whether it was undone or the receiver has yet to answer."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.waiting import Timeout, wait_until
from beeldbrug.cli.words import word
from beeldbrug.model.exchange import State
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.withdraw import withdraw

TOO_LATE = "import-had-begun"


def command(
    exchange: Exchange,
    settings: Settings,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail; no names.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receiver's answer.")] = False,
    timeout: Timeout = 600.0,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Take back a sending."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        outcome = withdraw(base.database, base.own.ura, row.id, actor(), reason, base.clock.now())
        output.say(word(outcome, output.language))
        if wait and outcome not in ("undone", "stopped"):
            row = _answered(base, row.id, timeout, output)
            outcome = "withdrawn" if row.state is State.WITHDRAWN else TOO_LATE
            output.say(word(outcome, output.language))
        seen = row.seen is not None
        output.done({"exchange": row.id, "outcome": outcome, "seen": seen}, ok=outcome != TOO_LATE)


def _answered(base: Base, exchange: str, timeout: float, output: Output) -> ExchangeRow:
    def over(row: ExchangeRow) -> bool:
        return row.state in (State.WITHDRAWN, State.EXPIRED) or row.reason_code == TOO_LATE

    return wait_until(base, [exchange], over, timeout, output)[0]
