"""Somebody at a screen: reads it in a language, acts by role and visible text, is counted; each screen is looked at.

Looking at a screen means: axe-core finds nothing against WCAG 2.2 AA, at desktop and phone width, light and dark;
nothing sticks out at a phone's width; no inner word of the program is on it; an English screen has no Dutch text.
With ``JOURNEY_SCREENS`` set to a folder, pictures of each screen are left there for human eyes.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.peers.processes import wait_until

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=20_000)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
INNER = re.compile(r"\b(parcel|capsule|pack|segment|vault|node|kluis)s?\b", re.IGNORECASE)

_LOCALES = Path(__file__).resolve().parents[3] / "web" / "src" / "locales"
_ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
_LONG = 10
_CODE = re.compile(r"Code: [a-z-]+")  # for who calls for help; the same in every release
SECONDS = 60.0

SETTLED = """() => Promise.race([
  Promise.all(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined))),
  new Promise((done) => setTimeout(done, 1000)),
]).then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))))"""
"""Transitions have ended: a colour on its way is no colour of the screen."""

STICKS_OUT = """() => document.documentElement.scrollWidth > window.innerWidth
  ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))
  : []"""


PAINTED = """() => [...document.querySelectorAll('[data-testid=viewport] canvas')].some((canvas) => {
  const small = document.createElement('canvas');
  small.width = small.height = 48;
  const pen = small.getContext('2d');
  pen.drawImage(canvas, 0, 0, 48, 48);
  const greys = new Set();
  const data = pen.getImageData(0, 0, 48, 48).data;
  for (let at = 0; at < data.length; at += 4) greys.add(data[at]);
  return greys.size > 8;
})"""
"""Whether a picture is on a canvas: random pixels have many greys, an empty one has one."""


def wait_painted(page: Page) -> None:
    """A picture is on the screen."""
    wait_until(lambda: bool(page.evaluate(PAINTED)), "no picture on the screen", SECONDS)


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """Dutch text: room: text in this language."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((_LOCALES / language).glob("*.po")):
        for source, text in _ENTRY.findall(path.read_text(encoding="utf-8")):
            found.setdefault(_joined(source), {})[path.stem] = _joined(text)
    return found


def said(language: str, dutch: str, **blanks: str) -> str:
    """A text of the screen, by its Dutch, in this language; "room/Dutch" where rooms say it otherwise."""
    room, _, rest = dutch.partition("/")
    rooms = catalogue(language).get(rest, {}) if (_LOCALES / language / f"{room}.po").exists() else {}
    texts = {rooms[room]} if room in rooms else set(catalogue(language).get(dutch, {}).values())
    if len(texts) != 1:
        pytest.fail(f"{dutch!r} is no text of the screen, or has several translations: {sorted(texts)}")
    text = texts.pop()
    for name, value in blanks.items():
        text = text.replace("{" + name.lstrip("_") + "}", value)
    return re.sub(r"</?\d+/?>", "", text)


def faults(page: Page, axe: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)  # not as a script of the page: its policy lets none in
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    found: dict[str, Any] = page.evaluate(f"() => axe.run(document, {options})")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"][:3]]


@dataclass
class Hand:
    """Somebody at a page. ``clicks`` counts what was clicked, touched or pressed since it was set to nought."""

    page: Page
    language: str
    axe: str
    phone: bool = False
    clicks: int = 0
    seen: list[str] = field(default_factory=list)

    def say(self, dutch: str, **blanks: str) -> str:
        """A text as this reader sees it."""
        return said(self.language, dutch, **blanks)

    def find(self, role: Any, dutch: str, within: Locator | None = None, **blanks: str) -> Locator:
        """What has this role and exactly this name."""
        return (within or self.page).get_by_role(role, name=self.say(dutch, **blanks), exact=True)

    def field(self, dutch: str, within: Locator | None = None) -> Locator:
        """The field with this label."""
        text, place = self.say(dutch), within or self.page
        labelled = place.get_by_label(re.compile(rf"^{re.escape(text)}\s*\*?$"))
        return (
            place.get_by_role("textbox", name=text, exact=True).or_(labelled).and_(self.page.locator("input,textarea"))
        )

    def fill(self, dutch: str, value: str) -> None:
        """Type into the field with this label."""
        self.field(dutch).fill(value)

    def click(self, role: Any, dutch: str, within: Locator | None = None, **blanks: str) -> None:
        """Click what has this role and name."""
        self.touch(self.find(role, dutch, within, **blanks))

    def touch(self, what: Locator) -> None:
        """Click it."""
        self.clicks += 1
        what.click()

    def press(self, key: str) -> None:
        """Press a key."""
        self.clicks += 1
        self.page.keyboard.press(key)

    def sees(self, role: Any, dutch: str, **blanks: str) -> None:
        """It comes on screen."""
        expect(self.find(role, dutch, **blanks).first).to_be_visible()

    def reads(self, dutch: str, **blanks: str) -> None:
        """This text comes on screen."""
        expect(self.page.get_by_text(self.say(dutch, **blanks)).first).to_be_visible()

    def row(self, description: str) -> Locator:
        """The row of the list with this study."""
        return self.page.get_by_role("article").filter(has_text=description).first

    def look_for(self, text: str, description: str) -> Locator:
        """Type into the list's search field; the row with this study."""
        self.page.get_by_role("search").get_by_role("textbox").first.fill(text)
        row = self.row(description)
        expect(row).to_be_visible()
        return row

    def click_in(self, row: Locator, dutch: str) -> None:
        """Click the button of a row; its name goes on with whose it is, for who does not see the row."""
        self.touch(row.get_by_role("button", name=re.compile(rf"^{re.escape(self.say(dutch))}( |$)")))

    def look(self, name: str) -> None:
        """Look at the screen as it stands; fails with all that is wrong with it."""
        wrong: list[str] = []
        folder = os.environ.get("JOURNEY_SCREENS", "")
        for width, dark in _layouts(self.language, bool(folder), self.phone):
            self.page.set_viewport_size(PHONE if width == "phone" else DESKTOP)  # type: ignore[arg-type]  # a TypedDict
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self.page.evaluate(SETTLED)
            here = f"{name}, {width}, {'dark' if dark else 'light'}"
            wrong += [f"{here}: {one}" for one in faults(self.page, self.axe)]
            if width == "phone":
                wrong += [f"{here}: sticks out: {one}" for one in self.page.evaluate(STICKS_OUT)]
            if folder:
                place = Path(folder) / f"{name}-{self.language}-{width}-{'dark' if dark else 'light'}.png"
                self.page.screenshot(path=place)
        self.page.set_viewport_size(PHONE if self.phone else DESKTOP)  # type: ignore[arg-type]  # a TypedDict
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate(SETTLED)
        wrong += self._words(name)
        self.seen.append(name)
        if wrong:
            pytest.fail("\n".join(wrong))

    def _words(self, name: str) -> list[str]:
        shown: str = self.page.evaluate("() => document.body.innerText")
        lines = {line.strip() for line in shown.splitlines()}
        found = [f"{name}: inner word: {line}" for line in lines if INNER.search(_CODE.sub("", line))]
        if self.language != "nl":
            found += [f"{name}: not translated: {line}" for line in lines & _only_dutch(self.language)]
        return found


def _layouts(language: str, all_of_them: bool, phone: bool) -> list[tuple[str, bool]]:
    """Both widths in each language, light and dark one time each: the two languages together see all four."""
    if all_of_them:
        widths = ["phone"] if phone else ["desktop", "phone"]
        return [(width, dark) for width in widths for dark in (False, True)]
    if phone:
        return [("phone", language == "nl")]
    return [("desktop", language != "nl"), ("phone", language == "nl")]


@cache
def _only_dutch(language: str) -> frozenset[str]:
    """Texts that no screen in another language has."""
    known = {text for rooms in catalogue(language).values() for text in rooms.values()}
    return frozenset(dutch for dutch in catalogue(language) if len(dutch) >= _LONG and dutch not in known)


def _joined(literal: str) -> str:
    return "".join(json.loads(piece) for piece in re.findall(r'"(?:[^"\\]|\\.)*"', literal))
