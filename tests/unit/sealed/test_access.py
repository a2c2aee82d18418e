"""Promises of access tokens: one organisation, one hub, five minutes."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed import jws
from beeldbrug.sealed.access import TYPE, Access, peek_access, sign_access, verify_access
from tests.unit.sealed.makers import NOW, OTHER_SIGNS, SENDER, SENDER_SIGNS

PUBLIC = SENDER_SIGNS.public_key()


def test_a_token_names_its_organisation_and_holds_for_its_hub() -> None:
    token = sign_access(SENDER, "hub-nl", SENDER_SIGNS, NOW)
    access = verify_access(token, PUBLIC, "hub-nl", NOW + 299)
    assert (access.iss, access.aud, access.exp) == (SENDER, "hub-nl", NOW + 300)
    assert peek_access(token) == access
    assert access.jti != peek_access(sign_access(SENDER, "hub-nl", SENDER_SIGNS, NOW)).jti


@pytest.mark.parametrize(
    ("code", "hub", "now"),
    [
        ("access-other-hub", "hub-be", NOW),
        ("access-expired", "hub-nl", NOW + 360),
        ("access-not-yet", "hub-nl", NOW - 61),
    ],
)
def test_a_token_for_another_hub_or_time_is_refused(code: str, hub: str, now: float) -> None:
    with pytest.raises(Denied, match=code):
        verify_access(sign_access(SENDER, "hub-nl", SENDER_SIGNS, NOW), PUBLIC, hub, now)


def test_a_token_of_another_key_is_refused() -> None:
    with pytest.raises(Denied, match="signature-invalid"):
        verify_access(sign_access(SENDER, "hub-nl", OTHER_SIGNS, NOW), PUBLIC, "hub-nl", NOW)


@pytest.mark.parametrize("end", [NOW + 301, NOW, NOW - 1])
def test_a_token_that_lives_longer_is_neither_made_nor_taken(end: float) -> None:
    with pytest.raises(Malformed, match="access-malformed"):
        sign_access(SENDER, "hub-nl", SENDER_SIGNS, NOW, end - NOW)
    token = jws.sign(TYPE, Access(SENDER, "hub-nl", NOW, end, "0" * 32), SENDER_SIGNS)
    with pytest.raises(Denied, match="access-too-long"):
        verify_access(token, PUBLIC, "hub-nl", NOW)


def test_an_organisation_or_id_out_of_form_is_refused() -> None:
    with pytest.raises(Malformed, match="access-malformed"):
        sign_access("hospital", "hub-nl", SENDER_SIGNS, NOW)
    for access in (Access("x", "h", NOW, NOW + 1, "0" * 32), Access(SENDER, "h", NOW, NOW + 1, "x")):
        with pytest.raises(Malformed, match="access-malformed"):
            peek_access(jws.sign(TYPE, access, SENDER_SIGNS))
