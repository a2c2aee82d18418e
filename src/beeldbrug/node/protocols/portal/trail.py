"""Routes of the audit trail for the privacy officer: a search, page by page, and the same as a table to take along.

What is asked for is in the body, never in the URL. Every call is an event in the trail, with whom it was about.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from beeldbrug.node.policy.audit_codes import indicator
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.trail import FOREVER, PAGE_MOST, Place
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.figures.count import plain
from beeldbrug.node.usecases.trail.search import Asked, Reader

TABLE_MOST: Final = 100_000
"""Events in a table that is taken along; the search is to be narrowed for more."""

Text = Annotated[str, msgspec.Meta(max_length=400)]


class TrailPlace(msgspec.Struct, frozen=True):
    """Where the page before ended."""

    at: float
    sequence: int


class TrailSearch(msgspec.Struct, frozen=True):
    """What is looked for; empty does not limit. Of ``patient`` (own number or BSN), ``study`` (UID) and ``exchange``
    one alone. Times in POSIX seconds; ``until`` itself is not in it."""

    since: float = 0.0
    until: float = FOREVER
    patient: Text = ""
    study: Text = ""
    exchange: Text = ""
    kinds: Annotated[tuple[Text, ...], msgspec.Meta(max_length=200)] = ()
    actor: Text = ""
    peer: Text = ""
    before: TrailPlace | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MOST)] = 100


class TrailEvent(msgspec.Struct, frozen=True):
    """One event. ``succeeded``: the outcome is not why it failed."""

    sequence: int
    at: float
    event: str
    action: str
    outcome: str
    succeeded: bool
    actor: str
    role: str
    responsible: str
    purpose: str
    ground: str
    consent: str
    exchange: str
    peer: str
    peer_name: str
    patient: str
    study: str
    decision: tuple[str, ...]
    details: dict[str, str | int | float | bool]


class TrailPage(msgspec.Struct, frozen=True):
    """Newest first; ``next`` is where the page after begins."""

    events: list[TrailEvent]
    next: TrailPlace | None


def _search(portal: Portal, call: Call) -> TrailPage:
    body: TrailSearch = call.body
    asked = _asked(body, body.limit, Place(body.before.at, body.before.sequence) if body.before else None)
    page = portal.trail.search(asked, _reader(call, "portal"), call.now)
    events = [_event(number, event, page.names) for number, event in page.events]
    return TrailPage(events, TrailPlace(page.next.at, page.next.sequence) if page.next else None)


def _table(portal: Portal, call: Call) -> Reply:
    """All of a search as CSV, a page at a time."""
    body: TrailSearch = call.body
    reader = _reader(call, "table")
    # the first page before the answer begins: what is refused is a status
    first = portal.trail.search(_asked(body, PAGE_MOST, None), reader, call.now)

    def lines() -> Iterator[bytes]:
        yield _csv(HEAD)
        page, told = first, 0
        while True:
            for number, event in page.events:
                yield _csv(_cells(number, event))
            told += len(page.events)
            if page.next is None or told >= TABLE_MOST:
                break
            page = portal.trail.search(_asked(body, PAGE_MOST, page.next), reader, call.now)
        if page.next is not None:
            yield _csv(["more", "narrow the search: this table ends here"])

    name = (b"content-disposition", b'attachment; filename="beeldbrug-audit.csv"')
    return Reply(lines(), content_type="text/csv; charset=utf-8; header=present", headers=[name])


HEAD: Final = (
    *("number", "at", "event", "action", "outcome", "actor", "role", "responsible", "purpose", "ground", "consent"),
    *("patient", "study", "exchange", "peer", "decision", "details"),
)


def _cells(number: int, event: AuditEvent) -> list[str]:
    at = datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds")
    details = "; ".join(f"{name}={value}" for name, value in sorted(event.details.items()))
    said = (event.event, event.action, event.outcome, event.actor, event.role, event.responsible)
    why = (event.purpose, event.ground, event.consent)
    whom = (event.patient, event.study_uid, event.exchange, event.peer)
    return [str(number), at, *said, *why, *whom, " ".join(event.decision), details]


def _csv(cells: Sequence[str]) -> bytes:
    """A line; what a spreadsheet would take for a formula is made text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([plain(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def _asked(body: TrailSearch, limit: int, before: Place | None) -> Asked:
    return Asked(
        since=body.since,
        until=body.until,
        patient=body.patient,
        study=body.study.strip(),
        exchange=body.exchange.strip(),
        events=body.kinds,
        actor=body.actor.strip(),
        peer=body.peer.strip(),
        before=before,
        limit=limit,
    )


def _reader(call: Call, means: str) -> Reader:
    account = call.session.account
    return Reader(account.login, " ".join(sorted(role.value for role in account.roles)), means)


def _event(number: int, event: AuditEvent, names: dict[str, str]) -> TrailEvent:
    return TrailEvent(
        sequence=number,
        at=event.at,
        event=event.event,
        action=event.action,
        outcome=event.outcome,
        succeeded=indicator(event.outcome) == "0",
        actor=event.actor,
        role=event.role,
        responsible=event.responsible,
        purpose=event.purpose,
        ground=event.ground,
        consent=event.consent,
        exchange=event.exchange,
        peer=event.peer,
        peer_name=names.get(event.peer, ""),
        patient=event.patient,
        study=event.study_uid,
        decision=event.decision,
        details=event.details,
    )


ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", "/trail/search", Permission.AUDIT, _search, body=TrailSearch, answer=TrailPage),
    Route("POST", "/trail/table", Permission.AUDIT, _table, body=TrailSearch),
)
