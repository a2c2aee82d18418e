"""``beeldbrug desk list``: arrivals that wait for a human; with --patients both sides' demographics, asked live."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from beeldbrug.cli.exchanges import SHORT, as_object, cells, heads, patient_object, person
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Patients, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.identity import Patient
from beeldbrug.node.app.base import Base, make_known
from beeldbrug.node.ports.records import ExchangeRow, StudyRow
from beeldbrug.node.usecases.desk.waiting import Candidate, sides, waiting
from beeldbrug.node.usecases.overview import overview, patients_of


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who the sender says it is, and who it may be here, the most alike first."""

    arrived: StudyRow
    local: tuple[Candidate, ...]


def command(settings: Settings, patients: Patients = False, json: Json = False, lang: Lang = None) -> None:
    """Show arrivals that wait at the image desk, with the reason and the remedy."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        rows = waiting(base.database, base.own.ura)
        now = base.clock.now()
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
