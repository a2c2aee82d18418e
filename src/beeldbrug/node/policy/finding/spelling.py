"""How Dutch names are spelled: letters folded, prefixes ("van der", "v.d.", "'t", "el") told from words. Pure.

Reads a component of a DICOM PN (PS3.5 section 6.2.1) and what a person types in the same way. IJ, ij, Y and their
ligatures are one letter. Nothing here decides whether two names agree; ``names`` does that for the automatic import.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u02bb\u00b4\u0060", "'"))
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"}
)
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

DUTCH = frozenset(
    [
        "van",
        "der",
        "den",
        "de",
        "t",
        "ten",
        "ter",
        "te",
        "in",
        "op",
        "aan",
        "by",
        "uit",
        "voor",
        "onder",
        "over",
        "tot",
        "s",
    ]
)
_FOREIGN = frozenset(
    [
        "el",
        "al",
        "la",
        "le",
        "les",
        "du",
        "des",
        "von",
        "zu",
        "zur",
        "dos",
        "da",
        "di",
        "del",
        "della",
        "ben",
        "bin",
        "ait",
        "bou",
        "abou",
    ]
)
_PREFIXES = DUTCH | _FOREIGN
OPTIONAL = DUTCH | {"el", "al", "von", "zu", "dos"}
"""Prefixes that a hospital may have left out of a name."""

_EXPANDED = {
    "het": ("t",),
    "vander": ("van", "der"),
    "vanden": ("van", "den"),
    "vande": ("van", "de"),
    "vant": ("van", "t"),
    "vdr": ("van", "der"),
    "vdn": ("van", "den"),
    "vh": ("van", "t"),
    "vt": ("van", "t"),
    "int": ("in", "t"),
    "opt": ("op", "t"),
    "opden": ("op", "den"),
    "opde": ("op", "de"),
}
_GLUED = re.compile(r"(vanden|vander|vande|vant)(.{2,})")


@dataclass(frozen=True, slots=True)
class Run:
    """Prefixes in a row. ``short`` when abbreviated ("vd" for all of van der, van den, van de); ``letters`` when they
    may as well be initials ("J. v. Dijk")."""

    words: tuple[str, ...]
    short: bool = False
    letters: str = ""
    hyphen: bool = False

    @property
    def glued(self) -> str:
        """Without spaces: vander."""
        return "".join(self.words)

    @property
    def initials(self) -> str:
        """As it is abbreviated: vd."""
        return self.glued if self.short else "".join(word[0] for word in self.words)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of two letters or more. ``other``: with umlauts spelled out; ``tail``: what follows an apostrophe."""

    word: str
    other: str
    tail: str = ""
    dotted: bool = False
    hyphen: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """One, or two that differ."""
        return tuple(dict.fromkeys((self.word, self.other)))


@dataclass(frozen=True, slots=True)
class Letters:
    """Single letters in a row: initials, mostly."""

    letters: str
    dotted: bool = False


Item = Run | Word | Letters


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    other: str
    tail: str
    mark: str


def fold(text: str) -> str:
    """Small letters without accents, IJ as y; punctuation stays."""
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text.translate(_APOSTROPHES)).casefold())
    plain = unicodedata.normalize("NFKD", once.casefold()).translate(_LETTERS)
    return "".join(char for char in plain if not unicodedata.category(char).startswith("M")).replace("ij", "y")


def split_glued(word: str) -> tuple[Run, str] | None:
    """Prefix and rest of a name that is written as one: Vandenberg."""
    found = _GLUED.fullmatch(word)
    return (Run(_EXPANDED[found[1]]), found[2]) if found else None


def read(text: str) -> list[Item]:
    """Runs of prefixes, words and letters, in their order."""
    tokens = _tokens(text)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        run, after = _run(tokens, at)
        if run is not None:
            items.append(_with_letters(items, run))
        elif len(tokens[at].word) == 1:
            after = at + 1
            _add_letter(items, tokens, at)
        else:
            after = at + 1
            token = tokens[at]
            items.append(Word(token.word, token.other, token.tail, token.mark == ".", token.mark == "-"))
        at = after
    return items


def _add_letter(items: list[Item], tokens: list[_Token], at: int) -> None:
    token = tokens[at]
    before = items[-1] if items else None
    if isinstance(before, Letters):
        items[-1] = Letters(before.letters + token.word, before.dotted or token.mark == ".")
    else:
        items.append(Letters(token.word, token.mark == "."))


def _with_letters(items: list[Item], run: Run) -> Run:
    """A prefix that may be an initial takes the initials before it along."""
    before = items[-1] if items else None
    if run.letters and isinstance(before, Letters):
        return Run(run.words, run.short, before.letters + run.letters, run.hyphen)
    return run


def _run(tokens: list[_Token], at: int) -> tuple[Run | None, int]:
    words: list[str] = []
    start = at
    while at < len(tokens):
        token = tokens[at]
        last = at + 1 == len(tokens)
        if not words and (length := _short(tokens, at)):
            return Run(("vd",), True, "", tokens[at + length - 1].mark == "-"), at + length
        if token.word in _PREFIXES and not (len(token.word) == 1 and token.mark == "."):
            words.append(token.word)
        elif token.word in _EXPANDED and not (last and token.word in ("int", "opt")):
            words += _EXPANDED[token.word]
        elif token.word == "v" and not last and _goes_on(tokens[at + 1].word):
            words.append("van")
        else:
            break
        at += 1
    if words:
        return Run(tuple(words), hyphen=tokens[at - 1].mark == "-"), at
    token = tokens[start]
    followed = start + 1 < len(tokens) and len(tokens[start + 1].word) > 1
    if followed and (token.word == "v" or (token.word == "d" and token.mark != ".")):
        return Run((token.word,), True, token.word), start + 1
    return None, start


def _goes_on(word: str) -> bool:
    """Whether a "v" before it is "van"."""
    return word in ("de", "den", "der", "t", "het", "h")


def _short(tokens: list[_Token], at: int) -> int:
    """How many tokens are an abbreviated "van der": vd, v.d., v/d, v d."""
    if tokens[at].word == "vd":
        return 1
    two = at + 1 < len(tokens) and tokens[at].word == "v" and tokens[at + 1].word == "d"
    return 2 if two and (at + 2 == len(tokens) or len(tokens[at + 2].word) > 1) else 0


def _tokens(text: str) -> list[_Token]:
    folded, other = fold(text), fold(unicodedata.normalize("NFC", text).translate(_SPELLED_OUT))
    found, others = list(_TOKEN.finditer(folded)), _TOKEN.findall(other)
    if len(found) != len(others):
        others = [one[0] for one in found]
    tokens: list[_Token] = []
    for match, spelled in zip(found, others, strict=True):
        mark = folded[match.end() : match.end() + 1]
        if mark not in (".", "-", "/"):
            mark = "-" if re.match(r"\s*-", folded[match.end() :]) else ""
        pieces = match[0].split("'")
        if len(pieces) > 1 and all(piece in _PREFIXES or piece in _EXPANDED for piece in pieces):
            tokens += [_Token(piece, piece, "", "") for piece in pieces]
        else:
            tail = pieces[-1] if len(pieces) > 1 and len(pieces[-1]) > 1 else ""
            tokens.append(_Token("".join(pieces), spelled.replace("'", ""), tail, mark))
    return tokens
