"""``beeldbrug keys restore``: both keys of a backup back to where the settings say; nothing is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import node_settings, passphrase_in, read_file
from beeldbrug.cli.options import Json, PassphraseFile, Settings
from beeldbrug.cli.output import Output
from beeldbrug.node.app.key_backup import restore_keys


def command(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    settings: Settings,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Restore the keys of a node that has none."""
    output = Output(json)
    known = node_settings(settings)
    text = read_file(file, "backup").decode("ascii", "replace")
    if passphrase_file is not None:
        passphrase = passphrase_in(passphrase_file)
    else:
        passphrase = typer.prompt("Passphrase", hide_input=True, err=True)
    held = restore_keys(known, text, passphrase)
    output.say(f"root key     {held.root_key}", f"signing key  {held.signing_key}")
    output.done({"root_key": held.root_key, "signing_key": held.signing_key})
