"""A sender's rejection note in Chromium: what it names is marked at the desk and in the viewer, and stays out of the
PACS until somebody says otherwise; and the desk's list by owner, age and order, which its address keeps."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from beeldbrug.model.exchange import State
from beeldbrug.node.usecases.save.key_objects import SOP_CLASS
from tests.e2e.conftest import STRANGERS
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import wait_painted
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

SECONDS = 60.0
PATIENT = STRANGERS[3]


def rejection_note(study: list[Made], about: list[Made], title: str) -> Made:
    """As the sender's PACS makes it (IHE RAD TF-3 4.66.4.1.3)."""
    note, image = Dataset(), dcmread(BytesIO(study[0].dataset), force=True)
    for keyword in ("SpecificCharacterSet", "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate"):
        setattr(note, keyword, image.get(keyword, ""))
    uid = f"{study[0].study_uid}.99"
    note.StudyInstanceUID, note.SeriesInstanceUID, note.SOPInstanceUID = study[0].study_uid, uid, f"{uid}.1"
    note.SOPClassUID, note.Modality = SOP_CLASS, "KO"
    concept, series, evidence = Dataset(), Dataset(), Dataset()
    concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = title, "DCM", "Rejected"
    series.SeriesInstanceUID, series.ReferencedSOPSequence = about[0].series_uid, []
    for one in about:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = one.sop_class, one.uid
        series.ReferencedSOPSequence.append(reference)
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = study[0].study_uid, [series]
    note.ConceptNameCodeSequence, note.CurrentRequestedProcedureEvidenceSequence = [concept], [evidence]
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = False, True
    write_dataset(buffer, note)
    return Made(study[0].study_uid, uid, f"{uid}.1", buffer.getvalue(), "", SOP_CLASS)


def test_what_the_sender_takes_back_is_marked_and_does_not_go_in_by_itself(
    world: World, hand: Reach, language: str
) -> None:
    description = f"CT knie {language}"
    study = make_study(PATIENT, 4, rows=(128,), series=2, description=description)
    about = [one for one in study if one.series_uid == study[0].series_uid][:1]
    world.send([*study, rejection_note(study, about, "113037")], "ROUTINE_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    api = sign_in(world.b, "balie")
    wait_until(
        lambda: (api.get(f"/exchanges/{row.id}")["reason"] or {}).get("code") == "patient-not-found",
        "the import does not wait for a human",
        SECONDS,
    )
    told = api.get(f"/exchanges/{row.id}/import")["series"]
    assert sorted(one["rejected"] for one in told) == [0, 0, 1]

    desk = hand(world.b, "balie")
    line = desk.look_for(PATIENT.surname, description)
    desk.click_in(line, "Naar mijn PACS")
    asked = desk.find("dialog", "Wie is dit bij ons?")
    desk.touch(asked.get_by_role("radio").last)
    asked.get_by_role("textbox").fill("00820999")
    all_the_same = desk.say("Toch naar het PACS, na overleg met de afzender")
    expect(asked.get_by_role("checkbox", name=all_the_same)).to_be_visible()
    desk.look("taken-back-desk")
    desk.click("button", "Naar mijn PACS", asked)
    row = world.wait_state(world.b, study[0].study_uid, State.IMPORTED)
    assert row.imported == 3, "the note and what it is about stay out"
    assert about[0].uid not in {one.uid for one in world.pacs.received(study=study[0].study_uid)}

    doctor = hand(world.b, "arts", f"/uitwisseling/{row.id}")
    wait_painted(doctor.page)
    doctor.touch(doctor.page.get_by_role("button").filter(has_text=re.compile("1 (teruggenomen|taken back)")))
    expect(doctor.page.get_by_text(doctor.say("door de afzender teruggenomen")).first).to_be_visible(timeout=30_000)
    doctor.look("taken-back-viewer")

    desk.page.keyboard.press("Escape")
    desk.touch(line.get_by_role("button", name=re.compile(desk.say("Details van {whom}", _whom=""))))
    desk.click("button", "De rest naar mijn PACS…")
    rest = desk.find("dialog", "De rest naar mijn PACS")
    desk.touch(rest.get_by_role("checkbox", name=all_the_same))
    desk.look("taken-back-rest")
    desk.click("button", "Naar mijn PACS", rest)
    wait_until(
        lambda: about[0].uid in {one.uid for one in world.pacs.received(study=study[0].study_uid)},
        "it does not get into the PACS",
        SECONDS,
    )


def test_the_list_by_owner_age_and_order_stands_in_an_address_that_names_nobody(
    world: World, hand: Reach, language: str
) -> None:
    description = f"CT enkel {language}"
    study = make_study(STRANGERS[4], 1, description=description)
    world.send(study, "ROUTINE_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    api = sign_in(world.b, "balie")
    desk = hand(world.b, "balie")
    desk.look_for(STRANGERS[4].surname, description)

    def pick(filter_: str, value: str) -> None:
        desk.touch(desk.page.get_by_role("combobox", name=desk.say(filter_), exact=True))
        desk.touch(desk.page.get_by_role("option", name=desk.say(value), exact=True))

    pick("Behandelaar", "Waar niemand mee bezig is")
    pick("Volgorde", "Oudste eerst")
    expect(desk.row(description)).to_be_visible()
    assert "van=niemand" in desk.page.url and "volgorde=oudste" in desk.page.url
    assert STRANGERS[4].surname not in desk.page.url
    desk.look("desk-ordered")
    api.post(f"/exchanges/{row.id}/claim", {"take_over": True})
    desk.page.reload()
    desk.page.get_by_role("search").get_by_role("textbox").first.fill(STRANGERS[4].surname)
    expect(desk.row(description)).to_have_count(0)
    pick("Behandelaar", "Waar ik over beslis")
    expect(desk.row(description)).to_be_visible()
    pick("Periode", "Ouder dan 4 uur")
    expect(desk.row(description)).to_have_count(0)
    api.post(f"/exchanges/{row.id}/release", None)
