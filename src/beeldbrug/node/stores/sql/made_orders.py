"""Orders that the node makes, in SQL (ports.ordering). What they say and their messages are sealed."""

from __future__ import annotations

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Order
from beeldbrug.node.ports.ordering import Asked, MadeOrder, OrderState
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_NEXT = """
INSERT INTO order_number (organisation, last) VALUES (?, 1)
ON CONFLICT (organisation) DO UPDATE SET last = order_number.last + 1 RETURNING last"""

_PUT = """
INSERT INTO made_order (organisation, control_id, exchange, peer, state, reason, at, changed, said)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, control_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
  changed = excluded.changed, said = excluded.said"""

_OF = """
SELECT control_id, exchange, peer, state, reason, at, changed, said FROM made_order
WHERE organisation = ? AND exchange = ? ORDER BY at, control_id"""

_SEALED = "made-order"
_CURRENT = frozenset({OrderState.ASKED, OrderState.REFUSED, OrderState.PLACED})


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of an order."""

    asked: Asked
    order: Order
    number: PatientNumber
    chosen: bool
    content: bytes
    cancel: bytes


_DECODER = msgspec.json.Decoder(_Said)


class SqlMadeOrders:
    """ports.ordering.MadeOrders over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def next_number(self, organisation: str) -> int:
        """Counts up."""
        row = self._sql.one(_NEXT, organisation)
        return int(row[0]) if row is not None else 0

    def put(self, organisation: str, made: MadeOrder) -> None:
        """Keep it."""
        said = _Said(made.asked, made.order, made.number, made.chosen, made.content, made.cancel)
        control_id = made.asked.control_id
        sealed = self._seal.seal(organisation, _SEALED, control_id, msgspec.json.encode(said))
        state = made.state.value
        self._sql.run(
            _PUT, organisation, control_id, made.exchange, made.peer, state, made.reason, made.at, made.changed, sealed
        )

    def current(self, organisation: str, exchange: str) -> MadeOrder | None:
        """The newest that is asked, refused or placed."""
        found = [row for row in self._rows(organisation, exchange) if OrderState(row[3]) in _CURRENT]
        return self._made(organisation, found[-1]) if found else None

    def last(self, organisation: str, exchange: str) -> MadeOrder | None:
        """The newest."""
        found = self._rows(organisation, exchange)
        return self._made(organisation, found[-1]) if found else None

    def cancelling(self, organisation: str, exchange: str) -> list[MadeOrder]:
        """Those to be cancelled."""
        found = [row for row in self._rows(organisation, exchange) if row[3] == OrderState.CANCELLING]
        return [self._made(organisation, row) for row in found]

    def _rows(self, organisation: str, exchange: str) -> list[Row]:
        return self._sql.all(_OF, organisation, exchange)

    def _made(self, organisation: str, row: Row) -> MadeOrder:
        control_id, exchange, peer, state, reason, at, changed, sealed = row
        try:
            said = _DECODER.decode(self._seal.open(organisation, _SEALED, control_id, bytes(sealed)))
        except msgspec.MsgspecError:
            raise Malformed(
                "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
            ) from None
        return MadeOrder(
            exchange,
            peer,
            OrderState(state),
            said.asked,
            said.order,
            said.number,
            said.chosen,
            said.content,
            at,
            changed,
            said.cancel,
            reason,
        )
