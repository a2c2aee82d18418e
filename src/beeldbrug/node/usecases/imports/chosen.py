"""The own number that a human chose: how it is kept with its exchange, and what it makes of an import.

Demographics are the PACS's own where it knows the number, else those that the hospital told of it; where nobody knows
it, only the number is changed.
"""

from __future__ import annotations

from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import CHOSEN
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.imports.coerce import Coercion
from beeldbrug.node.usecases.known import Known

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


def chosen_coercion(exchange: ExchangeRow, number: PatientNumber, known: Known) -> Coercion:
    """What to coerce to. Raises Unavailable when the PACS does not answer."""
    records = known.of_number(number)
    local = records[0].patient if records else None
    order = next((record.accession_number for record in records if record.accession_number), "")
    return Coercion(number, local, order, exchange.terms.sender.name, exchange.created, chosen=True)
