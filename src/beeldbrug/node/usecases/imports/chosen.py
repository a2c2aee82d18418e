"""The own number that a human chose, or under which an import has begun: how it is kept with its exchange."""

from __future__ import annotations

from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import CHOSEN
from beeldbrug.node.ports.records import ExchangeRow

_BETWEEN = "^^^"
"""Number and issuer as in HL7 CX: id, two empty components, assigning authority."""


def written(number: PatientNumber) -> str:
    """The number as the exchange keeps it."""
    return number.value + (_BETWEEN + number.issuer if number.issuer else "")


def chosen_number(exchange: ExchangeRow, issuer: str) -> PatientNumber | None:
    """The number that a human chose, if one did; ``issuer`` is that of numbers without their own."""
    return kept_number(exchange, issuer) if exchange.reason_code == CHOSEN.code else None


def kept_number(exchange: ExchangeRow, issuer: str) -> PatientNumber | None:
    """The number that the exchange keeps, however it was found."""
    if not exchange.local_number:
        return None
    value, _, own_issuer = exchange.local_number.partition(_BETWEEN)
    return PatientNumber(value, own_issuer or issuer)
