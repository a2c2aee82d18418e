"""``beeldbrug keys authority``: a region's issuing authority, made on a machine apart from any hub or node."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.keys.files import AUTHORITY, AUTHORITY_KEY, fingerprint, new_file
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.sealed.certificates import certificate_pem, make_authority
from beeldbrug.sealed.keys import signing_key_pem


def command(
    name: Annotated[str, typer.Argument(help="Name of the authority, as people will read it.")],
    out: Annotated[Path, typer.Option("--out", help="New or empty folder for its certificate and key.")],
    json: Json = False,
) -> None:
    """Make an authority that certifies organisations."""
    output = Output(json)
    certificate, key = make_authority(name, time.time())
    new_file(out / AUTHORITY_KEY, signing_key_pem(key))
    new_file(out / AUTHORITY, certificate_pem(certificate).encode("ascii"))
    print_ = fingerprint(certificate)
    output.say(
        f"{AUTHORITY}      give it to every node and hub, as roots",
        f"{AUTHORITY_KEY}      keep it offline: who has it can certify anybody",
        f"SHA-256  {print_}",
    )
    output.done({"authority": str(out / AUTHORITY), "key": str(out / AUTHORITY_KEY), "fingerprint": print_})
