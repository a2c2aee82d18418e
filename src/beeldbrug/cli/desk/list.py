"""``beeldbrug desk list``: arrivals that wait for a human; with --patients both sides' demographics, asked live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from beeldbrug.cli.exchanges import SHORT, as_object, cells, heads, patient_object, person
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Patients, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.app.compose import make_pacs
from beeldbrug.node.ports.pacs import PatientRecord
from beeldbrug.node.ports.records import ExchangeRow, StudyRow
from beeldbrug.node.usecases.desk.waiting import candidates, waiting
from beeldbrug.node.usecases.overview import overview, patients_of


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who the sender says it is, and who it may be here."""

    arrived: StudyRow
    local: tuple[PatientRecord, ...]


def command(settings: Settings, patients: Patients = False, json: Json = False, lang: Lang = None) -> None:
    """Show arrivals that wait at the image desk, with the reason and the remedy."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        rows = waiting(base.database, base.own.ura)
        now = base.clock.now()
        alerts = overview(base.database, base.own.ura, now, limit=1).alerts
        sides: dict[str, _Sides] = {}
        if patients:
            pacs = make_pacs(base.settings)
            whose = patients_of(base.database, base.own.ura, rows, actor(), now)
            sides = {id: _Sides(study, tuple(candidates(pacs, study) if pacs else ())) for id, study in whose.items()}
    if not rows:
        output.say(word("nothing-waits", output.language))
    output.table(heads(output.language), [cells(row, alerts, output, now) for row in rows], right=(5, 6))
    for row in rows:
        if row.id in sides:
            _print_sides(row, sides[row.id], output)
    shown = [as_object(row, alerts, output, now) | _objects(sides.get(row.id)) for row in rows]
    output.done({"waiting": shown})


def _print_sides(row: ExchangeRow, sides: _Sides, output: Output) -> None:
    tongue = output.language
    study = sides.arrived
    output.heading(f"{row.id[:SHORT]}  {person(study.patient_name, study.birth_date)}  {study.sex}")
    output.say(f"{study.patient_number.value}  {study.patient_number.issuer}")
    if not sides.local:
        output.say(word("not-known", tongue))
    names = ("number", "patient", "source")
    output.table(
        [word(name, tongue) for name in names],
        [
            [record.patient.number.value, person(record.patient.name, record.patient.birth_date), record.source]
            for record in sides.local
        ],
    )


def _objects(sides: _Sides | None) -> dict[str, Any]:
    if sides is None:
        return {}
    local = [
        {
            "number": record.patient.number.value,
            "issuer": record.patient.number.issuer,
            "name": record.patient.name,
            "birth_date": record.patient.birth_date,
            "sex": record.patient.sex,
            "source": record.source,
        }
        for record in sides.local
    ]
    return {"patient": patient_object(sides.arrived), "local": local}
