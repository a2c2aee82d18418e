"""To whom can be sent: the organisations of the hub's address book, checked, with the doors that this hospital knows
inside them, its own list of partners that no hub knows, its sending rules, and what this account used last or marked.

The hub's names are those that the certificates prove; departments, people and telephone numbers are the hospital's own
entries, and known to nobody else. An address book that cannot be read now leaves the rest in use, and says so.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import uuid4

from beeldbrug.model.errors import BeeldbrugError, Malformed, NotFound
from beeldbrug.model.exchange import CARRIED, PARTNER, Party, Route, is_partner
from beeldbrug.node.policy.rules import GeneralRule, SendingRule
from beeldbrug.node.ports.partners import Partner as OwnPartner
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.sending import AddressEntry, Recipient
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.carry.hand_out import NAME
from beeldbrug.node.usecases.partners.route import partner_of, route_to
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.trust import Trust

FRESH_SECONDS: Final = 60.0
RECIPIENTS_SHOWN: Final = 60
CHARACTERS: Final = 100
PHONE_CHARACTERS: Final = 40

_PARTNER = re.compile(PARTNER + r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that can be sent to. ``keys``: whether it has keys to seal to now; ``way``: how it is reached
    at first. A partner of the own list needs no keys."""

    organisation: str
    name: str
    keys: bool
    way: Route = Route.HUB


@dataclass(frozen=True, slots=True)
class Book:
    """All of it. ``trouble``: why the hub's part is missing or old."""

    partners: tuple[Partner, ...]
    doors: tuple[AddressEntry, ...]
    rules: tuple[SendingRule, ...]
    recipients: tuple[Recipient, ...]
    trouble: BeeldbrugError | None = None


@dataclass
class AddressBook:
    """One organisation's. Thread-safe; the hub is asked at most once a minute."""

    organisation: str
    database: Database
    trust: Trust
    rules: Callable[[], Sequence[SendingRule | GeneralRule]]
    clock: Callable[[], float]
    _partners: tuple[Partner, ...] = ()
    _asked: float = 0.0
    _trouble: BeeldbrugError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, session: Session) -> Book:
        """What this account can choose from."""
        partners, trouble = self._present()
        with self.database.read() as tx:
            doors = tx.addresses.all(self.organisation)
            recipients = tx.addresses.recipients(self.organisation, session.account.id, RECIPIENTS_SHOWN)
            own = tx.partners.all(self.organisation)
        doors += [entry for partner in own for entry in _doors(partner)]
        partners = (*partners, *map(_listed, own), Partner(CARRIED, NAME, True, Route.DISC))
        rules = tuple(rule for rule in self.rules() if isinstance(rule, SendingRule))
        return Book(partners, tuple(doors), rules, tuple(recipients), trouble)

    def named(self, party: Party) -> Party:
        """The door with the organisation's own name where the sender gave none."""
        if party.name:
            return party
        return Party(
            party.organisation,
            self._name(party.organisation),
            party.location,
            party.department,
            party.person,
            party.phone,
        )

    def route(self, party: Party) -> Route | None:
        """By which way it would go; None to a partner that has none to this location."""
        return route_to(self.database, self.organisation, party)

    def known(self, party: Party) -> bool:
        """Whether policy will find the receiver; True while the hub does not answer: it is asked again when sending."""
        if is_partner(party.organisation):
            return self.route(party) is not None
        try:
            return self.trust.known(party.organisation)
        except BeeldbrugError:
            return True

    def _name(self, organisation: str) -> str:
        if organisation == CARRIED:
            return NAME
        if is_partner(organisation):
            with self.database.read() as tx:
                partner = partner_of(tx, self.organisation, organisation)
            return "" if partner is None else partner.name
        partners, _ = self._present()
        return next((one.name for one in partners if one.organisation == organisation), "")

    def _present(self) -> tuple[tuple[Partner, ...], BeeldbrugError | None]:
        with self._lock:
            now = self.clock()
            if not 0 <= now - self._asked < FRESH_SECONDS:
                self._asked = now
                try:
                    found = self.trust.book()
                    others = [one for one in found if one[0].ura != self.organisation]
                    partners = [Partner(one.ura, one.name, keys) for one, keys in others]
                    self._partners = tuple(sorted(partners, key=lambda one: one.name.casefold()))
                    self._trouble = None
                except BeeldbrugError as error:
                    self._trouble = error
            return self._partners, self._trouble


def mark_recipient(database: Database, session: Session, party: Party, favourite: bool, now: float) -> None:
    """Make a door a favourite of this account, or no longer."""
    checked = remembered(clean_party(party))
    with database.write() as tx:
        tx.addresses.mark(session.account.organisation, session.account.id, checked, favourite, now)


def keep_entry(database: Database, session: Session, id: str, party: Party, now: float) -> AddressEntry:
    """Add a door of a partner, or replace the one with this id. Raises Malformed, NotFound ``address-unknown``."""
    organisation = session.account.organisation
    entry = AddressEntry(id or uuid4().hex, organisation, clean_party(party), now)
    if entry.party.organisation == organisation:
        raise Malformed("receiver-is-self", "The receiver is this organisation itself.", "Choose another one.")
    if not (entry.party.department or entry.party.person or entry.party.location):
        raise Malformed("address-empty", "A door needs a location, department or person.", "Fill in at least one.")
    with database.write() as tx:
        if id and tx.addresses.get(organisation, id) is None:
            raise _unknown()
        tx.addresses.put(entry)
        if id:
            tx.audit.append(_event(session, "address-changed", entry.party.organisation, now))
        else:
            tx.audit.append(_event(session, "address-added", entry.party.organisation, now))
    return entry


def delete_entry(database: Database, session: Session, id: str, now: float) -> None:
    """Remove a door. Raises NotFound ``address-unknown``."""
    organisation = session.account.organisation
    with database.write() as tx:
        entry = tx.addresses.get(organisation, id)
        if entry is None or not tx.addresses.delete(organisation, id):
            raise _unknown()
        tx.audit.append(_event(session, "address-removed", entry.party.organisation, now))


def remembered(party: Party) -> Party:
    """What an account may find again among its last recipients: of a disc not who takes it, which is often the
    patient, for these rows are not sealed."""
    return replace(party, person="", department="", location="") if party.organisation == CARRIED else party


def clean_party(party: Party) -> Party:
    """Without control characters and spaces too many, each part of bounded length. Raises Malformed ``address-ura``."""
    ura = len(party.organisation) == 8 and party.organisation.isascii() and party.organisation.isdecimal()
    if not ura and _PARTNER.fullmatch(party.organisation) is None:
        raise Malformed("address-ura", "An organisation is named by its URA: eight digits.", "Choose it from the list.")
    return Party(
        party.organisation,
        clean(party.name, CHARACTERS),
        clean(party.location, CHARACTERS),
        clean(party.department, CHARACTERS),
        clean(party.person, CHARACTERS),
        clean(party.phone, PHONE_CHARACTERS),
    )


def clean(text: str, most: int) -> str:
    """One line of printable text."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:most]


def _listed(partner: OwnPartner) -> Partner:
    return Partner(partner.address, partner.name, True, partner.ways[0].kind)


def _doors(partner: OwnPartner) -> list[AddressEntry]:
    """Locations and departments of a partner of the own list; they are kept with the partner."""
    return [
        AddressEntry(
            f"{partner.address}:{number}",
            partner.organisation,
            Party(partner.address, partner.name, door.location, door.department),
            partner.changed,
        )
        for number, door in enumerate(partner.doors)
    ]


def _unknown() -> NotFound:
    return NotFound("address-unknown", "This address is not in the book any more.", "Reload the list.")


def _event(session: Session, event: str, peer: str, now: float) -> AuditEvent:
    account = session.account
    return AuditEvent(
        organisation=account.organisation,
        event=event,
        action="U",
        outcome="success",
        actor=account.login,
        role=" ".join(account.roles),
        peer=peer,
        at=now,
    )
