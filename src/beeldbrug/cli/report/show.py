"""``beeldbrug report show``: one report with its text, and its PDF into a file. Reading it is audited."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.report.words import STATES, STATUSES, ReportId, as_object, said
from beeldbrug.kit.files import write_new
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.node.usecases.reports.keep import report_event

Pdf = Annotated[Path | None, typer.Option("--pdf", help="New file to write its PDF to.")]


def command(report: ReportId, settings: Settings, pdf: Pdf = None, json: Json = False, lang: Lang = None) -> None:
    """Show what a report says in its version in force."""
    output = Output(json, language(lang))
    with open_node(settings) as base, base.database.write() as tx:
        row = tx.reports.get(base.own.ura, report)
        found = tx.reports.version(row.organisation, row.id, row.standing) if row is not None else None
        if row is None or found is None:
            raise NotFound("report-unknown", "There is no such report.", "See `beeldbrug report list`.")
        if pdf is not None and pdf.exists():
            raise Conflict("report-file-is-here", "There is a file of this name already.", "Name a new file.")
        heads = tx.reports.heads(row.organisation, row.id)
        tx.audit.append(report_event(row, "report-read", "R", found, actor(), base.clock.now()))
    if pdf is not None and found.document:
        write_new(pdf, found.document)
    output.heading(f"{found.title}  {said(output, STATUSES[found.status])}  {said(output, STATES[row.state])}")
    output.say(*(one for one in (found.author, found.text) if one))
    about = {"patient": found.subject.patient_id, "study_uid": row.study_uid, "accession": found.subject.accession}
    words = {"title": found.title, "author": found.author, "text": found.text, "document": len(found.document)}
    output.done(as_object(row, heads) | about | words)
