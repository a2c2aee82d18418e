"""``beeldbrug upgrade``: bring the vault's schema to this version; exchanges under way go on."""

from __future__ import annotations

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.node.app.upkeep import upgrade_vault


def command(settings: Settings, json: Json = False) -> None:
    """Upgrade the vault. The node does so too when it starts."""
    output = Output(json)
    before, after = upgrade_vault(node_settings(settings))
    output.say(f"Schema {after}, as before." if before == after else f"Schema {before or 'none'} -> {after}.")
    output.done({"before": before, "after": after, "changed": before != after})
