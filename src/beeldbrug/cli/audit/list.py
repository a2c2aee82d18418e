"""``beeldbrug audit list``: read the audit trail. Reading it is itself an event in it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from beeldbrug.cli.moments import moment
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Patients, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.trail import make_trail
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.trail import FOREVER, PAGE_MOST
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.trail.search import Asked, Reader, Told, Trail


def command(
    settings: Settings,
    since: Annotated[
        str, typer.Option("--since", help="A date (2026-03-01, also with a time) or a span (2h, 7d).")
    ] = "",
    event: Annotated[str | None, typer.Option("--event", help="Only this kind of event.")] = None,
    exchange: Annotated[str | None, typer.Option("--exchange", help="Only this exchange.")] = None,
    who: Annotated[str, typer.Option("--actor", help="Only what this account, AE title or organisation did.")] = "",
    peer: Annotated[str, typer.Option("--peer", help="Only with this other organisation (URA).")] = "",
    patient: Annotated[
        bool, typer.Option("--of-patient", help="Only of one patient, whose number or BSN is read from standard input.")
    ] = False,
    until: Annotated[str, typer.Option("--until", help="Up to this date or span ago.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="The last so many.")] = 100,
    patients: Patients = False,
    json: Json = False,
) -> None:
    """Show events of the audit trail, oldest first; times are local."""
    output = Output(json)
    with open_node(settings) as base:
        now = base.clock.now()
        asked = Asked(
            since=moment(since, now) if since else 0.0,
            until=moment(until, now) if until else FOREVER,
            patient=_number() if patient else "",
            exchange=find_exchange(base.database, base.own.ura, exchange).id if exchange else "",
            events=(event,) if event else (),
            actor=who,
            peer=peer,
        )
        found = _last(make_trail(base), asked, Reader(actor(), "", "command", patients), limit, now)
    output.table(
        ["event", "at", "what", "outcome", "actor", "peer", "exchange", *(["patient"] if patients else []), "details"],
        [_cells(number, one, patients) for number, one in found],
        right=(0,),
    )
    output.done({"events": [_object(number, one, patients) for number, one in found]})


def _number() -> str:
    """From standard input: an argument would be seen by all who list processes."""
    return sys.stdin.readline().strip()


def _last(trail: Trail, asked: Asked, reader: Reader, limit: int, now: float) -> Told:
    """The last so many, oldest first."""
    found: Told = []
    while len(found) < limit:
        page = trail.search(replace(asked, limit=min(limit - len(found), PAGE_MOST)), reader, now)
        found += page.events
        if page.next is None:
            break
        asked = replace(asked, before=page.next)
    return found[::-1]


def _cells(number: int, event: AuditEvent, patients: bool) -> list[str]:
    at = datetime.fromtimestamp(event.at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    details = " ".join([*event.decision, *(f"{name}={value}" for name, value in sorted(event.details.items()))])
    whose = [event.patient] if patients else []
    return [str(number), at, event.event, event.outcome, event.actor, event.peer, event.exchange[:8], *whose, details]


def _object(number: int, event: AuditEvent, patients: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "sequence": number,
        "at": event.at,
        "event": event.event,
        "action": event.action,
        "outcome": event.outcome,
        "actor": event.actor,
        "role": event.role,
        "responsible": event.responsible,
        "purpose": event.purpose,
        "ground": event.ground,
        "exchange": event.exchange,
        "peer": event.peer,
        "decision": list(event.decision),
        "details": event.details,
    }
    return shown | ({"patient": event.patient, "study_uid": event.study_uid} if patients else {})
