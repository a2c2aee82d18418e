"""The portal's check for burned-in text, run by Node.js on pictures of grey values: what it may miss, and may imagine.

The whole measurement is ``python -m tests.bench.burned_in.measure``.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.burned_in.measure import Outcome, check
from tests.bench.burned_in.pictures import FONTS, KINDS, Drawn, clean, planted, written_on

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not FONTS[0].is_file(), reason="no DejaVu fonts (Debian: fonts-dejavu-core)"),
]


def _of(outcomes: list[Outcome], kind: str) -> list[Outcome]:
    return [one for one in outcomes if one.drawn.kind == kind]


def test_printed_text_is_pointed_at_whatever_its_size_ink_and_direction() -> None:
    outcomes = check(planted(seed=11, each=4))
    missed = [one.drawn.kind for one in outcomes if not one.hit or one.verdict == "none"]
    assert {one.drawn.kind for one in outcomes} == set(KINDS)
    assert len(missed) <= 1, missed


def test_text_of_real_machines_is_found_for_certain() -> None:
    outcomes = check(written_on())
    if not outcomes:
        pytest.skip("shared test data is absent")
    assert [one.verdict for one in outcomes] == ["found"] * len(outcomes)


def test_clean_pictures_are_seldom_taken_for_written_on() -> None:
    outcomes = check(clean())
    if not outcomes:
        pytest.skip("shared test data is absent")
    assert sum(one.verdict == "found" for one in outcomes) <= 0.03 * len(outcomes)
    assert sum(one.verdict != "none" for one in outcomes) <= 0.2 * len(outcomes)


def test_an_empty_and_a_tiny_picture_hold_no_text_and_noise_is_not_called_safe_by_a_crash() -> None:
    grain = np.random.default_rng(5).integers(0, 256, (1200, 1200)).astype(np.uint8)
    pictures = [np.zeros((64, 64), np.uint8), np.full((300, 5), 255, np.uint8), np.zeros((1, 1), np.uint8), grain]
    outcomes = check([Drawn("odd", one) for one in pictures])
    assert [one.verdict for one in outcomes[:3]] == ["none"] * 3
    assert outcomes[3].verdict != "none", "too much to tell"
