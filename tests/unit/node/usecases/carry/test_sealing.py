"""A passphrase waits for its download for a moment, and is used once, by who gave it, for what he gave it."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import NotFound, Unavailable
from beeldbrug.node.usecases.carry.sealing import MOST, SECONDS, Passphrases

NOW = 1000.0
WORDS = "vier groene fietsen"


def test_a_ticket_counts_once() -> None:
    kept = Passphrases()
    ticket = kept.keep("anna", "e1", WORDS, NOW)
    assert WORDS not in ticket and kept.take(ticket, "anna", "e1", NOW + SECONDS - 1) == WORDS
    with pytest.raises(NotFound, match="disc-ticket-over"):
        kept.take(ticket, "anna", "e1", NOW)


@pytest.mark.parametrize(
    ("account", "exchange", "late"), [("jan", "e1", 0.0), ("anna", "e2", 0.0), ("anna", "e1", SECONDS)]
)
def test_a_ticket_is_for_one_person_one_exchange_and_a_moment(account: str, exchange: str, late: float) -> None:
    kept = Passphrases()
    ticket = kept.keep("anna", "e1", WORDS, NOW)
    with pytest.raises(NotFound, match="disc-ticket-over"):
        kept.take(ticket, account, exchange, NOW + late)
    with pytest.raises(NotFound):
        kept.take(ticket, "anna", "e1", NOW)


def test_memory_does_not_grow_with_what_nobody_fetches() -> None:
    kept = Passphrases()
    for _ in range(MOST):
        kept.keep("anna", "e1", WORDS, NOW)
    with pytest.raises(Unavailable, match="too-many-discs"):
        kept.keep("anna", "e1", WORDS, NOW)
    assert kept.keep("anna", "e1", WORDS, NOW + SECONDS)
