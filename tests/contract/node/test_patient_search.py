"""The search by patient as people type it finds in the database whom the policy says, on both engines."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, inspect, select

from beeldbrug.kit.sql import open_engine, writing
from beeldbrug.model.exchange import Direction
from beeldbrug.model.identity import InstanceIndex, Patient, PatientNumber
from beeldbrug.node.policy.finding.typed import matches, parse_query
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.stores.schema.tables import exchange, name_word, study
from beeldbrug.node.stores.schema.upgrade import MIGRATIONS, upgrade
from beeldbrug.node.stores.sql import patient_search
from beeldbrug.node.stores.sql.database import Vault, VaultTransaction
from beeldbrug.node.stores.sql.statements import Statements
from beeldbrug.sealed.opening.vault import VaultRoot
from tests.contract.node import given
from tests.contract.node.given import A, B
from tests.unit.node.policy.name_pairs import MATCH, NO_MATCH

PATIENTS = sorted({(pair.name, pair.birth_date, pair.number) for pair in (*MATCH, *NO_MATCH)})
TYPED = sorted({pair.typed for pair in (*MATCH, *NO_MATCH)})


def index(number: int, name: str = "", birth_date: str = "", patient_number: str = "") -> InstanceIndex:
    return given.index(
        number,
        study_uid=f"1.{number}",
        series_uid=f"1.{number}.1",
        instance_uid=f"1.{number}.1.1",
        patient=Patient(name, birth_date, "", PatientNumber(patient_number)),
    )


def add(tx: VaultTransaction, number: int, new: InstanceIndex, **changes: Any) -> int:
    return tx.instances.add(given.instance(number, index=new, hash=number.to_bytes(32, "big"), **changes))


def sql_of(tx: VaultTransaction) -> Statements:
    return Statements(tx.connection)


def test_every_labelled_query_finds_the_same_patients_as_in_memory(vault: Vault) -> None:
    with vault.write() as tx:
        for number, patient in enumerate(PATIENTS, 1):
            add(tx, number, index(number, *patient))
    with vault.read() as tx:
        words = [set(patient_search.kept_words(name, birth, [number])) for name, birth, number in PATIENTS]
        for typed in TYPED:
            query = parse_query(typed)
            expected = {(OWN, f"1.{number}") for number, kept in enumerate(words, 1) if query.fits(kept)}
            found = tx.instances.search_patients(A, typed, 10_000)
            assert set(found) == expected and len(found) == len(expected), typed


@pytest.mark.parametrize("typed", ["%", "'; DROP TABLE study; --", "_", "\0", "\ud800", "x" * 5000, "*"])
def test_hostile_text_is_only_text(vault: Vault, typed: str) -> None:
    with vault.write() as tx:
        add(tx, 1, index(1, "Jansen^Piet"))
    with vault.read() as tx:
        assert tx.instances.search_patients(A, typed, 10) == ([(OWN, "1.1")] if typed in ("\0", "*") else [])
        assert len(tx.instances.search_patients(A, "", 10)) == 1


def test_what_another_instance_fills_in_is_found_too(vault: Vault) -> None:
    with vault.write() as tx:
        row = add(tx, 1, index(1))
        assert tx.instances.search_patients(A, "van der berg", 10) == []
        tx.instances.reindex(row, index(1, "Berg^Anna^^van der", "19600201"))
        tx.instances.reindex(row, index(1, "Berg^Anna^^van der", "19600201", "123"))
        for typed in ("v.d. berg", "1-2-1960", "123", "anna 1960 123"):
            assert tx.instances.search_patients(A, typed, 10) == [(OWN, "1.1")], typed


def test_a_patients_other_numbers_find_him(vault: Vault) -> None:
    others = (PatientNumber("999990019", "NLMINBIZA"),)
    new = index(1, "Jansen^Piet", "", "L77")
    with vault.write() as tx:
        add(tx, 1, replace(new, patient=replace(new.patient, others=others)))
        assert tx.instances.search_patients(A, "999990019", 10) == [(OWN, "1.1")]
        assert tx.instances.search_patients(A, "l77", 10) == [(OWN, "1.1")]


def test_a_deleted_study_leaves_no_words(vault: Vault) -> None:
    with vault.write() as tx:
        row = add(tx, 1, index(1, "Jansen^Piet"))
        tx.instances.delete(A, [row])
        assert tx.instances.search_patients(A, "jansen", 10) == []
        assert tx.connection.execute(select(name_word)).all() == []


def test_the_limit_holds_and_another_organisation_sees_nothing(vault: Vault) -> None:
    with vault.write() as tx:
        for number in range(1, 30):
            add(tx, number, index(number, "Jansen^Piet"))
        assert len(tx.instances.search_patients(A, "jansen piet", 10)) == 10
        assert tx.instances.search_patients(A, "jansen", 0) == []
        assert tx.instances.search_patients(B, "jansen", 10) == tx.instances.search_patients(B, "", 10) == []


def test_names_that_fit_at_many_words_leave_no_study_out(vault: Vault) -> None:
    with vault.write() as tx:
        for number in range(1, 8):
            add(tx, number, index(number, "Jansen-Jansens van Jansma^Jan Janna Jans^Jantje"))
        for limit in (3, 7, 50):
            found = tx.instances.search_patients(A, "ja", limit)
            assert len(set(found)) == len(found) == min(limit, 7)


@pytest.mark.parametrize("few", [patient_search.FEW, 1])
def test_a_list_of_exchanges_is_limited_to_the_patients_that_are_meant(
    vault: Vault, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_search, "FEW", few)
    came, went, other, theirs = (letter * 32 for letter in "cdef")
    with vault.write() as tx:
        add(tx, 1, index(1, "Berg^Anna^^van der"), origin=came)
        add(tx, 2, index(2, "van den Berg^Anna"))
        add(tx, 3, index(3, "Jansen^Piet"), origin=other)
        add(tx, 4, index(4, "van der Berg^Anna"), organisation=B, origin=theirs)
        tx.exchanges.add(given.exchange(came, direction=Direction.IN, study_uid="1.1"))
        tx.exchanges.add(given.exchange(went, study_uid="1.2"))
        tx.exchanges.add(given.exchange(other, direction=Direction.IN, study_uid="1.3"))
        tx.exchanges.add(given.exchange(theirs, B, direction=Direction.IN, study_uid="1.4"))
        for typed, expected in [
            ("v.d. berg", {came, went}),
            ("van der berg", {came}),
            ("berg anna", {came, went}),
            ("jansen", {other}),
            ("nobody", set()),
            ("--", set()),
            ("", {came, went, other}),
        ]:
            condition = patient_search.exchanges_of(sql_of(tx), A, typed)
            statement = select(exchange.c.id).where(exchange.c.organisation == A, condition)
            assert set(tx.connection.execute(statement).scalars()) == expected, typed


def test_studies_of_an_earlier_version_are_found_after_the_upgrade(
    database_url: str, root: VaultRoot, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    shutil.copytree(MIGRATIONS, before, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (before / "versions").glob("revision_*.py"):
        if path.stem > "revision_0004":
            path.unlink()
    engine = open_engine(database_url)
    upgrade(engine, before)
    there = {str(column["name"]) for column in inspect(engine).get_columns("study")}
    columns = {name: "" for name in there - {"id"}}
    rows = [
        {**columns, "organisation": A, "origin": OWN, "study_uid": f"1.{number}"}
        | dict(zip(("patient_name", "birth_date", "patient_number"), patient, strict=True))
        for number, patient in enumerate(PATIENTS * 5, 1)
    ]
    with writing(engine) as connection:
        connection.execute(insert(study), rows)
    assert len(rows) > 1000, "more than one batch"
    upgrade(engine)
    vault = Vault(engine, root)
    with vault.read() as tx:
        for typed in ("v.d. berg", "jan willem", "1-2-1960", "1234567", "王"):
            query = parse_query(typed)
            expected = {(OWN, f"1.{at}") for at, one in enumerate(PATIENTS * 5, 1) if matches(query, *one)}
            assert set(tx.instances.search_patients(A, typed, 10_000)) == expected and expected, typed
    vault.close()


@pytest.mark.parametrize("typed", ["jansen", "v.d. berg anna", "1-2-1960", "123", "jan jansen", "a. jansen 1960"])
def test_a_search_reads_no_whole_table(vault: Vault, typed: str) -> None:
    if vault.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by statistics
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(vault.engine, "before_cursor_execute", note)
    with vault.read() as tx:
        tx.instances.search_patients(A, typed, 50)
        tx.connection.execute(select(exchange.c.id).where(patient_search.exchanges_of(sql_of(tx), A, typed)))
        plans = [
            (statement, row[3])
            for statement, values in list(asked)
            if "name_word" in statement
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    event.remove(vault.engine, "before_cursor_execute", note)
    assert plans
    assert [step for _, step in plans if step.startswith("SCAN") and step != "SCAN driving"] == []
