"""The desk reads in a disc by browser: dropped, looked at, chosen, taken in; sealed till then, and never sent twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Route as Request
from playwright.sync_api import expect

from beeldbrug.model.exchange import Route, State
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.drop import drop_on
from tests.e2e.portal.hand import Hand
from tests.e2e.studies import Made, make_study
from tests.e2e.world import World
from tests.peers.dcmtk import Dcmtk
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)
SECONDS = 60.0


def burn(folder: Path, *studies: list[Made]) -> Path:
    """A folder as discs have it, with programs beside the images."""
    for number, study in enumerate(studies):
        below = folder / "DICOM" / f"ST{number:06d}"
        below.mkdir(parents=True)
        for place, one in enumerate(study):
            shutil.move(one.write(folder), below / f"IM{place:06d}")
    (folder / "AUTORUN.INF").write_text("[autorun]\nopen=VIEWER.EXE\n")
    (folder / "VIEWER.EXE").write_bytes(b"MZ" + b"\0" * 5000)
    return folder


def with_dicomdir(folder: Path) -> Path:
    """The same with the DICOMDIR that dcmmkdir makes."""
    command = ["dcmmkdir", "+r", "+m", "+I", "-Pgp", "+id", str(folder), "+D", str(folder / "DICOMDIR"), "DICOM"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def staged(world: World) -> list[Path]:
    return [one for one in (world.b.vault.settings.data / "uploads").rglob("*") if one.is_file()]


def arrivals(world: World, uid: str) -> list[str]:
    with world.b.vault.database.read() as tx:
        rows = tx.exchanges.arrivals(world.b.vault.own.ura, uid)
    return [row.id for row in rows]


def originals(world: World, exchange: str) -> set[bytes]:
    """What the node gives back, byte for byte."""
    return {world.b.original(row) for row in world.b.instances(exchange)}


def images(folder: Path, study: str = "*") -> set[bytes]:
    """What lies on the disc."""
    return {one.read_bytes() for one in (folder / "DICOM").glob(f"{study}/*")}


def at_the_place(hand: Reach, world: World) -> Hand:
    desk = hand(world.b, "balie", "/inlezen")
    desk.sees("button", "Schijf of map kiezen")
    return desk


def test_a_disc_is_dropped_looked_at_and_taken_in(
    world: World, hand: Reach, language: str, tmp_path: Path, dcmtk: Dcmtk
) -> None:
    patient = KNOWN[2]
    study = make_study(patient, 4, description=f"CT enkel {language}", seed=f"disc {language}")
    folder = with_dicomdir(burn(tmp_path / "disc", study))
    uid = study[0].study_uid
    desk = at_the_place(hand, world)
    desk.look("intake-choose")
    drop_on(desk.page.get_by_test_id("drop"), folder)
    expect(desk.page.get_by_text(f"CT enkel {language}")).to_be_visible()
    expect(desk.page.get_by_text(re.compile(patient.surname)).first).to_be_visible()
    desk.look("intake-decide")
    assert arrivals(world, uid) == [], "nothing is an arrival before somebody says so"
    sealed = b"".join(one.read_bytes() for one in staged(world))
    plain = b"".join(one.dataset for one in study)
    for word in (patient.surname.encode(), uid.encode(), b"DICM", b"DICOM/", b"IM0000", patient.bsn.encode()):
        assert word not in sealed, "what lies at the node is sealed"
    assert len(sealed) < len(plain) / 2, "the list is made before the pixels come"
    desk.fill("Van wie is het gekomen", "Kliniek Zuid")
    desk.fill("Opmerking voor wie het behandelt", "per post")
    desk.touch(desk.page.get_by_role("button", name=re.compile("^(4 beelden inlezen|Read in 4 images)")))
    expect(desk.page.get_by_text(re.compile("4 beelden zijn ingelezen|4 images were read in"))).to_be_visible()
    desk.look("intake-done")
    (id_,) = arrivals(world, uid)
    row = world.wait_state(world.b, uid, State.VERIFIED, State.SEEN, State.IMPORTED)
    assert (row.id, row.route, row.terms.sender.name, row.note) == (id_, Route.DISC, "Kliniek Zuid", "per post")
    assert originals(world, id_) == images(folder)
    wait_until(lambda: not staged(world), "sealed chunks are left behind", SECONDS)
    desk.click("link", "Naar wat binnen is")
    desk.look_for(patient.surname, f"CT enkel {language}")
    desk.look("intake-arrived")


@pytest.mark.parametrize("language", ["nl"])
def test_a_broken_connection_and_a_reload_send_nothing_twice(
    world: World, hand: Reach, language: str, tmp_path: Path
) -> None:
    study = make_study(KNOWN[3], 12, rows=(700,), description="CT bekken", seed="resume")
    folder = burn(tmp_path / "disc", study)
    uid = study[0].study_uid
    desk = at_the_place(hand, world)
    page = desk.page
    sent: list[int] = []
    state = {"let": 1}

    def pixels(request: Request) -> None:
        if state["let"] <= 0:
            request.abort("connectionfailed")
            return
        state["let"] -= 1
        request.continue_()
        sent.append(len(request.request.post_data_buffer or b""))

    page.route(re.compile(r"/chunks/[0-9a-f]+/pixel/"), pixels)
    page.get_by_test_id("folder").set_input_files(folder)
    desk.touch(page.get_by_role("button", name=re.compile("^12 beelden inlezen")))
    expect(page.get_by_text(re.compile("De verbinding is weg"))).to_be_visible()
    desk.look("intake-away")
    assert arrivals(world, uid) == []
    wait_until(lambda: len(sent) == 1, "the first chunk was not sent", SECONDS)
    page.reload()
    desk.sees("button", "Schijf of map kiezen")
    expect(page.get_by_text(re.compile("^Begonnen")).first).to_be_visible()
    desk.look("intake-begun")
    state["let"] = 100
    page.get_by_test_id("folder").set_input_files(folder)
    desk.touch(page.get_by_role("button", name=re.compile("^12 beelden inlezen")))
    expect(page.get_by_text("12 beelden zijn ingelezen")).to_be_visible()
    pixels_bytes = sum(700 * 700 * 2 for _ in study)
    assert sum(sent) < pixels_bytes * 1.02, "what was there is not sent again"
    (id_,) = arrivals(world, uid)
    assert originals(world, id_) == images(folder)


@pytest.mark.parametrize("language", ["nl"])
def test_killed_in_the_middle_of_an_upload_the_rest_is_sent_and_nothing_twice(
    world: World, hand: Reach, language: str, tmp_path: Path
) -> None:
    study = make_study(KNOWN[4], 12, rows=(700,), description="CT heup", seed="killed node")
    folder = burn(tmp_path / "disc", study)
    desk = at_the_place(hand, world)
    page = desk.page
    sent: list[int] = []
    state = {"let": 1}

    def pixels(request: Request) -> None:
        if state["let"] <= 0:
            request.abort("connectionfailed")
            return
        state["let"] -= 1
        sent.append(len(request.request.post_data_buffer or b""))
        request.continue_()

    page.route(re.compile(r"/chunks/[0-9a-f]+/pixel/"), pixels)
    page.get_by_test_id("folder").set_input_files(folder)
    with page.expect_response(lambda one: "/pixel/" in one.url and one.ok, timeout=SECONDS * 1000):
        desk.touch(page.get_by_role("button", name=re.compile("^12 beelden inlezen")))
    expect(page.get_by_text(re.compile("De verbinding is weg"))).to_be_visible()
    assert len(sent) == 1
    world.b.close()
    world.b.program.kill()
    world.b.program.start()
    page.reload()
    desk.sees("button", "Schijf of map kiezen")
    state["let"] = 100  # only now: the page before would have gone on by itself
    page.get_by_test_id("folder").set_input_files(folder)
    desk.touch(page.get_by_role("button", name=re.compile("^12 beelden inlezen")))
    expect(page.get_by_text("12 beelden zijn ingelezen")).to_be_visible()
    assert sum(sent) < 12 * 700 * 700 * 2 * 1.02, "what was there is not sent again"
    (id_,) = arrivals(world, study[0].study_uid)
    assert originals(world, id_) == images(folder)


@pytest.mark.parametrize("language", ["nl"])
def test_of_two_patients_on_one_disc_the_desk_chooses_one(
    world: World, hand: Reach, language: str, tmp_path: Path
) -> None:
    one = make_study(KNOWN[4], 2, description="CT pols", seed="two a")
    other = make_study(KNOWN[5], 3, description="CT knie", seed="two b")
    folder = burn(tmp_path / "disc", one, other)
    archive = shutil.make_archive(str(tmp_path / "cd"), "zip", folder)
    desk = at_the_place(hand, world)
    desk.page.get_by_test_id("files").set_input_files(archive)
    desk.reads("Kies eerst van wie")
    desk.look("intake-two")
    desk.touch(desk.page.get_by_role("radio", name=re.compile(KNOWN[5].surname)))
    desk.touch(desk.page.get_by_role("button", name=re.compile("beelden inlezen")))
    expect(desk.page.get_by_text("3 beelden zijn ingelezen")).to_be_visible()
    assert arrivals(world, one[0].study_uid) == []
    (id_,) = arrivals(world, other[0].study_uid)
    assert originals(world, id_) == images(folder, "ST000001")
