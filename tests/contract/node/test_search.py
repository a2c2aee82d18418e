"""Search for studies, series and instances on both engines: matching as PS3.4 C.2.2.2 says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.model.identity import InstanceIndex, Patient, PatientNumber
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import A


def _study(
    number: int, name: str, date: str, time: str = "", modalities: tuple[str, ...] = ("CT",)
) -> list[InstanceIndex]:
    return [
        InstanceIndex(
            study_uid=f"1.{number}",
            series_uid=f"1.{number}.{place}",
            instance_uid=f"1.{number}.{place}.1",
            sop_class="1.2.840.10008.5.1.4.1.1.2",
            transfer_syntax="1.2.840.10008.1.2.1",
            patient=Patient(name, f"19{number:02}0101", "MF"[number % 2], PatientNumber(f"P[{number}]_x")),
            accession_number=f"ACC{number}",
            study_date=date,
            study_time=time,
            study_description=f"Thorax 100% {number}",
            referring_physician="Jansen^Kees",
            modality=modality,
            series_number=place,
        )
        for place, modality in enumerate(modalities, 1)
    ]


@pytest.fixture
def found(vault: Vault) -> Vault:
    studies = [
        *_study(1, "Müller^Zoë^van der", "20240101", "101530"),
        *_study(2, "Jansen-de Vries^Piet", "20240202", "1030", ("CT", "SR")),
        *_study(3, "Jansens^Marie=張^美=Chang^Mei", "20240303", "235959.5", ("MR",)),
        *_study(4, "Verjansen^Ånna", "", ""),
    ]
    with vault.write() as tx:
        for at, index in enumerate(studies):
            tx.instances.add(given.instance(at, index=index, hash=at.to_bytes(32, "big")))
    return vault


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("StudyInstanceUID", "1.1", {1}),
        ("StudyInstanceUID", "1.1\\1.3", {1, 3}),
        ("StudyInstanceUID", "1.2,1.4", {2, 4}),
        ("StudyInstanceUID", "1.*", set()),
        ("StudyDate", "20240202", {2}),
        ("StudyDate", "20240102-20240303", {2, 3}),
        ("StudyDate", "-20240202", {1, 2}),
        ("StudyDate", "20240202-", {2, 3}),
        ("StudyTime", "10", {1, 2}),
        ("StudyTime", "1015", {1}),
        ("StudyTime", "1016-", {2, 3}),
        ("StudyTime", "-1015", {1}),
        ("StudyTime", "10:16-23:59", {2, 3}),
        ("PatientName", "muller", {1}),
        ("PatientName", "MÜLLER^ZOË", {1}),
        ("PatientName", "zoe muller", {1}),
        ("PatientName", "jansen", {2}),
        ("PatientName", "jansen*", {2, 3}),
        ("PatientName", "*jansen*", {2, 3, 4}),
        ("PatientName", "jans?ns*", {3}),
        ("PatientName", "*piet", {2}),
        ("PatientName", "de vries", {2}),
        ("PatientName", "張*", {3}),
        ("PatientName", "chang^mei", {3}),
        ("PatientName", "*anna", {4}),
        ("PatientName", "ann", set()),
        ("PatientName", "^", set()),
        ("PatientName", "*", {1, 2, 3, 4}),
        ("PatientName", "", {1, 2, 3, 4}),
        ("ReferringPhysicianName", "jansen^k*", {1, 2, 3, 4}),
        ("ReferringPhysicianName", "bakker", set()),
        ("PatientID", "P[2]_x", {2}),
        ("PatientID", "P[*", {1, 2, 3, 4}),
        ("PatientID", "P[?]_x", {1, 2, 3, 4}),
        ("PatientID", "p[2]*", set()),
        ("PatientID", "*]%x", set()),
        ("PatientBirthDate", "19030101", {3}),
        ("PatientSex", "F", {1, 3}),
        ("AccessionNumber", "ACC1\\ACC4", {1, 4}),
        ("StudyDescription", "Thorax 100%*", {1, 2, 3, 4}),
        ("StudyDescription", "*3", {3}),
        ("StudyDescription", "thorax*", set()),
        ("ModalitiesInStudy", "SR", {2}),
        ("ModalitiesInStudy", "MR\\SR", {2, 3}),
        ("ModalitiesInStudy", "C?", {1, 2, 4}),
    ],
)
def test_studies_match(found: Vault, keyword: str, value: str, expected: set[int]) -> None:
    with found.read() as tx:
        rows = tx.instances.studies(A, None, {keyword: value}, 0, 50)
    assert {int(row.study_uid[2:]) for row in rows} == expected


def test_conditions_are_joined_and_scope_limits(found: Vault) -> None:
    with found.read() as tx:
        match = {"PatientName": "jansen*", "ModalitiesInStudy": "CT"}
        assert [row.study_uid for row in tx.instances.studies(A, None, match, 0, 50)] == ["1.2"]
        scope = [(OWN, "1.1"), (OWN, "1.3"), ("f" * 32, "1.2")]
        assert [row.study_uid for row in tx.instances.studies(A, scope, {}, 0, 50)] == ["1.3", "1.1"]
        assert tx.instances.studies(A, [], {}, 0, 50) == []
        wide = [(OWN, f"1.{number}") for number in range(2000)]
        assert len(tx.instances.studies(A, wide, {}, 0, 50)) == 4


def test_newest_study_comes_first_and_pages_do_not_overlap(found: Vault) -> None:
    with found.read() as tx:
        pages = [tx.instances.studies(A, None, {}, offset, 2) for offset in (0, 2, 4)]
    assert [[row.study_uid for row in page] for page in pages] == [["1.3", "1.2"], ["1.1", "1.4"], []]


def test_counts_and_modalities_are_of_the_study(found: Vault) -> None:
    with found.write() as tx:
        index = _study(2, "x", "20240202")[0]
        tx.instances.add(given.instance(50, index=index, hash=b"n" * 32))
        (row,) = tx.instances.studies(A, None, {"StudyInstanceUID": "1.2"}, 0, 1)
        assert (row.series, row.instances, row.modalities) == (2, 2, ("CT", "SR"))
        series = tx.instances.series(A, OWN, "1.2", {})
        assert [(one.series_uid, one.modality, one.instances) for one in series] == [
            ("1.2.1", "CT", 1),
            ("1.2.2", "SR", 1),
        ]


def test_series_and_instances_match(found: Vault) -> None:
    with found.read() as tx:
        assert [one.number for one in tx.instances.series(A, OWN, "1.2", {"Modality": "SR"})] == [2]
        assert [one.number for one in tx.instances.series(A, OWN, "1.2", {"SeriesNumber": "1"})] == [1]
        assert tx.instances.series(A, OWN, "1.2", {"SeriesInstanceUID": "1.9"}) == []
        assert len(tx.instances.instances(A, OWN, "1.2", None, {})) == 2
        assert len(tx.instances.instances(A, OWN, "1.2", "1.2.1", {})) == 1
        assert tx.instances.instances(A, OWN, "1.2", None, {"SOPInstanceUID": "1.2.2.1"})[0].series_uid == "1.2.2"


@pytest.mark.parametrize("keyword", ["PatientComments", "", "patientname", "SOPInstanceUID"])
def test_an_unknown_keyword_is_refused_not_ignored(vault: Vault, keyword: str) -> None:
    with vault.read() as tx, pytest.raises(Unsupported) as refused:
        tx.instances.studies(A, None, {keyword: "x"}, 0, 1)
    assert refused.value.code == "attribute-not-searchable"


@pytest.mark.parametrize(("keyword", "value"), [("StudyDate", "2024"), ("StudyDate", "20240101-x"), ("StudyTime", "1")])
def test_a_malformed_value_is_refused_without_repeating_it(vault: Vault, keyword: str, value: str) -> None:
    with vault.read() as tx, pytest.raises(Malformed) as refused:
        tx.instances.studies(A, None, {keyword: value}, 0, 1)
    assert refused.value.code == "match-malformed"
    assert "20240101-x" not in str(refused.value)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("PatientName", "jansen"),
        ("PatientName", "jan*^p*"),
        ("ReferringPhysicianName", "bakker"),
        ("PatientID", "P1"),
        ("PatientID", "P1*"),
        ("AccessionNumber", "ACC1"),
        ("StudyInstanceUID", "1.1"),
        ("StudyDate", "20240101-"),
        ("PatientBirthDate", "19700101"),
    ],
)
def test_a_search_uses_its_own_index_and_reads_no_whole_table(found: Vault, keyword: str, value: str) -> None:
    if found.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by statistics
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(found.engine, "before_cursor_execute", note)
    with found.read() as tx:
        tx.instances.studies(A, None, {keyword: value}, 0, 50)
        statement, values = next(one for one in asked if "FROM study" in one[0])
        plan = [row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    event.remove(found.engine, "before_cursor_execute", note)
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert keyword == "StudyDate" or not [step for step in plan if "study_by_date" in step], plan
