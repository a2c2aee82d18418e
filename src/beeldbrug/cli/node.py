"""``beeldbrug node``: run a node in the foreground (dimse, worker and web processes under one supervisor).

Prints one JSON line when it is ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from beeldbrug.cli.options import Settings
from beeldbrug.kit import log
from beeldbrug.kit.process import Child
from beeldbrug.node.app.processes import run
from beeldbrug.node.app.settings import NodeSettings


def command(settings: Settings) -> None:
    """Run the node until SIGTERM or SIGINT."""
    log.configure()
    raise typer.Exit(serve(settings))


def serve(settings: Path | None) -> int:
    """The same; returns the exit code."""
    return run(settings, beside=_doors)


def _doors(everyone: Sequence[NodeSettings]) -> list[Child]:
    """The door of each organisation that has one: a small hub in a process and a folder of its own, which holds sealed
    parcels and neither keys nor identity (DESIGN section 2)."""
    return [
        Child(f"door-{number}" if number else "door", "beeldbrug.hub.app.process:web", {"overrides": _door(one)})
        for number, one in enumerate(everyone)
        if one.direct is not None and one.direct.url
    ]


def _door(settings: NodeSettings) -> dict[str, object]:
    section = settings.direct
    roots = settings.hub.roots if settings.hub is not None else section.roots if section is not None else None
    if section is None or roots is None:
        raise AssertionError("the node has found a door and its roots before this")
    return {
        "id": f"door-{settings.organisation.ura}",
        "data": settings.data / "door",
        "roots": roots,
        "host": section.host,
        "port": section.port,
        "certificate": section.certificate,
        "key": section.key,
        "quota": section.quota,
        "open_enrolment": True,
        "log_level": settings.log_level,
    }
