"""``beeldbrug park list``: studies that wait for somebody to say for whom they are, or for what policy misses."""

from __future__ import annotations

from beeldbrug.cli.exchanges import as_object, cells, heads, patient_object, person
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Patients, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.usecases.overview import MOST, overview, patients_of


def command(settings: Settings, patients: Patients = False, json: Json = False, lang: Lang = None) -> None:
    """Show what is parked, with the reason and the remedy."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        now = base.clock.now()
        seen = overview(base.database, base.own.ura, now, Direction.OUT, (State.PARKED,), MOST)
        whose = patients_of(base.database, base.own.ura, seen.exchanges, actor(), now) if patients else {}
    if not seen.exchanges:
        output.say(word("nothing-parked", output.language))
    more = ["patient"] if patients else []
    rows = []
    for row in seen.exchanges:
        study = whose.get(row.id)
        named = [person(study.patient_name, study.birth_date) if study else ""] if patients else []
        rows.append(cells(row, seen.alerts, output, now, *named))
    output.table(heads(output.language, *more), rows, right=(5, 6))
    shown = []
    for row in seen.exchanges:
        extra = {"patient": patient_object(whose.get(row.id))} if patients else {}
        shown.append(as_object(row, seen.alerts, output, now) | extra)
    output.done({"parked": shown})
