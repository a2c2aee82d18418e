"""How an exchange is shown: a row of a table for people, an object for programs. Never with identity of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from beeldbrug.cli.options import Language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import REMEDIES, STATES, URGENCIES, duration, named, word
from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import BROUGHT, CARRIED, Direction, Route, State
from beeldbrug.node.policy.texts import reason_of
from beeldbrug.node.ports.records import AlertRow, ExchangeRow, StudyRow

SHORT = 8
"""Digits of an id on screen; enough to be given back."""


def _shown_name(row: ExchangeRow, language: Language) -> str:
    """As ``peer_name``, where what is no organisation is named in the reader's language."""
    return word(Route.DISC.value, language) if row.peer == CARRIED else peer_name(row)


def peer_name(row: ExchangeRow) -> str:
    """Whom it is with, by name where that is known, else by URA; empty while nobody has said so."""
    party = row.terms.receiver if row.direction is Direction.OUT else row.terms.sender
    return party.name or row.peer


def counts(row: ExchangeRow) -> str:
    """How many of how many have come to where they now go."""
    there = row.imported if row.state is State.IMPORTED else row.done
    return f"{there}/{row.total}"


def reason(row: ExchangeRow, alerts: Sequence[AlertRow]) -> Reason | None:
    """Why it is as it is: what its open alert says, else what its code means."""
    for alert in alerts:
        if alert.exchange == row.id and alert.code == row.reason_code:
            return told_by(alert)
    return reason_of(row.reason_code) if row.reason_code else None


def told_by(alert: AlertRow) -> Reason:
    """The reason that an alert keeps."""
    return Reason(alert.code, alert.text_nl, alert.text_en, alert.remedy_nl, alert.remedy_en)


def as_object(row: ExchangeRow, alerts: Sequence[AlertRow], output: Output, now: float) -> dict[str, Any]:
    """One exchange for programs; times are POSIX seconds."""
    why = reason(row, alerts)
    return {
        "id": row.id,
        "direction": row.direction.value,
        "peer": row.peer,
        "peer_name": peer_name(row),
        "route": row.route.value,
        "note": row.note,
        "missing": row.missing,
        "urgency": row.urgency.value,
        "state": row.state.value,
        "total": row.total,
        "done": row.done,
        "imported": row.imported,
        "complete": row.closed,
        "withdrawing": row.withdrawn is not None and row.state is not State.WITHDRAWN,
        "modalities": list(row.modalities),
        "rule": row.rule,
        "created": row.created,
        "updated": row.updated,
        "emptied": row.emptied,
        "age_s": round(now - row.created, 1),
        "reason": why and reason_object(why, output),
    }


def reason_object(why: Reason, output: Output) -> dict[str, str]:
    """A reason for programs."""
    return {
        "code": why.code,
        "text": output.choose(why.nl, why.en),
        "remedy": remedy_here(why, output),
    }


def remedy_here(why: Reason, output: Output) -> str:
    """The remedy, with the command that does it here where there is one: the portal's text names no command."""
    told = output.choose(why.remedy_nl, why.remedy_en)
    here = REMEDIES.get(why.code)
    return f"{told} {named(here, output.language)}" if here else told


def heads(language: Language, *more: str) -> list[str]:
    """Heads of the table of exchanges."""
    names = ("exchange", "peer", "urgency", "modalities", "state", "here", "age", *more, "reason")
    return [word(name, language) for name in names]


def cells(row: ExchangeRow, alerts: Sequence[AlertRow], output: Output, now: float, *more: str) -> list[str]:
    """The row of the table of exchanges; the remedy stands under the reason."""
    why = reason(row, alerts)
    text = output.choose(why.nl, why.en) if why else ""
    remedy = remedy_here(why, output) if why else ""
    language = output.language
    return [
        row.id[:SHORT],
        _shown_name(row, language) or word(row.route.value if row.route in BROUGHT else "nobody-yet", language),
        named(URGENCIES[row.urgency], language),
        " ".join(row.modalities),
        named(STATES[row.state], language),
        counts(row),
        duration(now - row.created, language),
        *more,
        text + (f"\n-> {remedy}" if remedy else ""),
    ]


def patient_object(study: StudyRow | None) -> dict[str, str] | None:
    """Whose it is, for programs; only after it was audited."""
    if study is None:
        return None
    return {
        "name": study.patient_name,
        "birth_date": study.birth_date,
        "sex": study.sex,
        "number": study.patient_number.value,
        "issuer": study.patient_number.issuer,
        "study": study.description,
        "study_date": study.study_date,
    }


def person(name: str, birth_date: str) -> str:
    """Name and birth date as people read them."""
    born = f"{birth_date[6:8]}-{birth_date[4:6]}-{birth_date[:4]}" if len(birth_date) == 8 else birth_date
    return " ".join(part for part in (name.partition("=")[0].replace("^", ", ", 1).replace("^", " "), born) if part)
