"""Emergency numbers of imports on both engines: kept, found by their number alone, and waiting at the desk."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.listing import Wanted
from beeldbrug.node.ports.records import ImportRow
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.rekey.step import adopt
from tests.contract.node import given
from tests.contract.node.given import NOW, A, B

ONE, TWO = "5" * 32, "6" * 32
NUMBER = "SPOED00000001^^^SPOED"
STANDS = Rekeying(ONE, NUMBER, RekeyState.STANDS, NOW)


def arrival(vault: Vault, id: str, reason: str, **changes: object) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(id=id, direction=Direction.IN, state=State.IMPORTED))
        tx.exchanges.update(id, NOW + 1, reason_code=reason, local_number=NUMBER, **changes)


def test_what_was_kept_comes_back_and_is_found_by_its_number(vault: Vault) -> None:
    moving = replace(STANDS, state=RekeyState.LOOKING, into="7001", said=NOW + 1, until=NOW + 2, actor="els")
    with vault.write() as tx:
        tx.rekeyings.put(A, STANDS)
        tx.rekeyings.put(A, replace(STANDS, exchange=TWO, number="SPOED00000002^^^SPOED"))
        tx.rekeyings.put(A, moving)
    with vault.read() as tx:
        assert tx.rekeyings.get(A, ONE) == moving
        assert tx.rekeyings.under(A, "SPOED00000001") == tx.rekeyings.under(A, NUMBER) == [moving]
        assert set(tx.rekeyings.of(A, [ONE, TWO])) == {ONE, TWO}
        assert tx.rekeyings.under(B, NUMBER) == [] and tx.rekeyings.get(B, ONE) is None
        assert tx.rekeyings.under(A, "SPOED0000000") == []


def test_imports_of_an_earlier_version_are_kept_once(vault: Vault) -> None:
    arrival(vault, ONE, "emergency-number")
    arrival(vault, TWO, "emergency-number", emptied=NOW)
    arrival(vault, "7" * 32, "chosen-at-desk")
    assert (adopt(vault, A, NOW), adopt(vault, A, NOW), adopt(vault, B, NOW)) == (1, 0, 0)
    with vault.read() as tx:
        assert tx.rekeyings.get(A, ONE) == STANDS


def test_what_stands_under_an_emergency_number_waits_at_the_desk_until_it_is_known_whose_it_is(vault: Vault) -> None:
    for id_, reason in ((ONE, "emergency-number"), (TWO, "re-keyed"), ("7" * 32, ""), ("8" * 32, "emergency-question")):
        arrival(vault, id_, reason)
    with vault.read() as tx:
        assert tx.listings.count_at_desk(A) == 2
        assert {one.id for one in tx.listings.page(A, Wanted(at_desk=True), None, 9)} == {ONE, "8" * 32}
        assert tx.traffics.oldest_at_desk(A) is None


def test_other_datasets_take_the_place_of_those_that_were_fixed_and_the_answers_stay(vault: Vault) -> None:
    with vault.write() as tx:
        id_ = tx.instances.add(given.instance())
        tx.imports.fix(A, [ImportRow(ONE, id_, b"before", (), "1.2")])
        tx.imports.answered(ONE, id_, 0, "", NOW)
        tx.imports.rewrite(A, [ImportRow(ONE, id_, b"after", (), "1.2.1")])
        tx.imports.rewrite(B, [ImportRow(ONE, id_, b"of another", (), "1.2.1")])
    with vault.read() as tx:
        (row,) = tx.imports.all(ONE)
        assert (row.header, row.transfer_syntax, row.status, row.at) == (b"after", "1.2.1", 0, NOW)
        assert tx.imports.waiting(ONE) == []
