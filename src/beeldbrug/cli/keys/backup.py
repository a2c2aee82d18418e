"""``beeldbrug keys backup``: root key and signing key in one text, sealed with a passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, passphrase_in
from beeldbrug.cli.options import Json, PassphraseFile, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.key_backup import back_up_keys


def command(
    file: Annotated[Path, typer.Argument(help="New file for the backup.")],
    settings: Settings,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Back up the keys; keep file and passphrase apart from each other and from the vault's backups."""
    output = Output(json)
    with open_node(settings) as base:
        if passphrase_file is not None:
            passphrase = passphrase_in(passphrase_file)
        else:
            passphrase = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
        held = back_up_keys(base, file, passphrase, actor())
    output.say(f"root key     {held.root_key}", f"signing key  {held.signing_key}")
    output.say("Now rehearse it: beeldbrug keys rehearse FILE")
    output.done({"file": str(file), "root_key": held.root_key, "signing_key": held.signing_key})
