"""What policy and screens must know of an exchange about which somebody asks for more."""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.decision import Decision, Reason
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.image_request import TEXT_CHARACTERS, clean_text
from beeldbrug.node.policy.asking import Facts
from beeldbrug.node.ports.image_requests import UNKNOWN, ImageRequestRow
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.ports.vault import Transaction

AT_ONCE = 1000


def facts_of(exchange: ExchangeRow, now: float) -> Facts:
    """The exchange as policy sees it."""
    begun = exchange.first_part is not None
    return Facts(
        exchange.direction,
        exchange.state,
        exchange.route,
        exchange.withdrawn is not None,
        begun,
        exchange.expires,
        now,
    )


def refused(decision: Decision) -> Conflict:
    """The error of a decision that does not permit."""
    reason: Reason = decision.reasons[0]
    return Conflict(reason.code, reason.en, reason.remedy_en)


def codes(decision: Decision) -> tuple[str, ...]:
    """The reasons as the audit trail has them."""
    return tuple(reason.code for reason in decision.reasons)


def requests_of(tx: Transaction, exchange: ExchangeRow) -> list[ImageRequestRow]:
    """Its requests, oldest first."""
    return tx.image_requests.of(exchange.organisation, [exchange.id]).get(exchange.id, [])


def had_now(exchange: ExchangeRow) -> int:
    """How many instances it has, when nothing more is on its way."""
    return exchange.total if exchange.closed else UNKNOWN


def request_of(tx: Transaction, exchange: ExchangeRow, number: int) -> ImageRequestRow:
    """One of them. Raises NotFound ``image-request-unknown``."""
    row = tx.image_requests.get(exchange.organisation, exchange.id, number)
    if row is None:
        raise NotFound("image-request-unknown", "There is no such request for images.", "Reload the exchange.")
    return row


def sending(tx: Transaction, organisation: str, exchange_id: str) -> ExchangeRow:
    """The sending that a request is about. Raises NotFound ``exchange-unknown``."""
    exchange = tx.exchanges.get(organisation, exchange_id)
    if exchange is None or exchange.direction is not Direction.OUT:
        raise NotFound("exchange-unknown", "There is no sending with this id.", "Go back to the list.")
    return exchange


def instances_of(tx: Transaction, exchange: ExchangeRow) -> list[InstanceRow]:
    """All instances that are in it, at either end; a few hundred bytes each."""
    found: list[InstanceRow] = []
    after = 0
    while members := tx.exchanges.members(exchange.id, after, AT_ONCE):
        found += tx.instances.get(exchange.organisation, [member.instance for member in members])
        after = members[-1].ordinal
    return found


def series_in(rows: Sequence[InstanceRow]) -> dict[str, set[str]]:
    """SOP Instance UIDs by series."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.series_uid, set()).add(row.instance_uid)
    return found


def cut_text(text: str) -> str:
    """A text that comes from the other end, as it is kept."""
    return clean_text(text)[:TEXT_CHARACTERS]
