"""``beeldbrug token create``: a bearer token for DICOMweb, printed once; the vault keeps only its hash."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Purpose
from beeldbrug.node.app.targets import store_targets
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.tokens.create import create_token


def command(
    settings: Settings,
    user: Annotated[str, typer.Option("--user", help="Account that the audit trail will name.")],
    role: Annotated[str, typer.Option("--role", help="Role of that account, as 01.015.")] = "",
    purpose: Annotated[Purpose, typer.Option("--purpose", help="Purpose of use of what is read.")] = Purpose.TREATMENT,
    days: Annotated[float, typer.Option("--days", min=0.001, max=366.0, help="Life of the token.")] = 1.0,
    study: Annotated[list[str] | None, typer.Option("--study", help="Only these studies, by UID.")] = None,
    exchange: Annotated[list[str] | None, typer.Option("--exchange", help="Only what came in these exchanges.")] = None,
    sends: Annotated[str, typer.Option("--sends", help="For storing: AE title of the rule that it sends under.")] = "",
    brings: Annotated[str, typer.Option("--brings", help="For storing: account of the partner whose it is.")] = "",
    audits: Annotated[
        bool, typer.Option("--audits", help="For reading the audit trail (FHIR), and no images.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a token for reading; without --study or --exchange it reads all of the organisation. With --sends or
    --brings it is for storing (STOW-RS), and reads nothing; with --audits it reads the audit trail alone."""
    output = Output(json)
    if not (role or sends or brings):
        raise Malformed("role-missing", "A token for reading needs a role.", "Give --role.")
    with open_node(settings) as base:
        now = base.clock.now()
        exchanges = tuple(find_exchange(base.database, base.own.ura, one).id for one in exchange or ())
        ends = now + days * 86400.0
        row = TokenRow(
            base.own.ura, user, role, purpose.value, ends, exchanges, tuple(study or ()), sends, brings, audits
        )
        token = create_token(base.database, row, actor(), now, store_targets(base.live.now()))
        url = base.settings.web.public_url or f"http://{base.settings.web.host}:{base.settings.web.port}"
    name, path = ("fhir", "/fhir") if audits else ("dicomweb", "/dicomweb")
    address = url.rstrip("/") + path
    output.say("The token is shown once; keep it as you keep a password:", token)
    output.say(f"{'FHIR' if audits else 'DICOMweb'}: {address}")
    output.done({"token": token, "user": user, "expires": row.expires, name: address})
