"""``beeldbrug token revoke``: take back all bearer tokens of an account."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.usecases.tokens.revoke import revoke_tokens


def command(
    settings: Settings,
    user: Annotated[str, typer.Option("--user", help="The account.")],
    json: Json = False,
) -> None:
    """Take back an account's tokens."""
    output = Output(json)
    with open_node(settings) as base:
        count = revoke_tokens(base.database, base.own.ura, user, actor(), base.clock.now())
    output.say(f"{count} taken back.")
    output.done({"user": user, "revoked": count})
