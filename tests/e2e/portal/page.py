"""A page in a real browser that opens studies through the join and tells what came out (``web/tests/pixels``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.peers.processes import run

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "web"
EXPECTED = ("Sealed bytes do not open: they were altered or exchanged.", "The study was closed.")


def built_page(folder: Path) -> Path:
    """The built page; skips where there is nothing to build it with."""
    node = shutil.which("node", path=os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")]))
    vite = WEB / "node_modules" / "vite" / "bin" / "vite.js"
    if node is None or not vite.exists():
        pytest.skip("the portal's tools are not installed: make setup")
    command = [node, str(vite), "build", "-c", str(WEB / "tests" / "pixels" / "vite.config.ts")]
    done = run(command, seconds=180, environment={"PIXELS_OUT": str(folder)})
    assert done.code == 0, done.output
    return folder


@contextmanager
def signed_in(browser: Browser, url: str, cookie: str) -> Iterator[Page]:
    """The page in a browser of its own, signed in. What its code does not handle fails the test, but for images that
    were refused: Cornerstone tells of those twice."""
    faults: list[str] = []
    context = browser.new_context()
    context.add_cookies([{"name": "beeldbrug", "value": cookie, "url": url}])
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(url)
    page.wait_for_function("window.pixels !== undefined")
    yield page
    context.close()
    unexpected = [fault for fault in faults if fault not in EXPECTED]
    assert not unexpected, unexpected


def call(page: Page, name: str, *arguments: Any) -> Any:
    """Call one of the page's functions."""
    return page.evaluate(f"(arguments_) => window.pixels.{name}(...arguments_)", list(arguments))
