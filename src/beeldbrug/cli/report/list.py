"""``beeldbrug report list``: reports, those first that changed last; with --desk those that wait for a human."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.report.words import STATES, STATUSES, as_object, said, status_of
from beeldbrug.node.policy.texts import reason_of
from beeldbrug.node.ports.reports import ReportState

Desk = Annotated[bool, typer.Option("--desk", help="Only those that wait for a human.")]


def command(settings: Settings, desk: Desk = False, json: Json = False, lang: Lang = None) -> None:
    """Show reports, without whom they are of."""
    output = Output(json, language(lang))
    with open_node(settings) as base, base.database.read() as tx:
        own = base.own.ura
        rows = tx.reports.in_state(own, ReportState.DESK) if desk else tx.reports.listing(own)
        heads = {row.id: tx.reports.heads(own, row.id) for row in rows}
    if not rows:
        output.say(output.choose("Er zijn geen verslagen.", "There are no reports."))
    names = (
        ("verslag", "report"),
        ("status", "status"),
        ("versies", "versions"),
        ("stand", "state"),
        ("reden", "reason"),
    )
    output.table(
        [said(output, name) for name in names],
        [
            [
                row.id,
                said(output, STATUSES[status_of(row, heads[row.id])]),
                str(len(heads[row.id])),
                said(output, STATES[row.state]),
                output.choose(reason_of(row.reason).nl, reason_of(row.reason).en) if row.reason else "",
            ]
            for row in rows
        ],
        right=(2,),
    )
    output.done({"reports": [as_object(row, heads[row.id]) for row in rows]})
