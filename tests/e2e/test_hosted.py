"""Two hospitals on one node: they exchange through the hub like any two, and nothing of one is at the other's door."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.model.exchange import Purpose, State
from beeldbrug.node.app.hosting import load_all
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.usecases.tokens.create import create_token
from tests.e2e.archive import archive
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import sign_in
from tests.e2e.studies import make_study
from tests.e2e.world import End, World, build_world

HOSTS = {"a": "noord.localhost", "b": "zuid.localhost"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which A's node hosts B."""
    folder = tmp_path_factory.mktemp("hosted")
    with archive(folder / "pacs", True) as pacs:
        world = build_world(folder, pacs)
        a, b = world.made.a, world.made.b
        port = f"http://127.0.0.1:{a.web_port}"
        text = a.settings.read_text().replace(port, f"http://{HOSTS['a']}:{a.web_port}")
        a.settings.write_text('hosted = ["b.toml"]\n' + text)
        text = b.settings.read_text().replace(f"[dimse]\nport = {b.dimse_port}\n", "")
        text = text.replace(f"port = {b.web_port}\npublic_url", "public_url")
        text = text.replace(f"http://127.0.0.1:{b.web_port}", f"http://{HOSTS['b']}:{a.web_port}")
        own = '\n[general]\nae_title = "BEELDBRUG_B"\n[retrieve]\nae_title = "BEELDBRUG_QB"\n'
        b.settings.write_text('hosted_by = "a.toml"\n' + text + own)
        site = replace(b, dimse_port=a.dimse_port, web_port=a.web_port)
        world.b = End(site, world.a.program)
        pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in KNOWN], "PACSA": []})
        try:
            world.start()
            yield world
        finally:
            world.stop()


def _ask(end: End, host: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", end.site.web_port, timeout=30)
    given = {"host": host, "x-beeldbrug": "portal", "content-type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), given)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_study_goes_from_one_to_the_other_through_the_hub_and_lies_in_its_own_vault(house: World) -> None:
    study = make_study(KNOWN[0], 5)
    assert house.send(study, "SPOED_B") == [0] * 5
    at_a, at_b = house.imported(study[0].study_uid)
    assert (at_a.id, at_a.organisation, at_b.organisation) == (at_b.id, "00000001", "00000002")
    assert house.a.audit_whole()
    assert house.b.audit_whole()


def test_no_row_of_one_is_in_the_vault_of_the_other(house: World) -> None:
    study = make_study(KNOWN[1], 2)
    house.send(study, "SPOED_B")
    house.imported(study[0].study_uid)
    for end, other in ((house.a, "00000002"), (house.b, "00000001")):
        database = sqlite3.connect(f"file:{end.site.data / 'node.sqlite'}?mode=ro", uri=True)
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        owned = [
            table
            for table in tables
            if any(column[1] == "organisation" for column in database.execute(f'PRAGMA table_info("{table}")'))
        ]
        assert len(owned) > 20
        for table in owned:
            query = f'SELECT count(*) FROM "{table}" WHERE organisation = ?'  # noqa: S608 - names of our own schema
            assert database.execute(query, (other,)).fetchone() == (0,), table
        database.close()


def test_the_called_title_says_whose_study_it_is(house: World) -> None:
    study = make_study(KNOWN[2], 2)
    assert house.send(study, "BEELDBRUG_B") == [0, 0]
    row = house.wait_state(house.b, study[0].study_uid, State.PARKED)
    assert row.organisation == "00000002"
    assert house.a.exchanges(study[0].study_uid) == []
    with pytest.raises(BeeldbrugError, match="peer-rejected-called-ae"):
        house.send(study, "VAN_NIEMAND")


def test_the_host_name_says_whose_pages_are_asked_for(house: World) -> None:
    for end, key, name in ((house.a, "a", "Ziekenhuis A"), (house.b, "b", "Ziekenhuis B")):
        status, body = _ask(end, f"{HOSTS[key]}:{end.site.web_port}", "GET", "/api/v1/start")
        assert (status, json.loads(body)["organisation_name"]) == (200, name)
    status, body = _ask(house.a, "elders.example", "GET", "/api/v1/start")
    assert (status, json.loads(body)["code"]) == (421, "host-unknown")
    assert _ask(house.a, "elders.example", "GET", "/")[0] == 421
    assert _ask(house.a, "elders.example", "GET", "/health")[0] == 200


def test_who_is_signed_in_at_one_is_nobody_at_the_other(house: World) -> None:
    study = make_study(KNOWN[3], 2)
    house.send(study, "SPOED_B")
    house.imported(study[0].study_uid)
    row = house.b.exchange(study[0].study_uid)
    assert row is not None
    for end, own, other in ((house.a, "a", "b"), (house.b, "b", "a")):
        cookie = f"beeldbrug={sign_in(end, 'arts').token}"
        for path in ("/me", f"/exchanges/{row.id}", f"/exchanges/{row.id}/study"):
            assert _ask(end, HOSTS[own], "GET", f"/api/v1{path}", cookie=cookie)[0] == 200
            assert _ask(end, HOSTS[other], "GET", f"/api/v1{path}", cookie=cookie)[0] == 401


def test_a_token_of_one_reads_nothing_at_the_other(house: World) -> None:
    study = make_study(KNOWN[4], 2)
    house.send(study, "SPOED_B")
    house.imported(study[0].study_uid)
    now = time.time()
    scope = TokenRow("00000002", "viewer", "01.015", Purpose.TREATMENT.value, now + 600, (), ())
    token = "Bearer " + create_token(house.b.vault.database, scope, "test", now)
    path = f"/dicomweb/studies/{study[0].study_uid}/metadata"
    assert _ask(house.b, HOSTS["b"], "GET", path, authorization=token)[0] == 200
    assert _ask(house.b, HOSTS["a"], "GET", path, authorization=token)[0] == 401


def test_a_title_that_one_has_is_not_given_to_the_other(house: World) -> None:
    cookie = f"beeldbrug={sign_in(house.b, 'beheer').token}"
    settings = json.loads(_ask(house.b, HOSTS["b"], "GET", "/api/v1/administration/settings", cookie=cookie)[1])
    rule = {"ae_title": "SPOED_B", "receiver": "00000001", "ground": "referral", "responsible": "beheerder"}
    body = {"kind": "rules", "value": rule, "based_on": settings["revision"]}
    status, answer = _ask(house.b, HOSTS["b"], "POST", "/api/v1/administration/settings", body, cookie=cookie)
    assert (status, json.loads(answer)["code"]) == (409, "title-taken")
    assert b"Ziekenhuis A" not in answer


def test_a_hosted_organisation_does_not_start_by_itself(house: World) -> None:
    with pytest.raises(Malformed, match="hosting-invalid"):
        load_all(house.b.site.settings)
