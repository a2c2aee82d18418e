"""The hub's settings option: before or after the subcommand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.kit import log
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import Malformed

Settings = Annotated[Path | None, typer.Option("--settings", "-s", help="The hub's settings (TOML).")]


def chosen(context: typer.Context, settings: Path | None) -> Path:
    """The file given here or before the subcommand. Raises Malformed ``settings-missing``."""
    parent = context.parent.params.get("settings") if context.parent is not None else None
    file = settings or parent
    if file is None:
        raise Malformed("settings-missing", "The hub's settings are not given.", "Give --settings FILE.")
    return Path(file)


def hub_settings(context: typer.Context, settings: Path | None) -> HubSettings:
    """The hub's settings. Raises Malformed with every fault."""
    log.configure("error")
    return load(HubSettings, chosen(context, settings))
