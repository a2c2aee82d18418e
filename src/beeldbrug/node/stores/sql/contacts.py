"""Where people are reached in SQL (ports.waking.Contacts). Addresses are sealed, each bound to its account and way."""

from __future__ import annotations

from beeldbrug.model.notice import Channel, Contact, NoticeChoice
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_OF = """
SELECT channel, address, verified, enabled, pending, code_hash, code_expires, code_tries, asked FROM contact
WHERE organisation = ? AND account = ? ORDER BY channel"""

_PUT = """
INSERT INTO contact (organisation, account, channel, address, verified, enabled, pending, code_hash, code_expires,
  code_tries, asked)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, account, channel) DO UPDATE SET address = excluded.address, verified = excluded.verified,
  enabled = excluded.enabled, pending = excluded.pending, code_hash = excluded.code_hash,
  code_expires = excluded.code_expires, code_tries = excluded.code_tries, asked = excluded.asked"""

_CHOOSE = """
INSERT INTO notice_choice (organisation, account, first, sound) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation, account) DO UPDATE SET first = excluded.first, sound = excluded.sound"""


class SqlContacts:
    """ports.waking.Contacts over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def of(self, organisation: str, account: str) -> list[Contact]:
        """All of an account."""
        return [self._contact(organisation, account, row) for row in self._sql.all(_OF, organisation, account)]

    def put(self, organisation: str, contact: Contact) -> None:
        """Keep or replace."""
        row = f"{contact.account} {contact.channel}"
        self._sql.run(
            _PUT,
            organisation,
            contact.account,
            contact.channel.value,
            self._seal.seal_text(organisation, "contact", row, contact.address),
            contact.verified,
            contact.enabled,
            self._seal.seal_text(organisation, "contact-pending", row, contact.pending),
            contact.code_hash,
            contact.code_expires,
            contact.code_tries,
            contact.asked,
        )

    def delete(self, organisation: str, account: str, channel: Channel) -> bool:
        """Forget one."""
        delete = "DELETE FROM contact WHERE organisation = ? AND account = ? AND channel = ?"
        return bool(self._sql.run(delete, organisation, account, channel.value))

    def choice(self, organisation: str, account: str) -> NoticeChoice:
        """How the account wants to be told."""
        select = "SELECT first, sound FROM notice_choice WHERE organisation = ? AND account = ?"
        row = self._sql.one(select, organisation, account)
        return NoticeChoice() if row is None else NoticeChoice(Channel(row[0]), bool(row[1]))

    def choose(self, organisation: str, account: str, choice: NoticeChoice) -> None:
        """Keep it."""
        self._sql.run(_CHOOSE, organisation, account, choice.first.value, choice.sound)

    def _contact(self, organisation: str, account: str, row: Row) -> Contact:
        channel, address, verified, enabled, pending, code_hash, code_expires, code_tries, asked = row
        name = f"{account} {channel}"
        return Contact(
            account=account,
            channel=Channel(channel),
            address=self._seal.open_text(organisation, "contact", name, address),
            verified=verified,
            enabled=bool(enabled),
            pending=self._seal.open_text(organisation, "contact-pending", name, pending),
            code_hash=bytes(code_hash),
            code_expires=code_expires,
            code_tries=code_tries,
            asked=asked,
        )
