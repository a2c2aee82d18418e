"""``beeldbrug account list``: who can sign in."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output


def command(settings: Settings, json: Json = False) -> None:
    """Show the accounts with their roles."""
    output = Output(json)
    with open_node(settings) as base, base.database.read() as tx:
        accounts = tx.accounts.all(base.own.ura)
    rows = [
        [one.login, one.name, " ".join(one.roles), one.department, "closed" if one.disabled else ""] for one in accounts
    ]
    output.table(["login", "name", "roles", "department", ""], rows)
    shown = [{"login": one.login, "roles": list(one.roles), "disabled": one.disabled} for one in accounts]
    output.done({"accounts": shown})
