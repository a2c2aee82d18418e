"""``beeldbrug report place``: a report that waits at the desk is put on its study, or set aside with a reason."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.report.words import STATES, ReportId, said
from beeldbrug.model.errors import Malformed
from beeldbrug.node.usecases.reports.desk import place_on, set_aside


def command(
    report: ReportId,
    settings: Settings,
    study: Annotated[str, typer.Option("--study", help="Study Instance UID of the study that it is of.")] = "",
    aside: Annotated[str, typer.Option("--aside", help="Why it belongs to no study here; instead of --study.")] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Decide where a report belongs; on a study of another patient nobody can put it."""
    output = Output(json, language(lang))
    if bool(study) == bool(aside):
        raise Malformed("report-place-unclear", "Either a study or a reason is needed.", "Give --study or --aside.")
    with open_node(settings) as base:
        now, own = base.clock.now(), base.own.ura
        if study:
            row = place_on(base.database, own, report, study, actor(), now)
        else:
            row = set_aside(base.database, own, report, actor(), aside, now)
    output.say(said(output, STATES[row.state]))
    output.done({"report": row.id, "state": row.state.value})
