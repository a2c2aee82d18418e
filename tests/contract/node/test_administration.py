"""Settings, departments, queues and figures in the vault, on both engines."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.figures import BsnFinding, Dose
from beeldbrug.node.policy.rules import GENERAL_AE
from beeldbrug.node.ports.administration import Department
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, STUDY, A, B


def test_the_last_change_is_in_force_and_all_of_them_are_kept(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.settings.revision(A) == 0
        assert tx.settings.add(A, "rules", "X", '{"v": 1}', "ada", NOW) == 1
        assert tx.settings.add(A, "rules", "Y", '{"v": 2}', "ada", NOW) == 2
        assert tx.settings.add(A, "rules", "X", '{"v": 3}', "bea", NOW + 1) == 3
        assert tx.settings.add(A, "rules", "Y", "", "bea", NOW + 2) == 4
        assert tx.settings.add(B, "rules", "X", '{"v": 9}', "bob", NOW) == 1
    with vault.read() as tx:
        assert [(row.name, row.value) for row in tx.settings.present(A)] == [("X", '{"v": 3}')]
        gone = tx.settings.last(A, "rules", "Y")
        assert gone is not None
        assert (gone.revision, gone.value, gone.actor) == (4, "", "bea")
        assert tx.settings.last(A, "pacs", "") is None
        assert [row.revision for row in tx.settings.history(A)] == [4, 3, 2, 1]
        assert tx.settings.revision(A) == 4


def test_what_was_removed_can_be_set_again(vault: Vault) -> None:
    with vault.write() as tx:
        tx.settings.add(A, "pacs", "", "{}", "ada", NOW)
        tx.settings.add(A, "pacs", "", "", "ada", NOW)
        tx.settings.add(A, "pacs", "", '{"v": 2}', "ada", NOW)
        assert [row.value for row in tx.settings.present(A)] == ['{"v": 2}']


def test_a_department_has_one_name_and_other_organisations_their_own(vault: Vault) -> None:
    with vault.write() as tx:
        tx.departments.add(Department("1", A, "Radiologie"))
        tx.departments.add(Department("2", B, "Radiologie"))
        tx.departments.add(Department("3", A, "Neurologie", "West", "030", closed=True))
    with vault.read() as tx:
        assert [one.name for one in tx.departments.all(A)] == ["Neurologie", "Radiologie"]
        assert tx.departments.get(A, "3") == Department("3", A, "Neurologie", "West", "030", closed=True)
        assert tx.departments.get(A, "2") is None
    with pytest.raises(Conflict), vault.write() as tx:
        tx.departments.add(Department("4", A, "Radiologie"))
    with pytest.raises(Conflict), vault.write() as tx:
        tx.departments.update(Department("3", A, "Radiologie"))


def test_why_work_waits_is_told_until_it_goes_on(vault: Vault) -> None:
    with vault.write() as tx:
        tx.work.add(A, "send", PARCEL, Urgency.STAT, NOW)
        tx.work.add(A, "sweep", A, Urgency.ROUTINE, NOW)
        tx.work.add(B, "send", PARCEL, Urgency.STAT, NOW)
        (row, _) = tx.queue.rows(A)
        assert (row.kind, row.error, row.failing_since, row.tries) == ("send", "", None, 0)
        tx.work.waits(row.id, "hub-away", NOW + 5)
        tx.work.waits(row.id, "hub-refuses", NOW + 9)
    with vault.write() as tx:
        found = tx.queue.get(A, row.id)
        assert found is not None
        assert (found.error, found.failing_since, found.tries) == ("hub-refuses", NOW + 5, 2)
        assert tx.queue.get(B, row.id) is None
        assert tx.queue.count(A) == 2
        tx.work.waits(row.id, "", NOW + 12)
        found = tx.queue.get(A, row.id)
        assert found is not None
        assert (found.error, found.failing_since, found.tries) == ("", None, 0)


def test_dose_of_an_exchange_is_added_once(vault: Vault) -> None:
    with vault.write() as tx:
        new = given.exchange(id=PARCEL, direction=Direction.IN, state=State.IMPORTED)
        tx.exchanges.add(new)
        assert tx.figures.uncounted(A) == []
        tx.exchanges.update(PARCEL, NOW, imported_at=NOW + 60, state=State.IMPORTED)
        assert tx.figures.uncounted(A) == [(PARCEL, NOW + 60)]
        assert tx.figures.count_dose(A, PARCEL, "2026-11", [Dose("CT", 2, 500.0, 0.0)])
        assert not tx.figures.count_dose(A, PARCEL, "2026-11", [Dose("CT", 2, 500.0, 0.0)])
        assert tx.figures.uncounted(A) == []
        assert tx.figures.count_dose(A, "f" * 32, "2026-11", [Dose("CT", 1, 100.0, 0.0), Dose("RF", 1, 0.0, 0.5)])
        assert tx.figures.doses(A, "2026-11", "2026-11") == [
            ("2026-11", Dose("CT", 3, 600.0, 0.0)),
            ("2026-11", Dose("RF", 1, 0.0, 0.5)),
        ]
        assert tx.figures.doses(A, "2026-12", "2027-01") == []
        assert tx.figures.doses(B, "2026-01", "2027-01") == []


def test_moments_and_judgements_are_of_the_period_and_the_organisation(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(id=PARCEL, direction=Direction.IN))
        created = tx.exchanges.get(A, PARCEL)
        assert created is not None
        since, until = created.created, created.created + 1
        (one,) = tx.figures.moments(A, since, until)
        assert (one.direction, one.peer, one.created) == (Direction.IN, created.peer, since)
        assert tx.figures.moments(A, until, until + 99) == []
        assert tx.figures.moments(B, 0, until) == []
        assert tx.figures.judgement(A, PARCEL) is None
        tx.figures.judge(A, PARCEL, True, "ada", NOW)
        assert tx.figures.judged(A, since, until) == (1, 1)
        tx.figures.judge(A, PARCEL, False, "bea", NOW)
        assert tx.figures.judged(A, since, until) == (1, 0)
        assert tx.figures.judgement(A, PARCEL) is False
        assert tx.figures.judged(B, since, until) == (0, 0)
        assert tx.figures.newest_of_peer(A, created.peer) == PARCEL


def test_an_exchange_is_open_only_to_the_receiver_it_was_opened_for(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(id=PARCEL))
        row = tx.exchanges.get(A, PARCEL)
        assert row is not None
        assert row.rule != GENERAL_AE
        assert tx.exchanges.find_open(A, row.rule, STUDY, row.peer) is not None
        assert tx.exchanges.find_open(A, row.rule, STUDY, "00000009") is None


def test_an_arrivals_bsn_is_counted_once_in_its_time_and_for_its_sender(vault: Vault) -> None:
    absent, right = BsnFinding.ABSENT, BsnFinding.OTHER_PATIENT_IDS_SEQUENCE
    with vault.write() as tx:
        tx.bsn_quality.note(A, PARCEL, B, right, NOW)
        tx.bsn_quality.note(A, PARCEL, B, absent, NOW + 1)
        tx.bsn_quality.note(A, "c" * 32, B, right, NOW + 9)
        tx.bsn_quality.note(A, "d" * 32, "00000003", absent, NOW + 10)
        tx.bsn_quality.note(B, PARCEL, A, absent, NOW)
        assert tx.bsn_quality.counts(A, NOW, NOW + 10) == [(B, right, 2)]
        assert tx.bsn_quality.counts(A, NOW + 1, NOW + 11) == [(B, right, 1), ("00000003", absent, 1)]
        assert tx.bsn_quality.counts(B, 0, NOW + 1) == [(A, absent, 1)]
