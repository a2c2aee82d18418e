"""Promises of signed audit heads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed.head import AuditHead, peek_head, read_head, sign_head
from tests.unit.sealed.makers import NOW, OTHER_SIGNS, SENDER, SENDER_SIGNS

HEAD = AuditHead(SENDER, 12, "ab" * 32, NOW)


def test_a_head_comes_back() -> None:
    token = sign_head(HEAD, SENDER_SIGNS)
    assert read_head(token, SENDER_SIGNS.public_key()) == HEAD == peek_head(token)


def test_a_head_signed_by_another_is_refused() -> None:
    with pytest.raises(Denied, match="signature-invalid"):
        read_head(sign_head(HEAD, OTHER_SIGNS), SENDER_SIGNS.public_key())


@pytest.mark.parametrize("change", [{"organisation": "x"}, {"sequence": -1}, {"hash": "x"}, {"time": -1.0}])
def test_a_head_out_of_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Malformed, match="head-malformed"):
        sign_head(replace(HEAD, **change), SENDER_SIGNS)  # type: ignore[arg-type]  # one field at a time
