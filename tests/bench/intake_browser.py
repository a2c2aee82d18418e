"""Part of bench ``intake``: the same disc dropped into the portal in a real Chromium, as somebody at the desk waits.

``list`` runs from the drop until the page shows whose images are on it; ``read`` from the click that takes them in
until the page says that all are in, matched and byte for byte as the node has checked them. Memory is looked at every
quarter of a second: of the tab, its process alone, and of the node with all its processes, shared pages counted once
(PSS). ``grows`` is the most while the second half of the pixels went over the most while the first half did: about 1
where memory does not grow with the disc.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.bench.measure import MEGABYTE, median, memory_mb, settle
from tests.bench.report import Report, rounded
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import ARGUMENTS, PROGRAM
from tests.e2e.portal.drop import drop_on
from tests.e2e.portal.hand import DESKTOP
from tests.e2e.processes import children
from tests.e2e.world import End, running_world
from tests.peers.processes import run as command

SECONDS = 900.0
LOOK_SECONDS = 0.25
MILLISECONDS = 1000


@dataclass
class Dropped:
    """One disc through the browser: seconds, and the memory of tab and node by moment (monotonic seconds, MB)."""

    listed: float = 0.0
    read: float = 0.0
    began: float = 0.0
    tab: list[tuple[float, float]] = field(default_factory=list)
    node: list[tuple[float, float]] = field(default_factory=list)

    @property
    def ended(self) -> float:
        """When all was in."""
        return self.began + self.read


class Looking:
    """Looks at the memory of the tab, and of a node with all below it, until it is stopped."""

    def __init__(self, tabs: Sequence[int], node: int, into: Dropped) -> None:
        self._tabs, self._node, self._into = tabs, node, into
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more looks."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            with suppress(FileNotFoundError, ProcessLookupError):  # a process ends under the look
                now = time.monotonic()
                self._into.tab.append((now, max(map(memory_mb, self._tabs))))
                pids = (self._node, *children(self._node).values())
                self._into.node.append((now, sum(map(memory_mb, pids))))


def bench(folder: Path, disc: Path, files: int, size: int, runs: int, report: Report) -> None:
    """Measure; ``disc`` has ``files`` images of ``size`` bytes together."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip("chromium is not installed")
    found: list[Dropped] = []
    for run in range(runs):
        place = folder / f"run-{run}"
        with sync_playwright() as playwright, running_world(place, keep=False) as world:
            browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            found.append(_dropped(browser, world.a, disc, files))
            browser.close()
        shutil.rmtree(place)
        print(f"run {run + 1}, browser: list {found[-1].listed:.2f} s, read {found[-1].read:.2f} s", flush=True)
    report.figures |= {
        "browser_list_s": rounded(median(one.listed for one in found)),
        "browser_mb_per_second": rounded(size / median(one.read for one in found) / MEGABYTE),
        "browser_tab_peak_mb": rounded(max(_most(one.tab, one.began, one.ended) for one in found)),
        "browser_tab_grows": rounded(max(_grows(one.tab, one) for one in found)),
        "browser_node_peak_mb": rounded(max(_most(one.node, one.began, one.ended) for one in found)),
        "browser_node_grows": rounded(max(_grows(one.node, one) for one in found)),
    }
    report.peers["chromium"] = {"version": command([program, "--version"]).output.strip().splitlines()[-1]}


def _dropped(browser: Browser, end: End, disc: Path, files: int) -> Dropped:
    url = f"http://127.0.0.1:{end.site.web_port}"
    context = browser.new_context(viewport=DESKTOP, locale="nl-NL")  # type: ignore[arg-type]  # a TypedDict
    context.add_cookies([{"name": "beeldbrug", "value": sign_in(end, "balie").token, "url": url}])
    page = context.new_page()
    page.set_default_timeout(SECONDS * MILLISECONDS)
    page.goto(f"{url}/inlezen")
    place = page.get_by_test_id("drop")
    expect(place).to_be_visible(timeout=60_000)
    settle()
    done = Dropped()
    looking = Looking(_tabs(browser), end.program.pid, done)
    try:
        start = time.monotonic()
        drop_on(place, disc)
        take = page.get_by_role("button", name=re.compile(r"beelden inlezen"))
        take.wait_for()
        done.listed = time.monotonic() - start
        page.get_by_label("Van wie is het gekomen").fill("Kliniek Zuid")
        done.began = time.monotonic()
        take.click()
        ended = page.get_by_text(re.compile(r"beelden zijn ingelezen"))
        ended.wait_for()
        done.read = time.monotonic() - done.began
        shown = int(re.sub(r"\D", "", (ended.text_content() or "")))
        assert shown == files, f"{shown} of {files} images came in"
    finally:
        looking.stop()
        context.close()
    return done


def _tabs(browser: Browser) -> list[int]:
    """Process ids of the browser's tabs; the one that works is the largest of them."""
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(one["id"]) for one in found if one["type"] == "renderer"]


def _most(looks: Sequence[tuple[float, float]], since: float, until: float) -> float:
    return max((memory for at, memory in looks if since <= at <= until), default=0.0)


def _grows(looks: Sequence[tuple[float, float]], done: Dropped) -> float:
    middle = done.began + done.read / 2
    first = _most(looks, done.began, middle)
    return _most(looks, middle, done.ended) / first if first else 0.0
