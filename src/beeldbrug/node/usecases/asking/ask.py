"""Ask the sender of an arrival for what is missing (DESIGN section 4, envelope kind request).

Who asks, what for and how urgently is kept with the decision in one transaction, and told by durable work. The same
question while it is open is one request: whoever asks again sees the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from beeldbrug.model.answer import Answerer
from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import (
    OPEN,
    PHONE_CHARACTERS,
    SERIES_MOST,
    TEXT_CHARACTERS,
    UID_CHARACTERS,
    RequestState,
    Want,
    Wanted,
    clean_text,
)
from beeldbrug.node.policy.asking import may_ask
from beeldbrug.node.ports.image_requests import ImageRequestRow
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.asking.facts import codes, facts_of, had_now, refused, requests_of
from beeldbrug.node.usecases.audit_event import of_exchange

REQUESTS_MOST = 50
"""Most requests of one exchange, at either end."""

_UID = re.compile(r"[0-9]+(\.[0-9]+)+")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and who asks it. ``login`` is whose account it is."""

    want: Want
    who: Answerer
    login: str
    phone: str
    urgency: Urgency = Urgency.ROUTINE


def ask(database: Database, organisation: str, exchange_id: str, asking: Asking, now: float) -> ImageRequestRow:
    """Ask; the request that was kept, or the same one that is open already.

    Raises NotFound ``exchange-unknown``, Malformed ``image-request-malformed``, Conflict with the reason of policy, or
    ``image-requests-too-many``.
    """
    want, phone = tidy(asking.want), checked(asking.phone, PHONE_CHARACTERS)
    error: BeeldbrugError | None = None
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        decision = may_ask(facts_of(exchange, now))
        if not decision.permitted:
            error = refused(decision)
            _audit(tx, exchange, asking, error.code, codes(decision), now)
        else:
            earlier = requests_of(tx, exchange)
            if (same := _same(earlier, want, asking.urgency)) is not None:
                return same
            if len(earlier) >= REQUESTS_MOST:
                raise _too_many()
            row = _row(exchange, asking, want, phone, len(earlier) + 1, now)
            tx.image_requests.add(row)
            tx.exchanges.bump(exchange.id, now)
            _audit(tx, exchange, asking, "success", codes(decision), now)
            tx.work.add(organisation, WorkKind.ASK, exchange.id, asking.urgency, now)
    if error is not None:
        raise error
    return row


def tidy(want: Want) -> Want:
    """As it is kept and compared. Raises Malformed ``image-request-malformed``."""
    kinds = tuple(kind for kind in Wanted if kind in want.kinds)
    series = tuple(sorted(set(want.series)))
    if len(series) > SERIES_MOST or any(len(uid) > UID_CHARACTERS or not _UID.fullmatch(uid) for uid in series):
        raise _malformed("Series are named by their UIDs, at most two hundred of them.")
    tidy = Want(kinds, series, checked(want.text, TEXT_CHARACTERS))
    if not (tidy.kinds or tidy.series or tidy.text):
        raise _malformed("Nothing is asked for.")
    return tidy


def checked(text: str, most: int) -> str:
    """A text without control characters. Raises Malformed ``image-request-malformed`` when it is too long."""
    text = clean_text(text)
    if len(text) > most:
        raise _malformed("The text is too long.")
    return text


def _same(rows: list[ImageRequestRow], want: Want, urgency: Urgency) -> ImageRequestRow | None:
    return next((row for row in rows if row.state in OPEN and (row.want, row.urgency) == (want, urgency)), None)


def _row(exchange: ExchangeRow, asking: Asking, want: Want, phone: str, number: int, now: float) -> ImageRequestRow:
    return ImageRequestRow(
        organisation=exchange.organisation,
        exchange=exchange.id,
        number=number,
        state=RequestState.ASKED,
        urgency=asking.urgency,
        at=now,
        want=want,
        who=asking.who,
        phone=phone,
        login=asking.login,
        had=had_now(exchange),
    )


def _audit(
    tx: Transaction, exchange: ExchangeRow, asking: Asking, outcome: str, reasons: tuple[str, ...], now: float
) -> None:
    want = asking.want
    event = of_exchange(
        exchange,
        "images-ask",
        "E",
        outcome,
        now,
        actor=asking.login,
        decision=reasons,
        kinds=" ".join(kind.value for kind in want.kinds),
        series=len(want.series),
        urgency=asking.urgency.value,
    )
    tx.audit.append(event)


def _malformed(text: str) -> Malformed:
    return Malformed("image-request-malformed", text, "Say what is missing, in at most 500 characters, or call.")


def _too_many() -> TooLarge:
    return TooLarge("image-requests-too-many", "More was asked in this exchange than anybody answers.", "Call.")
