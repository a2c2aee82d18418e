"""Bench ``viewer``: from a click to a picture, scrolling and loading whole, against OHIF in the same Chromium; and the
first paint of a list of 50,000.

One node has a CT of 500 slices. Both viewers open it from that node, ours by its own API, OHIF by DICOMweb through a
small server that adds the token and streams what comes. *Cold* is a browser of its own, *warm* the same browser again,
with its cache. Times count from the start of the navigation until a canvas of at least 300 points wide shows more than
eight greys; both pages are asked every 25 ms by the same script. Ours draws its first picture before its program is
loaded: *ready* is when the viewer itself has drawn it, with all its tools. Scrolling is wheel events on the picture
every 10 ms for 4 s; what counts is how often the canvas showed another picture. OHIF does not take events that a script
makes, so its scrolling is not measured. Drawing is by software on a machine without a GPU, which is slow for both.
"""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.uid import ImplicitVRLittleEndian

from beeldbrug.model.dataset import Line
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.records import NewExchange, TokenRow
from beeldbrug.node.usecases.tokens.create import create_token
from tests.bench import data
from tests.bench.measure import load, median
from tests.bench.report import Report, rounded
from tests.contract.node import given
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import ARGUMENTS, PROGRAM
from tests.e2e.portal.hand import DESKTOP
from tests.e2e.portal.page import built_page, call, signed_in
from tests.e2e.portal.viewing_node import viewing_node
from tests.e2e.studies import Made
from tests.e2e.world import World, running_world
from tests.ingest import HOME
from tests.peers.ohif import PACKAGE, VERSION, fetched, served

SLICES = 500
ROWS = 50_000
PICTURE_SECONDS = 120.0
SCROLL_SECONDS = 4.0
RUN = 4 * 1024 * 1024
NAMES = ("Vries^Anna^^de", "Jansen^Piet", "Berg^Els^^van den", "IJssel^Kees^^van")

WATCH = """
(() => {
  const small = document.createElement('canvas');
  small.width = small.height = 48;
  const pen = small.getContext('2d', { willReadFrequently: true });
  const picture = () => {
    let best = null;
    for (const canvas of document.querySelectorAll('canvas'))
      if (canvas.clientWidth >= 300 && canvas.clientHeight >= 200 && canvas.width) best = best ?? canvas;
    return best;
  };
  window.benchSample = (canvas) => {
    pen.clearRect(0, 0, 48, 48);
    pen.drawImage(canvas, 0, 0, 48, 48);
    return pen.getImageData(0, 0, 48, 48).data;
  };
  window.benchPicture = picture;
  const look = () => {
    const canvas = picture();
    if (canvas !== null) {
      const greys = new Set();
      const data = window.benchSample(canvas);
      for (let at = 0; at < data.length; at += 4) greys.add(data[at]);
      if (greys.size > 8) { window.benchPainted = performance.now(); return; }
    }
    setTimeout(look, 25);
  };
  const rows = () => {
    if (document.querySelectorAll('[data-row]').length >= 5) {
      requestAnimationFrame(() => { window.benchRows = performance.now(); });
      return;
    }
    setTimeout(rows, 25);
  };
  const tools = () => {
    const viewer = document.querySelector('[data-testid=viewport] canvas');
    if (viewer !== null && document.querySelector('[data-place]') === null && window.benchPainted) {
      window.benchReady = performance.now();
      return;
    }
    setTimeout(tools, 25);
  };
  look();
  rows();
  tools();
})();
"""

SCROLL = """
(seconds) => new Promise((done) => {
  const canvas = window.benchPicture();
  const box = canvas.getBoundingClientRect();
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, cancelable: true };
  let shown = 0, before = -1, ended = false, way = 1, count = 0;
  const wheel = setInterval(() => {
    count += 1;
    if (count % 200 === 0) way = -way;
    canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: 100 * way }));
  }, 10);
  const frame = () => {
    const data = window.benchSample(canvas);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i]) | 0;
    if (sum !== before) { before = sum; shown += 1; }
    if (!ended) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  setTimeout(() => { ended = true; clearInterval(wheel); done(shown / seconds); }, seconds * 1000);
})
"""

FRAMES = """
(seconds) => new Promise((done) => {
  const scroller = document.querySelector('[data-scroller]');
  const from = performance.now();
  let frames = 0, longest = 0, last = from;
  const frame = (now) => {
    frames += 1;
    longest = Math.max(longest, now - last);
    last = now;
    scroller.scrollTop += 60;
    if (now - from < seconds * 1000) requestAnimationFrame(frame);
    else done({ perSecond: frames / seconds, longest, rows: document.querySelectorAll('[data-row]').length });
  };
  requestAnimationFrame(frame);
})
"""


@dataclass
class Times:
    """Seconds to the first picture and to all tools, and pictures a second while scrolling."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    scrolling: list[float] = field(default_factory=list)


def bench(folder: Path, runs: int) -> Report:
    """Measure; ``folder`` is empty and has room for 2 GB."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip("chromium is not installed")
    site = fetched()
    report = Report("viewer")
    report.setting = {"runs": runs, "slices": SLICES, "rows": ROWS, "load_before": load()}
    paths = _study(folder / "study")
    with sync_playwright() as playwright:
        report.peers = {"ohif": {"package": PACKAGE, "version": VERSION, "settings": "as shipped, DICOMweb, 2 workers"}}
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        report.setting["chromium"] = chromium.version
        ours, ohif = _pictures(folder / "world", chromium, paths, site, runs)
        whole, plain = _whole(folder / "whole", chromium, paths, runs)
        first, smooth = _list(folder / "list", chromium, runs)
        chromium.close()
    _note(report, ours, ohif, median(whole) / median(plain), first, smooth)
    report.setting["load_after"] = load()
    return report


def _note(report: Report, ours: Times, ohif: Times, whole: float, first: list[float], smooth: list[Any]) -> None:
    figures = {
        "first_image_cold_s": median(ours.cold),
        "first_image_warm_s": median(ours.warm),
        "ready_warm_s": median(ours.ready),
        "ohif_first_image_cold_s": median(ohif.cold),
        "ohif_first_image_warm_s": median(ohif.warm),
        "scrolling_per_s": median(ours.scrolling),
        "list_first_paint_s": median(first),
        "list_frames_per_s": median(one["perSecond"] for one in smooth),
        "list_longest_frame_ms": median(one["longest"] for one in smooth),
    }
    report.figures = {name: rounded(value) for name, value in figures.items()}
    report.ratios = {
        "cold_vs_ohif": rounded(figures["first_image_cold_s"] / figures["ohif_first_image_cold_s"]),
        "warm_vs_ohif": rounded(figures["first_image_warm_s"] / figures["ohif_first_image_warm_s"]),
        "whole_vs_download": rounded(whole),
    }


def _study(folder: Path) -> list[Path]:
    """One series of slices a millimetre apart."""
    paths = data.ct_slices(folder, SLICES)
    for number, path in enumerate(paths):
        dataset = dcmread(path)
        x, y, _ = dataset.ImagePositionPatient
        dataset.ImagePositionPatient = [x, y, float(number)]
        dataset.SliceLocation = float(number)
        dataset.save_as(path, enforce_file_format=True)
    return paths


def _made(path: Path) -> Made:
    dataset = dcmread(path)
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    bare = BytesIO()
    dcmwrite(bare, Dataset(dataset), implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True)
    uids = (str(dataset.StudyInstanceUID), str(dataset.SeriesInstanceUID), str(dataset.SOPInstanceUID))
    return Made(*uids, bare.getvalue(), "", str(dataset.SOPClassUID), syntax)


def _pictures(folder: Path, chromium: Browser, paths: list[Path], site: Path, runs: int) -> tuple[Times, Times]:
    ours, theirs = Times(), Times()
    with running_world(folder) as world, ExitStack() as stack:
        made = [_made(path) for path in paths]
        world.send(made, "BEELDBRUG")
        row = world.wait_state(world.a, made[0].study_uid, State.PARKED)
        now = time.time()
        scope = TokenRow(world.a.site.ura, "ohif", "01.015", Purpose.TREATMENT.value, now + 7200, (), (row.study_uid,))
        token = create_token(world.a.vault.database, scope, "bench", now)
        root = f"http://127.0.0.1:{world.a.site.web_port}"
        ohif = stack.enter_context(served(site, root + "/dicomweb", token))
        pages = (
            (ours, f"{root}/uitwisseling/{row.id}", root),
            (theirs, f"{ohif.url}/viewer?StudyInstanceUIDs={row.study_uid}", ""),
        )
        for run in range(runs):
            for times, url, own in pages if run % 2 == 0 else pages[::-1]:
                _open(world, chromium, times, url, own)
                name = "ours" if own else "OHIF"
                text = f"cold {times.cold[-1]:.2f} s, warm {times.warm[-1]:.2f} s"
                more = f", ready {times.ready[-1]:.2f} s, {times.scrolling[-1]:.0f} images/s" if own else ""
                print(f"run {run + 1}, {name}: {text}{more}", flush=True)
    return ours, theirs


def _open(world: World, chromium: Browser, times: Times, url: str, own: str) -> None:
    context = _context(chromium, world if own else None, own)
    try:
        page = context.new_page()
        times.cold.append(_painted(page, url))
        _settled(page)
        if own:
            times.scrolling.append(float(page.evaluate(SCROLL, SCROLL_SECONDS)))
        page.close()
        page = context.new_page()
        times.warm.append(_painted(page, url))
        if own:
            times.ready.append(_moment(page, "benchReady"))
    finally:
        context.close()


def _context(chromium: Browser, world: World | None, url: str) -> BrowserContext:
    context = chromium.new_context(viewport=DESKTOP, locale="nl-NL")  # type: ignore[arg-type]  # a TypedDict
    if world is not None:
        context.add_cookies([{"name": "beeldbrug", "value": sign_in(world.a, "arts").token, "url": url}])
    context.add_init_script(WATCH)
    return context


def _painted(page: Page, url: str) -> float:
    page.goto(url, wait_until="commit")
    return _moment(page, "benchPainted")


def _moment(page: Page, name: str) -> float:
    """Seconds after the start of the navigation, once the page has noted it; asked from outside, as a page's policy
    lets no text be run in it."""
    end = time.monotonic() + PICTURE_SECONDS
    while (found := page.evaluate(f"window.{name} ?? null")) is None:
        if time.monotonic() > end:
            pytest.fail(f"{name}: not within {PICTURE_SECONDS} s")
        page.wait_for_timeout(50)
    return float(found) / 1000


def _settled(page: Page) -> None:
    """Until it has fetched nothing more for two seconds: what is scrolled through is there."""
    count = "() => performance.getEntriesByType('resource').length"
    page.evaluate("performance.setResourceTimingBufferSize(10000)")
    end = time.monotonic() + PICTURE_SECONDS
    before, since = -1, time.monotonic()
    while time.monotonic() < end:
        page.wait_for_timeout(250)
        now = int(page.evaluate(count))
        if now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since > 2.0:
            return
    pytest.fail("the page does not stop fetching")


def _whole(folder: Path, chromium: Browser, paths: list[Path], runs: int) -> tuple[list[float], list[float]]:
    """Milliseconds until a study is decoded in memory, and of a plain download of the same sealed bytes."""
    folder.mkdir()
    site = built_page(folder / "page")
    vault = folder / "vault"
    vault.mkdir()
    whole: list[float] = []
    plain: list[float] = []
    with viewing_node(vault, site) as node:
        study = str(dcmread(paths[0], stop_before_pixels=True).StudyInstanceUID)
        exchange = node.exchange(study)
        ingest = node.ingest(exchange)
        for path in paths:
            ingest.add(path.read_bytes())
        ingest.close()
        with node.vault.read() as tx:
            used = sorted(tx.instances.packs_used(HOME, exchange, study))
            packs = [pack for pack in used if tx.packs.line(HOME, pack) is Line.PIXEL]
            segments = [(pack, row) for pack in packs for row in tx.packs.segments(HOME, pack)]
        urls = [
            f"{node.url}/api/v1/sealed/{pack}/{row.number}?from={at}&to={min(at + RUN, row.length)}"
            for pack, row in segments
            for at in range(0, row.length, RUN)
        ]
        for run in range(runs):
            with signed_in(chromium, node.url, node.session()) as page:
                for turn in (0, 1) if run % 2 == 0 else (1, 0):
                    if turn == 0:
                        whole.append(call(page, "measure", {"kind": "exchange", "id": exchange})["all"])
                    else:
                        plain.append(call(page, "download", urls)["ms"])
            print(f"run {run + 1}, whole: {whole[-1]:.0f} ms, plain download: {plain[-1]:.0f} ms", flush=True)
    return whole, plain


def _list(folder: Path, chromium: Browser, runs: int) -> tuple[list[float], list[Any]]:
    """Seconds to the first rows of a list of ROWS, warm, and how it scrolls."""
    first: list[float] = []
    smooth: list[Any] = []
    with running_world(folder) as world:
        _fill(world)
        url = f"http://127.0.0.1:{world.a.site.web_port}"
        context = _context(chromium, world, url)
        for run in range(runs + 1):
            page = context.new_page()
            page.goto(url + "/", wait_until="commit")
            seconds = _moment(page, "benchRows")
            if run:  # the first is cold
                first.append(seconds)
                page.wait_for_timeout(1000)
                smooth.append(page.evaluate(FRAMES, SCROLL_SECONDS))
                print(f"run {run}, list: {first[-1]:.2f} s, {smooth[-1]}", flush=True)
            page.close()
        context.close()
    return first, smooth


def _fill(world: World) -> None:
    """Exchanges that came in at A over two years, every twentieth stat."""
    ura, now = world.a.site.ura, time.time()
    sender, receiver = Party("00000002", "Ziekenhuis B"), Party(ura, "Ziekenhuis A")
    for start in range(0, ROWS, 1000):
        with world.a.vault.database.write() as tx:
            for number in range(start, start + 1000):
                urgency = Urgency.STAT if number % 20 == 0 else Urgency.ROUTINE
                terms = Terms(sender, receiver, Purpose.TREATMENT, Ground.REFERRAL, urgency, question="Beoordeling?")
                at = now - number * 1200.0
                id, study = f"{number:032x}", f"2.25.{number + 1}"
                tx.exchanges.add(
                    NewExchange(id, ura, Direction.IN, "00000002", terms, study, State.VERIFIED, at, at + 900 * 86400.0)
                )
                patient = Patient(NAMES[number % len(NAMES)], "19600101", "F", PatientNumber(f"{number:07d}", "B"))
                index = given.index(
                    study_uid=study, series_uid=study + ".1", instance_uid=study + ".1.1", patient=patient
                )
                tx.instances.add(given.instance(organisation=ura, origin=id, index=index))
