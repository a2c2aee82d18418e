"""Arrivals of which no part could be opened: a row to show and to answer from, without any content.

Withdrawn before it was taken, or sealed in a way that cannot be opened here. What the sender stated is not known then:
the terms name the two organisations, from the signed envelope, and nothing else that they say is the sender's word.
"""

from __future__ import annotations

from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.ports.records import ExchangeRow, NewExchange
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.sealed.envelope import Envelope

ANSWER_SECONDS = 7 * 86400.0
"""How long the answer may lie at the hub."""


def add_unopened(
    tx: Transaction, organisation: str, envelope: Envelope, state: State, reason_code: str, now: float
) -> None:
    """Add the row; there is none with this id. The envelope's signature has been checked."""
    parties = Party(envelope.sender), Party(organisation)
    tx.exchanges.add(
        NewExchange(
            id=envelope.parcel,
            organisation=organisation,
            direction=Direction.IN,
            peer=envelope.sender,
            terms=Terms(*parties, Purpose.TREATMENT, Ground.REFERRAL, Urgency.ROUTINE),
            study_uid="",
            state=state,
            created=now,
            expires=now + ANSWER_SECONDS,
            reason_code=reason_code,
        )
    )


def is_unopened(exchange: ExchangeRow) -> bool:
    """Whether its first part was never opened; when it is after all, the row takes on what the offer says."""
    return exchange.direction is Direction.IN and exchange.first_part is None and exchange.state is State.FAILED
