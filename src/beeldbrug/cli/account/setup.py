"""``beeldbrug account setup``: the one-time token with which the first account is made in the browser."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.cli.portal_url import portal_url
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.usecases.sign_in.set_up import setup_token


def command(settings: Settings, json: Json = False) -> None:
    """Make the one-time token of the first run; it lives an hour."""
    output = Output(json)
    with open_node(settings) as base:
        token = setup_token(make_signing(base))
        url = portal_url(base.settings)
    output.say("Open this address in a browser within the hour; it works once:", f"{url}/setup#{token}")
    output.done({"token": token, "url": f"{url}/setup", "seconds": TICKET_SECONDS["setup"]})
