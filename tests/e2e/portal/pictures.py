"""Makes the pictures of the tutorials: plays ``make demo``, does what they say step by step, and photographs it.

``python -m tests.e2e.portal.pictures [nl|en|TUTORIAL ...]`` leaves
``docs/tutorials/pictures/<tutorial>-<n>.<language>.webp``. A step that does not work as written ends it with an error.
The steps are in ``walks``.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.portal.conftest import ARGUMENTS, PROGRAM
from tests.e2e.portal.hand import DESKTOP, SETTLED, Hand

ROOT = Path(__file__).resolve().parents[3]
PICTURES = ROOT / "docs" / "tutorials" / "pictures"
LANGUAGES = ("nl", "en")
WIDTH = 1200
QUALITY = 78
SECONDS = 60.0
WIDE = {**os.environ, "COLUMNS": "200"}
"""Of commands, so that no cell of a table is folded."""

STARTED = "Ctrl-C"
"""Stands in the last line that the demo prints before it waits."""


@dataclass
class Demo:
    """A running demo, as its reader has it."""

    folder: Path
    language: str
    printed: str
    used: dict[str, str] = field(default_factory=dict)

    @property
    def password(self) -> str:
        """Of every account."""
        return str(self._accounts()["password"])

    def url(self, hospital: str) -> str:
        """The portal of hospital a or b."""
        settings = tomllib.loads((self.folder / f"{hospital}.toml").read_text())
        return f"http://127.0.0.1:{settings['web']['port']}"

    def code(self, hospital: str, login: str) -> str:
        """The code that the demo shows; waits for the next where this account has used the present one."""
        totp = pyotp.TOTP(str(self._accounts()["totp_secret"]))
        who = f"{hospital} {login}"
        while self.used.get(who) == totp.now():
            time.sleep(0.5)
        self.used[who] = totp.now()
        return self.used[who]

    def run(self, *arguments: str) -> str:
        """What a command of the program prints."""
        done = subprocess.run(
            [_program(), *arguments], check=True, capture_output=True, text=True, timeout=SECONDS, env=WIDE
        )
        return done.stdout

    def _accounts(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "accounts.json").read_text())
        return found


@dataclass
class Camera:
    """Somebody with a browser who reads ``tutorial`` and keeps its pictures."""

    demo: Demo
    browser: Browser
    tutorial: str
    taken: int = 0

    def window(self, hospital: str, path: str = "/") -> Hand:
        """A new browser window at a hospital."""
        context = self.browser.new_context(
            viewport=DESKTOP,  # type: ignore[arg-type]  # a TypedDict
            locale={"nl": "nl-NL", "en": "en-GB"}[self.demo.language],
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.goto(self.demo.url(hospital) + path)
        return Hand(page, self.demo.language, "")

    def sign_in(self, hand: Hand, hospital: str, login: str) -> None:
        """Account name, password, code."""
        hand.fill("Accountnaam", login)
        hand.fill("Wachtwoord", self.demo.password)
        hand.click("button", "Aanmelden")
        hand.sees("heading", "Tweede stap")
        hand.fill("Code van 6 cijfers", self.demo.code(hospital, login))

    def take(self, hand: Hand, height: int = DESKTOP["height"]) -> None:
        """The next picture of the tutorial: the window as it stands, made lower where it is empty below."""
        self.taken += 1
        hand.page.set_viewport_size({"width": DESKTOP["width"], "height": height})
        hand.page.evaluate(SETTLED)
        image = Image.open(io.BytesIO(hand.page.screenshot())).convert("RGB")
        image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
        hand.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a TypedDict
        path = PICTURES / f"{self.tutorial}-{self.taken}.{self.demo.language}.webp"
        image.save(path, "WEBP", quality=QUALITY, method=6)
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size} bytes")


@contextmanager
def running_demo(language: str) -> Iterator[Demo]:
    """``make demo``, until the block ends. Raises RuntimeError when it does not come up."""
    with tempfile.TemporaryDirectory(prefix="beeldbrug-pictures-") as name:
        folder, log = Path(name) / "demo", Path(name) / "demo.log"
        with log.open("wb") as output:
            command = [_program(), "demo", "--data", str(folder), "--lang", language]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 5 * SECONDS
            while STARTED not in (printed := log.read_text()):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the demo does not come up:\n{printed}")
                time.sleep(0.2)
            yield Demo(folder, language, printed)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def _program() -> str:
    return str(Path(sys.executable).parent / "beeldbrug")


def main(only: list[str]) -> None:
    """Make the pictures in these languages and of these tutorials, or all."""
    from tests.e2e.portal.walks import WALKS

    chromium = shutil.which(PROGRAM)
    if chromium is None:
        raise SystemExit("chromium is not installed: make peers")
    PICTURES.mkdir(exist_ok=True)
    languages = [one for one in LANGUAGES if one in only] or LANGUAGES
    tutorials = [one for one in WALKS if one in only] or list(WALKS)
    for language in languages:
        with running_demo(language) as demo, sync_playwright() as playwright:
            # fields of the browser itself, as for a time, follow its own language and not that of the page
            speaks = {"nl": "nl-NL", "en": "en-GB"}[language]
            browser = playwright.chromium.launch(
                executable_path=chromium,
                args=[*ARGUMENTS, f"--lang={speaks}"],
                env={**os.environ, "LANGUAGE": speaks.replace("-", "_"), "LANG": f"{speaks.replace('-', '_')}.UTF-8"},
            )
            for tutorial in tutorials:
                WALKS[tutorial](Camera(demo, browser, tutorial))
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
