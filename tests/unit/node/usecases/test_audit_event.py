"""What the audit trail says of an exchange: its terms where somebody stated them, and never what nobody said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.audit_event import of_exchange

A, B, NOW = "00000001", "00000002", 1_700_000_000.0
TERMS = Terms(Party(A), Party(B), Purpose.TREATMENT, Ground.CONSULTATION, Urgency.ROUTINE, "radioloog", consent="EPD")


def exchange(direction: Direction, terms: Terms = TERMS, first_part: float | None = NOW) -> ExchangeRow:
    return ExchangeRow(
        id="b" * 32,
        organisation=A,
        direction=direction,
        peer=B,
        terms=terms,
        study_uid="1.2.3",
        state=State.SENDING,
        urgency=Urgency.ROUTINE,
        created=NOW,
        updated=NOW,
        expires=NOW + 1,
        rule="NAAR_B",
        reason_code="",
        undo_until=NOW,
        total=1,
        done=0,
        imported=0,
        closed=False,
        closed_hash=b"",
        last_instance=NOW,
        first_part=first_part,
        verified=None,
        seen=None,
        imported_at=None,
        withdrawn=None,
        local_number="",
        description="",
        modalities=(),
    )


@pytest.mark.parametrize("direction", Direction)
def test_an_event_has_purpose_ground_consent_and_who_is_responsible(direction: Direction) -> None:
    event = of_exchange(exchange(direction), "verified", "C", "success", NOW, instances=3)
    assert (event.purpose, event.ground, event.consent, event.responsible) == (
        "TREAT",
        "consultation",
        "EPD",
        "radioloog",
    )
    assert (event.organisation, event.exchange, event.peer, event.study_uid) == (A, "b" * 32, B, "1.2.3")
    assert (event.event, event.action, event.outcome, event.actor) == ("verified", "C", "success", "node")
    assert event.details == {"instances": 3} and event.at == NOW


@pytest.mark.parametrize(
    "unstated",
    [
        exchange(Direction.OUT, replace(TERMS, receiver=Party(""))),
        exchange(Direction.IN, first_part=None),
    ],
    ids=["for whom?", "never opened"],
)
def test_terms_that_nobody_stated_are_not_put_in_anybodys_mouth(unstated: ExchangeRow) -> None:
    event = of_exchange(unstated, "drop", "D", "success", NOW, actor="laborant")
    assert (event.purpose, event.ground, event.consent, event.responsible) == ("", "", "", "")
    assert event.actor == "laborant"
