"""Every kind of audit event has its code of the standards: none is an "application activity" by oversight."""

from __future__ import annotations

from beeldbrug.node.policy.audit_codes import CODES, code_of
from tests.rules.docs.audit_events import MEANINGS


def test_every_event_has_a_code_and_every_code_an_event() -> None:
    assert set(CODES) == set(MEANINGS)


def test_events_that_end_in_a_state_share_a_code() -> None:
    assert code_of("receipt-verified") == CODES["receipt-…"] != code_of("no-such-event")
