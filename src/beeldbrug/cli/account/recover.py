"""``beeldbrug account recover``: a one-time code for whoever lost the password or the second factor."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.cli.portal_url import portal_url
from beeldbrug.model.errors import NotFound
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.sign_in.recover import recovery_token


def command(
    settings: Settings, login: Annotated[str, typer.Option("--login", help="Account name.")], json: Json = False
) -> None:
    """Make a one-time code; with it a new password is chosen and a new second factor set up."""
    output = Output(json)
    with open_node(settings) as base:
        with base.database.read() as tx:
            account = tx.accounts.by_login(base.own.ura, login.strip().casefold())
        if account is None:
            raise NotFound("account-unknown", "There is no such account.", "See `beeldbrug account list`.")
        token = recovery_token(make_signing(base), account, actor())
        url = portal_url(base.settings)
    output.say("Its holder opens this address within a day; it works once:", f"{url}/recover#{token}")
    output.done({"login": account.login, "token": token, "url": f"{url}/recover"})
