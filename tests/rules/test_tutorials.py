"""Tutorials come in both languages with pictures of their own, and name nothing that the screen does not show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.portal.hand import catalogue
from tests.rules.source import ROOT

TUTORIALS = ROOT / "docs" / "tutorials"
PICTURES = TUTORIALS / "pictures"
LANGUAGES = ("nl", "en")
ROLES = ("administrator", "clinician", "coordinator", "image-desk", "privacy-officer")
BYTES = 1_500_000
"""Of all pictures together: they are in every clone for ever."""

STEPS = range(6, 11)
NAMED_BY_DATA = {"MRI hersenen"}
"""On screen, but no text of the screen: a study of the demo."""

_PICTURE = re.compile(r"!\[([^\]]*)\]\((pictures/[^)]+)\)")
_STEP = re.compile(r"^\*\*(\d+)\. [^*]+\*\*", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def text_of(tutorial: str, language: str) -> str:
    return (TUTORIALS / f"{tutorial}.{language}.md").read_text(encoding="utf-8")


def pictures_of(tutorial: str, language: str) -> list[str]:
    return [path for _, path in _PICTURE.findall(text_of(tutorial, language))]


def on_screen(language: str) -> set[str]:
    return {words for rooms in catalogue(language).values() for words in rooms.values()}


def tutorials() -> set[str]:
    return {path.name.split(".")[0] for path in TUTORIALS.glob("*.md")} - {"README"}


def test_each_tutorial_has_both_languages() -> None:
    assert {path.name for path in TUTORIALS.glob("*.md")} - {"README.md"} == {
        f"{tutorial}.{language}.md" for tutorial in tutorials() for language in LANGUAGES
    }
    assert set(ROLES) <= tutorials()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tutorial", ROLES)
def test_a_tutorial_has_a_few_numbered_steps_and_its_own_pictures_in_order(tutorial: str, language: str) -> None:
    steps = [int(number) for number in _STEP.findall(text_of(tutorial, language))]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) in STEPS
    named = pictures_of(tutorial, language)
    assert 2 <= len(named) <= 4
    assert named == [f"pictures/{tutorial}-{number}.{language}.webp" for number in range(1, len(named) + 1)]
    assert all(words.strip() for words, _ in _PICTURE.findall(text_of(tutorial, language))), "a picture without words"


@pytest.mark.parametrize("tutorial", ROLES)
def test_both_languages_have_the_same_steps_and_pictures(tutorial: str) -> None:
    shapes = {
        (len(_STEP.findall(text_of(tutorial, language))), len(pictures_of(tutorial, language)))
        for language in LANGUAGES
    }
    assert len(shapes) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tutorial", ROLES)
def test_what_a_tutorial_tells_to_click_is_a_text_of_the_screen(tutorial: str, language: str) -> None:
    said = {words for words in _BOLD.findall(text_of(tutorial, language)) if not re.match(r"\d+\. ", words)}
    assert sorted(said - on_screen(language) - NAMED_BY_DATA) == []


def test_each_picture_that_is_named_is_there_and_none_is_unused() -> None:
    named = {TUTORIALS / path for page in TUTORIALS.glob("*.md") for path in _named_in(page)}
    assert {path.name for path in PICTURES.iterdir()} == {path.name for path in named}


def _named_in(page: Path) -> list[str]:
    return [path for _, path in _PICTURE.findall(page.read_text(encoding="utf-8"))]


def test_all_pictures_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < BYTES
