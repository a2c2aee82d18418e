"""A patient list is kept whole or not at all, and faults name lines without naming anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.own_patients import OwnCounts, OwnPatient, Told
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.patients.read_list import LIST_FACT, ReadResult, read_list
from tests.contract.node.given import NOW, A

HEADER = "Patientnummer;BSN;Achternaam;Voorvoegsel;Partnernaam;Voornamen;Geboortedatum;Geslacht"
ELS = "0070010;999990019;Vries;de;Bakker;Els Anna;1-2-1970;V"
KAREL = '7002;;"Jansen; junior";;;Karel;19510630;M'


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "list.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def read(vault: Vault, path: Path, complete: bool = False, at: float = NOW) -> ReadResult:
    return read_list(vault, A, path, "cli:tester", at, complete)


def test_a_list_is_read_and_a_complete_one_leaves_nobody_else(vault: Vault, tmp_path: Path) -> None:
    assert read(vault, written(tmp_path, HEADER, ELS, "", KAREL, encoding="utf-8-sig")) == ReadResult(2, 2, 0)
    with vault.read() as tx:
        name = "Bakker-de Vries^Els Anna"
        assert tx.own_patients.get(A, "0070010") == OwnPatient(
            "0070010", "999990019", name, "19700201", "F", Told.LIST, NOW
        )
        assert tx.own_patients.get(A, "7002").name == "Jansen; junior^Karel"  # type: ignore[union-attr]  # it is there
        assert tx.facts.get(A, LIST_FACT) is not None
    commas = written(tmp_path, "number,name,birth_date", "7003,Boer^Jan^Piet,1960-12-31")
    assert read(vault, commas, complete=True, at=NOW + 1) == ReadResult(1, 1, 2)
    with vault.read() as tx:
        assert tx.own_patients.counts(A) == OwnCounts(list=1, inactive=2)
        assert tx.own_patients.get(A, "7003").name == "Boer^Jan Piet"  # type: ignore[union-attr]  # it is there
        _, event = tx.audit.events(A)[-1]
        assert (event.event, event.details) == ("patients-read", {"patients": 1, "kept": 1, "inactive": 2})


def test_one_wrong_line_and_nothing_of_the_list_is_kept(vault: Vault, tmp_path: Path) -> None:
    lines = {
        "7004;999990018;Vries;;;Jan;1-2-1970;M": "line 3: the BSN does not pass the 11-test",
        "7004;;Vries;;;Jan;31-2-1970;M": "line 3: the birth date is no date",
        "7004;;Vries;;;Jan;1-2-1970;Z": "line 3: the sex is none of M, V, F, O",
        "7004;;;;;Jan;1-2-1970;M": "line 3: the name is empty",
        ";;Vries;;;Jan;1-2-1970;M": "line 3: the number is no patient number",
        "7004;;Vries": "line 3: columns are missing",
        ELS: "line 3: this number stands in the file twice",
    }
    for line, fault in lines.items():
        with pytest.raises(Malformed) as refused:
            read(vault, written(tmp_path, HEADER, ELS, line))
        assert refused.value.code == "patient-list-malformed" and fault in refused.value.text
        assert not any(word in str(refused.value) for word in ("Vries", "7004", "0070010", "99999"))
    with vault.read() as tx:
        assert tx.own_patients.counts(A) == OwnCounts() and tx.facts.get(A, LIST_FACT) is None


def test_what_is_no_list_is_said_so(vault: Vault, tmp_path: Path) -> None:
    cases = {
        written(tmp_path / "1", ""): "no column is the number",
        written(tmp_path / "2", "nummer;naam;geboortedatum;number", "1;A;;2"): "several columns are the number",
        written(tmp_path / "3", HEADER): "there is no line with a patient",
        written(tmp_path / "4", HEADER, ELS.replace("Els", "Zoë"), encoding="latin-1"): "no CSV file in UTF-8",
        written(tmp_path / "5", HEADER, '"7001;;Vries'): "no CSV file in UTF-8",
    }
    for path, fault in cases.items():
        with pytest.raises(Malformed) as refused:
            read(vault, path)
        assert fault in refused.value.text
    with pytest.raises(Malformed) as refused:
        read(vault, tmp_path / "none.csv")
    assert refused.value.code == "patient-list-unreadable"
    many = written(tmp_path, HEADER, *([";;;;;;x;"] * 30))
    with pytest.raises(Malformed) as refused:
        read(vault, many)
    assert "and 70 more" in refused.value.text
