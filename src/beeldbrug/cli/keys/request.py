"""``beeldbrug keys request``: an organisation's signing key, and the request to have it certified (PKCS #10)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.keys.files import REQUEST, SIGNING_KEY, new_file
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.sealed.certificates import make_request, request_pem
from beeldbrug.sealed.keys import new_signing_key, signing_key_pem, thumbprint


def command(
    ura: Annotated[str, typer.Option("--ura", help="URA of the organisation: eight digits.")],
    name: Annotated[str, typer.Option("--name", help="Its name, as others will read it.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for key and request.")],
    json: Json = False,
) -> None:
    """Make a signing key and a request for its certificate."""
    output = Output(json)
    key = new_signing_key()
    request = make_request(key, ura, name)
    new_file(out / SIGNING_KEY, signing_key_pem(key))
    new_file(out / REQUEST, request_pem(request).encode("ascii"))
    shown = thumbprint(key.public_key())
    output.say(
        f"{SIGNING_KEY}   stays here: [organisation] signing_key in the settings",
        f"{REQUEST}   send it to the authority; it holds no secret",
        f"thumbprint of the key, to be compared by telephone:\n{shown}",
    )
    output.done({"signing_key": str(out / SIGNING_KEY), "request": str(out / REQUEST), "thumbprint": shown})
