"""``beeldbrug missing list``: requests for missing images that are open, at either end."""

from __future__ import annotations

from beeldbrug.cli.missing.showing import as_object, cells, heads
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Language, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.model.image_request import RequestState


def command(settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """Show what was asked for and has not come, here and elsewhere."""
    output = Output(json, language(lang))
    with open_node(settings) as base, base.database.read() as tx:
        states = (RequestState.ASKED, RequestState.COMING)
        rows = [row for state in states for row in tx.image_requests.in_state(base.own.ura, state)]
    if not rows:
        output.say("Nothing is asked for." if output.language is Language.EN else "Er wordt niets gevraagd.")
    output.table(heads(output.language), [cells(row, output.language) for row in rows], right=(1,))
    output.done({"requests": [as_object(row) for row in rows]})
