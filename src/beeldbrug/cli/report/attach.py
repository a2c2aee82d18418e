"""``beeldbrug report attach``: a PDF goes with one sending as its report, or lies with one arrival."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import NotFound
from beeldbrug.model.report import ReportStatus
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.pdf import PDF_BYTES
from beeldbrug.node.usecases.reports.attach import attach


class Status(StrEnum):
    """How far a report is that is attached."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    CORRECTED = "corrected"


def command(
    exchange: Exchange,
    file: Annotated[Path, typer.Argument(help="The PDF.")],
    settings: Settings,
    title: Annotated[str, typer.Option("--title", help="What it is, in a few words.")] = "Verslag",
    status: Annotated[Status, typer.Option("--status", help="How far it is.")] = Status.FINAL,
    replaces: Annotated[str, typer.Option("--replaces", help="Id of a report that was attached before.")] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Attach a PDF to a sending, with which or after which it goes, or to an arrival."""
    output = Output(json, language(lang))
    try:
        with file.open("rb") as opened:
            content = opened.read(PDF_BYTES + 1)
    except OSError:
        raise NotFound("report-file-missing", "The file cannot be read.", "Name a PDF that is there.") from None
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        now, state = base.clock.now(), ReportStatus(status.value)
        kept = attach(base.database, base.own.ura, row.id, content, title, state, actor(), now, replaces)
    output.say(output.choose("Het verslag ligt erbij.", "The report lies with it."))
    output.done({"report": kept.id, "exchange": row.id, "state": kept.state.value})
