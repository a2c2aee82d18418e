"""Search the audit trail: of one patient, one person, one other organisation, one period. Reading it is itself an event
in it, and stands in the same transaction as the look (FIELD 5.2; NEN 7513 chapter 8).

A patient is found by number or BSN: events that name one of his numbers, events of studies of the hospital's own under
them, and events of exchanges that are his here. What was undone as another's is not among the last two.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.records import OWN, AuditEvent
from beeldbrug.node.ports.trail import FOREVER, PAGE_MOST, Place, TrailQuery
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.figures.peers import peer_name
from beeldbrug.node.usecases.imports.chosen import kept_number

STUDIES_MOST: Final = 1000
"""Studies of one patient that are looked for."""

EVENTS_MOST: Final = 10_000
"""Events of one patient in which exchanges of his are looked for."""

Told = list[tuple[int, AuditEvent]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to read; empty texts do not limit. ``patient`` is an own number, or a BSN."""

    since: float = 0.0
    until: float = FOREVER
    patient: str = field(default="", repr=False)
    study: str = field(default="", repr=False)
    exchange: str = ""
    events: tuple[str, ...] = ()
    action: str = ""
    actor: str = ""
    role: str = ""
    peer: str = ""
    before: Place | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. ``patients``: he is shown whose the events are. ``means`` is how: portal, command line, FHIR."""

    actor: str
    role: str
    means: str
    patients: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Events by sequence, newest first; ``next`` is where the page after begins, None when there is none. ``names`` of
    the other organisations."""

    events: Told
    next: Place | None
    names: dict[str, str]


@dataclass(frozen=True)
class Trail:
    """One organisation's; ``issuer`` is that of its own patient numbers."""

    organisation: str
    issuer: str
    database: Database

    def search(self, asked: Asked, reader: Reader, now: float) -> Page:
        """A page of the trail; that it was read is on record before anything is given. Raises Malformed
        ``trail-about-one``."""
        if bool(asked.patient) + bool(asked.study) + bool(asked.exchange) > 1:
            raise Malformed("trail-about-one", "A search is about one patient, study or exchange.", "Ask for one.")
        limit = max(1, min(asked.limit, PAGE_MOST))
        with self.database.write() as tx:
            found = tx.audit.search(self._query(tx, asked, limit + 1))
            page = found[:limit]
            peers = {event.peer for _, event in page if event.peer}
            names = {peer: peer_name(tx, self.organisation, peer) for peer in peers}
            tx.audit.append(_reading(self.organisation, asked, reader, len(page), now))
        last = page[-1] if len(found) > limit else None
        return Page(page, Place(last[1].at, last[0]) if last else None, names)

    def one(self, sequence: int, reader: Reader, now: float) -> AuditEvent | None:
        """One event by its number; that it was read is on record."""
        with self.database.write() as tx:
            found = tx.audit.events(self.organisation, sequence - 1, 1)
            event = next((event for number, event in found if number == sequence), None)
            tx.audit.append(_reading(self.organisation, Asked(), reader, int(event is not None), now))
        return event

    def _query(self, tx: Transaction, asked: Asked, limit: int) -> TrailQuery:
        said = asked.patient.strip()
        numbers = tx.own_patients.numbers(self.organisation, said) if said else ()
        studies = [uid for number in numbers for uid in self._studies(tx, number)]
        exchanges = [id for number in numbers for id in self._exchanges(tx, number)]
        return TrailQuery(
            self.organisation,
            since=asked.since,
            until=asked.until,
            patients=numbers,
            studies=(asked.study,) if asked.study else tuple(dict.fromkeys(studies)),
            exchanges=(asked.exchange,) if asked.exchange else tuple(dict.fromkeys(exchanges)),
            events=asked.events,
            action=asked.action,
            actor=asked.actor,
            role=asked.role,
            peer=asked.peer,
            before=asked.before,
            limit=limit,
        )

    def _studies(self, tx: Transaction, number: str) -> list[str]:
        """UIDs of the hospital's own studies under this number."""
        if set(number) & set("*?\\"):
            return []
        rows = tx.instances.studies(self.organisation, None, {"PatientID": number}, 0, STUDIES_MOST)
        return [row.study_uid for row in rows if row.origin == OWN]

    def _exchanges(self, tx: Transaction, number: str) -> list[str]:
        """Arrivals that are this patient's here: named in an event of his, and still kept under the number."""
        query = TrailQuery(self.organisation, patients=(number,), limit=PAGE_MOST)
        named: dict[str, None] = {}
        for _ in range(EVENTS_MOST // PAGE_MOST):
            events = tx.audit.search(query)
            named.update(dict.fromkeys(event.exchange for _, event in events if event.exchange))
            if len(events) < PAGE_MOST:
                break
            query = TrailQuery(
                self.organisation,
                patients=(number,),
                before=Place(events[-1][1].at, events[-1][0]),
                limit=PAGE_MOST,
            )
        return [id for id in named if self._is_his(tx, id, number)]

    def _is_his(self, tx: Transaction, id: str, number: str) -> bool:
        exchange = tx.exchanges.get(self.organisation, id)
        kept = kept_number(exchange, self.issuer) if exchange is not None else None
        return kept is not None and (kept.value, kept.issuer) == (number, self.issuer)


def _reading(organisation: str, asked: Asked, reader: Reader, events: int, now: float) -> AuditEvent:
    names = ("patient", "study", "exchange", "events", "action", "actor", "role", "peer")
    fields = [name for name in names if getattr(asked, name)]
    return AuditEvent(
        organisation=organisation,
        event="audit-read",
        action="R",
        outcome="success",
        actor=reader.actor,
        role=reader.role,
        patient=asked.patient.strip(),
        study_uid=asked.study,
        details={
            "since": asked.since,
            "events": events,
            "fields": ",".join(sorted(fields)),
            "patients": reader.patients,
            "means": reader.means,
        },
        at=now,
    )
