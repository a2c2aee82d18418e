"""ports.accounts on both engines: accounts, second factors, sessions and one-time tickets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.account import (
    Account,
    Assurance,
    Factor,
    FactorKind,
    Role,
    SessionRow,
    Stage,
    Ticket,
    TicketKind,
)
from beeldbrug.model.errors import Conflict
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, A, B

ONE = Account("1" * 32, A, "johanna", "Johanna de Vries", (Role.CLINICIAN, Role.COORDINATOR), created=NOW)
SESSION = SessionRow(A, ONE.id, Stage.IN, Assurance.SUBSTANTIAL, NOW, NOW, NOW + 100)
TOKEN = b"t" * 32


def test_an_account_comes_back_as_it_was_kept(vault: Vault) -> None:
    whole = replace(
        ONE,
        department="Radiologie",
        mail="a@example.org",
        phone="030",
        provider="p",
        subject="s",
        sponsor="x",
        agreement="y",
        ends=NOW + 1,
    )
    with vault.write() as tx:
        tx.accounts.add(whole, "hash")
    with vault.read() as tx:
        assert tx.accounts.get(A, ONE.id) == whole
        assert tx.accounts.by_login(A, "johanna") == whole
        assert tx.accounts.by_subject(A, "p", "s") == whole
        assert tx.accounts.credential(A, ONE.id).hash == "hash"
        assert tx.accounts.all(A) == [whole]


def test_a_providers_account_counts_as_own_once_it_has_a_password(vault: Vault) -> None:
    with vault.write() as tx:
        tx.accounts.add(replace(ONE, provider="p", subject="s"), "")
        assert (tx.accounts.count(A), tx.accounts.own(A)) == (1, 0)
        tx.accounts.set_password(A, ONE.id, "hash")
        assert tx.accounts.own(A) == 1
        tx.accounts.add(replace(ONE, id="another", login="beheer"), "")
        assert (tx.accounts.own(A), tx.accounts.own(B)) == (2, 0)


def test_nothing_of_an_account_is_found_in_another_organisation(vault: Vault) -> None:
    with vault.write() as tx:
        tx.accounts.add(replace(ONE, provider="p", subject="s"), "hash")
        tx.factors.add(A, Factor("f", ONE.id, FactorKind.PASSKEY, "", b"key", b"handle"))
    with vault.read() as tx:
        assert tx.accounts.get(B, ONE.id) is None
        assert tx.accounts.by_login(B, "johanna") is None
        assert tx.accounts.by_subject(B, "p", "s") is None
        assert tx.accounts.credential(B, ONE.id).hash == ""
        assert tx.factors.of_account(B, ONE.id) == []
        assert tx.factors.by_handle(B, b"handle") is None
        assert tx.accounts.count(B) == 0


def test_an_account_name_is_taken_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.accounts.add(ONE, "")
    with pytest.raises(Conflict, match="login-taken"), vault.write() as tx:
        tx.accounts.add(replace(ONE, id="2" * 32), "")


def test_a_subject_of_a_provider_has_one_account_and_none_has_no_limit(vault: Vault) -> None:
    with vault.write() as tx:
        tx.accounts.add(replace(ONE, provider="p", subject="s"), "")
        tx.accounts.add(replace(ONE, id="2" * 32, login="b"), "")
        tx.accounts.add(replace(ONE, id="3" * 32, login="c"), "")
    with pytest.raises(Conflict), vault.write() as tx:
        tx.accounts.add(replace(ONE, id="4" * 32, login="d", provider="p", subject="s"), "")


def test_a_new_password_ends_the_waiting(vault: Vault) -> None:
    with vault.write() as tx:
        tx.accounts.add(ONE, "old")
        tx.accounts.tried(A, ONE.id, 7, NOW + 60)
        tried = tx.accounts.credential(A, ONE.id)
        tx.accounts.set_password(A, ONE.id, "new")
        after = tx.accounts.credential(A, ONE.id)
    assert (tried.failures, tried.locked_until) == (7, NOW + 60)
    assert (after.hash, after.failures, after.locked_until) == ("new", 0, 0.0)


def test_a_code_counts_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.factors.add(A, Factor("f", ONE.id, FactorKind.TOTP, "", b"secret", counter=10))
        assert not tx.factors.used(A, "f", 10, NOW)
        assert tx.factors.used(A, "f", 11, NOW)
        assert not tx.factors.used(A, "f", 11, NOW)


def test_a_passkey_that_counts_must_count_on_and_one_that_does_not_may_stay(vault: Vault) -> None:
    with vault.write() as tx:
        tx.factors.add(A, Factor("f", ONE.id, FactorKind.PASSKEY, "", b"key", b"1"))
        tx.factors.add(A, Factor("g", ONE.id, FactorKind.PASSKEY, "", b"key", b"2", counter=5))
        assert tx.factors.used(A, "f", 0, NOW)
        assert tx.factors.used(A, "f", 0, NOW)
        assert not tx.factors.used(A, "g", 5, NOW)
        assert tx.factors.used(A, "g", 6, NOW)


def test_a_factor_comes_back_opened_and_goes(vault: Vault) -> None:
    factor = Factor("f", ONE.id, FactorKind.PASSKEY, "telefoon", b"key", b"handle", 3, NOW)
    with vault.write() as tx:
        tx.factors.add(A, factor)
        tx.factors.add(A, Factor("r", ONE.id, FactorKind.RECOVERY, "", b"code", created=NOW + 1))
    with vault.write() as tx:
        assert tx.factors.by_handle(A, b"handle") == factor
        assert [one.id for one in tx.factors.of_account(A, ONE.id)] == ["f", "r"]
        assert tx.factors.delete_kind(A, ONE.id, "recovery") == 1
        assert tx.factors.delete(A, ONE.id, "f")
        assert not tx.factors.delete(A, ONE.id, "f")


def test_a_session_lives_until_it_is_ended(vault: Vault) -> None:
    limited = replace(SESSION, exchanges=("e",), studies=("1.2",))
    with vault.write() as tx:
        tx.sessions.add(TOKEN, limited)
        assert tx.sessions.get(TOKEN) == limited
        tx.sessions.touch(TOKEN, NOW + 5)
        tx.sessions.touch(TOKEN, NOW + 3)
        assert tx.sessions.get(TOKEN) == replace(limited, seen=NOW + 5)
        assert tx.sessions.end(TOKEN)
        assert tx.sessions.get(TOKEN) is None


def test_all_sessions_of_an_account_end_but_one(vault: Vault) -> None:
    with vault.write() as tx:
        for token in (b"1" * 32, b"2" * 32, b"3" * 32):
            tx.sessions.add(token, SESSION)
        assert tx.sessions.end_of(A, ONE.id, but=b"2" * 32) == 2
        assert tx.sessions.get(b"2" * 32) is not None


def test_what_has_ended_is_swept(vault: Vault) -> None:
    with vault.write() as tx:
        tx.sessions.add(b"1" * 32, replace(SESSION, expires=NOW))
        tx.sessions.add(b"2" * 32, replace(SESSION, seen=NOW - 99))
        tx.sessions.add(b"3" * 32, SESSION)
        tx.sessions.add_ticket(TOKEN, Ticket(A, TicketKind.SETUP, "", NOW))
        assert tx.sessions.sweep(A, NOW, NOW - 50) == 2
        assert tx.sessions.get(b"3" * 32) is not None
        assert tx.sessions.peek_ticket(TOKEN, TicketKind.SETUP, NOW - 1) is None


def test_a_ticket_is_taken_once_by_its_kind_in_its_time(vault: Vault) -> None:
    ticket = Ticket(A, TicketKind.RECOVERY, ONE.id, NOW + 10, b"data")
    with vault.write() as tx:
        tx.sessions.add_ticket(TOKEN, ticket)
        assert tx.sessions.take_ticket(TOKEN, TicketKind.SETUP, NOW) is None
        assert tx.sessions.take_ticket(TOKEN, TicketKind.RECOVERY, NOW + 10) is None
        assert tx.sessions.peek_ticket(TOKEN, TicketKind.RECOVERY, NOW) == ticket
        assert tx.sessions.take_ticket(TOKEN, TicketKind.RECOVERY, NOW) == ticket
        assert tx.sessions.take_ticket(TOKEN, TicketKind.RECOVERY, NOW) is None


def test_tickets_of_an_account_are_dropped_by_kind(vault: Vault) -> None:
    with vault.write() as tx:
        tx.sessions.add_ticket(b"1", Ticket(A, TicketKind.RECOVERY, ONE.id, NOW + 10))
        tx.sessions.add_ticket(b"2", Ticket(A, TicketKind.PASSKEY, ONE.id, NOW + 10))
        assert tx.sessions.drop_tickets(A, TicketKind.RECOVERY, ONE.id) == 1
        assert tx.sessions.peek_ticket(b"2", TicketKind.PASSKEY, NOW) is not None
