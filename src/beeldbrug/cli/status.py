"""``beeldbrug status``: in- and outbox, each exchange with its state, counts, age, reason and remedy; open alerts."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from beeldbrug.cli.exchanges import as_object, cells, heads, patient_object, person, remedy_here, told_by
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Patients, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import DIRECTIONS, duration, named, word
from beeldbrug.model.exchange import Direction
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.records import AlertRow, ExchangeRow, StudyRow
from beeldbrug.node.usecases.overview import Overview, overview, patients_of

LOOK_SECONDS = 0.5

LATE_SECONDS = 120.0
"""Work that is due for longer than this: no worker runs, or it is at a very large study."""


def command(
    settings: Settings,
    direction: Annotated[Direction | None, typer.Option("--direction", help="Only what goes out or comes in.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on and print again at every change.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The newest so many.")] = 50,
    patients: Patients = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show what is on its way, in and out."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        status = _Status(base, output, direction, limit, patients)
        if not watch:
            status.show()
            return
        version = -1
        while True:
            if (current := base.database.version()) != version:
                version = current
                if not json:
                    output.console.clear()
                status.show()
            time.sleep(LOOK_SECONDS)


@dataclass
class _Status:
    base: Base
    output: Output
    direction: Direction | None
    limit: int
    patients: bool
    _known: dict[str, StudyRow] = field(default_factory=dict)

    def show(self) -> None:
        """Print the present state."""
        now = self.base.clock.now()
        seen = overview(self.base.database, self.base.own.ura, now, self.direction, limit=self.limit)
        if self.patients:
            self._look_up(seen)
        if self.output.json:
            sys.stdout.write(json.dumps(self._object(seen, now), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            self._print(seen, now)

    def _look_up(self, seen: Overview) -> None:
        """Each patient is looked up, and audited, once in a run."""
        fresh = [row for row in seen.exchanges if row.id not in self._known]
        if fresh:
            self._known |= patients_of(self.base.database, self.base.own.ura, fresh, actor(), self.base.clock.now())

    def _object(self, seen: Overview, now: float) -> dict[str, Any]:
        rows = []
        for row in seen.exchanges:
            shown = as_object(row, seen.alerts, self.output, now)
            if self.patients:
                shown["patient"] = patient_object(self._known.get(row.id))
            rows.append(shown)
        return {
            "organisation": self.base.own.ura,
            "exchanges": rows,
            "work_waits_s": round(_waits(seen, now), 1),
            "alerts": [alert_object(alert, self.output, now) for alert in seen.alerts],
        }

    def _print(self, seen: Overview, now: float) -> None:
        tongue = self.output.language
        for direction, title in DIRECTIONS.items():
            rows = [row for row in seen.exchanges if row.direction is direction]
            if rows:
                self.output.heading(named(title, tongue))
                more = ["patient"] if self.patients else []
                self.output.table(
                    heads(tongue, *more),
                    [cells(row, seen.alerts, self.output, now, *self._whose(row)) for row in rows],
                    right=(5, 6),
                )
        if not seen.exchanges:
            self.output.say(word("nothing", tongue))
        print_alerts(seen.alerts, self.output, now)
        if _waits(seen, now) > LATE_SECONDS:
            self.output.say("", word("late", tongue).format(duration(_waits(seen, now), tongue)))

    def _whose(self, row: ExchangeRow) -> list[str]:
        if not self.patients:
            return []
        study = self._known.get(row.id)
        return [person(study.patient_name, study.birth_date) if study else ""]


def _waits(seen: Overview, now: float) -> float:
    """Seconds that the oldest due work has waited."""
    return now - seen.waits_since if seen.waits_since else 0.0


def alert_object(alert: AlertRow, output: Output, now: float) -> dict[str, Any]:
    """An alert for programs."""
    return {
        "code": alert.code,
        "exchange": alert.exchange,
        "text": output.choose(alert.text_nl, alert.text_en),
        "remedy": remedy_here(told_by(alert), output),
        "raised": alert.raised,
        "age_s": round(now - alert.raised, 1),
    }


def print_alerts(alerts: tuple[AlertRow, ...], output: Output, now: float) -> None:
    """Open alerts for people."""
    if not alerts:
        return
    output.heading(word("alerts", output.language))
    names = ("exchange", "age", "reason", "remedy")
    output.table(
        [word(name, output.language) for name in names],
        [
            [
                alert.exchange[:8],
                duration(now - alert.raised, output.language),
                output.choose(alert.text_nl, alert.text_en),
                remedy_here(told_by(alert), output),
            ]
            for alert in alerts
        ],
        right=(1,),
    )
