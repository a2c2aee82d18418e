"""``beeldbrug desk list``: arrivals that wait for a human; with --patients both sides' demographics, asked live."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from beeldbrug.cli.exchanges import SHORT, as_object, cells, heads, patient_object, person
from beeldbrug.cli.moments import moment
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Patients, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient
from beeldbrug.node.app.base import Base, make_known
from beeldbrug.node.ports.listing import Owner, Sort, Wanted
from beeldbrug.node.ports.records import ExchangeRow, StudyRow
from beeldbrug.node.usecases.desk.waiting import Candidate, sides, waiting
from beeldbrug.node.usecases.overview import overview, patients_of


class Order(StrEnum):
    """What stands first."""

    USUAL = "usual"
    AGE = "age"
    URGENCY = "urgency"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who the sender says it is, and who it may be here, the most alike first."""

    arrived: StudyRow
    local: tuple[Candidate, ...]


def command(
    settings: Settings,
    patients: Patients = False,
    free: Annotated[bool, typer.Option("--free", help="Only what nobody is deciding about now.")] = False,
    urgency: Annotated[list[Urgency] | None, typer.Option("--urgency", help="Only of this urgency.")] = None,
    older: Annotated[str, typer.Option("--older", help="Only what is older than this (4h, 2d).")] = "",
    sort: Annotated[Order, typer.Option("--sort", help="What stands first; within that the oldest.")] = Order.USUAL,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show arrivals that wait at the image desk, with the reason and the remedy."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        now = base.clock.now()
        wanted = Wanted(
            urgencies=tuple(urgency or ()),
            until=moment(older, now) if older else None,
            owner=Owner.NOBODY if free else Owner.ANY,
            sort=Sort.USUAL if sort is Order.USUAL else Sort(sort.value),
            at=now,
        )
        rows = waiting(base.database, base.own.ura, wanted)
        alerts = overview(base.database, base.own.ura, now, limit=1).alerts
        both: dict[str, _Sides] = {}
        if patients:
            whose = patients_of(base.database, base.own.ura, rows, actor(), now)
            exchanges = {row.id: row for row in rows}
            found = ((id, study, _candidates(base, exchanges[id], study)) for id, study in whose.items())
            both = {id: _Sides(study, local) for id, study, local in found}
    if not rows:
        output.say(word("nothing-waits", output.language))
    output.table(heads(output.language), [cells(row, alerts, output, now) for row in rows], right=(5, 6))
    for row in rows:
        if row.id in both:
            _print_sides(row, both[row.id], output)
    shown = [as_object(row, alerts, output, now) | _objects(both.get(row.id)) for row in rows]
    output.done({"waiting": shown})


def _candidates(base: Base, row: ExchangeRow, study: StudyRow) -> tuple[Candidate, ...]:
    arrived = Patient(study.patient_name, study.birth_date, study.sex, study.patient_number)
    return sides(base.sources, make_known(base), row, arrived).candidates


def _print_sides(row: ExchangeRow, both: _Sides, output: Output) -> None:
    tongue = output.language
    study = both.arrived
    output.heading(f"{row.id[:SHORT]}  {person(study.patient_name, study.birth_date)}  {study.sex}")
    output.say(f"{study.patient_number.value}  {study.patient_number.issuer}")
    if not both.local:
        output.say(word("not-known", tongue))
    names = ("number", "patient", "source")
    output.table(
        [word(name, tongue) for name in names],
        [
            [one.patient.number.value, person(one.patient.name, one.patient.birth_date), ", ".join(one.sources)]
            for one in (candidate.person for candidate in both.local)
        ],
    )


def _objects(both: _Sides | None) -> dict[str, Any]:
    if both is None:
        return {}
    local = [
        {
            "number": one.person.patient.number.value,
            "issuer": one.person.patient.number.issuer,
            "name": one.person.patient.name,
            "birth_date": one.person.patient.birth_date,
            "sex": one.person.patient.sex,
            "sources": list(one.person.sources),
            "likeness": asdict(one.likeness),
        }
        for one in both.local
    ]
    return {"patient": patient_object(both.arrived), "local": local}
