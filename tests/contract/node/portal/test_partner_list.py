"""The own list of partners in the portal, on both engines: kept, tried, read from a file, and how each stands."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import Route, State
from beeldbrug.node.ports.partners import Delivery, Shelf, Way
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House

PATH = "/administration/partners"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGkVUZu5mYbEoSJxEKgS4ykRRIJyxXPKZsTHAf2Cd6qd"
SFTP = {"kind": "sftp", "host": "sftp.noord.example", "port": 22, "user": "in", "key": "/etc/key", "host_key": KEY}
NORTH: dict[str, Any] = {"id": "noord", "name": "Ziekenhuis Noord", "ura": "00000044", "doors": [], "ways": [SFTP]}


class Outlets:
    """Ways of which each does what it is told."""

    def __init__(self) -> None:
        self.error: Unavailable | None = None
        self.tried: list[Way] = []

    def sftp(self, way: Way) -> AbstractContextManager[Shelf]:
        raise NotImplementedError

    def dicom(self, way: Way, contexts: Any) -> Any:
        raise NotImplementedError

    def try_out(self, way: Way) -> float:
        self.tried.append(way)
        if self.error is not None:
            raise self.error
        return 0.25

    def host_key(self, host: str, port: int) -> str:
        return KEY


@pytest.fixture
def outlets(house: House) -> Outlets:
    made = Outlets()
    house.portal = replace(house.portal, administration=replace(house.portal.administration, outlets=made))
    return made


@pytest.fixture
def desk(house: House, outlets: Outlets) -> Browser:
    return house.signed_in("beheer", Role.ADMINISTRATOR)


def keep(desk: Browser, value: dict[str, Any], seen: float | None = None) -> Any:
    return desk.post(PATH, {"value": value, "seen": seen})


def events(house: House) -> list[tuple[str, str, str]]:
    with house.vault.read() as tx:
        found = [event for _, event in tx.audit.events(A)]
    return [(one.event, one.peer, one.actor) for one in found if one.event.startswith("partner-")]


def test_a_partner_is_added_changed_and_taken_off_on_record(house: House, desk: Browser) -> None:
    made = keep(desk, NORTH).json()
    assert made["value"]["ways"][0]["host"] == "sftp.noord.example"
    assert made["fingerprints"][0][0].startswith("ssh-ed25519 SHA256:")
    changed = keep(desk, NORTH | {"doors": [{"location": "Zuid", "department": "SEH"}]}, made["changed"])
    assert changed.json()["value"]["doors"] == [{"location": "Zuid", "department": "SEH"}]
    (listed,) = desk.get(PATH).json()["partners"]
    assert listed["standing"] == {"moving": 0, "stuck": 0, "reason": None, "failed": 0, "last": None}
    assert desk.delete(f"{PATH}/noord").status == 204 and desk.get(PATH).json()["partners"] == []
    assert desk.delete(f"{PATH}/noord").code == "partner-unknown"
    told = [("partner-kept", "partner:noord", "beheer")] * 2
    assert events(house) == [*told, ("partner-removed", "partner:noord", "beheer")]


def test_nobody_overwrites_what_he_has_not_seen(house: House, desk: Browser) -> None:
    seen = keep(desk, NORTH).json()["changed"]
    assert keep(desk, NORTH).code == "partner-known"
    house.clock.at += 1
    assert keep(desk, NORTH | {"name": "Noord"}, seen).status == 200
    assert keep(desk, NORTH | {"name": "Zuid"}, seen).code == "partner-changed"
    assert keep(desk, NORTH | {"id": "zuid"}, seen).code == "partner-unknown"
    assert [one["value"]["name"] for one in desk.get(PATH).json()["partners"]] == ["Noord"]


def test_every_fault_is_told_at_once_and_nothing_is_kept(desk: Browser) -> None:
    wrong = keep(desk, NORTH | {"ura": "44", "ways": [SFTP | {"user": "", "host_key": ""}]})
    assert wrong.code == "partner-malformed"
    assert all(word in wrong.json()["text"] for word in ("URA", "user", "public key"))
    assert keep(desk, NORTH | {"id": "Hoofd Letter"}).code == "partner-malformed"
    assert desk.get(PATH).json()["partners"] == []


def test_a_way_is_tried_as_it_was_typed_and_what_is_wrong_is_said_in_both_languages(
    desk: Browser, outlets: Outlets
) -> None:
    assert desk.post(f"{PATH}/try", SFTP).json() == {"seconds": 0.25, "reason": None}
    assert outlets.tried[0].host == "sftp.noord.example" and outlets.tried[0].kind is Route.SFTP
    outlets.error = Unavailable("partner-host-key", "Another key.", "Call.")
    said = desk.post(f"{PATH}/try", SFTP).json()["reason"]
    assert said["code"] == "partner-host-key" and "sleutel" in said["nl"] and "key" in said["en"]
    assert desk.post(f"{PATH}/try", SFTP | {"host": ""}).code == "partner-malformed"
    assert len(outlets.tried) == 2
    shown = desk.post(f"{PATH}/host-key", {"host": "sftp.noord.example", "port": 22}).json()
    assert shown["host_key"] == KEY and shown["fingerprint"].startswith("ssh-ed25519 SHA256:")
    assert desk.post(f"{PATH}/host-key", {"host": " "}).code == "partner-malformed"


def test_a_file_tells_what_it_would_change_and_changes_that_alone(house: House, desk: Browser) -> None:
    keep(desk, NORTH)
    keep(desk, NORTH | {"id": "zuid", "name": "Zuid"})
    file = (
        "id;name;ura;department;way;host;user;key;host_key\n"
        f"noord;Ziekenhuis Noord;00000044;SEH;sftp;sftp.noord.example;in;/etc/key;{KEY}\n"
        "ambu;Ambulance;;;disc;;;;\n"
    ).encode()
    told = desk.post(f"{PATH}/file", file).json()
    assert [(one["id"], one["fate"], one["fields"]) for one in told["partners"]] == [
        ("noord", "changed", ["doors", "ways"]),
        ("ambu", "new", []),
    ]
    assert told["untouched"] == 1 and told["partners"][1]["before"] is None
    assert len(desk.get(PATH).json()["partners"]) == 2, "looking keeps nothing"
    assert desk.post(f"{PATH}/file/keep?basis={told['basis']}", file).json() == {"kept": 2}
    assert [one["value"]["id"] for one in desk.get(PATH).json()["partners"]] == ["ambu", "noord", "zuid"]
    again = desk.post(f"{PATH}/file", file).json()
    assert {one["fate"] for one in again["partners"]} == {"same"}
    assert desk.post(f"{PATH}/file/keep?basis={again['basis']}", file).json() == {"kept": 0}


def test_a_file_is_not_kept_when_the_list_has_changed_since_it_was_told(house: House, desk: Browser) -> None:
    file = json.dumps([NORTH]).encode()
    basis = desk.post(f"{PATH}/file", file).json()["basis"]
    house.clock.at += 1
    keep(desk, NORTH | {"id": "zuid"})
    assert desk.post(f"{PATH}/file/keep?basis={basis}", file).code == "partner-changed"
    assert desk.post(f"{PATH}/file/keep", file).code == "partner-changed"
    assert [one["value"]["id"] for one in desk.get(PATH).json()["partners"]] == ["zuid"]


@pytest.mark.parametrize(
    "file", [b"", b"\xff\xfe", b"id;colour\na;b", b'[{"id": 1}]', b"{", b"id;name;way\na;A;vliegtuig"]
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(desk: Browser, file: bytes) -> None:
    assert desk.post(f"{PATH}/file", file).code == "partner-file"


def test_what_stands_still_at_a_partner_and_what_went_well_last_is_on_the_list(house: House, desk: Browser) -> None:
    keep(desk, NORTH)
    with house.vault.write() as tx:
        for number, (state, reason) in enumerate(
            [
                (State.DELIVERED, ""),
                (State.SENDING, "partner-disk-full"),
                (State.SENDING, ""),
                (State.FAILED, "partner-refused"),
            ]
        ):
            id = f"{number:032x}"
            tx.exchanges.add(
                given.exchange(id, peer="partner:noord", state=state, route=Route.SFTP, created=NOW + number)
            )
            tx.exchanges.update(id, NOW, reason_code=reason, first_part=NOW)
            tx.deliveries.note(A, id, Delivery(1, 0, "", NOW + 100 + number))
    (listed,) = desk.get(PATH).json()["partners"]
    standing = listed["standing"]
    assert (standing["moving"], standing["stuck"], standing["failed"]) == (2, 1, 1)
    assert standing["reason"]["code"] == "partner-disk-full" and standing["last"] == NOW + 100


def test_what_a_partner_refused_goes_again_from_the_outbox(house: House) -> None:
    els = house.signed_in("els", Role.IMAGE_DESK)
    with house.vault.write() as tx:
        tx.exchanges.add(given.exchange(peer="partner:noord", state=State.FAILED, route=Route.SFTP, expires=NOW + 1e9))
        tx.exchanges.update(PARCEL, NOW, first_part=NOW, reason_code="partner-refused")
        tx.deliveries.note(A, PARCEL, Delivery(1, 0xC000, "", NOW))
    path = f"/exchanges/{PARCEL}"
    assert "deliver-again" in els.get(path).json()["may"]
    row = els.post(f"{path}/deliver-again").json()
    assert (row["state"], row["reason"]) == ("sending", None) and "deliver-again" not in row["may"]
    assert els.post(f"{path}/deliver-again").code == "not-failed"
    with house.vault.read() as tx:
        assert tx.deliveries.of(A, PARCEL) == {}
        told = [(event.event, event.actor) for _, event in tx.audit.events(A, exchange=PARCEL)]
    assert ("deliver-again", "els") in told
