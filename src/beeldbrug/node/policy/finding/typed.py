"""What a person typed to find a patient: names in any order and half-typed, birth date, patient number. Pure.

Every term must be found, by any of its atoms; an atom is the start of a kept word (``indexed``), or all of one. Where a
header gives initials only, a given name is found by its initial beside the family name. Nothing is guessed of sound:
"Jansen" does not find Janssen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from beeldbrug.node.policy.finding.indexed import (
    BABY,
    MARRIED,
    TITLES,
    date_words,
    initials_word,
    married,
    name_words,
    number_words,
    plain_number,
)
from beeldbrug.node.policy.finding.spelling import OPTIONAL, Item, Letters, Run, Word, read, split_glued

LENGTH = 200
"""Characters of a query that are read."""

TERMS = 12
"""Terms of a query that are used; more can only make the answer smaller."""

_MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
_LONG = "januari|january|februari|february|maart|march|april|juni|june|juli|july|augustus|august|september|o[kc]tober"
_LONG += "|november|december"
_MONTH = rf"(?P<month>{_LONG}|jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sept?|okt|oct|nov|dec)"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?[-/.]\s?(?P<number>\d{1,2})\s?[-/.]\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.-])(?P<day>\d{1,2})\s?[-/.]\s?(?P<number>\d{1,2})\s?[-/.]\s?(?P<year>\d{1,4})(?![\d.])"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2}) (?P<number>\d{1,2}) (?P<year>\d{4})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s?{_MONTH}\.?\s?(?P<year>\d{{1,4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_LONG})\s(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),  # "jan 1960" may be a Jan
    re.compile(r"(?<![\d.-])(?P<number>\d{1,2})\s?[-/]\s?(?P<year>(?:18|19|20)\d\d)(?!\d)"),
    re.compile(r"(?<![\d.-])(?P<day>\d{1,2})[-/](?P<number>\d{1,2})(?![\d./-])"),
)


@dataclass(frozen=True, slots=True)
class Atom:
    """The start of a kept word; ``whole``: all of it."""

    word: str
    whole: bool = False

    def fits(self, words: Collection[str]) -> bool:
        """Whether one of the words is it."""
        return self.word in words if self.whole else any(word.startswith(self.word) for word in words)


_Term = list[Atom]


@dataclass(frozen=True, slots=True)
class Query:
    """Of each of ``terms`` one atom must fit. ``blank``: nothing was typed, and everything is found; without terms
    nothing else is."""

    terms: tuple[tuple[Atom, ...], ...] = ()
    blank: bool = False

    def fits(self, words: Collection[str]) -> bool:
        """Whether a patient of whom these words are kept is found."""
        if not self.terms:
            return self.blank
        return all(any(atom.fits(words) for atom in term) for term in self.terms)


def matches(query: Query, name: str, birth_date: str = "", number: str = "") -> bool:
    """Whether the query finds this patient."""
    return query.fits({*name_words(name), *date_words(birth_date), *number_words(number)})


def parse_query(text: str) -> Query:
    """What was typed, as terms."""
    if re.fullmatch(r"[\x00-\x1f\s*]*", text):
        return Query(blank=True)
    text = re.sub(r"[\x00-\x1f^=*,;_]+", " ", text[:LENGTH])
    dates, rest = _dates(text)
    numbers, rest = _numbers(rest)
    names = _names(_cleaned(read(married(re.sub(r"\bde heer\b", " ", rest, flags=re.IGNORECASE))), bool(dates)))
    return Query(tuple(tuple(dict.fromkeys(term)) for term in (*dates, *numbers, *names))[:TERMS])


# dates and numbers


def _dates(text: str) -> tuple[list[_Term], str]:
    terms: list[_Term] = []
    for pattern in _DATES:
        while found := pattern.search(text):
            terms.append([*_date_atoms(found.groupdict())])
            text = f"{text[: found.start()]} {text[found.end() :]}"
    return terms, text


def _date_atoms(parts: dict[str, str | None]) -> Iterator[Atom]:
    month = parts.get("number") or str(_month(parts.get("month") or ""))
    year, day = parts.get("year") or "", parts.get("day")
    if day is None:
        yield Atom(f"@{year}{month:0>2}")
        return
    start = f"&{day:0>2}{month:0>2}"
    yield Atom(start + year)
    if len(year) == 2:
        yield from (Atom(f"{start}{century}{year}", True) for century in ("19", "20"))


def _month(name: str) -> int:
    english = {"mar": "mrt", "maa": "mrt", "may": "mei", "oct": "okt"}
    short = name.lower()[:3]
    return _MONTHS.index(english.get(short, short)) + 1


def _numbers(text: str) -> tuple[list[_Term], str]:
    chunks = text.split()
    digits = [chunk for chunk in chunks if re.fullmatch(r"\W*[0-9][0-9.\-/]*\W*", chunk)]
    joined = plain_number("".join(digits)) if len(digits) > 1 else ""
    terms: list[_Term] = []
    rest: list[str] = []
    for chunk in chunks:
        number = plain_number(chunk)
        if not any(char.isdecimal() for char in chunk) or not number:
            rest.append(chunk)
        elif chunk in digits:
            terms.append([*_digit_atoms(number), *_digit_atoms(joined)])
        else:
            terms.append([Atom(f"#{number}")])
    return terms, " ".join(rest)


def _digit_atoms(digits: str) -> Iterator[Atom]:
    """A patient number, or a birth date without signs."""
    if not digits:
        return
    yield from (Atom(f"#{one}") for one in dict.fromkeys((digits, digits.lstrip("0"))) if one)
    if len(digits) == 4 and digits[:2] in ("18", "19", "20"):
        yield Atom(f"@{digits}")
    elif len(digits) in (5, 6, 7, 8):
        yield from (Atom(f"@{digits}"), Atom(f"&{digits}"))
    if len(digits) == 6:
        yield from (Atom(f"&{digits[:4]}{century}{digits[4:]}", True) for century in ("19", "20"))
    if len(digits) == 7:
        yield Atom(f"&0{digits}")


# names


def _cleaned(items: list[Item], beside_date: bool) -> list[Item]:
    """Without titles and the words between two names, where other words remain."""
    kept: list[Item] = []
    for at, item in enumerate(items):
        last = at + 1 == len(items)
        if isinstance(item, Word) and (not last or (item.dotted and len(items) > 1) or beside_date):
            if item.word in TITLES:
                continue
            if item.word in MARRIED and (kept or beside_date):
                if kept and isinstance(before := kept[-1], Word):
                    kept[-1] = Word(before.word, before.other, before.tail, before.dotted, True)
                continue
        kept.append(item)
    return kept


def _names(items: list[Item]) -> list[_Term]:
    if not any(isinstance(item, Word | Letters) for item in items):
        words = tuple(word for item in items if isinstance(item, Run) for word in item.words)
        return [_run_at_end(Run(words, words == ("vd",)), [])] if words else []
    terms: list[_Term] = []
    for at, item in enumerate(items):
        before = items[at - 1] if at else None
        after = items[at + 1] if at + 1 < len(items) else None
        if isinstance(item, Word):
            terms.append([*_word(item, before, after), *_as_initials(items, at)])
        elif isinstance(item, Letters):
            terms.append(_letters(item, before))
        elif after is None:
            names = [one for one in items if isinstance(one, Word)]
            less = _without_baby_van(item, before)
            terms += [_run_at_end(run, names) for run in (item if less is None else less,) if run.words]
        elif (term := _run(item, items[:at], after)) is not None:
            terms.append(term)
    return terms


def _word(item: Word, before: Item | None, after: Item | None) -> _Term:
    """As a word of the name, with what it may be glued to."""
    atoms: list[Atom] = []
    for word in item.spellings:
        atoms += _starts(word)
        if word.startswith("vd"):
            atoms += [Atom(f"<{word}"), Atom(f">{word}")]
        if apart := split_glued(word):
            run, rest = apart
            atoms += [Atom(f">{run.initials}{rest}"), Atom(f"={rest}", True)]
        if isinstance(before, Run):
            atoms += _starts(before.glued + word)
    if isinstance(before, Word):
        atoms.append(Atom(before.word + item.word))
    if isinstance(after, Word):
        atoms.append(Atom(item.word + after.word))
    if item.word in BABY - {"zoon", "dochter"}:
        atoms.append(Atom("baby"))
    return atoms


def _starts(word: str) -> list[Atom]:
    """The start of a word; of "di" the j may be still to come."""
    return [Atom(word), Atom(f"{word[:-1]}y")] if word.endswith("i") else [Atom(word)]


def _as_initials(items: Sequence[Item], at: int) -> _Term:
    """As initials in the header; a family name that shows as one, by a prefix or a partner's name, is never those."""
    item, before = items[at], items[at - 1] if at else None
    after = items[at + 1] if at + 1 < len(items) else None
    others = [one for place, one in enumerate(items) if place != at and isinstance(one, Word)]
    if not isinstance(item, Word) or not others:
        return []
    if isinstance(before, Word) and before.hyphen:
        return [Atom(initials_word(before.word[0] + item.word[0]))]
    if item.hyphen:
        return [Atom(initials_word(item.word[0] + after.word[0]))] if isinstance(after, Word) else []
    if isinstance(before, Run):
        return []
    atoms = [*_initial_beside(item.word[0], others)]
    if len(item.word) <= 4:
        atoms.append(Atom(initials_word(item.word)))
    if isinstance(before, Word):
        atoms.append(Atom(initials_word(before.word[0] + item.word[0])))
    return atoms


def _initial_beside(letter: str, others: Sequence[Word]) -> Iterator[Atom]:
    for other in others:
        for word in other.spellings:
            yield from _starts(f"!{letter}{word}")


def _letters(item: Letters, before: Item | None) -> _Term:
    atoms = _initials(item.letters)
    if len(item.letters) == 1 and not item.dotted:
        atoms += _starts(item.letters)
    if isinstance(before, Run):
        atoms += _starts(before.glued + item.letters)
    return atoms


def _initials(letters: str) -> list[Atom]:
    """These initials, or as many of them as the header has."""
    fewer = [Atom(initials_word(letters[:end]), True) for end in range(1, len(letters))]
    return [Atom(initials_word(letters)), *fewer]


def _without_baby_van(run: Run, before: Item | None) -> Run | None:
    """The prefixes less the "van" of "baby van"; without words when there are no others, None when there is none."""
    if isinstance(before, Word) and before.word in BABY and run.words[0] == "van":
        return Run(run.words[1:])
    return None


def _run(item: Run, earlier: Sequence[Item], after: Item) -> _Term | None:
    """Prefixes in front of a name, or behind one: "Berg van der Anna"."""
    atoms = _prefixed(item, after)
    less = _without_baby_van(item, earlier[-1] if earlier else None)
    if less is not None:
        return [*atoms, *_prefixed(less, after)] if less.words else None
    for name in earlier:
        atoms += [atom for atom in _prefixed(item, name) if not atom.word.startswith("=")]
    if item.letters:
        atoms += _initials(item.letters)
    if not item.short:
        atoms.append(Atom(item.glued, True))
    if len(item.words) == 1 and not item.short and item.glued not in OPTIONAL and isinstance(after, Word):
        atoms += _initial_beside(item.glued[0], [after])
    return atoms


def _prefixed(run: Run, name: Item) -> list[Atom]:
    spellings = name.spellings if isinstance(name, Word) else (name.letters,) if isinstance(name, Letters) else ()
    atoms: list[Atom] = []
    for word in spellings:
        atoms += [*_starts(run.glued + word), *_starts(f">{run.initials}{word}")]
        if run.short:
            atoms += _starts(f"<{run.initials}{word}")
        if set(run.words) <= OPTIONAL | {"vd"}:
            atoms.append(Atom(f"={word}", True))
    return atoms


def _run_at_end(run: Run, names: Sequence[Word]) -> _Term:
    """Prefixes behind the name, or in front of one that is still to be typed."""
    atoms = [*_starts(run.glued), *(atom for name in names for atom in _prefixed(run, name))]
    if run.short:
        atoms += [Atom(f"<{run.initials}"), Atom(f">{run.initials}")]
    if len(run.words) == 1:
        atoms += _starts(run.words[0])
    return atoms
