"""The audit trail over FHIR R4: every resource is valid, searches are strict, and reading is on record."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from fhir.resources.R4B.auditevent import AuditEvent as FhirAuditEvent
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from beeldbrug.model.exchange import CARRIED, State
from beeldbrug.node.policy.audit_codes import CODES
from beeldbrug.node.ports.own_patients import OwnPatient, Told
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.protocols.fhir.app import fhir_app
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.trail.reading import TrailReading
from beeldbrug.node.usecases.trail.search import Trail
from tests.contract.node import given
from tests.contract.node.given import A, B

NOW = 1_800_000_000.0
TOKEN = "of-the-collector"  # noqa: S105 - of the tests
ISSUER = "ZA"
BSN = "123456782"


@dataclass
class Client:
    """Calls the service as another system would."""

    vault: Vault

    def __post_init__(self) -> None:
        trail = Trail(A, ISSUER, self.vault)
        self.app = fhir_app(TrailReading(trail, "Ziekenhuis A", lambda: NOW), "1.2", "https://node.example/fhir")

    def call(
        self, path: str, form: dict[str, str] | None = None, token: str = TOKEN, method: str = ""
    ) -> tuple[int, Any]:
        """(status, JSON); a form is posted."""
        path, _, query = path.partition("?")
        body = urlencode(form).encode() if form is not None else b""
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "method": method or ("GET" if form is None else "POST"),
            "path": "/fhir" + path,
            "query_string": query.encode(),
            "headers": [
                (b"host", b"x"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"authorization", b"Bearer " + token.encode()),
            ],
        }
        sent: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        asyncio.run(asyncio.wait_for(self.app(scope, receive, send), 60))
        assert dict(sent[0]["headers"])[b"cache-control"] == b"private, no-store"
        return sent[0]["status"], json.loads(sent[1]["body"]) if sent[1]["body"] else None

    def found(self, path: str, form: dict[str, str] | None = None) -> list[int]:
        """Numbers of the events of a search, which is valid."""
        status, told = self.call(path, form)
        assert status == 200, told
        Bundle.model_validate(told)
        return [int(one["resource"]["id"]) for one in told.get("entry", []) if one["search"]["mode"] == "match"]


@pytest.fixture
def client(vault: Vault) -> Client:
    row = TokenRow(A, "splunk", "privacy-officer", "TREAT", NOW + 100, audits=True)
    with vault.write() as tx:
        tx.tokens.add(hash_token(TOKEN), row)
        tx.tokens.add(hash_token("reads images"), replace(row, audits=False))
        tx.tokens.add(hash_token("of another"), replace(row, organisation=B))
    return Client(vault)


def test_every_kind_of_event_makes_a_valid_resource(vault: Vault, client: Client) -> None:
    chance = random.Random(3)
    with vault.write() as tx:
        for number, name in enumerate(CODES):
            tx.audit.append(
                given.event(
                    event=name,
                    action=chance.choice("CRUDE"),
                    outcome=chance.choice(("success", "seal-broken", *State)),
                    peer=chance.choice(("", B, CARRIED)),
                    exchange=chance.choice(("", "x1")),
                    consent=chance.choice(("", "Toestemming mondeling gegeven")),
                    purpose=chance.choice(("", "TREAT")),
                    details=chance.choice(({}, {"instances": 3, "first": True, "empty": ""})),
                    at=NOW - 1000 + number,
                )
            )
    status, told = client.call("/AuditEvent?_count=1000")
    assert status == 200
    resources = [one["resource"] for one in told["entry"]]
    assert len(resources) == len(CODES)
    for one in resources:
        FhirAuditEvent.model_validate(one)
    Bundle.model_validate(told)
    assert "999990019" not in json.dumps(told["link"])


def test_who_whom_why_and_on_what_ground_are_in_it(vault: Vault, client: Client) -> None:
    event = given.event(event="disclose", responsible="Radiologie", consent="mondeling", at=NOW - 5)
    with vault.write() as tx:
        tx.audit.append(event)
    status, told = client.call("/AuditEvent/1")
    assert status == 200
    assert told["type"]["code"] == "110106" and "disclose" in [one["code"] for one in told["subtype"]]
    assert (told["action"], told["outcome"], told["recorded"]) == ("R", "0", "2027-01-15T07:59:55.000Z")
    assert told["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    actor, responsible, custodian, other = told["agent"]
    assert actor["who"]["identifier"]["value"] == event.actor and actor["requestor"]
    assert actor["policy"] == ["urn:beeldbrug:ground:referral"] and actor["role"] == [{"text": "radioloog"}]
    assert responsible["who"]["display"] == "Radiologie"
    assert custodian["who"]["identifier"]["value"] == A and other["who"]["identifier"]["value"] == B
    values = [one["what"].get("identifier", {}).get("value") for one in told["entity"]]
    assert values == ["999990019", f"urn:oid:{event.study_uid}", None, event.exchange]


def test_a_search_by_each_parameter_finds_what_it_should(vault: Vault, client: Client) -> None:
    with vault.write() as tx:
        tx.audit.append(given.event(event="view", actor="ans", patient="100", study_uid="1.2", at=NOW - 86400 * 2))
        tx.audit.append(given.event(event="search", actor="bea", patient="200", study_uid="1.3", action="E", at=NOW))
        tx.audit.append(given.event(event="sign-in", actor="bea", patient="", study_uid="", peer="", at=NOW + 1))
    assert client.found("/AuditEvent?date=2027-01-15") == [3, 2]
    for path, numbers in (
        ("?date=lt2027-01-15", [1]),
        ("?date=ge2027-01-15T08:00:01Z", [3, 4]),
        ("?agent.identifier=ans", [1]),
        ("?type=http://dicom.nema.org/resources/ontology/DCM|110103", [1]),
        ("?type=110112&agent.identifier=bea", [2]),
        ("?subtype=view,search", [2, 1]),
        ("?subtype=http://dicom.nema.org/resources/ontology/DCM|110122", [3]),
        ("?type=110103&subtype=search", []),
        ("?type=other|110103", []),
        ("?action=E&agent.identifier=bea", [2]),
        (f"?agent.organization={B}&date=lt2027-01-16", [2, 1]),
    ):
        expected = [one for one in numbers if one < 4]
        assert [one for one in client.found("/AuditEvent" + path) if one < 4] == expected, path
    for form, expected in (
        ({"patient.identifier": "http://example|100"}, [1]),
        ({"entity.identifier": "200"}, [2]),
        ({"entity.identifier": "urn:dicom:uid|urn:oid:1.3"}, [2]),
        ({"entity.identifier": "urn:beeldbrug:exchange|" + given.PARCEL}, [3, 2, 1]),
    ):
        assert [one for one in client.found("/AuditEvent/_search", form) if one < 4] == expected, form


def test_whom_a_search_is_about_is_refused_in_a_url(client: Client) -> None:
    for path in ("/AuditEvent?patient.identifier=100", "/AuditEvent?entity.identifier=100"):
        status, told = client.call(path)
        assert (status, told["issue"][0]["details"]["text"]) == (400, "identity-in-url")
        OperationOutcome.model_validate(told)
    status, told = client.call("/AuditEvent/_search?patient.identifier=100", {})
    assert status == 400


def test_what_is_not_understood_is_refused(client: Client) -> None:
    for path, status in (
        ("/AuditEvent?outcome=0", 400),
        ("/AuditEvent?date=yesterday", 400),
        ("/AuditEvent?date=2027-13-01", 400),
        ("/AuditEvent?date=gt2027-01-02&date=lt2027-01-01", 400),
        ("/AuditEvent?_page=1", 400),
        ("/AuditEvent?_count=x", 400),
        ("/AuditEvent?_sort=date", 400),
        ("/AuditEvent?_format=xml", 406),
        ("/AuditEvent?agent.identifier=%ff", 400),
        ("/AuditEvent/0", 404),
        ("/AuditEvent/1", 404),
        ("/AuditEvent/_search", 405),
        ("/Patient", 404),
    ):
        answer, told = client.call(path)
        assert answer == status, path
        OperationOutcome.model_validate(told)
    assert client.call("/AuditEvent", {})[0] == 405
    assert client.call("/AuditEvent", method="DELETE")[0] == 405
    assert client.call("/AuditEvent/_search", {"_count": "1" * 20_000})[0] == 413


@pytest.mark.parametrize(("token", "status"), [("", 401), ("wrong", 401), ("reads images", 403), ("of another", 403)])
def test_only_a_token_for_the_trail_reads_it(client: Client, token: str, status: int) -> None:
    for path in ("/AuditEvent", "/AuditEvent/1"):
        assert client.call(path, token=token)[0] == status
    assert client.call("/metadata", token=token)[0] == 200


def test_pages_follow_each_other_to_the_end(vault: Vault, client: Client) -> None:
    with vault.write() as tx:
        for number in range(25):
            tx.audit.append(given.event(event="view", at=NOW - 100 + number // 3))
    path, found = "/AuditEvent?subtype=view&_count=4", []
    while path:
        status, told = client.call(path)
        assert status == 200
        found += [int(one["resource"]["id"]) for one in told["entry"]]
        following = [one["url"] for one in told["link"] if one["relation"] == "next"]
        path = following[0].removeprefix("https://node.example/fhir") if following else ""
    assert found == list(range(25, 0, -1))


def test_a_posted_search_says_how_to_go_on(vault: Vault, client: Client) -> None:
    with vault.write() as tx:
        for number in range(3):
            tx.audit.append(given.event(event="view", patient="100", at=NOW - 100 + number))
    form = {"patient.identifier": "100", "subtype": "view", "_count": "2"}
    _, told = client.call("/AuditEvent/_search", form)
    Bundle.model_validate(told)
    assert "100" not in json.dumps(told["link"])
    outcome = told["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    page = outcome["resource"]["issue"][0]["diagnostics"].rpartition("_page=")[2].rstrip(".")
    assert client.found("/AuditEvent/_search", form | {"_page": page}) == [1]


def test_reading_the_trail_is_in_the_trail(vault: Vault, client: Client) -> None:
    client.call("/AuditEvent/_search", {"patient.identifier": "100"})
    client.call("/AuditEvent/1")
    with vault.read() as tx:
        (_, first), (_, second) = tx.audit.events(A)
    assert (first.event, first.actor, first.role, first.patient) == ("audit-read", "splunk", "privacy-officer", "100")
    assert (first.details["means"], first.details["fields"], second.event) == ("fhir", "patient", "audit-read")


def test_a_patient_is_found_by_bsn_and_by_a_merged_number(vault: Vault, client: Client) -> None:
    with vault.write() as tx:
        tx.own_patients.put(A, [OwnPatient("100", BSN, "Jansen^A", "19700101", "F", Told.HL7, 1.0)])
        tx.own_patients.merge(A, "99", "100", Told.HL7, 2.0)
        for number, patient in enumerate(("99", "100", "101")):
            tx.audit.append(given.event(event="view", patient=patient, study_uid="", exchange="", at=NOW + number))
    for said in (BSN, "99", "100"):
        assert client.found("/AuditEvent/_search", {"patient.identifier": said, "subtype": "view"}) == [2, 1], said


def test_the_capability_statement_is_valid_and_names_every_parameter(client: Client) -> None:
    status, told = client.call("/metadata", token="")
    assert status == 200
    statement = CapabilityStatement.model_validate(told)
    assert statement.fhirVersion == "4.0.1"
    named = {one["name"] for one in told["rest"][0]["resource"][0]["searchParam"]}
    assert {"date", "patient.identifier", "entity.identifier", "type", "subtype"} <= named
