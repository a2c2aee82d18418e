"""The BSN quality report over the portal's API: counts without anybody in them, a table, and a letter to the sender."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction, Party
from beeldbrug.model.figures import BsnFinding
from tests.contract.node import given
from tests.contract.node.given import NOW, A, B
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House

C = "00000003"
PERIOD = f"since={NOW - 1}&until={NOW + 100}"
ASKED = {"since": NOW - 1, "until": NOW + 100, "language": "nl"}
RIGHT = BsnFinding.OTHER_PATIENT_IDS_SEQUENCE


@pytest.fixture
def counted(house: House) -> House:
    """B sent 8 studies, 5 of them right; C sent 4 without a BSN."""
    with house.vault.write() as tx:
        new = given.exchange(direction=Direction.IN)
        tx.exchanges.add(new)
        tx.exchanges.update(new.id, NOW, terms=_from(new.terms, Party(B, "=Ziekenhuis B")))
        findings = [RIGHT] * 5 + [BsnFinding.ALL_ZEROS] * 2 + [BsnFinding.PATIENT_ID]
        for number, finding in enumerate(findings):
            tx.bsn_quality.note(A, f"{number:032x}", B, finding, NOW + number)
        for number in range(4):
            tx.bsn_quality.note(A, f"{90 + number:032x}", C, BsnFinding.ABSENT, NOW)
    return house


def _from(terms: Any, sender: Party) -> Any:
    return type(terms)(**{**{name: getattr(terms, name) for name in terms.__slots__}, "sender": sender})


@pytest.fixture
def coordinator(counted: House) -> Browser:
    return counted.signed_in("coordinator", Role.COORDINATOR)


def test_the_coordinator_reads_by_sender_what_is_right_and_what_is_not(coordinator: Browser) -> None:
    found = coordinator.get(f"/bsn-quality?{PERIOD}").json()
    first, second = found["senders"]
    assert (first["sender"], first["name"], first["studies"]) == (B, "=Ziekenhuis B", 8)
    assert (first["right"], first["usable"]) == (5, 6)
    told = {one["finding"]: (one["count"], one["usable"], one["right_place"]) for one in first["findings"]}
    assert told == {
        "other-patient-ids-sequence": (5, True, True),
        "patient-id": (1, True, False),
        "all-zeros": (2, False, False),
    }
    assert all(one["nl"] and one["en"] for one in first["findings"])
    assert (second["sender"], second["studies"], second["findings"]) == (C, None, [])


def test_outside_the_period_there_is_nothing_and_a_wrong_period_is_refused(coordinator: Browser) -> None:
    assert coordinator.get(f"/bsn-quality?since={NOW + 50}&until={NOW + 60}").json()["senders"] == []
    for wrong in ("since=x", f"since={NOW}&until={NOW}", f"since=0&until={NOW}", "since=nan", "until=inf"):
        assert coordinator.get(f"/bsn-quality?{wrong}").code == "period-malformed"


def test_the_table_holds_no_formula_and_taking_it_is_on_record(counted: House, coordinator: Browser) -> None:
    answer = coordinator.get(f"/bsn-quality/csv?{PERIOD}")
    rows = list(csv.DictReader(StringIO(answer.body.decode())))
    assert [(row["sender"], row["studies"], row["finding"], row["count"]) for row in rows] == [
        (B, "8", "all-zeros", "2"),
        (B, "8", "other-patient-ids-sequence", "5"),
        (B, "8", "patient-id", "1"),
        (C, "<5", "", ""),
    ]
    assert rows[0]["name"] == "'=Ziekenhuis B" and rows[1]["share"] == "0.625"
    assert [event.details for event in _exported(counted)] == [{"form": "csv"}]


def test_the_letter_to_a_sender_is_in_the_language_asked_for_and_on_record(
    counted: House, coordinator: Browser
) -> None:
    dutch = coordinator.post(f"/bsn-quality/{B}/letter", ASKED).json()["text"]
    english = coordinator.post(f"/bsn-quality/{B}/letter", {**ASKED, "language": "en"}).json()["text"]
    assert "Bij 5 (62 %) stond het goed." in dutch and "alleen nullen" in dutch
    assert "In 5 (62%) it stood right." in english and "Ziekenhuis A received 8 studies" in english
    assert C not in dutch + english
    assert [(event.peer, event.actor) for event in _exported(counted)] == [(B, "coordinator")] * 2


def test_of_too_few_studies_there_is_no_letter(counted: House, coordinator: Browser) -> None:
    for sender in (C, "00000009", "x"):
        answer = coordinator.post(f"/bsn-quality/{sender}/letter", ASKED)
        assert (answer.status, answer.code) == (404, "too-few-to-report")
    assert coordinator.post(f"/bsn-quality/{B}/letter", {**ASKED, "language": "fr"}).status == 400
    assert _exported(counted) == []


@pytest.mark.parametrize("role", list(Role))
def test_only_whose_work_it_is_gets_it(counted: House, role: Role) -> None:
    somebody = counted.signed_in("iemand", role)
    allowed = role is not Role.CLINICIAN
    answers = [
        somebody.get(f"/bsn-quality?{PERIOD}"),
        somebody.get(f"/bsn-quality/csv?{PERIOD}"),
        somebody.post(f"/bsn-quality/{B}/letter", ASKED),
    ]
    assert [answer.status for answer in answers] == [200 if allowed else 403] * 3


def _exported(house: House) -> list[Any]:
    with house.vault.read() as tx:
        return [event for _, event in tx.audit.events(A, event="bsn-quality-exported")]
