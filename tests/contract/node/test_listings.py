"""ports.listing.Listings on both engines: urgent first, pages without gaps, what changed, whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from beeldbrug.model.exchange import ENDED, Direction, State, Urgency
from beeldbrug.node.policy import consult
from beeldbrug.node.policy import reconciliation as desk
from beeldbrug.node.ports.importing import Claim
from beeldbrug.node.ports.listing import Owner, Place, Sort, Wanted
from beeldbrug.node.ports.records import OWN, ExchangeRow
from beeldbrug.node.stores.schema.tables import AT_DESK, OPEN
from beeldbrug.node.stores.sql import listings
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.inbox.listing import place_of
from tests.contract.node import given
from tests.contract.node.given import NOW, A, B


def _open(vault: Vault, number: int, urgency: Urgency = Urgency.ROUTINE, state: State = State.VERIFIED) -> str:
    id = f"{number:032x}"
    with vault.write() as tx:
        new = given.exchange(
            id=id, terms=given.terms(urgency), direction=Direction.IN, state=state, created=NOW + number // 2
        )
        tx.exchanges.add(new)
    return id


def _ids(rows: list[ExchangeRow]) -> list[int]:
    return [int(row.id, 16) for row in rows]


def test_urgent_ones_that_have_not_ended_come_first_then_the_newest(vault: Vault) -> None:
    _open(vault, 2)
    _open(vault, 4, Urgency.STAT)
    _open(vault, 6, Urgency.STAT, State.IMPORTED)
    _open(vault, 8)
    _open(vault, 10, Urgency.ASAP)
    with vault.read() as tx:
        assert _ids(tx.listings.page(A, Wanted(), None, 10)) == [10, 4, 8, 6, 2]


def test_pages_have_neither_gaps_nor_doubles(vault: Vault) -> None:
    for number in range(40):
        _open(vault, number, Urgency.STAT if number % 7 == 0 else Urgency.ROUTINE)
    seen: list[int] = []
    place = None
    with vault.read() as tx:
        whole = _ids(tx.listings.page(A, Wanted(), None, 100))
        while rows := tx.listings.page(A, Wanted(), place, 3):
            seen += _ids(rows)
            last = rows[-1]
            place = Place(0 if last.urgency is Urgency.STAT else 1, last.created, last.id)
    assert seen == whole
    assert sorted(seen) == list(range(40))


def test_at_the_desk_is_what_waits_for_a_human_and_nothing_else(vault: Vault) -> None:
    def arrival(number: int, reason: str, state: State = State.VERIFIED, **changes: Any) -> None:
        id = _open(vault, number, state=state)
        with vault.write() as tx:
            tx.exchanges.update(id, NOW, reason_code=reason, **changes)

    arrival(2, "bsn-missing")
    arrival(4, "demographics-differ", State.SEEN)
    arrival(6, "pacs-refuses", State.FAILED)
    arrival(8, "")  # goes by itself
    arrival(10, "chosen-at-desk")
    arrival(12, "patient-stays", State.SEEN)
    arrival(14, "emergency-number", State.IMPORTED)  # until somebody says whose it is
    arrival(20, "emergency-number", State.IMPORTED, emptied=NOW)
    arrival(22, "re-keyed")
    arrival(16, "bsn-missing", withdrawn=NOW)
    with vault.write() as tx:
        sent = given.exchange(id=f"{18:032x}", direction=Direction.OUT, state=State.FAILED)
        tx.exchanges.add(sent)
        tx.exchanges.update(sent.id, NOW, reason_code="receiver-unknown")
    with vault.read() as tx:
        assert _ids(tx.listings.page(A, Wanted(at_desk=True), None, 10)) == [14, 6, 4, 2]
        assert (tx.listings.count_at_desk(A), tx.listings.count_at_desk(B)) == (4, 0)
    assert desk.REKEYED.code in AT_DESK and desk.EMERGENCY.code in AT_DESK
    assert desk.CHOSEN.code in AT_DESK and consult.STAYS.code in AT_DESK


def test_a_page_is_limited_to_what_was_asked_for(vault: Vault) -> None:
    _open(vault, 2, Urgency.STAT)
    parked = _open(vault, 4, state=State.PARKED)
    _open(vault, 6)
    with vault.write() as tx:
        tx.instances.add(given.instance(origin=parked))
    with vault.read() as tx:

        def page(wanted: Wanted) -> list[int]:
            return _ids(tx.listings.page(A, wanted, None, 10))

        assert page(Wanted(states=(State.PARKED,))) == [4]
        assert page(Wanted(urgencies=(Urgency.STAT,))) == [2]
        assert page(Wanted(direction=Direction.OUT)) == []
        assert page(Wanted(since=NOW + 2)) == [6, 4]
        assert page(Wanted(until=NOW + 2)) == [2]
        assert page(Wanted(exchanges=frozenset({f"{6:032x}"}))) == [6]
        assert page(Wanted(studies=frozenset({"9.9"}))) == []
        assert page(Wanted(typed="de vries")) == [4]
        assert page(Wanted(typed="Bakker")) == []
        assert _ids(tx.listings.page(B, Wanted(), None, 10)) == []


def test_what_has_changed_since_is_told(vault: Vault) -> None:
    first, second = _open(vault, 2), _open(vault, 4)
    with vault.write() as tx:
        tx.exchanges.update(first, NOW + 50, seen=NOW + 50)
        tx.exchanges.update(second, NOW + 40, seen=NOW + 40)
    with vault.read() as tx:
        assert _ids(tx.listings.changed(A, NOW + 41)) == [2]
        assert _ids(tx.listings.changed(A, NOW + 40)) == [4, 2]
        assert tx.listings.changed(B, 0.0) == []


def test_counts_are_of_what_has_not_ended(vault: Vault) -> None:
    _open(vault, 2, Urgency.STAT)
    _open(vault, 4, Urgency.STAT)
    _open(vault, 6, state=State.IMPORTED)
    with vault.read() as tx:
        assert tx.listings.counts(A) == {(Direction.IN, State.VERIFIED, Urgency.STAT): 2}
        assert tx.listings.counts(B) == {}


def test_each_row_names_the_patient_of_its_own_copy(vault: Vault) -> None:
    arrived = _open(vault, 2)
    with vault.write() as tx:
        tx.instances.add(given.instance(origin=arrived))
        tx.instances.add(given.instance(organisation=B, origin=OWN))
        tx.exchanges.add(given.exchange(id="f" * 32, direction=Direction.OUT))
    with vault.read() as tx:
        rows = tx.listings.page(A, Wanted(), None, 10)
        found = tx.listings.patients(rows)
    assert set(found) == {arrived}
    assert found[arrived].name == "Vries^Johanna^de"
    assert found[arrived].number.value == "999990019"


def test_no_rows_have_no_patients(vault: Vault) -> None:
    with vault.read() as tx:
        assert tx.listings.patients([]) == {}


def test_a_study_sent_twice_names_its_patient_on_both_rows(vault: Vault) -> None:
    with vault.write() as tx:
        tx.instances.add(given.instance(origin=OWN))
        for id in ("e" * 32, "f" * 32):
            tx.exchanges.add(given.exchange(id=id, direction=Direction.OUT))
    arrived = _open(vault, 2)
    with vault.write() as tx:
        tx.instances.add(given.instance(origin=arrived))
    with vault.read() as tx:
        found = tx.listings.patients(tx.listings.page(A, Wanted(), None, 10))
    assert set(found) == {arrived, "e" * 32, "f" * 32}


def test_what_is_counted_is_what_has_not_ended() -> None:
    states = ", ".join(f"'{state}'" for state in sorted(state.value for state in ENDED))
    assert f"state NOT IN ({states})" == OPEN


def test_counts_and_patients_read_no_more_than_they_tell(vault: Vault) -> None:
    if vault.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by statistics
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    with vault.write() as tx:
        tx.instances.add(given.instance(origin=f"{4:032x}"))
        tx.exchanges.add(given.exchange(id="f" * 32, direction=Direction.OUT))
    _open(vault, 2)
    _open(vault, 4)
    event.listen(vault.engine, "before_cursor_execute", note)
    with vault.read() as tx:
        tx.listings.patients(tx.listings.page(A, Wanted(), None, 10))
        tx.listings.page(A, Wanted(at_desk=True), None, 10)
        asked += [(listings._COUNTS, (A,)), (listings._COUNT_AT_DESK, (A,))]
        plans = {
            row[3]
            for statement, values in list(asked)
            if "FROM study" in statement or "count(*)" in statement or AT_DESK in statement
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    event.remove(vault.engine, "before_cursor_execute", note)
    assert plans == {
        "SEARCH exchange USING COVERING INDEX exchange_open (organisation=?)",
        "SEARCH exchange USING INDEX exchange_at_desk (organisation=? AND direction=?)",
        "SEARCH study USING INDEX sqlite_autoindex_study_1 (organisation=? AND origin=?)",
        "SEARCH study USING INDEX sqlite_autoindex_study_1 (organisation=? AND origin=? AND study_uid=?)",
    }


def test_the_list_is_put_in_the_order_and_limited_to_the_owner_that_is_asked_for(vault: Vault) -> None:
    for number, urgency in enumerate((Urgency.ROUTINE, Urgency.STAT, Urgency.URGENT, Urgency.ROUTINE, Urgency.ASAP), 1):
        _open(vault, number, urgency)
    with vault.write() as tx:
        tx.claims.put(A, Claim(f"{1:032x}", "els", NOW, NOW + 9))
        tx.claims.put(A, Claim(f"{3:032x}", "jan", NOW, NOW + 9))
        tx.claims.put(A, Claim(f"{4:032x}", "els", NOW - 9, NOW - 1))
        tx.claims.put(B, Claim(f"{5:032x}", "els", NOW, NOW + 9))
    with vault.read() as tx:

        def page(**wanted: Any) -> list[int]:
            return _ids(tx.listings.page(A, Wanted(reader="els", at=NOW, **wanted), None, 10))

        assert page() == [5, 2, 4, 3, 1]
        assert page(sort=Sort.AGE) == [5, 4, 3, 2, 1]
        assert page(sort=Sort.AGE, oldest=True) == [1, 2, 3, 4, 5]
        assert page(sort=Sort.URGENCY) == [2, 5, 3, 4, 1]
        assert page(sort=Sort.URGENCY, oldest=True) == [2, 5, 3, 1, 4]
        assert page(sort=Sort.OWNER) == [1, 3, 5, 4, 2]
        assert page(owner=Owner.MINE) == [1]
        assert page(owner=Owner.SOMEBODY) == [3]
        assert page(owner=Owner.NOBODY, sort=Sort.AGE) == [5, 4, 2]
        assert page(owner=Owner.NOBODY, until=NOW + 2, sort=Sort.AGE) == [2]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("oldest", [True, False])
def test_pages_of_any_order_leave_nothing_out_and_show_nothing_twice(vault: Vault, sort: Sort, oldest: bool) -> None:
    for number in range(1, 24):
        _open(vault, number, list(Urgency)[number % 4])
    with vault.write() as tx:
        for number in range(1, 24, 3):
            tx.claims.put(A, Claim(f"{number:032x}", ("els", "jan")[number % 2], NOW, NOW + 9))
    wanted = Wanted(reader="els", at=NOW, sort=sort, oldest=oldest)
    found: list[int] = []
    place: Place | None = None
    with vault.read() as tx:
        while rows := tx.listings.page(A, wanted, place, 5):
            found += _ids(rows)
            claims = tx.claims.of(A, [rows[-1].id], NOW)
            place = place_of(rows[-1], wanted, claims.get(rows[-1].id))
        assert found == _ids(tx.listings.page(A, wanted, None, 100))
    assert sorted(found) == list(range(1, 24))


def test_any_order_is_read_from_an_index(vault: Vault) -> None:
    if vault.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by statistics
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(vault.engine, "before_cursor_execute", note)
    with vault.read() as tx:
        for sort in Sort:
            tx.listings.page(A, Wanted(reader="els", at=NOW, sort=sort), None, 10)
            tx.listings.page(A, Wanted(reader="els", at=NOW, sort=sort, owner=Owner.NOBODY, oldest=True), None, 10)
        plans = [
            row[3]
            for statement, values in list(asked)
            if "FROM exchange" in statement
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    event.remove(vault.engine, "before_cursor_execute", note)
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans
