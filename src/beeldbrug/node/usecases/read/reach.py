"""What a scope reaches within one transaction: studies by origin, instances merged over origins (DESIGN sections 3, 7).

A study may be here several times: sent in by the hospital's own systems, and received in parcels. A reader sees each
instance once: complete content before content still under way, then the newest. What is outside the scope, or of an
exchange that may not be read (now), is not there: the same NotFound as for what never was. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import READABLE, Direction, State
from beeldbrug.node.ports.records import OWN, ExchangeRow, InstanceRow, InstanceState, StudyRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.scope import Scope

ORIGINS_PER_STUDY = 1000
"""A study is kept from fewer origins than this."""


def not_found() -> NotFound:
    """One answer for what is not there and for what the scope does not cover."""
    return NotFound("not-found", "There is no such thing within your access.")


def may_be_read(exchange: ExchangeRow, now: float) -> bool:
    """Whether viewers of this organisation may open what arrived in this exchange.

    What was verified stays readable when the PACS refuses it: that is when people need it here.
    """
    complete = exchange.state is State.FAILED and exchange.verified is not None
    return (
        exchange.direction is Direction.IN
        and (exchange.state in READABLE or complete)
        and exchange.withdrawn is None
        and (exchange.expires <= 0 or now < exchange.expires)
    )


def progress(exchanges: Iterable[ExchangeRow]) -> tuple[int, int] | None:
    """(instances here, instances known of) when any of these is still arriving, else None."""
    arriving = [row for row in exchanges if row.state is State.ARRIVING]
    if not arriving:
        return None
    return sum(row.done for row in arriving), sum(row.total for row in arriving)


class Reach:
    """The view that one scope has of the vault, for the length of one transaction."""

    def __init__(self, transaction: Transaction, scope: Scope, now: float) -> None:
        self.transaction = transaction
        self.scope = scope
        self.now = now
        self._exchanges: dict[str, ExchangeRow | None] = {}

    def exchange(self, origin: str) -> ExchangeRow | None:
        """The readable exchange that an origin names; None for own content and for what may not be read."""
        if origin == OWN:
            return None
        if origin not in self._exchanges:
            row = self.transaction.exchanges.get(self.scope.organisation, origin)
            self._exchanges[origin] = row if row is not None and may_be_read(row, self.now) else None
        return self._exchanges[origin]

    def pairs(self) -> list[tuple[str, str]] | None:
        """(origin, study) pairs that a scope of exchanges comes down to; None when it is not limited so."""
        if not self.scope.exchanges:
            return None
        found = (self.exchange(origin) for origin in sorted(self.scope.exchanges))
        return [(row.id, row.study_uid) for row in found if row is not None]

    def reaches(self, origin: str, study_uid: str) -> bool:
        """Whether this scope may read this study as it came from this origin."""
        return (
            self.scope.covers_study(study_uid)
            and self.scope.covers_origin(origin)
            and (origin == OWN or self.exchange(origin) is not None)
        )

    def copies(self, study_uids: Sequence[str]) -> list[StudyRow]:
        """All readable copies, one per origin, of these studies."""
        wanted = [uid for uid in study_uids if self.scope.covers_study(uid)]
        if not wanted:
            return []
        rows = self.transaction.instances.studies(
            self.scope.organisation, None, {"StudyInstanceUID": "\\".join(wanted)}, 0, ORIGINS_PER_STUDY * len(wanted)
        )
        return [row for row in rows if self.reaches(row.origin, row.study_uid)]

    def study(self, study_uid: str) -> list[StudyRow]:
        """Readable copies of one study. Raises NotFound when there is none."""
        rows = self.copies([study_uid])
        if not rows:
            raise not_found()
        return rows

    def instances(
        self, study_uid: str, series_uid: str | None = None, match: Mapping[str, str] | None = None
    ) -> list[InstanceRow]:
        """Instances of a study or series, each once. Raises NotFound when the study is not there."""
        rows: list[InstanceRow] = []
        for copy in self.study(study_uid):
            rows += self.transaction.instances.instances(
                self.scope.organisation, copy.origin, study_uid, series_uid, match or {}
            )
        return merged(rows)

    def exchanges(self, rows: Iterable[InstanceRow]) -> list[ExchangeRow]:
        """Readable exchanges that these instances came in."""
        found = (self.exchange(origin) for origin in sorted({row.origin for row in rows}))
        return [row for row in found if row is not None]


def merged(rows: Sequence[InstanceRow]) -> list[InstanceRow]:
    """Each SOP Instance UID once, in the order met first."""
    best: dict[str, InstanceRow] = {}
    for row in rows:
        known = best.get(row.instance_uid)
        if known is None or _rank(row) > _rank(known):
            best[row.instance_uid] = row
    return list(best.values())


def _rank(row: InstanceRow) -> tuple[bool, float, int]:
    return row.state is not InstanceState.HEADER, row.received, row.id
