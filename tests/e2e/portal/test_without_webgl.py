"""A browser without WebGL, as virtual desktops have it, draws the picture that the graphics card draws."""

from __future__ import annotations

import shutil
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import PROGRAM
from tests.e2e.portal.hand import DESKTOP, wait_painted
from tests.e2e.studies import Made, make_study
from tests.e2e.world import End, World

pytestmark = pytest.mark.timeout(300)

SIDE = 128
WITHOUT = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-software-rasterizer",
           "--disable-3d-apis"]  # fmt: skip

AS_A_CARD = """
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
  const told = kind.prototype.getParameter;
  kind.prototype.getParameter = function (name) { return name === 37446 ? 'ANGLE (a card)' : told.call(this, name); };
  for (const draw of ['drawArrays', 'drawElements']) {
    const done = kind.prototype[draw];
    kind.prototype[draw] = function (...what) {
      window.drawn = (window.drawn ?? 0) + 1;
      return done.apply(this, what);
    };
  }
}
"""
"""The software that draws for tests calls itself a graphics card, and counts what it draws."""

PICTURE = """() => {
  const canvases = [...document.querySelectorAll('[data-testid=viewport] canvas')];
  const canvas = canvases.find((one) => one.clientWidth > 0);
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const pen = copy.getContext('2d');
  pen.drawImage(canvas, 0, 0);
  const { data } = pen.getImageData(0, 0, copy.width, copy.height);
  let text = '';
  for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at]);
  return [copy.width, copy.height, btoa(text)];
}"""
WEBGL = "() => document.createElement('canvas').getContext('webgl2') !== null"
DRAWN = "() => window.drawn ?? 0"

Greys = npt.NDArray[np.float64]


@pytest.fixture
def without(chromium: Browser) -> Iterator[Browser]:
    """Another Chromium, in which nothing draws but the page itself."""
    made = chromium.browser_type.launch(executable_path=shutil.which(PROGRAM), args=WITHOUT)
    yield made
    made.close()


def _hills(made: Made) -> Made:
    """The instance with a picture that is nowhere like its mirror image, and smooth: how a card and a processor round
    between pixels differs little."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    values = 1000 + 900 * np.exp(-((x - 0.25) ** 2 + (y - 0.3) ** 2) * 20) + 500 * x + 200 * y
    at = made.dataset.rindex(b"\xe0\x7f\x10\x00OW") + 12
    return replace(made, dataset=made.dataset[:at] + values.astype("<u2").tobytes())


def _settled(page: Page) -> list[Any]:
    """The picture once it has stayed the same for a second: panels beside it come later."""
    last: list[Any] = []
    for _ in range(40):
        now: list[Any] = page.evaluate(PICTURE)
        if now == last:
            return now
        last = now
        page.wait_for_timeout(1000)
    raise AssertionError("the picture never stays the same")


def _shown(browser: Browser, end: End, exchange: str, script: str = "") -> tuple[Greys, bool, int]:
    """What is on the canvas, whether there is WebGL, and how often it drew."""
    url = f"http://127.0.0.1:{end.site.web_port}"
    context = browser.new_context(viewport=DESKTOP, locale="nl-NL")  # type: ignore[arg-type]  # a TypedDict
    try:
        context.add_cookies([{"name": "beeldbrug", "value": sign_in(end, "arts").token, "url": url}])
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(error.message))
        if script:
            page.add_init_script(script)
        page.goto(f"{url}/uitwisseling/{exchange}")
        wait_painted(page)
        width, height, text = _settled(page)
        greys = np.frombuffer(b64decode(text), np.uint8).reshape(height, width).astype(np.float64)
        assert faults == []
        return greys, bool(page.evaluate(WEBGL)), int(page.evaluate(DRAWN))
    finally:
        context.close()


def test_without_webgl_the_picture_is_the_one_that_a_card_draws(
    world: World, patient: PhantomPatient, chromium: Browser, without: Browser
) -> None:
    study = [_hills(one) for one in make_study(patient, 2, rows=(SIDE,))]
    world.send(study, "OVERLEG_B")
    row = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    card, has, drew = _shown(chromium, world.b, row.id, AS_A_CARD)
    assert has and drew > 0, "nothing was drawn by WebGL"
    processor, has, _ = _shown(without, world.b, row.id)
    assert not has, "this browser has WebGL"
    assert card.shape == processor.shape
    assert card.std() > 20, "there is no picture to compare"
    apart = np.abs(card - processor)
    assert apart.mean() < 1.5, f"differs by {apart.mean():.1f} grey values on average"
    assert np.percentile(apart, 99) <= 4, f"one in a hundred differs by {np.percentile(apart, 99):.0f} or more"
    for mirrored in (processor[::-1], processor[:, ::-1]):
        assert np.abs(card - mirrored).mean() > 5, "the picture would hide that it is turned over"
