"""Rejection notes that come in with a study (IHE IOCM): its sender takes images back, and says why.

A note is never taken for an ordinary choice of key images: the desk is told, and it stays out of the own PACS unless
the hospital has it go along. What it is about is marked and stays as it came, for those who must decide; it goes into
the PACS only when a human says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.capsule import VALUE_INLINE_BYTES
from beeldbrug.node.policy.rejecting import MEANINGS, REJECTED_BY_SENDER
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow, InstanceState
from beeldbrug.node.ports.sender_rejections import SenderRejection
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.imports.left_out import series_of
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"

MOST = 100_000
"""Instances that one note marks at most."""

LONGEST_UID = 64

_TITLE, _VALUE, _EVIDENCE, _SERIES, _INSTANCES = "0040A043", "00080100", "0040A375", "00081115", "00081199"
_SERIES_UID, _INSTANCE_UID = "0020000E", "00081155"


@dataclass(frozen=True, slots=True)
class Note:
    """A rejection note: its series and UID, code of its title, and (series, instance) UIDs that it is about."""

    series_uid: str
    uid: str
    title: str
    instances: tuple[tuple[str, str], ...]


def note_rejections(database: Database, sources: Sources, exchange: ExchangeRow, forward: bool, now: float) -> None:
    """Tell of the notes, each once, and mark what they are about; without ``forward`` their series stay out, unless a
    human decides otherwise."""
    organisation = exchange.organisation
    with database.read() as tx:
        known = {one.note for one in tx.sender_rejections.of(organisation, exchange.id)}
        series = [row for row in series_of(tx, exchange) if row.modality == "KO"]
        rows = [
            row
            for one in series
            for row in tx.instances.instances(organisation, exchange.id, exchange.study_uid, one.series_uid, {})
            if row.sop_class == KEY_OBJECTS and row.state is InstanceState.VERIFIED and row.instance_uid not in known
        ]
    places = Places(sources, organisation)
    notes = [note for row in rows if (note := _note(row, read_header(sources, places, row))) is not None]
    if not notes:
        return
    with database.write() as tx:
        plan = tx.plans.get(organisation, exchange.id)
        found = frozenset(note.series_uid for note in notes) - plan.within - plan.without
        plan = replace(plan, within=plan.within | found) if forward else replace(plan, without=plan.without | found)
        tx.plans.put(organisation, exchange.id, plan)
        tx.alerts.raise_(alert_of(exchange, REJECTED_BY_SENDER, now))
        tx.exchanges.bump(exchange.id, now)
        for note in notes:
            tx.sender_rejections.add(organisation, exchange.id, _marks(note, now))
            why, count = (note.title,), len(note.instances)
            event = of_exchange(
                exchange, "rejected-by-sender", "U", "success", now, decision=why, instances=count, forwarded=forward
            )
            tx.audit.append(event)


def _note(row: InstanceRow, header: bytes) -> Note | None:
    read = to_json(header, row.transfer_syntax, row.part10, lambda path: "", VALUE_INLINE_BYTES)
    title = next((str(one) for item in _items(read, _TITLE) for one in _values(item, _VALUE)), "")
    if title not in MEANINGS:
        return None
    found = (
        (uid, instance)
        for item in _items(read, _EVIDENCE)
        for series in _items(item, _SERIES)
        for uid in _texts(series, _SERIES_UID)[:1]
        for one in _items(series, _INSTANCES)
        for instance in _texts(one, _INSTANCE_UID)[:1]
    )
    return Note(row.series_uid, row.instance_uid, title, tuple(dict.fromkeys(islice(found, MOST))))


def _marks(note: Note, now: float) -> list[SenderRejection]:
    """What is kept of a note, and that it was read."""
    about = [*note.instances, (note.series_uid, note.uid)]
    return [SenderRejection(note.uid, instance, series, note.title, now) for series, instance in about]


def _texts(item: dict[str, Any], tag: str) -> list[str]:
    return [one for one in _values(item, tag) if isinstance(one, str) and len(one) <= LONGEST_UID]


def _values(item: dict[str, Any], tag: str) -> list[Any]:
    found = item.get(tag, {}).get("Value", [])
    return found if isinstance(found, list) else []


def _items(item: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return [one for one in _values(item, tag) if isinstance(one, dict)]
