"""The audit trail over the portal's API: the privacy officer alone reads it, and every look is in it."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from beeldbrug.model.account import Role
from tests.contract.node import given
from tests.contract.node.given import NOW, A, B
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House


@pytest.fixture
def filled(house: House) -> House:
    """Looks at two patients."""
    with house.vault.write() as tx:
        for number in range(5):
            tx.audit.append(given.event(event="view", actor="=ans", patient="100", study_uid="1.2", at=NOW + number))
        tx.audit.append(
            given.event(event="disclose", patient="200", study_uid="1.3", outcome="receiver-unknown", at=NOW)
        )
    return house


@pytest.fixture
def officer(filled: House) -> Browser:
    return filled.signed_in("officer", Role.PRIVACY_OFFICER)


def test_the_officer_finds_who_looked_at_a_patient(filled: House, officer: Browser) -> None:
    found = officer.post("/trail/search", {"patient": "100", "kinds": ["view"]}).json()
    assert [one["at"] for one in found["events"]] == [NOW + number for number in (4, 3, 2, 1, 0)]
    first = found["events"][0]
    assert (first["actor"], first["patient"], first["study"], first["peer"]) == ("=ans", "100", "1.2", B)
    assert first["succeeded"] and found["next"] is None
    (failed,) = officer.post("/trail/search", {"study": "1.3"}).json()["events"]
    assert (failed["outcome"], failed["succeeded"]) == ("receiver-unknown", False)


def test_pages_go_on_where_the_one_before_ended(officer: Browser) -> None:
    asked = {"patient": "100", "kinds": ["view"], "limit": 2}
    found = []
    while True:
        page = officer.post("/trail/search", asked).json()
        found += [one["sequence"] for one in page["events"]]
        if page["next"] is None:
            break
        asked = asked | {"before": page["next"]}
    assert len(found) == len(set(found)) == 5


def test_a_table_holds_all_and_no_formula(officer: Browser) -> None:
    answer = officer.post("/trail/table", {"patient": "100", "kinds": ["view"]})
    rows = list(csv.DictReader(StringIO(answer.body.decode())))
    assert [(row["event"], row["actor"], row["patient"]) for row in rows] == [("view", "'=ans", "100")] * 5


def test_each_look_is_on_record_with_whom_it_was_about(filled: House, officer: Browser) -> None:
    officer.post("/trail/search", {"patient": "100"})
    officer.post("/trail/table", {"actor": "=ans"})
    with filled.vault.read() as tx:
        first, second = (event for _, event in tx.audit.events(A, event="audit-read"))
    assert (first.actor, first.role, first.patient) == ("officer", "privacy-officer", "100")
    assert (first.details["means"], first.details["fields"]) == ("portal", "patient")
    assert (second.details["means"], second.details["fields"]) == ("table", "actor")


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.PRIVACY_OFFICER])
def test_nobody_else_reads_it_an_administrator_included(filled: House, role: Role) -> None:
    browser = filled.signed_in("other", role)
    for path in ("/trail/search", "/trail/table"):
        assert browser.post(path, {}).code == "not-permitted"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"patient": "1", "study": "1.2"}, "trail-about-one"),
        ({"limit": 0}, "body-malformed"),
        ({"limit": 1001}, "body-malformed"),
        ({"patient": "x" * 401}, "body-malformed"),
    ],
)
def test_what_cannot_be_asked_is_refused(officer: Browser, asked: dict[str, object], code: str) -> None:
    for path in ("/trail/search", "/trail/table"):
        assert officer.post(path, asked).code == code
