"""Whoever reads Dutch reads Dutch errors: every code that the node raises has its words in the portal, in plain Dutch.

A sending may also end with a code of the hub or of what lies below, so those have words too; commands speak English.
"""

from __future__ import annotations

import re
from functools import cache

from beeldbrug.hub.policy.reasons import REASONS
from beeldbrug.node.protocols.dimse import move_scu, requestor
from tests.rules.docs.codes import found
from tests.rules.source import ROOT

WORDS = ROOT / "web" / "src" / "words"
OWN, HANDING, SYSTEM = WORDS / "errors-nl.ts", WORDS / "errors-nl-handing.ts", WORDS / "errors-nl-system.ts"

_CODE = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_OWN = re.compile(rf"""^  "?({_CODE})"?: \[\s*"([^"]*)",\s*"([^"]*)",?\s*\],""", re.MULTILINE)
_ALIKE = re.compile(r"""^  \[\s*["`]([a-z0-9\-\s]*)["`],\s*"([^"]*)",\s*"([^"]*)",?\s*\],""", re.MULTILINE)
_INNER_WORDS = re.compile(r"\b(parcel|capsule|pack|segment|node|vault|spool)\b", re.IGNORECASE)
_TOO_FAMILIAR = re.compile(r"\b(je|jij|jouw|jullie)\b", re.IGNORECASE)


@cache
def own_words() -> str:
    """What is written for people."""
    return OWN.read_text(encoding="utf-8") + HANDING.read_text(encoding="utf-8")


@cache
def dutch() -> list[tuple[str, str, str]]:
    """(code, what happened, what to do); what people meet most first."""
    own = _OWN.findall(own_words())
    alike = _ALIKE.findall(SYSTEM.read_text(encoding="utf-8"))
    return [*own, *((code, what, remedy) for codes, what, remedy in alike for code in codes.split())]


def raised(prefix: str) -> set[str]:
    """Codes that modules below raise, those of tables included."""
    errors, _ = found()
    codes = {one.code for one in errors if f"{one.module}.".startswith(prefix)}
    if "beeldbrug.node.".startswith(prefix):
        codes |= {row[0] for row in (*requestor.REFUSED_BY_REASON.values(), *move_scu.REFUSED_BY_STATUS.values())}
    if "beeldbrug.hub.".startswith(prefix):
        codes |= set(REASONS)
    return {code for code in codes if "…" not in code}


def test_every_code_of_the_node_has_its_dutch() -> None:
    lacking = sorted(raised("beeldbrug.node.") - {code for code, _, _ in dutch()})
    assert lacking == [], f"add their words to {OWN.name} (for people) or {SYSTEM.name} (of the machinery)"


def test_so_has_every_other_code_with_which_an_exchange_may_end() -> None:
    below = set().union(*(raised(f"beeldbrug.{room}.") for room in ("hub", "kit", "dicom", "sealed")))
    lacking = below - raised("beeldbrug.dicom.phantom.") - {code for code, _, _ in dutch()}
    assert sorted(lacking) == []


def test_no_words_are_left_of_a_code_that_is_gone_and_none_stands_twice() -> None:
    own = [code for code, _, _ in _OWN.findall(own_words())]
    alike = [code for codes, _, _ in _ALIKE.findall(SYSTEM.read_text(encoding="utf-8")) for code in codes.split()]
    assert sorted(set(alike) - raised("beeldbrug.")) == []
    assert [sorted({code for code in codes if codes.count(code) > 1}) for codes in (own, alike)] == [[], []]


def test_the_words_are_whole_sentences_for_people() -> None:
    faults = [
        (code, text)
        for code, what, remedy in dutch()
        for text in (what, remedy)
        if not text.endswith(".")
        or not text[0].isupper()
        or _INNER_WORDS.search(text)
        or _TOO_FAMILIAR.search(text)
        or len(text) > 160
    ]
    assert faults == []


def test_no_entry_escapes_this_test() -> None:
    entries = len(re.findall(rf"""^  "?{_CODE}"?: \[""", own_words(), re.MULTILINE))
    groups = len(re.findall(r"^  \[", SYSTEM.read_text(encoding="utf-8"), re.MULTILINE))
    assert entries == len(_OWN.findall(own_words())) > 100
    assert groups == len(_ALIKE.findall(SYSTEM.read_text(encoding="utf-8"))) > 10
