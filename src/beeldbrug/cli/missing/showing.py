"""A request for missing images as a table's row and as JSON. No logic of its own."""

from __future__ import annotations

from typing import Any

from beeldbrug.cli.options import Language
from beeldbrug.model.answer import Answerer
from beeldbrug.model.image_request import RequestState
from beeldbrug.node.ports.image_requests import ImageRequestRow
from beeldbrug.node.usecases.sending.supply import Replying

STATES = {
    RequestState.ASKED: ("gevraagd", "asked"),
    RequestState.COMING: ("komt eraan", "coming"),
    RequestState.REFUSED: ("geweigerd", "refused"),
    RequestState.ANSWERED: ("gekomen", "answered"),
}
HEADS = (("uitwisseling", "nummer", "toestand", "wat", "dringend"), ("exchange", "number", "state", "what", "urgency"))


def heads(language: Language) -> list[str]:
    """Heads of the table."""
    return list(HEADS[language is Language.EN])


def cells(row: ImageRequestRow, language: Language) -> list[str]:
    """One row; free text is not shown, for it may hold anything."""
    named = [f"{len(row.want.series)} series"] if row.want.series else []
    what = ", ".join([*(kind.value for kind in row.want.kinds), *named])
    state = STATES[row.state][language is Language.EN]
    return [row.exchange[:8], str(row.number), state, what, row.urgency.value]


def as_object(row: ImageRequestRow) -> dict[str, Any]:
    """One request; free text is left out."""
    reply = row.reply
    return {
        "exchange": row.exchange,
        "number": row.number,
        "state": row.state.value,
        "urgency": row.urgency.value,
        "at": row.at,
        "kinds": [kind.value for kind in row.want.kinds],
        "series": len(row.want.series),
        "reason": reply.reason if reply is not None else "",
        "exchanges": list(reply.parcels) if reply is not None else [],
    }


def replying(actor: str, text: str, phone: str) -> Replying:
    """Who replies from the command line."""
    return Replying(Answerer(actor), actor, text, phone)
