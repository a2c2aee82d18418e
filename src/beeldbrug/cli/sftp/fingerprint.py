"""``beeldbrug sftp fingerprint``: what a partner compares when his program first meets the server."""

from __future__ import annotations

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import NotFound
from beeldbrug.node.app.sftp import fingerprint


def command(settings: Settings, json: Json = False) -> None:
    """Show the server's fingerprint and public key; the key is made where there is none."""
    output = Output(json)
    loaded = node_settings(settings)
    if loaded.sftp is None:
        raise NotFound("sftp-not-set", "No SFTP server is set.", "Set [sftp] in the settings.")
    shown, key = fingerprint(loaded, loaded.sftp)
    output.say(f"Port: {loaded.sftp.port}", f"Fingerprint: {shown}", f"Public key: {key}")
    output.done({"port": loaded.sftp.port, "fingerprint": shown, "public_key": key})
