"""Accounts, second factors, sessions and one-time tickets of a vault (see ``ports.vault``; implemented in SQL)."""

from __future__ import annotations

from typing import Protocol

from beeldbrug.model.account import Account, Credential, Factor, SessionRow, Ticket, TicketKind


class Accounts(Protocol):
    """Who can sign in, and with what."""

    def add(self, account: Account, password_hash: str) -> None:
        """Keep a new account. Raises Conflict ``login-taken`` for a login, or a provider's subject, that is there."""

    def update(self, account: Account) -> None:
        """Replace what can change: everything but id, organisation, login and created."""

    def get(self, organisation: str, id: str) -> Account | None:
        """One account."""

    def by_login(self, organisation: str, login: str) -> Account | None:
        """By its account name, in small letters."""

    def by_subject(self, organisation: str, provider: str, subject: str) -> Account | None:
        """By what an identity provider calls it."""

    def all(self, organisation: str) -> list[Account]:
        """All accounts, by name."""

    def count(self, organisation: str) -> int:
        """How many there are."""

    def own(self, organisation: str) -> int:
        """How many sign in here, with or without a password yet, and not by an identity provider alone."""

    def credential(self, organisation: str, id: str) -> Credential:
        """Password hash and tries; an empty one for an unknown account."""

    def set_password(self, organisation: str, id: str, password_hash: str) -> None:
        """Replace the password; tries begin anew."""

    def tried(self, organisation: str, id: str, failures: int, locked_until: float) -> None:
        """Note the wrong tries in a row."""


class Factors(Protocol):
    """Second factors."""

    def add(self, organisation: str, factor: Factor) -> None:
        """Keep one. Raises Conflict when its handle is there already."""

    def of_account(self, organisation: str, account: str) -> list[Factor]:
        """All of an account, oldest first."""

    def by_handle(self, organisation: str, handle: bytes) -> Factor | None:
        """A passkey by its credential id."""

    def used(self, organisation: str, id: str, counter: int, at: float) -> bool:
        """Note its use; False when ``counter`` is not higher than before where it must be (a code used twice)."""

    def delete(self, organisation: str, account: str, id: str) -> bool:
        """Forget one; False when it was not there."""

    def delete_kind(self, organisation: str, account: str, kind: str) -> int:
        """Forget all of a kind; an empty kind is all kinds."""


class Sessions(Protocol):
    """Sessions and one-time tickets, by the SHA-256 of their tokens."""

    def add(self, token_hash: bytes, row: SessionRow) -> None:
        """Keep a session."""

    def get(self, token_hash: bytes) -> SessionRow | None:
        """One session, whether it is still good or not."""

    def touch(self, token_hash: bytes, seen: float) -> None:
        """Somebody acted in it."""

    def advance(self, token_hash: bytes, row: SessionRow) -> None:
        """Replace it by a further stage of the same sign-in."""

    def end(self, token_hash: bytes) -> bool:
        """End one; False when it was not there."""

    def end_of(self, organisation: str, account: str, but: bytes = b"") -> int:
        """End all sessions of an account, but one."""

    def sweep(self, organisation: str, now: float, seen: float) -> int:
        """Forget those that expired before ``now`` or were not seen since ``seen``, and tickets that expired."""

    def add_ticket(self, token_hash: bytes, ticket: Ticket) -> bool:
        """Keep a one-time ticket; False, and nothing done, where there is one of this hash."""

    def take_ticket(self, token_hash: bytes, kind: TicketKind, now: float) -> Ticket | None:
        """The live ticket, which is gone from now on; None when there is none."""

    def peek_ticket(self, token_hash: bytes, kind: TicketKind, now: float) -> Ticket | None:
        """The live ticket, which stays."""

    def drop_tickets(self, organisation: str, kind: TicketKind, account: str) -> int:
        """Forget the tickets of this kind for this account."""
