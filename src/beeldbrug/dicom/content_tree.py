"""The content tree of a structured report as plain text with headings (PS3.3 C.17.3). Pure; no words of its own.

Reads the DICOM JSON Model (PS3.18 annex F). Codes are given by their meaning, measurements with their unit as UCUM
writes it; a heading stands on a line of its own after an empty one; what explains an item stands indented below it.
What has no value in words (a picture, a region in one) is given by its value type, so that nothing is left out unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from beeldbrug.model.errors import Malformed, TooLarge

Attributes = Mapping[str, Any]
"""A dataset, or an item of it."""

DEEPEST: Final = 60
ITEMS_MOST: Final = 20_000

NAME, VALUE_TYPE, RELATIONSHIP, CONTENT = "0040A043", "0040A040", "0040A010", "0040A730"
CONTEXT: Final = frozenset({"HAS OBS CONTEXT", "HAS CONCEPT MOD", "HAS ACQ CONTEXT"})
"""Relationships of what says who looked, in which language and so on, rather than what was found."""

_INDENT: Final = "  "
_NO_UNIT: Final = "1"
_NO_UNIT_WORDS: Final = frozenset({"", "1", "no units", "unity", "dimensionless"})


def values(item: Attributes, tag: str) -> list[Any]:
    """The values of an attribute; none where it is absent or no list."""
    attribute = item.get(tag)
    found = attribute.get("Value") if isinstance(attribute, Mapping) else None
    return found if isinstance(found, list) else []


def text_of(item: Attributes, tag: str) -> str:
    """The first value as text, without what pads it; of a person's name its alphabetic form."""
    value: Any = next((one for one in values(item, tag) if one is not None), "")
    if isinstance(value, Mapping):
        value = next((value[form] for form in ("Alphabetic", "Ideographic", "Phonetic") if value.get(form)), "")
    return str(value).strip(" \0")


def items_of(item: Attributes, tag: str) -> list[Attributes]:
    """The items of a sequence."""
    return [one for one in values(item, tag) if isinstance(one, Mapping)]


def meaning(item: Attributes, tag: str) -> str:
    """What a coded attribute means, else its code (C.8.8: Code Value, Long Code Value, URN)."""
    first = next(iter(items_of(item, tag)), {})
    return next((text for one in ("00080104", "00080100", "00080119", "00080120") if (text := text_of(first, one))), "")


def code_of(item: Attributes, tag: str) -> tuple[str, str]:
    """Code value and coding scheme of a coded attribute."""
    first = next(iter(items_of(item, tag)), {})
    value = next((text for one in ("00080100", "00080119", "00080120") if (text := text_of(first, one))), "")
    return value, text_of(first, "00080102")


def spoken(name: str) -> str:
    """A person's name (PN) as it is said: prefix, given, middle, family, suffix."""
    family, given, middle, prefix, suffix = (*(part.strip() for part in name.split("=")[0].split("^")), *[""] * 5)[:5]
    return " ".join(part for part in (prefix, given, middle, family, suffix) if part)


def plain_text(root: Attributes, most: int) -> str:
    """What the tree says, lines parted by ``\\n``, at most ``most`` characters. Raises TooLarge ``report-too-large``
    for a tree that is deeper, wider or longer; Malformed ``report-without-content`` for one that says nothing."""
    lines = _Lines(most)
    _write_all(lines, items_of(root, CONTENT), 0, 1)
    if not lines.whole:
        raise Malformed("report-without-content", "The report has no content.", "Ask the sender for the report.")
    return "\n".join(lines.whole)


def walk(root: Attributes) -> Iterator[Attributes]:
    """Every content item, from the top. Raises TooLarge."""
    left, stack = ITEMS_MOST, [(one, 1) for one in reversed(items_of(root, CONTENT))]
    while stack:
        item, depth = stack.pop()
        left -= 1
        if left < 0 or depth > DEEPEST:
            raise _too_large()
        yield item
        stack += [(one, depth + 1) for one in reversed(items_of(item, CONTENT))]


class _Lines:
    """The text so far, within its bounds."""

    def __init__(self, most: int) -> None:
        self.whole: list[str] = []
        self._characters, self._items = most, ITEMS_MOST

    def item(self, depth: int) -> None:
        self._items -= 1
        if self._items < 0 or depth > DEEPEST:
            raise _too_large()

    def add(self, line: str) -> None:
        self._characters -= len(line) + 1
        if self._characters < 0:
            raise _too_large()
        self.whole.append(line)


def _write_all(lines: _Lines, items: Sequence[Attributes], indent: int, depth: int) -> None:
    """Items of one parent; a run of what has nothing to say but its type is one line that counts them."""
    for bare, run in groupby(items, _bare):
        some = list(run)
        if bare and len(some) > 1:
            for _ in some:
                lines.item(depth)
            lines.add(f"{_INDENT * indent}{bare} ({len(some)})")
            continue
        for one in some:
            _write(lines, one, indent, depth)


def _bare(item: Attributes) -> str:
    kind = text_of(item, VALUE_TYPE)
    nameless = not meaning(item, NAME) and not items_of(item, CONTENT)
    return _value(item, kind) if nameless and kind not in _VALUES and kind != "CONTAINER" else ""


def _write(lines: _Lines, item: Attributes, indent: int, depth: int) -> None:
    lines.item(depth)
    kind, name = text_of(item, VALUE_TYPE), _one_line(meaning(item, NAME))
    below = items_of(item, CONTENT)
    if kind == "CONTAINER":
        if name:
            for line in ([""] if lines.whole else []) + [_INDENT * indent + name]:
                lines.add(line)
        _write_all(lines, below, indent, depth + 1)
        return
    for line in _said(name, _value(item, kind)):
        lines.add(_INDENT * indent + line)
    _write_all(lines, below, indent + 1, depth + 1)


def _said(name: str, value: str) -> list[str]:
    """``name: value``; a value of several lines stands below its name."""
    found = [line.rstrip() for line in value.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while found and not found[-1]:
        found.pop()
    if len(found) <= 1:
        return [": ".join(part for part in (name, *found) if part)] if name or found else []
    return [*([f"{name}:"] if name else []), *found]


def _value(item: Attributes, kind: str) -> str:
    read = _VALUES.get(kind)
    value = read(item) if read is not None else f"[{_one_line(kind)}]" if kind else ""
    return "".join(char for char in value if char in "\n\t" or ord(char) >= 0x20)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _measured(item: Attributes) -> str:
    """A number with its unit; why there is none (Numeric Value Qualifier, C.18.1)."""
    one = next(iter(items_of(item, "0040A300")), {})
    number, unit = text_of(one, "0040A30A"), code_of(one, "004008EA")[0]
    if not number:
        return meaning(item, "0040A301")
    if unit in ("", _NO_UNIT):  # a unit that UCUM has not is often written as 1 with its name as meaning
        unit = meaning(one, "004008EA")
        unit = "" if unit.casefold() in _NO_UNIT_WORDS else unit
    return f"{number} {unit}".rstrip()


def _day(item: Attributes) -> str:
    text = text_of(item, "0040A121")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text


def _clock(item: Attributes) -> str:
    text = text_of(item, "0040A122")
    return f"{text[:2]}:{text[2:4]}" if len(text) >= 4 and text[:4].isdigit() else text


def _moment(item: Attributes) -> str:
    text = text_of(item, "0040A120")
    if len(text) >= 12 and text[:12].isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}"
    return text


_VALUES: Final[Mapping[str, Callable[[Attributes], str]]] = {
    "TEXT": lambda item: text_of(item, "0040A160"),
    "NUM": _measured,
    "CODE": lambda item: meaning(item, "0040A168"),
    "PNAME": lambda item: spoken(text_of(item, "0040A123")),
    "DATE": _day,
    "TIME": _clock,
    "DATETIME": _moment,
    "UIDREF": lambda item: text_of(item, "0040A124"),
}


def _too_large() -> TooLarge:
    return TooLarge(
        "report-too-large", "The report is longer or deeper than is read here.", "Open it in the viewer of the PACS."
    )
