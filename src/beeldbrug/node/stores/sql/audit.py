"""The audit trail in SQL (ports.vault.Audit): one append-only SHA-256 chain per organisation (DESIGN guarantee 5).

Each event's hash is over the canonical JSON (keys sorted, no spaces, UTF-8; RFC 8785 for what occurs here) of the whole
row and the hash before it; patient and study are in it as sealed, so the chain can be checked without the root key. The
head row finds a cut tail as long as the head itself is true: heads are deposited outside the node for that. NEN 7513.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.ports.records import AuditEvent, AuditHead
from beeldbrug.node.ports.trail import TrailQuery
from beeldbrug.node.stores.sql.names import storable
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements
from beeldbrug.node.stores.sql.trail import EVENTS, search

_TEXTS = (
    "event",
    "action",
    "outcome",
    "actor",
    "role",
    "responsible",
    "purpose",
    "ground",
    "exchange",
    "peer",
    "consent",
)

_FIELDS = (
    "organisation",
    "sequence",
    "at",
    *_TEXTS,
    "decision",
    "details",
    "identity",
    "patient_index",
    "study_index",
)

_APPEND = """
INSERT INTO audit_event (organisation, sequence, at, event, action, outcome, actor, role, responsible, purpose, ground,
  exchange, peer, consent, decision, details, identity, patient_index, study_index, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_EVENTS = EVENTS + "AND sequence > ? {conditions} ORDER BY sequence LIMIT ?"

_FIRST_HEAD = "INSERT INTO audit_head (organisation, sequence, hash) VALUES (?, 0, ?) ON CONFLICT DO NOTHING"
_HEAD = "SELECT sequence, hash FROM audit_head WHERE organisation = ?"
_SET_HEAD = "UPDATE audit_head SET sequence = ?, hash = ? WHERE organisation = ?"

_CONDITIONS = {name: f"AND {name} = ? " for name in _TEXTS}
_INDEXED = {"patient": "AND patient_index = ? ", "study_uid": "AND study_index = ? "}

_PAGE = 1000


class SqlAudit:
    """ports.vault.Audit over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def append(self, event: AuditEvent) -> AuditHead:
        """Add to the chain; holds the head until the transaction ends."""
        sequence, previous = self._locked_head(event.organisation)
        values = self._values(event, sequence + 1)
        hash_ = chained(previous, values)
        self._sql.run(_APPEND, *values, hash_)
        self._sql.run(_SET_HEAD, sequence + 1, hash_, event.organisation)
        return AuditHead(event.organisation, sequence + 1, hash_)

    def head(self, organisation: str) -> AuditHead | None:
        """Tip of the chain."""
        row = self._sql.one(_HEAD, organisation)
        return None if row is None else AuditHead(organisation, int(row[0]), bytes(row[1]))

    def verify(self, organisation: str) -> tuple[int, int | None]:
        """Walk the chain: (events that fit from the start, sequence of the first that does not or None)."""
        head = self.head(organisation)
        previous, fit = b"", 0
        while rows := self._page(organisation, fit):
            for row in rows:
                if row[1] != fit + 1 or chained(previous, row[:-1]) != bytes(row[-1]):
                    return fit, fit + 1
                previous, fit = bytes(row[-1]), fit + 1
        if (head.sequence if head else 0) != fit or (head.hash if head else b"") != previous:
            return fit, fit + 1
        return fit, None

    def events(
        self, organisation: str, after: int = 0, limit: int = 1000, **match: str
    ) -> list[tuple[int, AuditEvent]]:
        """Events by sequence, opened. Raises Unsupported ``attribute-not-searchable``."""
        conditions = ""
        values: list[str | bytes] = []
        for name, value in match.items():
            if name in _INDEXED:
                conditions += _INDEXED[name]
                values.append(self._seal.index(organisation, f"audit-{name}", value))
            elif name in _CONDITIONS:
                conditions += _CONDITIONS[name]
                values.append(value)
            else:
                raise Unsupported("attribute-not-searchable", "The audit trail cannot be searched by this field.")
        rows = self._sql.all(_EVENTS.format(conditions=conditions), organisation, after, *values, limit)
        return [(row[1], self._event(row)) for row in rows]

    def search(self, query: TrailQuery) -> list[tuple[int, AuditEvent]]:
        """Events that fit, newest first, opened."""
        organisation = query.organisation
        rows = search(self._sql, lambda purpose, value: self._seal.index(organisation, purpose, value), query)
        return [(row[1], self._event(row)) for row in rows]

    def hash_at(self, organisation: str, sequence: int) -> bytes | None:
        """Hash of one event."""
        found = "SELECT hash FROM audit_event WHERE organisation = ? AND sequence = ?"
        row = self._sql.one(found, organisation, sequence)
        return None if row is None else bytes(row[0])

    def _locked_head(self, organisation: str) -> tuple[int, bytes]:
        locked = _HEAD + " FOR UPDATE" if self._sql.postgresql else _HEAD
        row = self._sql.one(locked, organisation)
        if row is None:
            self._sql.run(_FIRST_HEAD, organisation, b"")
            row = self._sql.one(locked, organisation)
        return (0, b"") if row is None else (int(row[0]), bytes(row[1]))

    def _page(self, organisation: str, after: int) -> list[Row]:
        return self._sql.all(_EVENTS.format(conditions=""), organisation, after, _PAGE)

    def _values(self, event: AuditEvent, sequence: int) -> Row:
        organisation = event.organisation
        identity = storable(canonical([event.patient, event.study_uid]))
        return (
            organisation,
            sequence,
            float(event.at),
            *(storable(getattr(event, name)) for name in _TEXTS),
            storable(canonical(list(event.decision))),
            storable(canonical(event.details)),
            self._seal.seal(organisation, "audit", str(sequence), identity.encode("utf-8")),
            self._seal.index(organisation, "audit-patient", event.patient),
            self._seal.index(organisation, "audit-study_uid", event.study_uid),
        )

    def _event(self, row: Row) -> AuditEvent:
        values = dict(zip(_FIELDS, row[:-1], strict=True))
        sequence = values.pop("sequence")
        identity = self._seal.open(values["organisation"], "audit", str(sequence), values.pop("identity"))
        del values["patient_index"], values["study_index"]
        values["decision"] = tuple(json.loads(values["decision"]))
        values["details"] = json.loads(values["details"])
        patient, study_uid = json.loads(identity)
        return AuditEvent(**values, patient=patient, study_uid=study_uid)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces. Raises Malformed ``audit-event-malformed``."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        raise Malformed("audit-event-malformed", "An audit event holds what JSON cannot.") from None


def chained(previous: bytes, values: Row) -> bytes:
    """Hash of an event: over its fields, bytes as hexadecimal digits, and the hash before it."""
    content = {
        name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        for name, value in zip(_FIELDS, values, strict=True)
    }
    content["previous"] = previous.hex()
    return hashlib.sha256(canonical(content).encode("utf-8")).digest()
