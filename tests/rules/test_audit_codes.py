"""Every kind of audit event has its code of the standards: none is an "application activity" by oversight."""

from __future__ import annotations

import re

from beeldbrug.node.policy.audit_codes import CODES, code_of
from tests.rules.docs.audit_events import MEANINGS
from tests.rules.source import ROOT

WORDS = ("words/deeds.ts", "audit/events.ts")


def test_every_event_has_a_code_and_every_code_an_event() -> None:
    assert set(CODES) == set(MEANINGS)


def test_events_that_end_in_a_state_share_a_code() -> None:
    assert code_of("receipt-verified") == CODES["receipt-…"] != code_of("no-such-event")


def test_the_portal_has_words_for_every_kind_of_event() -> None:
    told = "".join((ROOT / "web" / "src" / path).read_text(encoding="utf-8") for path in WORDS)
    keys = set(re.findall(r'^  "?([a-z…-]+)"?: msg`', told, re.MULTILINE))
    assert set(CODES) - keys == set()
