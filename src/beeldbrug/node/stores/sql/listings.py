"""Exchanges as a list that people read, in SQL (ports.listing.Listings): keyset pages over the parts of an order.

Each part is small or has an index of its own, so that a page costs the same at fifty and at fifty million.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, or_, select, text, true

from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.image_request import OPEN as OPEN_REQUESTS
from beeldbrug.node.ports.listing import BY_OWNER, BY_URGENCY, Owner, PatientShown, Place, Sort, Wanted
from beeldbrug.node.ports.records import OWN, ExchangeRow
from beeldbrug.node.stores.schema.image_requests import image_request
from beeldbrug.node.stores.schema.importing import claim
from beeldbrug.node.stores.schema.tables import AT_DESK, OPEN, URGENT, exchange, study
from beeldbrug.node.stores.sql.exchanges import SqlExchanges
from beeldbrug.node.stores.sql.patient_search import exchanges_of
from beeldbrug.node.stores.sql.statements import Statements, chunks

_COUNTS = f"""
SELECT direction, state, urgency, count(*) FROM exchange
WHERE organisation = ? AND {OPEN} GROUP BY direction, state, urgency"""  # noqa: S608 - a constant

_COUNT_AT_DESK = f"SELECT count(*) FROM exchange WHERE organisation = ? AND {AT_DESK}"  # noqa: S608 - a constant

_OPEN_REQUESTS = sorted(state.value for state in OPEN_REQUESTS)


Limit = ColumnElement[bool] | TextClause


class SqlListings:
    """ports.listing.Listings over one transaction."""

    __slots__ = ("_exchanges", "_sql")

    def __init__(self, sql: Statements, exchanges: SqlExchanges) -> None:
        self._sql = sql
        self._exchanges = exchanges

    def page(self, organisation: str, wanted: Wanted, after: Place | None, limit: int) -> list[ExchangeRow]:
        """Part by part."""
        found: list[ExchangeRow] = []
        limits = _limits(organisation, wanted)
        if wanted.typed.strip():
            limits.append(exchanges_of(self._sql, organisation, wanted.typed))
        for number, part in enumerate(_parts(organisation, wanted)):
            if after is not None and number < after.part:
                continue
            begin = after if after is not None and after.part == number else None
            if len(found) < limit:
                found += self._rows(
                    _part(organisation, [part, *limits], begin, wanted.oldest).limit(limit - len(found))
                )
        return found

    def changed(self, organisation: str, since: float, limit: int = 500) -> list[ExchangeRow]:
        """What changed, longest ago first."""
        statement = (
            select(exchange)
            .where(exchange.c.organisation == organisation, exchange.c.updated >= since)
            .order_by(exchange.c.updated, exchange.c.id)
            .limit(limit)
        )
        return self._rows(statement)

    def counts(self, organisation: str) -> dict[tuple[Direction, State, Urgency], int]:
        """How many there are that have not ended."""
        rows = self._sql.all(_COUNTS, organisation)
        return {(Direction(way), State(state), Urgency(urgency)): int(n) for way, state, urgency, n in rows}

    def count_at_desk(self, organisation: str) -> int:
        """How many arrivals wait for a human."""
        return int(self._sql.all(_COUNT_AT_DESK, organisation)[0][0])

    def patients(self, rows: Sequence[ExchangeRow]) -> dict[str, PatientShown]:
        """Whose study each is."""
        wanted: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            wanted.setdefault((origin_of(row), row.study_uid), []).append(row.id)
        found: dict[str, PatientShown] = {}
        own = [study_uid for origin, study_uid in wanted if origin == OWN]
        # not by pairs: for a list of those SQLite reads every study of the organisation
        limits: list[ColumnElement[bool]] = [
            study.c.origin.in_(some) for some in chunks(origin for origin, _ in wanted if origin != OWN)
        ]
        limits += [and_(study.c.origin == OWN, study.c.study_uid.in_(some)) for some in chunks(own)]
        for limit in limits:
            statement = select(study).where(study.c.organisation == rows[0].organisation, limit)
            for one in self._sql.core.execute(statement):
                for id in wanted.get((one.origin, one.study_uid), ()):
                    found[id] = _shown(id, one)
        return found

    def _rows(self, statement: Select[Any]) -> list[ExchangeRow]:
        return [self._exchanges.row(row) for row in self._sql.core.execute(statement)]


def origin_of(row: ExchangeRow) -> str:
    """Where the study of an exchange stands in the vault."""
    return row.origin


def _part(organisation: str, limits: Sequence[Limit], after: Place | None, oldest: bool) -> Select[Any]:
    statement = (
        select(exchange)
        .where(exchange.c.organisation == organisation)
        .where(*limits)
        .order_by(*((one.asc() if oldest else one.desc()) for one in (exchange.c.created, exchange.c.id)))
    )
    if after is None:
        return statement
    further, same = exchange.c.created < after.created, exchange.c.id < after.id
    if oldest:
        further, same = exchange.c.created > after.created, exchange.c.id > after.id
    return statement.where(or_(further, and_(exchange.c.created == after.created, same)))


def _parts(organisation: str, wanted: Wanted) -> list[Limit]:
    """What limits each part of the order, one after the other."""
    if wanted.sort is Sort.AGE:
        return [true()]
    if wanted.sort is Sort.URGENCY:
        return [exchange.c.urgency == urgency.value for urgency in BY_URGENCY]
    if wanted.sort is Sort.OWNER:
        return [_owned(organisation, wanted, owner) for owner in BY_OWNER]
    return [text(URGENT), text(f"NOT ({URGENT})")]


def _owned(organisation: str, wanted: Wanted, owner: Owner) -> ColumnElement[bool]:
    """Whose it is: by the claims that have not run out. The organisation is named, not taken from each row: else the
    claims would be looked through once for each exchange."""
    held = select(claim.c.exchange).where(claim.c.organisation == organisation, claim.c.expires > wanted.at)
    if owner is Owner.NOBODY:
        return exchange.c.id.not_in(held)
    own = claim.c.account == wanted.reader
    return exchange.c.id.in_(held.where(own if owner is Owner.MINE else ~own))


def _limits(organisation: str, wanted: Wanted) -> list[Limit]:
    limits: list[Limit] = []
    if wanted.direction is not None:
        limits.append(exchange.c.direction == wanted.direction.value)
    if wanted.states:
        limits.append(exchange.c.state.in_([state.value for state in wanted.states]))
    if wanted.urgencies:
        limits.append(exchange.c.urgency.in_([urgency.value for urgency in wanted.urgencies]))
    if wanted.since is not None:
        limits.append(exchange.c.created >= wanted.since)
    if wanted.until is not None:
        limits.append(exchange.c.created < wanted.until)
    if wanted.at_desk:
        limits.append(text(AT_DESK))
    if wanted.owner is not Owner.ANY:
        limits.append(_owned(organisation, wanted, wanted.owner))
    if wanted.asked:
        of_same = image_request.c.organisation == exchange.c.organisation
        is_open = image_request.c.state.in_(_OPEN_REQUESTS)
        limits.append(exchange.c.id.in_(select(image_request.c.exchange).where(of_same, is_open)))
    if wanted.exchanges:
        limits.append(exchange.c.id.in_(sorted(wanted.exchanges)))
    if wanted.studies:
        limits.append(exchange.c.study_uid.in_(sorted(wanted.studies)))
    return limits


def _shown(id: str, row: Any) -> PatientShown:
    return PatientShown(
        exchange=id,
        study_row=row.id,
        study_uid=row.study_uid,
        name=row.patient_name,
        birth_date=row.birth_date,
        sex=row.sex,
        number=PatientNumber(row.patient_number, row.patient_issuer, row.number_source),
        study_date=row.study_date,
        accession_number=row.accession_number,
        description=row.description,
    )
