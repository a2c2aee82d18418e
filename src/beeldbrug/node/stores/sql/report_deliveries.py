"""Reports that are given on, in SQL (ports.report_delivery.ReportDeliveries). What they say is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.report_delivery import DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = (
    "organisation, id, exchange, report, number, outlet, mark, state, control, created, changed, reason, retracts"
)
_ROWS = f"SELECT {_COLUMNS} FROM report_delivery WHERE organisation = ? "  # noqa: S608 - of our own words

_ADD = f"""
INSERT INTO report_delivery ({_COLUMNS}, said, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange, report, number, outlet, mark, retracts) DO NOTHING"""  # noqa: S608 - as above

_SETTLE = "UPDATE report_delivery SET state = ?, reason = ?, changed = ? WHERE organisation = ? AND id = ?"
_WIPE = "UPDATE report_delivery SET content = NULL WHERE organisation = ? AND id = ?"
_ENDED = (DeliveryState.DELIVERED, DeliveryState.DROPPED)
_SAID = msgspec.json.Decoder(Said)


class SqlReportDeliveries:
    """ports.report_delivery.ReportDeliveries over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, row: DeliveryRow, said: Said, content: bytes) -> bool:
        """Sealed."""
        values = (row.organisation, row.id, row.exchange, row.report, row.number, row.outlet.value, row.mark)
        more = (row.state.value, row.control, row.created, row.changed, row.reason, row.retracts)
        return bool(self._sql.run(_ADD, *values, *more, *self._sealed(row.organisation, row.id, said, content)))

    def get(self, organisation: str, id: str) -> DeliveryRow | None:
        """One."""
        row = self._sql.one(_ROWS + "AND id = ?", organisation, id)
        return None if row is None else _row(row)

    def of_exchange(self, organisation: str, exchange: str) -> list[DeliveryRow]:
        """Oldest first."""
        statement = _ROWS + "AND exchange = ? ORDER BY created, report, number, outlet, id"
        return [_row(row) for row in self._sql.all(statement, organisation, exchange)]

    def opened(self, organisation: str, id: str) -> tuple[Said, bytes] | None:
        """Opened."""
        statement = "SELECT said, content FROM report_delivery WHERE organisation = ? AND id = ?"
        row = self._sql.one(statement, organisation, id)
        if row is None:
            return None
        said = _decoded(self._seal.open(organisation, "delivery-said", id, bytes(row[0])))
        return said, b"" if row[1] is None else self._seal.open(organisation, "delivery", id, bytes(row[1]))

    def settle(self, organisation: str, ids: Sequence[str], state: DeliveryState, reason: str, at: float) -> None:
        """The bytes go with the end."""
        self._sql.many(_SETTLE, [(state.value, reason, at, organisation, id_) for id_ in ids])
        if state in _ENDED:
            self._sql.many(_WIPE, [(organisation, id_) for id_ in ids])

    def remove(self, organisation: str, id: str) -> None:
        """Only one that was refused."""
        statement = "DELETE FROM report_delivery WHERE organisation = ? AND id = ? AND state = ?"
        self._sql.run(statement, organisation, id, DeliveryState.REFUSED.value)

    def forget(self, organisation: str, exchange: str) -> None:
        """All but what waits."""
        statement = "DELETE FROM report_delivery WHERE organisation = ? AND exchange = ? AND state <> ?"
        self._sql.run(statement, organisation, exchange, DeliveryState.WAITING.value)

    def _sealed(self, organisation: str, id_: str, said: Said, content: bytes) -> tuple[bytes, bytes]:
        plain = msgspec.json.encode(replace(said, report=replace(said.report, document=b"")))
        return (
            self._seal.seal(organisation, "delivery-said", id_, plain),
            self._seal.seal(organisation, "delivery", id_, content),
        )


def _decoded(content: bytes) -> Said:
    try:
        return _SAID.decode(content)
    except msgspec.MsgspecError:
        raise Malformed(
            "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
        ) from None


def _row(row: Row) -> DeliveryRow:
    organisation, id_, exchange, report, number, outlet, mark, state, control, created, changed, reason, retracts = row
    return DeliveryRow(
        *(organisation, id_, exchange, report, int(number), Outlet(outlet), mark, DeliveryState(state), control),
        *(created, changed, reason, bool(retracts)),
    )
