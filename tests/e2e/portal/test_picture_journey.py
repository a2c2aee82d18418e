"""A picture without a name in Chromium: burned-in text is pointed at, covered, confirmed; the file and its trace."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.portal.api import Refused, sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand, wait_painted
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World

SIDE = 512
NAME = "JANSEN, P.  1951-03-17"
DESCRIPTION = "Echo bovenbuik"
ONLY = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}

pytestmark = pytest.mark.timeout(420)


def _written_on(made: Made) -> Made:
    """The same with a soft picture and a name burned into its upper edge."""
    shades = 40 + 50 * np.hypot(*np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j])  # type: ignore[misc]  # complex step
    image = Image.fromarray(shades.astype(np.uint8))
    ImageDraw.Draw(image).text((20, 12), NAME, fill=255, font=ImageFont.load_default(18))
    dataset = read_dataset(BytesIO(made.dataset), is_implicit_VR=False, is_little_endian=True)
    dataset.Rows = dataset.Columns = SIDE
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.RescaleSlope, dataset.RescaleIntercept = "1", "0"
    dataset.WindowCenter, dataset.WindowWidth = "128", "256"
    dataset.PixelData = image.tobytes()
    dataset["PixelData"].VR = "OB"
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    write_dataset(out, dataset)
    return replace(made, dataset=out.getvalue(), pixels=hashlib.sha256(image.tobytes()).hexdigest())


def _arrived(world: World, patient: PhantomPatient) -> str:
    study = [_written_on(one) for one in make_study(patient, 1, description=DESCRIPTION)]
    world.send(study, "OVERLEG_B")
    return world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN).id


def chunks(png: bytes) -> set[bytes]:
    """Names of the chunks of a PNG (W3C REC-png section 5.3)."""
    found, at = set(), 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        found.add(png[at + 4 : at + 8])
        at += length + 12
    return found


def _brightest(image: Image.Image) -> int:
    """In the upper edge, where the name stands."""
    return int(np.asarray(image.convert("L"))[: image.height // 10].max())


def _cover_by_dragging(page: Page, hand: Hand) -> None:
    picture = hand.find("img", "Het plaatje zoals het de deur uit gaat")
    picture.evaluate("one => one.scrollIntoView({ block: 'center' })")
    place = picture.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 4, place["y"] + place["height"] * 0.8)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.3, place["y"] + place["height"] * 0.9, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("phone", [False, True])
def test_a_name_in_the_pixels_is_found_covered_and_does_not_go_out(
    world: World, patient: PhantomPatient, hand: Reach, phone: bool, tmp_path: Path
) -> None:
    exchange = _arrived(world, patient)
    me = hand(world.b, "arts", f"/uitwisseling/{exchange}", phone=phone)
    page = me.page
    wait_painted(page)
    me.click("button", "Plaatje zonder naam")
    dialog = me.find("dialog", "Plaatje zonder naam")
    expect(dialog.get_by_role("status").first).to_contain_text("1", timeout=30_000)
    me.look("picture-found")
    save = me.find("button", "Opslaan")
    expect(save).to_be_disabled()
    me.click("button", "Afdekken wat gevonden is")
    me.reads("Buiten de vakken is geen tekst meer gevonden. Dat is geen bewijs: kijk zelf het hele beeld na.")
    me.fill("Voor wie", "Refereeravond radiologie")
    looked = dialog.get_by_label(me.say("Ik heb het hele plaatje bekeken: er staat niets op dat naar de patiënt leidt"))
    looked.check()
    expect(save).to_be_enabled()
    _cover_by_dragging(page, me)
    expect(looked).not_to_be_checked()
    expect(looked).to_be_enabled(timeout=30_000)
    looked.check()
    me.look("picture-covered")
    with page.expect_download() as coming:
        save.click()
    file = tmp_path / "picture.png"
    coming.value.save_as(file)
    png = file.read_bytes()
    assert chunks(png) <= ONLY
    assert coming.value.suggested_filename.startswith("beeldbrug-")
    assert patient.own_name.lower() not in coming.value.suggested_filename.lower()
    image = Image.open(file)
    assert min(image.size) > 150
    assert _brightest(image) < 120, "the name is under a black box"
    me.reads("Opgeslagen, en vastgelegd onder Verzonden. Wat de deur uit is, is niet terug te halen.")
    _is_on_record(world, png)


def _is_on_record(world: World, png: bytes) -> None:
    api = sign_in(world.b, "arts")
    rows = api.post("/exchanges/search", {"direction": "out"})["rows"]
    row = next(one for one in rows if one["route"] == "picture")
    record = api.get(f"/exchanges/{row['id']}/picture")
    assert record["hash"] == hashlib.sha256(png).hexdigest()
    assert (record["size"], record["text"], record["covered"]) == (len(png), "none", 2)
    assert (row["state"], row["other"]["person"]) == ("delivered", "Refereeravond radiologie")
    assert row["description"] == DESCRIPTION
    with pytest.raises(Refused) as refused:
        sign_in(world.b, "coordinator").get(f"/exchanges/{row['id']}/instances/1/picture")
    assert refused.value.status == 403


def test_the_outbox_shows_it_and_a_jpeg_and_the_clipboard_are_ways_too(
    world: World, patient: PhantomPatient, hand: Reach, tmp_path: Path
) -> None:
    exchange = _arrived(world, patient)
    me = hand(world.b, "arts", f"/uitwisseling/{exchange}")
    page = me.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wait_painted(page)
    page.keyboard.press("u")
    dialog = me.find("dialog", "Plaatje zonder naam")
    me.fill("Voor wie", "Dr. De Boer, per post")
    dialog.get_by_text("JPEG").click()
    looked = dialog.get_by_label(me.say("Ik heb het hele plaatje bekeken: er staat niets op dat naar de patiënt leidt"))
    expect(looked).to_be_enabled(timeout=30_000)
    looked.check()
    with page.expect_download() as coming:
        me.click("button", "Opslaan")
    file = tmp_path / "picture.jpg"
    coming.value.save_as(file)
    jpeg = Image.open(file)
    assert jpeg.format == "JPEG"
    assert set(jpeg.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert _brightest(jpeg) > 200, "nobody covered the name, and somebody has confirmed it"
    me.click("button", "Kopiëren")
    me.reads("Gekopieerd, en vastgelegd onder Verzonden. Wat de deur uit is, is niet terug te halen.")
    assert page.evaluate("async () => (await navigator.clipboard.read()).flatMap((one) => one.types)") == ["image/png"]
    page.goto(f"http://127.0.0.1:{world.b.site.web_port}/verzonden")
    row = me.row("Dr. De Boer, per post")
    expect(row).to_be_visible()
    me.look("picture-in-outbox")
    row.click()
    me.reads("Het bestand")
    me.reads("Vingerafdruk (SHA-256)")
    me.look("picture-record")
