"""Gatherings, reports that wait, address entries and recipients: one set of promises for both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import reading
from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Party
from beeldbrug.node.ports.sending import AddressEntry, Enclosure, Gathering, GatherState, Source
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, STUDY, A, B

FIRST, SECOND = "1" * 32, "2" * 32
ROW = Gathering(
    exchange=FIRST,
    organisation=A,
    bundle="b" * 32,
    actor="arts",
    study_uid=STUDY,
    source=Source.PACS,
    created=NOW,
    updated=NOW,
    series=("1.2.3.1", "1.2.3.2"),
    without=("KO", "PR"),
    enclosure="e",
    expected=12,
)
DOOR = Party(B, "Ziekenhuis B", "Noord", "Radiologie", "dr. Bakker", "030 1")


def test_a_gathering_comes_back_as_it_was_kept(vault: Vault) -> None:
    with vault.write() as tx:
        tx.gatherings.add(ROW)
        with pytest.raises(Conflict):
            tx.gatherings.add(ROW)
    with vault.read() as tx:
        assert tx.gatherings.get(A, FIRST) == ROW
        assert tx.gatherings.get(B, FIRST) is None
        assert tx.gatherings.of_bundle(A, ROW.bundle) == [ROW]


def test_one_gathering_at_a_time_fetches_a_study(vault: Vault) -> None:
    with vault.write() as tx:
        tx.gatherings.add(ROW)
        tx.gatherings.add(replace(ROW, exchange=SECOND, created=NOW + 1))
        assert tx.gatherings.claim(A, FIRST, NOW)
        assert not tx.gatherings.claim(A, SECOND, NOW)
        assert tx.gatherings.claim(A, FIRST, NOW)  # after a crash it goes on
        fetching = tx.gatherings.fetching(A, STUDY)
        assert fetching is not None and fetching.exchange == FIRST
        tx.gatherings.update(A, FIRST, NOW, state=GatherState.DONE, gathered=12)
        assert tx.gatherings.fetching(A, STUDY) is None
        assert tx.gatherings.claim(A, SECOND, NOW)
        assert not tx.gatherings.claim(A, FIRST, NOW)  # over is over
    with vault.read() as tx:
        assert [one.state for one in tx.gatherings.of_bundle(A, ROW.bundle)] == [GatherState.DONE, GatherState.FETCHING]
        assert tx.gatherings.fetching(B, STUDY) is None


def test_a_report_rests_sealed_and_goes_when_nobody_sends_it(vault: Vault) -> None:
    report = Enclosure("e", A, "arts", "Verslag", b"%PDF-1.4 geheim %%EOF", NOW)
    with vault.write() as tx:
        tx.gatherings.enclose(report)
        tx.gatherings.enclose(replace(report, id="f"))
        tx.gatherings.entitle(A, "e", "Verslag CT")
        tx.gatherings.add(ROW)  # waits for "e"
    with vault.read() as tx:
        assert tx.gatherings.enclosure(A, "e") == replace(report, title="Verslag CT")
        assert tx.gatherings.enclosure(B, "e") is None
    with reading(vault.engine) as connection:
        rows = connection.execute(text("SELECT title, content FROM enclosure")).all()
    assert not any(b"geheim" in bytes(content) or b"Verslag" in bytes(title) for title, content in rows)
    with vault.write() as tx:
        assert tx.gatherings.drop_enclosures(A, NOW + 1) == 1
        assert tx.gatherings.enclosure(A, "e") is not None
        assert tx.gatherings.drop_enclosure(A, "e")
        assert not tx.gatherings.drop_enclosure(A, "e")


def test_doors_are_kept_for_their_own_organisation_alone(vault: Vault) -> None:
    entry = AddressEntry("1", A, DOOR, NOW)
    with vault.write() as tx:
        tx.addresses.put(entry)
        tx.addresses.put(AddressEntry("1", B, replace(DOOR, person="X"), NOW))  # another's id changes nothing
        tx.addresses.put(replace(entry, party=replace(DOOR, phone="030 2")))
    with vault.write() as tx:
        assert [one.party.phone for one in tx.addresses.all(A)] == ["030 2"]
        assert tx.addresses.all(B) == []
        assert tx.addresses.get(B, "1") is None
        assert not tx.addresses.delete(B, "1")
        assert tx.addresses.delete(A, "1")


def test_favourites_come_first_and_then_the_last_used(vault: Vault) -> None:
    other, third = replace(DOOR, department="Neurologie"), replace(DOOR, department="Cardiologie")
    with vault.write() as tx:
        tx.addresses.used(A, "arts", DOOR, NOW)
        tx.addresses.used(A, "arts", other, NOW + 1)
        tx.addresses.used(A, "arts", other, NOW + 2)
        tx.addresses.mark(A, "arts", third, True, NOW)
        tx.addresses.used(A, "balie", DOOR, NOW)
    with vault.read() as tx:
        found = tx.addresses.recipients(A, "arts", 10)
        assert [(one.party.department, one.favourite, one.uses) for one in found] == [
            ("Cardiologie", True, 0),
            ("Neurologie", False, 2),
            ("Radiologie", False, 1),
        ]
        assert len(tx.addresses.recipients(A, "arts", 2)) == 2
        assert len(tx.addresses.recipients(A, "balie", 10)) == 1
    with vault.write() as tx:
        tx.addresses.mark(A, "arts", third, False, NOW)
        tx.addresses.mark(A, "arts", DOOR, True, NOW)
    with vault.read() as tx:
        assert [one.party.department for one in tx.addresses.recipients(A, "arts", 10)] == ["Radiologie", "Neurologie"]
