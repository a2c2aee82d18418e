"""Promises of key statements: stale means hold, old ones cannot be played back, the right key is chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Denied, Malformed, Unavailable, Unsupported
from beeldbrug.sealed import jws
from beeldbrug.sealed.keys import new_transport_key
from beeldbrug.sealed.statement import (
    TYPE,
    KeyStatement,
    Remembered,
    TransportKeyEntry,
    choose_transport_key,
    peek_statement,
    read_statement,
    sign_statement,
    verify_statement,
)
from tests.unit.sealed.makers import NOW, OTHER, OTHER_SIGNS, SENDER, SENDER_SIGNS

PUBLIC = SENDER_SIGNS.public_key()
DAY = 86400.0


def an_entry(start: float = -DAY, end: float = 30 * DAY) -> TransportKeyEntry:
    key = new_transport_key()
    return TransportKeyEntry(key.key_id, key.recipient, NOW + start, NOW + end)


def a_statement(*keys: TransportKeyEntry, sequence: int = 7) -> KeyStatement:
    return KeyStatement(1, SENDER, sequence, NOW, NOW + 7 * DAY, keys or (an_entry(),))


def verified(statement: KeyStatement, remembered: Remembered | None = None, now: float = NOW) -> Remembered:
    token = sign_statement(statement, SENDER_SIGNS)
    read, found = verify_statement(token, PUBLIC, SENDER, remembered, now)
    assert read == statement == peek_statement(token)
    return found


def test_a_newer_statement_is_accepted_and_remembered() -> None:
    statement = a_statement()
    first = verified(statement)
    assert verified(statement, first) == first
    assert verified(a_statement(sequence=8), first).sequence == 8


def test_a_rolled_back_statement_is_refused() -> None:
    remembered = verified(a_statement(sequence=8))
    with pytest.raises(Denied, match="statement-rolled-back"):
        verified(a_statement(sequence=7), remembered)


def test_two_statements_with_one_number_are_refused() -> None:
    remembered = verified(a_statement())
    with pytest.raises(Denied, match="statement-forked"):
        verified(a_statement(), remembered)


def test_a_stale_statement_means_hold() -> None:
    with pytest.raises(Unavailable, match="statement-stale"):
        verified(a_statement(), now=NOW + 7 * DAY)
    verified(a_statement(), now=NOW + 7 * DAY - 1)


def test_a_rolled_back_statement_is_named_so_even_when_stale() -> None:
    with pytest.raises(Denied, match="statement-rolled-back"):
        verified(a_statement(), Remembered(8, "0" * 64), now=NOW + 8 * DAY)


def test_a_clock_hours_behind_still_takes_a_statement_and_its_new_key() -> None:
    statement = a_statement(an_entry(start=0))
    verified(statement, now=NOW - 8 * 3600)
    assert choose_transport_key(statement, NOW - 8 * 3600) == statement.keys[0]
    with pytest.raises(Unavailable, match="statement-not-yet"):
        verified(statement, now=NOW - 2 * DAY)


def test_a_statement_of_another_key_or_organisation_is_refused() -> None:
    with pytest.raises(Denied, match="signature-invalid"):
        read_statement(sign_statement(a_statement(), OTHER_SIGNS), PUBLIC, SENDER)
    with pytest.raises(Denied, match="statement-other-organisation"):
        read_statement(sign_statement(a_statement(), SENDER_SIGNS), PUBLIC, OTHER)


def test_a_statement_for_more_than_seven_days_is_refused() -> None:
    statement = replace(a_statement(), expires=NOW + 7 * DAY + 1)
    with pytest.raises(Denied, match="statement-too-long"):
        sign_statement(statement, SENDER_SIGNS)
    with pytest.raises(Denied, match="statement-too-long"):
        read_statement(jws.sign(TYPE, statement, SENDER_SIGNS), PUBLIC, SENDER)


def test_the_valid_key_that_began_last_is_chosen() -> None:
    old, new, ended, future = an_entry(-9 * DAY), an_entry(-DAY), an_entry(-9 * DAY, -DAY), an_entry(3600)
    assert choose_transport_key(a_statement(old, new, ended, future), NOW) == new
    assert choose_transport_key(a_statement(ended, future), NOW) == future


def test_a_revoked_key_is_never_chosen() -> None:
    old, new = an_entry(-9 * DAY), an_entry(-DAY)
    statement = replace(a_statement(old, new), revocations=(new.key_id,))
    assert choose_transport_key(statement, NOW) == old
    with pytest.raises(Unavailable, match="transport-key-missing"):
        choose_transport_key(replace(statement, revocations=(new.key_id, old.key_id)), NOW)


def test_a_receiver_that_cannot_open_our_seals_is_found_before_sending() -> None:
    with pytest.raises(Unsupported, match="algorithms-missing"):
        choose_transport_key(replace(a_statement(), algorithms=("rot13",)), NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": "x"},
        {"sequence": -1},
        {"expires": NOW - 1},
        {"keys": (an_entry(),) * 33},
        {"keys": (replace(an_entry(), key_id="0" * 32),)},
        {"keys": (replace(an_entry(), not_after=0.0),)},
        {"revocations": ("x",)},
        {"revocations": ("0" * 32,) * 1025},
    ],
)
def test_a_statement_out_of_form_is_refused(change: dict[str, object]) -> None:
    statement: KeyStatement = replace(a_statement(), **change)  # type: ignore[arg-type]  # one field at a time
    with pytest.raises(Malformed):
        sign_statement(statement, SENDER_SIGNS)
    with pytest.raises(Malformed):
        peek_statement(jws.sign(TYPE, statement, SENDER_SIGNS))


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(Unsupported, match="statement-version-unknown"):
        sign_statement(replace(a_statement(), version=2), SENDER_SIGNS)
