"""The hospital's own patients as they were told: one set of promises for both engines."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.own_patients import OwnCounts, OwnPatient, Told
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, A

ELS = OwnPatient("7001", "999990019", "Vries^Els^^de", "19700201", "F", Told.HL7, NOW)
KAREL = OwnPatient("7002", "", "de Vries-Bakker^Karel", "19510630", "M", Told.LIST, NOW)


def _with(one: OwnPatient, **changes: Any) -> OwnPatient:
    return replace(one, **changes)


def _found(vault: Vault, patient: Patient) -> list[str]:
    with vault.read() as tx:
        return sorted(one.number for one in tx.own_patients.find(A, patient))


def test_what_was_told_comes_back(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.own_patients.put(A, [ELS, KAREL]) == 2
    with vault.read() as tx:
        assert tx.own_patients.get(A, "7001") == ELS
        assert tx.own_patients.get(A, "7009") is None
        assert tx.own_patients.counts(A) == OwnCounts(hl7=1, list=1)


def test_a_patient_is_found_by_any_key_a_slip_included(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS, KAREL])
    arrivals = (
        Patient(others=(PatientNumber("999990019", "NLMINBIZA"),)),
        Patient(others=(PatientNumber("999990018", "NLMINBIZA"),)),
        Patient(others=(PatientNumber("999990091", "NLMINBIZA"),)),
        Patient(number=PatientNumber("7001", "elsewhere")),
        Patient(birth_date="19700201"),
        Patient(birth_date="19700102"),
        Patient("VRIES^E."),
        Patient("de Vries^Elsje"),
    )
    assert [_found(vault, arrived) for arrived in arrivals] == [["7001"]] * len(arrivals)


def test_nobody_is_found_by_nothing(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS, KAREL])
    assert _found(vault, Patient()) == []
    assert _found(vault, Patient(others=(PatientNumber("000000000", "NLMINBIZA"),))) == []


def test_older_word_changes_nothing_and_newer_word_does(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS])
        assert tx.own_patients.put(A, [_with(ELS, name="Oud^Els", changed_at=NOW - 1)]) == 0
        assert tx.own_patients.get(A, "7001") == ELS
        assert tx.own_patients.put(A, [_with(ELS, name="Nieuw^Els", changed_at=NOW)]) == 1
    assert _found(vault, Patient("Nieuw^E")) == ["7001"]
    assert _found(vault, Patient("Vries^E")) == []


def test_of_one_number_twice_the_newest_stands(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.own_patients.put(A, [ELS, _with(ELS, name="Oud^Els", changed_at=NOW - 1)]) == 1
        assert tx.own_patients.get(A, "7001") == ELS


def test_a_chain_of_merges_leads_to_its_end_in_any_order(vault: Vault) -> None:
    for order in permutations((1, 2, 3)):
        name = "".join(map(str, order))
        with vault.write() as tx:
            tx.own_patients.put(A, [_with(ELS, number=f"{name}-{number}") for number in "1234"])
            for link in order:
                assert tx.own_patients.merge(A, f"{name}-{link}", f"{name}-{link + 1}", Told.HL7, NOW + link)
            standing = [tx.own_patients.standing(A, f"{name}-{number}") for number in "12345"]
            assert standing == [f"{name}-4"] * 4 + [f"{name}-5"]
        assert _found(vault, Patient(number=PatientNumber(f"{name}-1"))) == [f"{name}-4"]
    with vault.read() as tx:
        assert tx.own_patients.counts(A) == OwnCounts(hl7=6, merged=18)


def test_a_merge_may_be_turned_about_and_only_by_newer_word(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [_with(ELS, number=number) for number in "012"])
        assert tx.own_patients.merge(A, "0", "1", Told.HL7, NOW)
        assert tx.own_patients.merge(A, "1", "2", Told.HL7, NOW + 1)
        assert tx.own_patients.merge(A, "2", "1", Told.HL7, NOW + 2)
        assert [tx.own_patients.standing(A, number) for number in "012"] == ["1", "1", "1"]
        assert not tx.own_patients.merge(A, "1", "2", Told.HL7, NOW + 1)
        assert not tx.own_patients.merge(A, "1", "1", Told.HL7, NOW + 9)
        assert [tx.own_patients.standing(A, number) for number in "012"] == ["1", "1", "1"]


def test_what_was_merged_stays_so_whatever_is_told_of_it_later(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.merge(A, "7001", "7002", Told.HL7, NOW)
        tx.own_patients.put(A, [_with(ELS, changed_at=NOW + 5), KAREL])
        assert tx.own_patients.standing(A, "7001") == "7002"
    assert _found(vault, Patient(birth_date="19700201")) == ["7002"]


def test_a_number_merged_into_one_that_nobody_told_of_finds_nobody(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS])
        tx.own_patients.merge(A, "7001", "7009", Told.HL7, NOW)
    assert _found(vault, Patient(birth_date="19700201")) == []


def test_who_is_no_patient_any_more_is_not_found_and_may_come_back(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS])
        assert not tx.own_patients.remove(A, "7001", NOW - 1)
        assert not tx.own_patients.remove(A, "7009", NOW)
        assert tx.own_patients.remove(A, "7001", NOW + 1)
        assert tx.own_patients.counts(A) == OwnCounts(inactive=1)
        assert tx.own_patients.find(A, Patient(birth_date="19700201")) == []
        assert tx.own_patients.put(A, [_with(ELS, changed_at=NOW + 2)]) == 1
    assert _found(vault, Patient(birth_date="19700201")) == ["7001"]


def test_a_complete_list_leaves_out_whom_it_does_not_name_but_for_newer_word(vault: Vault) -> None:
    later = _with(ELS, number="7003", changed_at=NOW + 60)
    with vault.write() as tx:
        tx.own_patients.put(A, [ELS, KAREL, later])
        assert tx.own_patients.retain(A, {"7002"}, NOW + 1) == 1
        assert tx.own_patients.counts(A) == OwnCounts(hl7=1, list=1, inactive=1)


def test_odd_text_is_kept_as_the_engines_take_it(vault: Vault) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [_with(ELS, number="70\0 01", name="Vries\0^Els")])
        assert tx.own_patients.get(A, "70 01") == _with(ELS, number="70 01", name="Vries^Els")
