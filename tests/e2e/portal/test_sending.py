"""Sending from the portal over its API, out of a PACS that is not ours: Orthanc at A, asked by C-FIND and C-MOVE."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.account import Role
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.rules import RETRIEVE_AE
from tests.e2e.archive import Archive
from tests.e2e.portal.api import Api, Refused, sign_in
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World, build_world
from tests.peers.orthanc import Orthanc, start_orthanc
from tests.peers.processes import wait_until

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
B = {"organisation": "00000002", "name": "", "location": "", "department": "Radiologie", "person": "", "phone": ""}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Orthanc]]:
    """A world in which A's own PACS is an Orthanc that knows A's title for retrieval."""
    folder = tmp_path_factory.mktemp("sending")
    with ExitStack() as stack:
        pacs = start_orthanc(stack, folder / "pacs-a", "PACSA", {}, {})
        nobody = Archive(folder / "nobody", 0)
        world = build_world(folder, nobody, ports=(pacs.dicom_port, 1))
        stack.callback(world.stop)
        world.start()
        pacs.know("retrieve", (RETRIEVE_AE, "127.0.0.1", world.a.site.dimse_port))
        yield world, pacs


def held(pacs: Orthanc, folder: Path, study: list[Made], date: str = "") -> list[Made]:
    """The study in the PACS, made on ``date``."""
    for one in study:
        path = one.write(folder)
        if date:
            dataset = dcmread(path)
            dataset.StudyDate = date
            dataset.save_as(path)
        pacs.put(path)
    return study


def order(studies: list[dict[str, Any]], **terms: Any) -> dict[str, Any]:
    return {
        "bundle": secrets.token_hex(16),
        "studies": studies,
        "terms": {"receiver": B, "question": "Graag beoordelen.", **terms},
    }


def chosen(study: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = ("study_uid", "source", "origin", "description", "modalities")
    return {name: study[name] for name in names} | {"expected": study["instances"] or 0} | more


def gathered(api: Api, bundle: str) -> list[dict[str, Any]]:
    """The gatherings once all are over."""
    over = {"done", "incomplete", "failed", "stopped"}
    wait_until(
        lambda: all(one["state"] in over for one in api.get(f"/sending/{bundle}")["gatherings"]), "all gathered", 60
    )
    found: list[dict[str, Any]] = api.get(f"/sending/{bundle}")["gatherings"]
    return found


def datasets_at_b(world: World, study: str) -> dict[str, bytes]:
    """What B has of a study, by instance UID, as bytes."""
    row = world.wait_state(world.b, study, State.VERIFIED, State.FAILED, State.IMPORTED, seconds=90)
    rows = world.b.instances(row.id)
    return {one.instance_uid: world.b.original(one) for one in rows}


def originals_at_a(world: World, study: str) -> dict[str, bytes]:
    row = world.a.exchange(study)
    assert row is not None
    return {one.instance_uid: world.a.original(one) for one in world.a.instances(row.id)}


def test_a_selection_with_a_prior_and_a_report_arrives_byte_exact_and_nothing_else(
    own: tuple[World, Orthanc], tmp_path: Path, patient: PhantomPatient
) -> None:
    world, pacs = own
    now = held(pacs, tmp_path, make_study(patient, 8, seed="now", series=2))
    prior = held(pacs, tmp_path, make_study(patient, 3, seed="prior"), "20240110")
    knee = held(pacs, tmp_path, make_study(patient, 2, seed="knee", description="CT knie"), "20230110")
    api = sign_in(world.a, "arts")

    header = parsed(now[0].dataset)
    text = f"{header.PatientName.family_name} {header.PatientBirthDate}"
    found = api.post("/sending/search", {"text": text})
    assert found["asked_pacs"] and found["trouble"] is None
    by_uid = {one["study_uid"]: one for one in found["studies"]}
    assert {now[0].study_uid, prior[0].study_uid, knee[0].study_uid} <= by_uid.keys()
    assert by_uid[now[0].study_uid]["instances"] == 8
    assert by_uid[now[0].study_uid]["source"] == "pacs"

    known = [
        {name: one[name] for name in ("study_uid", "date", "modalities", "description")} for one in by_uid.values()
    ]
    proposal = api.post("/sending/propose", {"studies": known, "question": "Bloeding hersenen?"})
    assert [one["study_uid"] for one in proposal["chosen"]] == [now[0].study_uid]
    assert [one["study_uid"] for one in proposal["priors"]] == [prior[0].study_uid]

    series = api.post("/sending/series", chosen(by_uid[now[0].study_uid]))["series"]
    assert [one["instances"] for one in series] == [4, 4]
    report = api.call("POST", "/sending/reports", PDF)["id"]
    first = chosen(
        by_uid[now[0].study_uid], series=[series[0]["series_uid"]], expected=4, report=report, report_title="Verslag CT"
    )
    body = order([first, chosen(by_uid[prior[0].study_uid])])
    assert api.post("/sending/check", body)["effect"] == "permit"
    sent = api.post("/sending", body)
    assert [one["state"] for one in sent["gatherings"]] == ["waiting", "waiting"]
    assert api.post("/sending", body)["exchanges"][0]["id"] == sent["exchanges"][0]["id"]
    assert [one["state"] for one in gathered(api, body["bundle"])] == ["done", "done"]

    at_b = datasets_at_b(world, now[0].study_uid)
    wanted = {one.uid: one for one in now if one.series_uid == series[0]["series_uid"]}
    others = {one.uid for one in now} - wanted.keys()
    assert wanted.keys() <= at_b.keys() and not others & at_b.keys()
    assert at_b == originals_at_a(world, now[0].study_uid)
    for uid, one in wanted.items():
        assert parsed(at_b[uid]).PixelData == parsed(one.dataset).PixelData
    (document,) = [parsed(data) for uid, data in at_b.items() if uid not in wanted]
    assert document.EncapsulatedDocument[: document.EncapsulatedDocumentLength] == PDF
    assert (document.DocumentTitle, document.PatientID) == ("Verslag CT", parsed(now[0].dataset).PatientID)
    assert datasets_at_b(world, prior[0].study_uid).keys() == {one.uid for one in prior}
    assert world.b.exchange(knee[0].study_uid) is None


def test_what_was_taken_back_is_fetched_no_further(
    own: tuple[World, Orthanc], tmp_path: Path, patient: PhantomPatient
) -> None:
    world, pacs = own
    study = held(pacs, tmp_path, make_study(patient, 60, seed="undo", rows=(256,)))
    api = sign_in(world.a, "arts")
    found = api.post("/sending/search", {"text": parsed(study[0].dataset).PatientID})["studies"]
    (one,) = [each for each in found if each["study_uid"] == study[0].study_uid]
    body = order([chosen(one)])
    api.post("/sending", body)
    assert api.post(f"/sending/{body['bundle']}/undo") == {"exchanges": 1}
    assert gathered(api, body["bundle"])[0]["state"] == "stopped"
    world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    assert world.b.exchange(study[0].study_uid) is None or world.wait_state(
        world.b, study[0].study_uid, State.WITHDRAWN
    )


def test_what_arrived_is_sent_on_and_what_is_here_is_sent_without_the_pacs(
    own: tuple[World, Orthanc], tmp_path: Path, patient: PhantomPatient
) -> None:
    world, pacs = own
    study = held(pacs, tmp_path, make_study(patient, 4, seed="onward"))
    at_a, at_b = sign_in(world.a, "arts"), sign_in(world.b, "arts")
    found = at_a.post("/sending/search", {"text": parsed(study[0].dataset).PatientID})["studies"]
    (one,) = [each for each in found if each["study_uid"] == study[0].study_uid]
    body = order([chosen(one)])
    at_a.post("/sending", body)
    assert gathered(at_a, body["bundle"])[0]["state"] == "done"
    there = datasets_at_b(world, study[0].study_uid)
    arrival = world.b.exchange(study[0].study_uid)
    assert arrival is not None

    found = at_b.post("/sending/search", {"exchange": arrival.id})
    (one,) = [each for each in found["studies"] if each["study_uid"] == study[0].study_uid]
    assert (one["source"], one["origin"]) == ("arrival", arrival.id)
    assert found["trouble"]["code"] in ("peer-unreachable", "peer-no-query")  # B's PACS is off
    back = order([chosen(one)], receiver={**B, "organisation": "00000001"})
    at_b.post("/sending", back)
    assert gathered(at_b, back["bundle"])[0]["state"] == "done"
    row = world.b.exchange(study[0].study_uid)
    assert row is not None and row.id == at_b.get(f"/sending/{back['bundle']}")["exchanges"][0]["id"]
    assert {one.instance_uid: world.b.original(one) for one in world.b.instances(row.id)} == there

    (own_copy,) = [
        each
        for each in at_b.post("/sending/search", {"exchange": row.id})["studies"]
        if each["study_uid"] == study[0].study_uid
    ]
    assert own_copy["source"] == "node"
    again = order([chosen(own_copy)], receiver={**B, "organisation": "00000001"})
    at_b.post("/sending", again)
    assert gathered(at_b, again["bundle"])[0] | {"exchange": ""} == {
        "exchange": "",
        "source": "node",
        "state": "done",
        "expected": 4,
        "gathered": 4,
        "failed": 0,
        "report": False,
        "trouble": None,
    }


def test_a_pacs_that_does_not_know_the_node_is_told_in_plain_words(
    own: tuple[World, Orthanc], tmp_path: Path, patient: PhantomPatient
) -> None:
    world, pacs = own
    study = held(pacs, tmp_path, make_study(patient, 2, seed="unknown"))
    pacs.know("retrieve", ("SOMEBODY_ELSE", "127.0.0.1", world.a.site.dimse_port))
    try:
        api = sign_in(world.a, "arts")
        found = api.post("/sending/search", {"text": parsed(study[0].dataset).PatientID})["studies"]
        (one,) = [each for each in found if each["study_uid"] == study[0].study_uid]
        body = order([chosen(one)])
        api.post("/sending", body)
        (failed,) = gathered(api, body["bundle"])
        assert failed["state"] == "failed"
        assert failed["trouble"]["remedy_nl"]
        exchange = api.get(f"/sending/{body['bundle']}")["exchanges"][0]
        assert exchange["state"] == "failed" and exchange["alerts"]
    finally:
        pacs.know("retrieve", (RETRIEVE_AE, "127.0.0.1", world.a.site.dimse_port))
    again = api.post(f"/exchanges/{failed['exchange']}/send-again")
    assert gathered(api, again["bundle"])[0]["state"] == "done"
    assert datasets_at_b(world, study[0].study_uid).keys() == {one.uid for one in study}


def test_a_parked_study_gets_its_recipient_and_goes(own: tuple[World, Orthanc], patient: PhantomPatient) -> None:
    world, _ = own
    study = make_study(patient, 2, seed="for-whom")
    world.send(study, "BEELDBRUG")
    row = world.wait_state(world.a, study[0].study_uid, State.PARKED)
    api = sign_in(world.a, "balie")
    answer = api.post(f"/exchanges/{row.id}/for-whom", {"receiver": B, "question": "Overplaatsing"})
    assert answer["state"] in ("queued", "sending", "arriving")
    assert answer["own"]["phone"] == "030 555 0100"
    assert datasets_at_b(world, study[0].study_uid).keys() == {one.uid for one in study}
    book = api.get("/sending/recipients")
    assert [one["party"]["organisation"] for one in book["recipients"]] == ["00000002"]
    assert [one["name"] for one in book["partners"]] == ["Ziekenhuis B", "Schijf of bestand"]
    assert {one["ae_title"] for one in book["rules"]} >= {"SPOED_B", "NAAR_B"}


def test_a_consultation_without_consent_is_parked_and_with_it_goes(
    own: tuple[World, Orthanc], tmp_path: Path, patient: PhantomPatient
) -> None:
    world, pacs = own
    study = held(pacs, tmp_path, make_study(patient, 2, seed="consultation"))
    api = sign_in(world.a, "arts")
    found = api.post("/sending/search", {"text": parsed(study[0].dataset).PatientID})["studies"]
    (one,) = [each for each in found if each["study_uid"] == study[0].study_uid]
    body = order([chosen(one)], ground="consultation")
    assert [each["code"] for each in api.post("/sending/check", body)["reasons"]] == ["consent-missing"]
    sent = api.post("/sending", body)
    gathered(api, body["bundle"])
    world.wait_state(world.a, study[0].study_uid, State.PARKED)
    consent = {"who": "dr. Jansen", "when": "2025-01-02", "manner": "oral", "scope": "beoordeling van deze CT"}
    answer = api.post(
        f"/exchanges/{sent['exchanges'][0]['id']}/for-whom",
        {"receiver": B, "ground": "consultation", "consent": consent, "question": "Tumor?"},
    )
    assert "dr. Jansen" in answer["consent"]
    assert datasets_at_b(world, study[0].study_uid).keys() == {one.uid for one in study}


def test_who_may_not_send_finds_nothing_and_a_wild_card_is_no_study(own: tuple[World, Orthanc]) -> None:
    world, _ = own
    with pytest.raises(Refused) as refused:
        sign_in(world.a, "fg").post("/sending/search", {"text": "Jansen"})
    assert refused.value.status == 403
    api = sign_in(world.a, "arts")
    for call, body, code in (
        ("/sending/search", {"text": "j"}, "search-too-short"),
        ("/sending/search", {"text": "*"}, "search-too-short"),
        ("/sending/series", {"study_uid": "*", "source": "pacs"}, "uid-malformed"),
        ("/sending", order([{"study_uid": "1.2.*", "source": "pacs"}]), "uid-malformed"),
        ("/sending/reports", b"hello", "report-not-pdf"),
    ):
        with pytest.raises(Refused) as refused:
            api.post(call, body)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        api.post("/sending", order([{"study_uid": "1.2.3", "source": "node"}]))
    assert refused.value.status == 404


def test_the_administrator_keeps_the_doors_of_partners(own: tuple[World, Orthanc]) -> None:
    world, _ = own
    api = sign_in(world.a, "beheer", Role.ADMINISTRATOR)
    door = api.post("/addresses", {"party": {**B, "department": "Neurologie", "phone": "030 1"}})
    changed = api.call("PUT", f"/addresses/{door['id']}", {"party": {**B, "department": "Neurologie", "person": "X"}})
    assert changed["party"]["name"] == "Ziekenhuis B"
    seen = sign_in(world.a, "arts").get("/sending/recipients")["doors"]
    assert [(one["party"]["department"], one["party"]["person"]) for one in seen] == [("Neurologie", "X")]
    api.call("DELETE", f"/addresses/{door['id']}")
    assert api.get("/addresses")["doors"] == []


def parsed(data: bytes) -> Dataset:
    return dcmread(BytesIO(data), force=True)
