"""What the desk decided about imports and undid, and who is busy with what, in SQL (ports.importing).

Plans are sealed, and so are the numbers of what was undone.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.importing import ImportPlan, Left
from beeldbrug.node.ports.importing import Claim, Undone
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements, chunks

_PLAN = "SELECT plan FROM import_plan WHERE organisation = ? AND exchange = ?"

_PUT_PLAN = """
INSERT INTO import_plan (organisation, exchange, plan, series, left_series, left_instances) VALUES (?, ?, ?, 0, 0, 0)
ON CONFLICT (organisation, exchange) DO UPDATE SET plan = excluded.plan"""

_COUNT = """
INSERT INTO import_plan (organisation, exchange, plan, series, left_series, left_instances) VALUES (?, ?, NULL, ?, ?, ?)
ON CONFLICT (organisation, exchange) DO UPDATE SET series = excluded.series, left_series = excluded.left_series,
  left_instances = excluded.left_instances"""

_LEFT = """
SELECT exchange, series, left_series, left_instances FROM import_plan
WHERE organisation = ? AND exchange IN (<marks>) AND series > 0"""

_CLAIM = "SELECT exchange, account, since, expires FROM claim WHERE organisation = ? AND exchange = ?"

_PUT_CLAIM = """
INSERT INTO claim (organisation, exchange, account, since, expires) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange) DO UPDATE SET account = excluded.account, since = excluded.since,
  expires = excluded.expires"""

_CLAIMS = """
SELECT exchange, account, since, expires FROM claim
WHERE organisation = ? AND exchange IN (<marks>) AND expires > ?"""

_ADD_UNDONE = """
INSERT INTO undone_import (organisation, exchange, at, actor, why, under, instances, removed, removed_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')"""

_LAST_UNDONE = """
SELECT at, actor, why, under, instances, removed FROM undone_import
WHERE organisation = ? AND exchange = ? ORDER BY at DESC LIMIT 1"""

_REMOVED = """
UPDATE undone_import SET removed = ?, removed_by = ? WHERE organisation = ? AND exchange = ? AND removed IS NULL"""

_UNDER = "undone-import"

_DECODER = msgspec.json.Decoder(ImportPlan)


class SqlPlans:
    """ports.importing.Plans over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def get(self, organisation: str, exchange: str) -> ImportPlan:
        """The plan, or one that decides nothing."""
        row = self._sql.one(_PLAN, organisation, exchange)
        if row is None or row[0] is None:
            return ImportPlan()
        try:
            return _DECODER.decode(self._seal.open(organisation, "import-plan", exchange, bytes(row[0])))
        except msgspec.MsgspecError:
            raise Malformed(
                "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
            ) from None

    def put(self, organisation: str, exchange: str, plan: ImportPlan) -> None:
        """Keep it."""
        sealed = self._seal.seal(organisation, "import-plan", exchange, msgspec.json.encode(plan))
        self._sql.run(_PUT_PLAN, organisation, exchange, sealed)

    def count(self, organisation: str, exchange: str, left: Left) -> None:
        """What was left out."""
        self._sql.run(_COUNT, organisation, exchange, left.series, left.left_series, left.left_instances)

    def left(self, organisation: str, exchanges: Sequence[str]) -> dict[str, Left]:
        """What these left out."""
        found: dict[str, Left] = {}
        for some in chunks(exchanges):
            statement = _LEFT.replace("<marks>", ", ".join("?" * len(some)))
            for exchange, *counts in self._sql.all(statement, organisation, *some):
                found[str(exchange)] = Left(*(int(one) for one in counts))
        return found


class SqlClaims:
    """ports.importing.Claims over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def get(self, organisation: str, exchange: str) -> Claim | None:
        """The last claim."""
        row = self._sql.one(_CLAIM, organisation, exchange)
        return None if row is None else Claim(*row)

    def put(self, organisation: str, claim: Claim) -> None:
        """Keep it."""
        self._sql.run(_PUT_CLAIM, organisation, claim.exchange, claim.account, claim.since, claim.expires)

    def drop(self, organisation: str, exchange: str) -> None:
        """Nobody is busy with it."""
        self._sql.run("DELETE FROM claim WHERE organisation = ? AND exchange = ?", organisation, exchange)

    def of(self, organisation: str, exchanges: Sequence[str], now: float) -> dict[str, Claim]:
        """Those that have not run out."""
        found: dict[str, Claim] = {}
        for some in chunks(exchanges):
            statement = _CLAIMS.replace("<marks>", ", ".join("?" * len(some)))
            for row in self._sql.all(statement, organisation, *some, now):
                found[str(row[0])] = Claim(*row)
        return found


class SqlUndoneImports:
    """ports.importing.UndoneImports over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, organisation: str, undone: Undone) -> None:
        """Keep one."""
        under = msgspec.json.encode((undone.number, undone.order))
        sealed = self._seal.seal(organisation, _UNDER, undone.exchange, under)
        key = (organisation, undone.exchange, undone.at)
        self._sql.run(_ADD_UNDONE, *key, undone.actor, undone.why, sealed, undone.instances, undone.removed)

    def last(self, organisation: str, exchange: str) -> Undone | None:
        """The newest."""
        row = self._sql.one(_LAST_UNDONE, organisation, exchange)
        if row is None:
            return None
        at, actor, why, sealed, instances, removed = row
        opened = self._seal.open(organisation, _UNDER, exchange, bytes(sealed))
        number, order = msgspec.json.decode(opened, type=tuple[str, str])
        return Undone(exchange, at, actor, why, number, order, int(instances), removed)

    def removed(self, organisation: str, exchange: str, actor: str, at: float) -> None:
        """All are out of the PACS."""
        self._sql.run(_REMOVED, at, actor, organisation, exchange)
