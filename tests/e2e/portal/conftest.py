"""Fixtures of the portal's journeys: real Chromium, and pages in which somebody has signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.portal.api import sign_in
from tests.e2e.portal.hand import DESKTOP, PHONE, Hand
from tests.e2e.world import End

PROGRAM = "chromium"
ARGUMENTS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]

Visit = Callable[..., Page]
Reach = Callable[..., Hand]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; its tests skip without it.

    It ends with this folder: while it runs, Playwright keeps an event loop in the thread of the tests, in which no
    other can be started.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Opens a path of a hospital's portal in a window of its own: ``visit(end, "arts", "/")``; nobody for no login.

    A page that writes an error to its console fails the test at the end.
    """
    faults: list[str] = []
    with ExitStack() as stack:

        def opened(
            end: End,
            login: str = "",
            path: str = "/",
            *,
            phone: bool = False,
            language: str = "nl",
            dark: bool = False,
            host: str = "127.0.0.1",
        ) -> Page:
            url = f"http://{host}:{end.site.web_port}"
            context = _context(chromium, phone, language, dark)
            stack.callback(context.close)
            if login:
                api = sign_in(end, login)
                api.post("/me/preferences", {"language": language, "theme": "auto"})
                context.add_cookies([{"name": "beeldbrug", "value": api.token, "url": url}])
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: faults.append(error.message))
            page.goto(url + path)
            return page

        yield opened
    assert faults == []


@pytest.fixture(params=["nl", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Of the reader; a journey that asks for it is made in each of these."""
    return str(request.param)


@pytest.fixture
def hand(visit: Visit, axe: str, language: str) -> Reach:
    """Opens a path for somebody who reads ``language``: ``hand(end, "arts", "/")``."""

    def opened(end: End, login: str = "", path: str = "/", *, phone: bool = False, host: str = "127.0.0.1") -> Hand:
        return Hand(visit(end, login, path, phone=phone, language=language, host=host), language, axe, phone)

    return opened


def _context(chromium: Browser, phone: bool, language: str, dark: bool) -> BrowserContext:
    return chromium.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # a TypedDict
        locale={"nl": "nl-NL", "en": "en-GB"}[language],
        timezone_id="Europe/Amsterdam",
        color_scheme="dark" if dark else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    )


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script."""
    path = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        pytest.skip("axe-core is not installed: make setup")
    return path.read_text(encoding="utf-8")
