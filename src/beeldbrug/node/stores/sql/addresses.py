"""The own part of the address book, and whom each account sends to, in SQL (ports.sending.Addresses)."""

from __future__ import annotations

from beeldbrug.model.exchange import Party
from beeldbrug.node.ports.sending import AddressEntry, Recipient
from beeldbrug.node.stores.sql.statements import Row, Statements

_ENTRY = "id, peer, name, location, department, person, phone, changed"
_PUT = """
INSERT INTO address (id, organisation, peer, name, location, department, person, phone, changed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET peer = excluded.peer, name = excluded.name,
location = excluded.location, department = excluded.department, person = excluded.person, phone = excluded.phone,
changed = excluded.changed WHERE address.organisation = excluded.organisation"""

_KEY = "organisation, account, peer, location, department, person"
_USED = f"""
INSERT INTO recipient ({_KEY}, name, phone, favourite, used, uses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT ({_KEY}) DO UPDATE SET name = excluded.name, phone = excluded.phone, used = excluded.used,
uses = recipient.uses + 1"""  # noqa: S608 - fixed names
_MARK = f"""
INSERT INTO recipient ({_KEY}, name, phone, favourite, used, uses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT ({_KEY}) DO UPDATE SET favourite = excluded.favourite"""  # noqa: S608 - fixed names


class SqlAddresses:
    """ports.sending.Addresses over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def put(self, entry: AddressEntry) -> None:
        """Add or replace."""
        party = entry.party
        values = (party.organisation, party.name, party.location, party.department, party.person, party.phone)
        self._sql.run(_PUT, entry.id, entry.organisation, *values, entry.changed)

    def get(self, organisation: str, id: str) -> AddressEntry | None:
        """One entry."""
        select = f"SELECT {_ENTRY} FROM address WHERE organisation = ? AND id = ?"  # noqa: S608 - fixed names
        row = self._sql.one(select, organisation, id)
        return None if row is None else _entry(organisation, row)

    def all(self, organisation: str) -> list[AddressEntry]:
        """All, by partner, department and person."""
        select = f"SELECT {_ENTRY} FROM address WHERE organisation = ? ORDER BY name, location, department, person, id"  # noqa: S608 - fixed names
        return [_entry(organisation, row) for row in self._sql.all(select, organisation)]

    def delete(self, organisation: str, id: str) -> bool:
        """Remove."""
        return self._sql.run("DELETE FROM address WHERE organisation = ? AND id = ?", organisation, id) > 0

    def used(self, organisation: str, account: str, party: Party, at: float) -> None:
        """This account has just sent to this door."""
        self._sql.run(_USED, organisation, account, *_door(party), party.name, party.phone, False, at)

    def mark(self, organisation: str, account: str, party: Party, favourite: bool, at: float) -> None:
        """Make it a favourite, or no longer; one that was only marked goes."""
        self._sql.run(_MARK, organisation, account, *_door(party), party.name, party.phone, favourite, at)
        self._sql.run(
            "DELETE FROM recipient WHERE organisation = ? AND account = ? AND uses = 0 AND NOT favourite",
            organisation,
            account,
        )

    def recipients(self, organisation: str, account: str, limit: int) -> list[Recipient]:
        """Favourites first, then the last used."""
        rows = self._sql.all(
            "SELECT peer, name, location, department, person, phone, favourite, used, uses FROM recipient "
            "WHERE organisation = ? AND account = ? ORDER BY favourite DESC, used DESC LIMIT ?",
            organisation,
            account,
            limit,
        )
        return [Recipient(Party(*row[:6]), bool(row[6]), row[7], row[8]) for row in rows]


def _door(party: Party) -> tuple[str, str, str, str]:
    return party.organisation, party.location, party.department, party.person


def _entry(organisation: str, row: Row) -> AddressEntry:
    id, peer, name, location, department, person, phone, changed = row
    return AddressEntry(id, organisation, Party(peer, name, location, department, person, phone), changed)
