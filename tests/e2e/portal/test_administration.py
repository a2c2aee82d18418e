"""Administration of a running node: a rule made in the portal takes a real C-STORE at once, a PACS answers or does not,
a closed account is out, work is tried now, and a finished exchange is in the figures and nobody's name is."""

from __future__ import annotations

import csv
import secrets
import time
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pydicom import dcmread

from beeldbrug.dicom.dose import XRAY_DOSE_SR
from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.account import Role
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.permissions import PERMISSIONS, Permission
from beeldbrug.node.protocols.portal.routes import ROUTES
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import Api, Refused, sign_in
from tests.e2e.portal.conftest import Visit
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World
from tests.peers.dcmtk import Dcmtk, StartStoreScp
from tests.peers.orthanc import StartOrthanc
from tests.peers.processes import wait_until
from tests.unit.dicom.test_dose import CT_REPORT, container, number, report

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]

RULE = {
    "receiver": "00000002",
    "receiver_name": "Ziekenhuis B",
    "ground": "referral",
    "responsible": "dienstdoend radioloog",
    "urgency": "urgent",
    "quiet_seconds": 0.3,
}


def settle(api: Api, kind: str, value: dict[str, Any]) -> Any:
    revision = api.get("/administration/settings")["revision"]
    return api.post("/administration/settings", {"kind": kind, "value": value, "based_on": revision})


def take_away(api: Api, kind: str, name: str = "") -> Any:
    revision = api.get("/administration/settings")["revision"]
    return api.post("/administration/settings/remove", {"kind": kind, "name": name, "based_on": revision})


def pids(api: Api) -> dict[str, int]:
    return {one["name"]: one["pid"] for one in api.get("/administration/health")["processes"]}


def refused(api: Api, method: str, path: str, body: Any = None) -> Refused:
    with pytest.raises(Refused) as caught:
        api.call(method, path, body)
    return caught.value


def store(dcmtk: Dcmtk, world: World, title: str, *files: Path) -> int:
    """DCMTK's storescu to A's node; its exit code."""
    port = world.a.site.dimse_port
    return dcmtk("storescu", "-aet", "PACSA", "-aec", title, "127.0.0.1", port, *files).code


def test_a_rule_made_in_the_portal_takes_a_real_study_without_any_restart(
    world: World, dcmtk: Dcmtk, patient: PhantomPatient, tmp_path: Path
) -> None:
    desk, title = sign_in(world.a, "beheer"), "PORTAAL_B"
    study = make_study(patient, 3)
    files = [one.write(tmp_path) for one in study]
    before = pids(desk)
    assert store(dcmtk, world, title, *files) != 0, "nobody has made this title yet"
    settle(desk, "rules", {"ae_title": title, **RULE})
    for _ in range(4):  # whichever receiving process takes the call
        assert store(dcmtk, world, title, *files) == 0
    at_a, _ = world.imported(study[0].study_uid)
    assert (at_a.rule, at_a.urgency) == (title, "urgent")
    assert at_a.total == 3, "the same again adds nothing"
    take_away(desk, "rules", title)
    assert store(dcmtk, world, title, *files) != 0
    assert pids(desk) == before
    assert at_a.id in {row.id for row in world.a.exchanges()}, "what was sent stays"


def test_a_rule_with_another_receiver_sends_nothing_more_of_a_study_to_the_first(
    world: World, dcmtk: Dcmtk, patient: PhantomPatient, tmp_path: Path
) -> None:
    desk, title = sign_in(world.a, "beheer"), "WISSELT"
    study = make_study(patient, 2)
    settle(desk, "rules", {"ae_title": title, **RULE})
    assert store(dcmtk, world, title, study[0].write(tmp_path)) == 0
    world.imported(study[0].study_uid)
    settle(desk, "rules", {"ae_title": title, **RULE, "receiver": "00000009"})
    assert store(dcmtk, world, title, study[1].write(tmp_path)) == 0
    rows = world.a.exchanges(study[0].study_uid)
    assert sorted((row.peer, row.total) for row in rows) == [("00000002", 1), ("00000009", 1)]
    take_away(desk, "rules", title)


def test_what_the_file_says_is_shown_and_not_changed_from_the_portal(world: World) -> None:
    desk = sign_in(world.a, "beheer")
    shown = {one["name"]: one["source"] for one in desk.get("/administration/settings")["settings"]}
    assert shown["NAAR_B"] == "file"
    revision = desk.get("/administration/settings")["revision"]
    body = {"kind": "rules", "value": {"ae_title": "NAAR_B", **RULE}, "based_on": revision}
    assert refused(desk, "POST", "/administration/settings", body).code == "set-in-file"


def test_a_pacs_that_is_there_answers_and_one_that_is_not_says_why(
    world: World, orthanc: StartOrthanc, storescp: StartStoreScp
) -> None:
    desk = sign_in(world.a, "beheer")
    known = {"ANY": ("BEELDBRUG", "127.0.0.1", 104)}
    right = orthanc(ae="PACS_X", modalities=known, DicomCheckCalledAet=True)

    def call(ae_title: str, port: int) -> dict[str, Any]:
        value = {"ae_title": ae_title, "host": "127.0.0.1", "port": port, "timeout": 5}
        answer: dict[str, Any] = desk.post("/administration/echo", {"kind": "pacs", "value": value})
        return answer

    assert call("PACS_X", right.dicom_port)["code"] == ""
    wrong = call("ANDERS", right.dicom_port)
    assert wrong["code"]
    assert wrong["remedy"]
    assert call("STORESCP", storescp().port)["code"] == ""
    assert call("PACS_X", 1)["code"] not in ("", wrong["code"])
    assert desk.post("/administration/echo", {"kind": "pacs"})["code"] == "", "the one that is set"


def test_closing_an_account_ends_its_session(world: World) -> None:
    desk, login = sign_in(world.a, "beheer"), f"arts-{secrets.token_hex(3)}"
    theirs = sign_in(world.a, login, Role.CLINICIAN)
    assert theirs.get("/me")["login"] == login
    desk.post(f"/administration/accounts/{theirs.account.id}/closed", {"closed": True})
    assert refused(theirs, "GET", "/me").status == 401


def test_work_that_cannot_be_done_says_why_and_is_tried_at_once(world: World) -> None:
    desk, subject = sign_in(world.a, "beheer"), secrets.token_hex(16)
    with world.a.vault.database.write() as tx:
        tx.work.add(world.a.site.ura, "strange", subject, "routine", time.time())

    def mine() -> dict[str, Any]:
        rows = desk.get("/administration/queues")["work"]
        return next((one for one in rows if one["kind"] == "strange"), {})

    wait_until(lambda: mine().get("tries", 0) >= 4, "it is not tried", 60.0)
    waiting = mine()
    assert waiting["error"] == "work-without-step"
    assert waiting["failing_since"] < time.time()
    began = time.monotonic()
    desk.post(f"/administration/queues/{waiting['id']}/try")
    wait_until(lambda: mine()["tries"] > waiting["tries"], "it is not tried again", 10.0)
    assert time.monotonic() - began < 5.0
    with world.a.vault.database.write() as tx:
        row = tx.queue.get(world.a.site.ura, waiting["id"])
        assert row is not None
        tx.work.done(row.id, row.wishes)


def test_a_finished_exchange_is_in_the_figures_with_its_times_and_its_dose_and_without_its_patient(
    world: World, tmp_path: Path
) -> None:
    for patient in KNOWN[:6]:
        study = make_study(patient, 1)
        total = container("113811", number("113813", "500.0", "mGy.cm"))
        world.send([*study, _dose(study[0], report(CT_REPORT, total))])
        world.imported(study[0].study_uid)
    desk, coordinator = sign_in(world.b, "beheer"), sign_in(world.b, "coordinator")

    def dose() -> dict[str, Any]:
        found = coordinator.get("/figures")["doses"]
        return next((one for one in found if one["modality"] == "CT"), {})

    counting = next(one for one in desk.get("/administration/queues")["work"] if one["kind"] == "figures")
    desk.post(f"/administration/queues/{counting['id']}/try")
    wait_until(lambda: (dose().get("dlp") or 0.0) >= 6 * 500.0, "the doses were not all counted", 30.0)
    figures = coordinator.get("/figures")
    partner = next(one for one in figures["partners"] if one["key"] == world.a.site.ura and one["direction"] == "in")
    assert partner["count"]["value"] >= 6
    assert partner["name"] == "Ziekenhuis A"
    assert 0 < partner["to_import"]["median"] < 600
    assert figures["saved"]["discs"] >= 6
    text = coordinator.raw("GET", "/figures/csv").decode()
    assert any(row["figure"] == "partner" for row in csv.DictReader(StringIO(text)))
    for patient in KNOWN:
        assert patient.bsn not in text
    assert "CT hersenen" not in text


def test_somebody_who_knows_says_that_a_repeat_was_avoided(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 1)
    world.send(study)
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN, State.IMPORTED)
    arts = sign_in(world.b, "arts")
    assert arts.get(f"/exchanges/{row.id}/repeat-avoided") == {"avoided": None}
    arts.post(f"/exchanges/{row.id}/repeat-avoided", {"avoided": True})
    assert arts.get(f"/exchanges/{row.id}/repeat-avoided") == {"avoided": True}
    assert "repeat-judged" in world.b.events(row.id)


def test_an_administrator_of_a_full_node_meets_no_patient(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 2, description="MRI heup GEHEIMWOORD")
    world.send(study)
    world.imported(study[0].study_uid)
    desk = sign_in(world.b, "beheer")
    allowed = PERMISSIONS[Role.ADMINISTRATOR] | {Permission.SIGNED_IN}
    names = [part for one in KNOWN for part in (one.bsn, f"{one.own_name}^{one.given}", one.birth_date) if part]
    words = [*names, "GEHEIMWOORD", study[0].study_uid]
    row = world.b.exchange(study[0].study_uid)
    assert row is not None
    walked = 0
    for route in ROUTES:
        if route.method != "GET" or route.permission not in allowed or route.path == "/events":
            continue
        path = route.path
        for name in route.variables:
            path = path.replace("{" + name + "}", row.id)
        try:
            content = desk.raw("GET", path).decode("utf-8", "replace")
        except Refused as refusal:
            assert refusal.status in (400, 403, 404, 422), path
            continue
        assert not [word for word in words if word in content], path
        walked += 1
    assert walked >= 12


# on screen


def test_an_administrator_makes_a_rule_and_calls_the_pacs_by_keyboard_and_mouse(
    world: World, visit: Visit, axe: str
) -> None:
    page = visit(world.a, "beheer", "/beheer/regels")
    page.get_by_role("button", name="Regel maken").click()
    page.get_by_role("textbox", name="AE-title", exact=True).fill("SCHERM_B")
    page.get_by_label("Ontvanger (URA)").first.fill("00000002")
    page.get_by_role("button", name="Opslaan; geldt meteen").click()
    expect(page.get_by_text("Vul dit in.")).to_be_visible()
    page.get_by_label("Namens wie").fill("dienstdoend radioloog")
    page.get_by_label("Namens wie").press("Enter")
    expect(page.get_by_role("row", name="SCHERM_B")).to_be_visible()
    assert "SCHERM_B" in {rule.ae_title for rule in world.a.vault.live.now().rules}
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa']})).violations")
    assert [one["id"] for one in found] == []
    page.get_by_role("button", name="Regel SCHERM_B verwijderen").click()
    page.get_by_role("dialog").get_by_role("button", name="Verwijderen").click()
    expect(page.get_by_role("row", name="SCHERM_B")).to_have_count(0)
    page.get_by_role("link", name="PACS").click()
    page.get_by_role("button", name="PACS aanroepen (C-ECHO)").click()
    expect(page.get_by_text("Antwoordt binnen")).to_be_visible()


def test_a_new_account_is_made_and_its_code_shown_once(world: World, visit: Visit) -> None:
    login = f"nieuw.{secrets.token_hex(3)}"
    page = visit(world.a, "beheer", "/beheer/accounts", phone=True)
    page.get_by_role("button", name="Account maken").click()
    page.get_by_role("textbox", name="Naam", exact=True).fill("Nieuwe Dokter")
    page.get_by_role("textbox", name="Accountnaam").fill(login)
    page.get_by_label("arts", exact=True).check()
    page.get_by_role("button", name="Maken en code geven").click()
    code = page.get_by_test_id("one-time-code").inner_text()
    assert len(code) > 30
    page.get_by_role("button", name="Overhandigd").click()
    expect(page.get_by_text(code)).to_have_count(0)
    expect(page.get_by_text(login)).to_be_visible()


def _dose(beside: Made, file: bytes) -> Made:
    """A dose report of the same patient and study, as it goes over the wire."""
    dataset, other = dcmread(BytesIO(file)), dcmread(BytesIO(beside.dataset), force=True)
    for keyword in ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "StudyDate"):
        if keyword in other:
            dataset[keyword] = other[keyword]
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = beside.study_uid, beside.study_uid + ".99"
    dataset.SOPInstanceUID = beside.study_uid + ".99.1"
    dataset.Modality, dataset.SpecificCharacterSet = "SR", "ISO_IR 192"
    for item in other:
        if item.keyword in ("OtherPatientIDsSequence", "StudyTime", "StudyDescription", "AccessionNumber"):
            dataset.add(item)
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=False)
    content = out.getvalue()
    start = content.index(b"\x08\x00\x05\x00CS")
    return replace(
        beside,
        series_uid=beside.study_uid + ".99",
        uid=str(dataset.SOPInstanceUID),
        dataset=content[start:],
        pixels="",
        sop_class=XRAY_DOSE_SR,
    )
