"""Which words are kept of a patient, so that a search finds him: of name, birth date and number. Pure.

A plain word is one of the name's. The first character tells the others apart: ``=berg`` has no prefix, ``<vdberg`` is
abbreviated here from "van der Berg" and ``>vdberg`` by the sender, ``a.b.`` are initials, ``!aberg`` is a Berg of whose
given names only initials are known; ``@19600201`` and ``&01021960`` are the birth date, ``#123`` the number. Written
without a space, "vanderberg", a name keeps its prefix. The migration that backfills these rows calls these functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from beeldbrug.node.policy.finding.spelling import Item, Letters, Run, Word, fold, read, split_glued

WORDS = 48
"""Of one name; what more there is is not found by."""

BABY = frozenset({"baby", "bb", "kind", "zoon", "dochter", "pasgeborene", "neonaat"})
"""What stands for the given name of a child that has none yet."""

TITLES = frozenset(
    ["dhr", "mw", "mevr", "mevrouw", "meneer", "heer", "dr", "drs", "prof", "mr", "ir", "ing", "hr", "jhr"]
)
MARRIED = frozenset(["ev", "geb", "geboren", "gehuwd", "gesch", "wed", "weduwe", "echtgenote"])
"""Words between two family names."""

_MARRIED_SIGN = re.compile(r"\be\s*[./]\s*v\b\.?", re.IGNORECASE)
_LOWER_SHORT = re.compile(r"(?:^|[\s.])v\.?\s?d\.?$")
_CAPITALS = re.compile(r"[A-Z]{2,4}")


def name_words(name: str) -> tuple[str, ...]:
    """Of a PN with its component groups."""
    found = dict.fromkeys(word for group in name.split("=")[:3] for word in _group(group) if word)
    plain_first = sorted(found, key=lambda word: not word[0].isalnum())
    return tuple(plain_first[:WORDS])


def date_words(birth_date: str) -> tuple[str, ...]:
    """Of a date YYYYMMDD; none of what is no date."""
    if not re.fullmatch(r"[0-9]{8}", birth_date):
        return ()
    return (f"@{birth_date}", f"&{birth_date[6:]}{birth_date[4:6]}{birth_date[:4]}")


def number_words(number: str) -> tuple[str, ...]:
    """Of a patient number: letters and digits, with and without zeros in front."""
    kept = plain_number(number)
    return tuple(dict.fromkeys(f"#{one}" for one in (kept, kept.lstrip("0")) if one))


def plain_number(number: str) -> str:
    """Letters and digits only."""
    return "".join(char for char in fold(number) if char.isalnum())[:64]


def married(text: str) -> str:
    """The text with a hyphen for each sign of a partner's name: e/v, e.v."""
    return _MARRIED_SIGN.sub(" - ", text)


def initials_word(letters: str) -> str:
    """a.b."""
    return "".join(f"{letter}." for letter in letters)


def _group(group: str) -> Iterator[str]:
    family, given, middle, prefix, suffix, *_ = (*group.split("^"), "", "", "", "", "")
    names, runs, only = _given(family, f"{given} {middle}".strip())
    runs += [item for item in read(prefix) if isinstance(item, Run)]
    families = list(_family(_family_items(family), runs))
    yield from families
    yield from names
    if only:
        yield from (f"!{only}{word}" for word in families if word[0].isalnum())
    for item in read(suffix):
        if isinstance(item, Word):
            yield from item.spellings
    if family and given and not fold(f"{family}{given}").isascii():
        yield "".join(char for char in fold(f"{family}{given}") if char.isalnum())


def _family_items(family: str) -> list[Item]:
    items = read(married(family))
    words = [item for item in items if isinstance(item, Word)]
    return [
        item
        for item in items
        if not (isinstance(item, Word) and item.word in MARRIED and item not in (words[0], words[-1]))
    ]


def _family(items: Sequence[Item], loose: list[Run]) -> Iterator[str]:
    """Words of the family names; ``loose`` prefixes stood elsewhere and belong to the first name that has none."""
    if items and not any(isinstance(item, Word | Letters) for item in items):
        *before, core = (word for item in items if isinstance(item, Run) for word in item.words)
        items = [*([Run(tuple(before))] if before else []), Word(core, core)]
    if len(items) > 1 and isinstance(items[0], Word) and items[0].word in BABY:
        yield from ("baby", items[0].word)
        items = items[1:]
        if isinstance(items[0], Run) and items[0].words[0] == "van":
            yield from _family([Run(items[0].words[1:]), *items[1:]] if items[0].words[1:] else items[1:], [])
    named: list[tuple[Word, list[Run]]] = []
    waiting: list[Run] = []
    for item in items:
        if isinstance(item, Run):
            if item.hyphen and named and not named[-1][1]:
                named[-1][1].append(item)
            waiting.append(item)
            continue
        word = item if isinstance(item, Word) else Word(item.letters, item.letters)
        named.append((word, waiting))
        waiting = []
    loose = [*waiting, *loose]
    bare = next((runs for _, runs in named if not runs), None)
    if bare is not None:
        bare += loose
    for word, runs in named:
        yield from _named(word, runs)
    for (one, _), (other, _) in pairwise(named):
        yield one.word + other.word


def _named(word: Word, runs: list[Run]) -> Iterator[str]:
    yield from word.spellings
    if word.tail:
        yield word.tail
    for spelled in word.spellings:
        if not runs:
            yield f"={spelled}"
        for run in runs:
            yield run.glued + spelled
            yield (">" if run.short else "<") + run.initials + spelled
    apart = split_glued(word.word)
    if apart and not runs:
        yield from _named(Word(apart[1], apart[1]), [apart[0]])


def _given(family: str, given: str) -> tuple[list[str], list[Run], str]:
    """Words of the given names, prefixes of the family name that stood behind them, the initial if there is no more."""
    items = read(_dotted_capitals(family, given))
    runs: list[Run] = []
    last = items[-1] if items else None
    if isinstance(last, Run):
        items.pop()
        if last.short and not _LOWER_SHORT.search(given.strip()):
            items.append(Letters("vd"))
        else:
            runs.append(last)
    words = [item for item in items if isinstance(item, Word) and not (item.word in TITLES and item.dotted)]
    if words and words[-1].word in BABY and runs:
        runs = [Run(runs[0].words[1:])] if runs[0].words[1:] else []
    known = any(isinstance(item, Run) or (isinstance(item, Word) and not item.dotted) for item in items)
    only = "" if known else "".join(map(_initial, items))[:1]
    return list(_given_words(items, words)), runs, only


def _given_words(items: Sequence[Item], words: Sequence[Word]) -> Iterator[str]:
    for word in words:
        yield from word.spellings
        if word.tail:
            yield word.tail
        if word.word in BABY:
            yield "baby"
    for item in items:
        if isinstance(item, Run):
            yield from item.words
    letters = "".join(_initial(item) for item in items)
    if letters:
        yield initials_word(letters)
    plain = [part for item in items for part in _parts(item)]
    for at in range(len(plain) - 1):
        yield plain[at] + plain[at + 1]
    if len(plain) > 2:
        yield "".join(plain)


def _initial(item: Item) -> str:
    if isinstance(item, Letters):
        return item.letters
    return item.word[0] if isinstance(item, Word) else ""


def _parts(item: Item) -> tuple[str, ...]:
    if isinstance(item, Word):
        return (item.word,)
    return item.words if isinstance(item, Run) else ()


def _dotted_capitals(family: str, given: str) -> str:
    """Initials that were written without points, AB for A.B., with points."""
    shouted = family.isupper() and set(given) & set("AEIOUY")
    return initials_word(given) if _CAPITALS.fullmatch(given) and not shouted else given
