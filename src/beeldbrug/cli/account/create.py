"""``beeldbrug account create``: an account, with a one-time code with which its holder chooses a password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.cli.portal_url import portal_url
from beeldbrug.model.account import Role
from beeldbrug.model.errors import Malformed
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.sign_in.recover import recovery_token


def command(
    settings: Settings,
    login: Annotated[str, typer.Option("--login", help="Account name, unique in the organisation.")],
    name: Annotated[str, typer.Option("--name", help="The person's name, as colleagues read it.")],
    role: Annotated[list[Role], typer.Option("--role", help="Role; may be given several times.")],
    department: Annotated[str, typer.Option("--department", help="Department.")] = "",
    phone: Annotated[str, typer.Option("--phone", help="Number at which colleagues can ask.")] = "",
    mail: Annotated[str, typer.Option("--mail", help="Mail address for notices, which name no patient.")] = "",
    sponsor: Annotated[str, typer.Option("--sponsor", help="Who answers for an external expert.")] = "",
    agreement: Annotated[str, typer.Option("--agreement", help="The agreement with an external expert.")] = "",
    ends: Annotated[str, typer.Option("--ends", help="Day on which the access ends (YYYY-MM-DD).")] = "",
    json: Json = False,
) -> None:
    """Make an account; the one-time code that is printed goes to its holder by hand or telephone."""
    output = Output(json)
    new = NewAccount(login, name, tuple(role), department, mail, phone, sponsor, agreement, _end(ends))
    with open_node(settings) as base:
        signing = make_signing(base)
        account = create_account(signing, new, actor())
        token = recovery_token(signing, account, actor())
        url = portal_url(base.settings)
    output.say(f"{account.login}: {' '.join(account.roles)}")
    output.say("Its holder opens this address within a day; it works once:", f"{url}/recover#{token}")
    output.done({"account": account.id, "login": account.login, "token": token, "url": f"{url}/recover"})


def _end(text: str) -> float | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() + 86400.0
    except ValueError:
        raise Malformed("date-malformed", "This is no day.", "Write it as 2027-03-31.") from None
