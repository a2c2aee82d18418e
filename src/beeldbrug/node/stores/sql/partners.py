"""Partners that no hub knows, and what they have taken, in SQL (ports.partners)."""

from __future__ import annotations

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.partners import Delivery, Door, Partner, Standing, Way
from beeldbrug.node.stores.sql.statements import Row, Statements

_PUT = """
INSERT INTO partner (organisation, id, name, content, changed) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, id) DO UPDATE SET name = excluded.name, content = excluded.content,
changed = excluded.changed"""
_SELECT = "SELECT organisation, id, name, content, changed FROM partner WHERE organisation = ?"

_NOTE = """
INSERT INTO delivery (exchange, instance, organisation, status, reason, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (exchange, instance) DO UPDATE SET status = excluded.status, reason = excluded.reason, at = excluded.at
WHERE delivery.organisation = excluded.organisation"""

_OF_PARTNERS = """organisation = ? AND direction = 'out' AND peer >= 'partner:' AND peer < 'partner;'
AND withdrawn IS NULL"""

_STANDING = f"""
SELECT peer, SUM(CASE WHEN state = 'sending' THEN 1 ELSE 0 END),
SUM(CASE WHEN state = 'sending' AND reason_code <> '' THEN 1 ELSE 0 END),
MAX(CASE WHEN state = 'sending' THEN reason_code ELSE '' END),
SUM(CASE WHEN state = 'failed' AND first_part IS NOT NULL AND emptied IS NULL THEN 1 ELSE 0 END)
FROM exchange WHERE {_OF_PARTNERS} GROUP BY peer"""  # noqa: S608 - of our own words

_LAST = f"""
SELECT e.peer, MAX(d.at) FROM (
  SELECT peer, MAX(created) AS created FROM exchange WHERE {_OF_PARTNERS} AND state = 'delivered' GROUP BY peer
) newest JOIN exchange e ON e.organisation = ? AND e.peer = newest.peer AND e.created = newest.created
JOIN delivery d ON d.exchange = e.id AND d.organisation = e.organisation GROUP BY e.peer"""  # noqa: S608 - of our own words


class _Content(msgspec.Struct, frozen=True):
    ura: str
    doors: tuple[Door, ...]
    ways: tuple[Way, ...]


class SqlPartners:
    """ports.partners.Partners over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def put(self, partner: Partner) -> None:
        """Add or replace."""
        content = msgspec.json.encode(_Content(partner.ura, partner.doors, partner.ways))
        self._sql.run(_PUT, partner.organisation, partner.id, partner.name, content, partner.changed)

    def get(self, organisation: str, id: str) -> Partner | None:
        """One of them."""
        row = self._sql.one(_SELECT + " AND id = ?", organisation, id)
        return None if row is None else _partner(row)

    def all(self, organisation: str) -> list[Partner]:
        """All, by name."""
        return [_partner(row) for row in self._sql.all(_SELECT + " ORDER BY name, id", organisation)]

    def delete(self, organisation: str, id: str) -> bool:
        """Remove."""
        return self._sql.run("DELETE FROM partner WHERE organisation = ? AND id = ?", organisation, id) > 0


class SqlDeliveries:
    """ports.partners.Deliveries over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def note(self, organisation: str, exchange: str, delivery: Delivery) -> None:
        """The newest answer about an instance."""
        one = delivery
        self._sql.run(_NOTE, exchange, one.instance, organisation, one.status, one.reason, one.at)

    def of(self, organisation: str, exchange: str) -> dict[int, Delivery]:
        """By instance."""
        statement = "SELECT instance, status, reason, at FROM delivery WHERE exchange = ? AND organisation = ?"
        rows = self._sql.all(statement, exchange, organisation)
        return {row[0]: Delivery(row[0], row[1], row[2], row[3]) for row in rows}

    def forget_refused(self, organisation: str, exchange: str) -> int:
        """What was refused is to be offered once more."""
        refused = [one.instance for one in self.of(organisation, exchange).values() if not one.accepted]
        statement = "DELETE FROM delivery WHERE exchange = ? AND organisation = ? AND instance = ?"
        return sum(self._sql.run(statement, exchange, organisation, instance) for instance in refused)

    def standing(self, organisation: str) -> dict[str, Standing]:
        """By the partner's address."""
        last = {str(row[0]): float(row[1]) for row in self._sql.all(_LAST, organisation, organisation)}
        return {
            str(peer): Standing(int(moving), int(stuck), str(reason), int(failed), last.get(str(peer)))
            for peer, moving, stuck, reason, failed in self._sql.all(_STANDING, organisation)
        }


def _partner(row: Row) -> Partner:
    organisation, id, name, content, changed = row
    try:
        found = msgspec.json.decode(bytes(content), type=_Content)
    except msgspec.MsgspecError:
        raise Malformed(
            "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
        ) from None
    return Partner(organisation, id, name, found.ura, found.doors, found.ways, changed)
