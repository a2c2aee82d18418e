"""Part of bench ``intake``: a folder of 300,000 tiny files, some of them images, dropped into the portal in Chromium.

What is measured is the looking: from the drop until the page shows whose images are on it, and the memory meanwhile of
the tab and of the node (PSS). ``grows`` is the most in the second half over the most in the first: about 1 where memory
does not grow with what was looked at. The images are then taken in, and nothing else.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from beeldbrug.dicom.phantom.patients import PATIENTS
from tests.bench.intake_browser import MILLISECONDS, Dropped, Looking, _grows, _most, _tabs
from tests.bench.measure import settle
from tests.bench.report import Report, rounded
from tests.contract.node.exchange.small import dataset
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import ARGUMENTS, PROGRAM
from tests.e2e.portal.drop import drop_on
from tests.e2e.portal.hand import DESKTOP
from tests.e2e.world import End, running_world

TINY = int(os.environ.get("TINY", "300000"))
IMAGES = 1000
LONGEST_SECONDS = 3600.0
STUDY = "2.25.300000"
UID = f"{STUDY}.1.100000"


def bench(folder: Path, report: Report) -> None:
    """Measure once."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip("chromium is not installed")
    disc = folder / "disc"
    make(disc, TINY)
    with sync_playwright() as playwright, running_world(folder / "world", keep=False) as world:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        done = looked(browser, world.a, disc, IMAGES)
        browser.close()
    shutil.rmtree(folder)
    report.setting |= {"tiny_files": TINY}
    report.figures |= {
        "tiny_list_s": rounded(done.listed),
        "tiny_tab_peak_mb": rounded(_most(done.tab, done.began, done.ended)),
        "tiny_tab_grows": rounded(_grows(done.tab, done)),
        "tiny_node_peak_mb": rounded(_most(done.node, done.began, done.ended)),
        "tiny_node_grows": rounded(_grows(done.node, done)),
    }
    print(f"tiny: list {done.listed:.2f} s", flush=True)


def make(disc: Path, files: int, images: int = IMAGES) -> None:
    """Tiny files in folders of a thousand, and images among them."""
    every, made = files // images, dataset(PATIENTS[0], STUDY, f"{STUDY}.1", UID, 1, bytes(512))
    content = part10(made)
    for number in range(files):
        place = disc / f"F{number // 1000:04d}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        if number % every == 0 and number // every < images:
            said = content.replace(UID.encode(), (UID[:-6] + f"{number + 100_000:06d}").encode())
        else:
            said = b"file %d" % number
        (place / f"I{number:06d}").write_bytes(said)


def part10(made: Dataset) -> bytes:
    """As a file (PS3.10)."""
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def looked(browser: Browser, end: End, disc: Path, images: int) -> Dropped:
    """Drop it, and wait for what the page says of it. ``began`` and ``read`` of the answer are those of the looking."""
    url = f"http://127.0.0.1:{end.site.web_port}"
    context = browser.new_context(viewport=DESKTOP, locale="nl-NL")  # type: ignore[arg-type]  # a TypedDict
    context.add_cookies([{"name": "beeldbrug", "value": sign_in(end, "balie").token, "url": url}])
    page = context.new_page()
    page.set_default_timeout(LONGEST_SECONDS * MILLISECONDS)
    page.goto(f"{url}/inlezen")
    place = page.get_by_test_id("drop")
    expect(place).to_be_visible(timeout=60_000)
    settle()
    done = Dropped()
    looking = Looking(_tabs(browser), end.program.pid, done)
    try:
        done.began = time.monotonic()
        drop_on(place, disc)
        page.get_by_role("button", name=re.compile(rf"{images}.* beelden inlezen|beelden inlezen")).wait_for()
        done.listed = done.read = time.monotonic() - done.began
        page.get_by_label("Van wie is het gekomen").fill("Kliniek Zuid")
        page.get_by_role("button", name=re.compile(r"beelden inlezen")).click()
        ended = page.get_by_text(re.compile(r"beelden zijn ingelezen"))
        ended.wait_for()
        shown = int(re.sub(r"\D", "", (ended.text_content() or "")))
        assert shown == images, f"{shown} of {images} images came in"
    finally:
        looking.stop()
        context.close()
    return done
