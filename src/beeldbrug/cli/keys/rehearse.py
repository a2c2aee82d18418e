"""``beeldbrug keys rehearse``: open a backup of the keys, compare it with those in use, and record that it was done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, passphrase_in, read_file
from beeldbrug.cli.options import Json, PassphraseFile, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.key_backup import rehearse_keys


def command(
    file: Annotated[Path, typer.Argument(help="The backup, fetched from where it is kept.")],
    settings: Settings,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Prove that a backup of the keys works; changes no key."""
    output = Output(json)
    text = read_file(file, "backup").decode("ascii", "replace")
    with open_node(settings) as base:
        if passphrase_file is not None:
            passphrase = passphrase_in(passphrase_file)
        else:
            passphrase = typer.prompt("Passphrase", hide_input=True, err=True)
        held = rehearse_keys(base, text, passphrase, actor())
    output.say("The backup opens, and both keys are those in use.")
    output.done({"root_key": held.root_key, "signing_key": held.signing_key})
