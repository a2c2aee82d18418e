"""Deposit the signed audit head outside the node every minute, and compare (guarantee 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.ports.route import Ways
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.sealed.head import AuditHead, read_head, sign_head

HEAD_SECONDS = 60.0

REFUSED = "audit-head-refused"

log = get("heads")


@dataclass(frozen=True)
class HeadStep:
    """The work ``head`` of one organisation."""

    own: OwnOrganisation
    database: Database
    hub: Ways
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Deposit the present head, if it has moved since the last one. Raises Unavailable."""
        with self.database.read() as tx:
            head = tx.audit.head(self.own.ura)
            last = tx.facts.get(self.own.ura, "head-deposited")
        if head is not None and str(head.sequence) != last:
            token = sign_head(
                AuditHead(self.own.ura, head.sequence, head.hash.hex(), self.clock()), self.own.signing_key
            )
            self.hub.put_head(token)
            with self.database.write() as tx:
                tx.facts.set(self.own.ura, "head-deposited", str(head.sequence))
                tx.alerts.clear(self.own.ura, "", REFUSED, self.clock())
        return HEAD_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The hub refused the head; the chain itself stands. A human is told: a cut tail would not be found out."""
        log.error("audit head not deposited", code=error.code)
        now = self.clock()
        texts = ("De hub weigert het hoofd van het audittrail.", error.text, "Lees de reden en bel de hub.")
        with self.database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self.own.ura, "", REFUSED, *texts, error.remedy, raised=now))
        return HEAD_SECONDS


@dataclass(frozen=True, slots=True)
class Verified:
    """Outcome of ``verify``: events walked, first sequence that does not fit, deposited heads that do and do not."""

    events: int
    broken_at: int | None
    heads: int
    heads_missing: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """The chain is whole as far as can be told."""
        return self.broken_at is None and not self.heads_missing


def verify(own: OwnOrganisation, database: Database, heads: list[str]) -> Verified:
    """Walk the chain and compare it with deposited heads (JWS). A head that the chain does not have means a cut or
    rewritten trail. Raises Denied for a head that we did not sign."""
    missing = []
    with database.read() as tx:
        events, broken = tx.audit.verify(own.ura)
        for token in heads:
            head = read_head(token, own.signing_key.public_key())
            kept = tx.audit.hash_at(own.ura, head.sequence)
            if kept is None or kept.hex() != head.hash:
                missing.append(head.sequence)
    return Verified(events, broken, len(heads), tuple(missing))
