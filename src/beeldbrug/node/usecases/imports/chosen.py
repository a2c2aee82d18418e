"""The own number that a human chose, or under which an import has begun: how it is kept with its exchange."""

from __future__ import annotations

from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import SETTLED
from beeldbrug.node.ports.records import ExchangeRow

_BETWEEN = "^^^"
"""Number and issuer as in HL7 CX: id, two empty components, assigning authority."""


def written(number: PatientNumber) -> str:
    """The number as the exchange keeps it."""
    return number.value + (_BETWEEN + number.issuer if number.issuer else "")


def chosen_number(exchange: ExchangeRow, issuer: str) -> PatientNumber | None:
    """The number that a human or the hospital itself chose, if one did; ``issuer`` is that of numbers without their
    own."""
    return kept_number(exchange, issuer) if exchange.reason_code in SETTLED else None


def kept_number(exchange: ExchangeRow, issuer: str) -> PatientNumber | None:
    """The number that the exchange keeps, however it was found."""
    return number_in(exchange.local_number, issuer) if exchange.local_number else None


def number_in(text: str, issuer: str) -> PatientNumber:
    """A number as an exchange keeps it; ``issuer`` is that of one without its own."""
    value, _, own_issuer = text.partition(_BETWEEN)
    return PatientNumber(value, own_issuer or issuer)
