"""A care directory's bundle: which organisations, locations, departments and telephone numbers are in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.usecases.sending import directory
from beeldbrug.node.usecases.sending.directory import URA_OID, URA_SYSTEM, Listed, ListedDoor, read_directory


def ref(name: str) -> dict[str, str]:
    return {"reference": name}


def organisation(id_: str, name: str, ura: str = "", system: str = URA_SYSTEM, **more: Any) -> dict[str, Any]:
    numbers = [{"system": system, "value": ura}] if ura else []
    return {"resourceType": "Organization", "id": id_, "name": name, "identifier": numbers, **more}


def location(id_: str, name: str, owner: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Location", "id": id_, "name": name, "managingOrganization": ref(owner), **more}


def service(owner: str, name: str = "", *places: str, **more: Any) -> dict[str, Any]:
    found = {"resourceType": "HealthcareService", "providedBy": ref(owner), "location": [ref(one) for one in places]}
    return {**found, **({"name": name} if name else {}), **more}


def phone(number: str) -> list[dict[str, str]]:
    return [{"system": "email", "value": "x@example.org"}, {"system": "phone", "value": number}]


def bundle(*resources: Any, **urls: Any) -> bytes:
    entries = [{"resource": one} for one in resources] + [
        {"fullUrl": url, "resource": one} for url, one in urls.items()
    ]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


NORTH = organisation("n", "Ziekenhuis Noord", "44", telecom=phone("030 1"))
MAIN = location("main", "Hoofdlocatie", "Organization/n", telecom=phone("030 2"))


def test_a_department_stands_at_its_location_with_the_nearest_number() -> None:
    south = location("south", "Polikliniek Zuid", "Organization/n")
    room = location("room", "Kamer 12", "Organization/n", partOf=ref("Location/main"))
    (north,) = read_directory(
        bundle(
            *(NORTH, MAIN, south, room),
            service("Organization/n", "Radiologie", "Location/main", telecom=phone("030 3")),
            service("Organization/n", "Neurologie", "Location/room", "Location/south"),
            service("Organization/n", "Spoedlijn"),
        )
    )
    assert (north.ura, north.name) == ("00000044", "Ziekenhuis Noord")
    assert north.doors == (
        ListedDoor("", "Spoedlijn", "030 1"),
        ListedDoor("Hoofdlocatie", "Neurologie", "030 2"),
        ListedDoor("Hoofdlocatie", "Radiologie", "030 3"),
        ListedDoor("Polikliniek Zuid", "Neurologie", "030 1"),
    )


def test_a_location_without_a_department_is_a_door_too() -> None:
    (north,) = read_directory(bundle(NORTH, MAIN))
    assert north.doors == (ListedDoor("Hoofdlocatie", "", "030 2"),)


def test_a_department_may_be_an_organisation_below_another() -> None:
    ward = organisation("w", "Stroke-unit", partOf=ref("Organization/d"))
    department = organisation("d", "Neurologie", partOf=ref("Organization/n"))
    (north,) = read_directory(bundle(NORTH, MAIN, department, ward, service("Organization/d", "Poli", "Location/main")))
    assert [(one.location, one.department) for one in north.doors] == [
        ("", "Neurologie"),
        ("", "Stroke-unit"),
        ("Hoofdlocatie", "Poli"),
    ]


@pytest.mark.parametrize(
    "reference", ["https://zab.example/fhir/Organization/n", "Organization/n/_history/3", "urn:uuid:1"]
)
def test_references_of_every_form_are_followed(reference: str) -> None:
    content = bundle(service(reference, "Radiologie"), **{"urn:uuid:1": NORTH})
    assert read_directory(content) == [Listed("00000044", "Ziekenhuis Noord", (ListedDoor("", "Radiologie", "030 1"),))]


def test_a_specialty_names_what_has_no_name() -> None:
    coded = service("Organization/n", specialty=[{"coding": [{"code": "0362", "display": "Radiologie"}]}])
    (north,) = read_directory(bundle(NORTH, coded))
    assert [one.department for one in north.doors] == ["Radiologie"]


def test_what_is_not_in_use_or_has_no_ura_is_left_out() -> None:
    closed = location("old", "Oud gebouw", "Organization/n", status="inactive")
    content = bundle(
        *(NORTH, closed, organisation("x", "Zonder URA"), organisation("y", "Weg", "45", active=False)),
        *(service("Organization/x", "Radiologie"), service("Organization/y", "Radiologie")),
        service("Organization/n", "Gestopt", active=False),
        organisation("o", "Met OID", "46", URA_OID),
        {"resourceType": "Endpoint", "address": "https://example.org"},
    )
    assert read_directory(content) == [Listed("00000044", "Ziekenhuis Noord", ()), Listed("00000046", "Met OID", ())]


def test_parts_of_each_other_end() -> None:
    one = organisation("a", "A", partOf=ref("Organization/b"))
    other = organisation("b", "B", partOf=ref("Organization/a"))
    ring = location("r", "R", "Organization/n", partOf=ref("Location/r"))
    (north,) = read_directory(bundle(NORTH, one, other, ring, service("Organization/n", "X", "Location/r")))
    assert [(door.location, door.department) for door in north.doors] == [("R", "X")]


@pytest.mark.parametrize(
    "content",
    [b"", b"<Bundle/>", b"[]", b'{"resourceType": "Patient"}', b'{"resourceType": "Bundle", "entry": {}}', b"\xff"],
)
def test_a_file_that_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed, match="directory-file"):
        read_directory(content)


@pytest.mark.parametrize("odd", [1, "x", [], {"resource": 1}, {"resource": {}}, {"resource": {"resourceType": []}}])
def test_odd_entries_are_passed_by(odd: Any) -> None:
    content = json.dumps({"resourceType": "Bundle", "entry": [odd, {"resource": {**NORTH, "telecom": [odd]}}]})
    assert [one.ura for one in read_directory(content.encode())] == ["00000044"]


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "FILE_BYTES", 10)
    with pytest.raises(TooLarge, match="directory-file-large"):
        read_directory(bundle(NORTH))
