"""One HL7 v2 message: its character set, separators and escapes, and the values in it (HL7 v2 chapter 2).

Parsed by the package ``hl7``, and of a message only the segments that say who a patient is. Values are text without
escapes and control characters; HL7's null ("") is ``NULL``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import hl7

from beeldbrug.model.errors import Malformed, TooLarge, Unsupported

SEGMENTS: Final = ("MSH", "EVN", "PID", "MRG")
"""What is read of a message about a patient."""

MOST_BYTES: Final = 64 * 1024
"""Of the segments that are read, together: parsing costs time, and what is longer tells of no patient."""

NULL: Final = '""'
"""The value is to be forgotten (HL7 v2 section 2.5.3); an empty one says nothing."""

CHARACTER_SETS: Final[dict[str, str]] = {
    "ASCII": "ascii",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "ISO IR100": "iso-8859-1",
    **{f"8859/{part}": f"iso-8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}
"""Of MSH-18 (HL7 table 0211, and what is seen in its place) to Python's names; blanks and dashes do not count."""

_parse: Any = hl7.parse
_LINES = re.compile(rb"\r\n?|\n")
_LINE_ENDS = re.compile(r"\.(?:br|sp\s*\+?\d*|ce)")
_FORMATS = re.compile(r"\.(?:fi|nf|(?:in|ti|sk)\s*[+-]?\d*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LONGEST = 1000
"""Characters of one value that are read."""

_LOOSE: Final = {re.sub(r"[ _-]", "", name): codec for name, codec in CHARACTER_SETS.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """MSH as it came, for the acknowledgement: its fields, raw, MSH-1 at index 1."""

    fields: tuple[str, ...] = ("MSH", "|", "^~\\&")

    def raw(self, number: int) -> str:
        """MSH-``number`` as it stands there, empty where it does not."""
        return self.fields[number] if number < len(self.fields) else ""

    def value(self, number: int, component: int = 1) -> str:
        """A component of the first repetition."""
        encoding = self.raw(2)
        parts = self.raw(number).split(encoding[1])[0].split(encoding[0])
        return parts[component - 1].strip() if component <= len(parts) else ""

    @property
    def version(self) -> tuple[int, ...]:
        """MSH-12, as (2, 5, 1); empty for what is none."""
        text = self.value(12)
        return tuple(map(int, text.split("."))) if re.fullmatch(r"2(\.[0-9]{1,2}){1,2}", text) else ()


def header_of(content: bytes) -> Header:
    """MSH of a message. Raises Malformed ``hl7-not-a-message``."""
    text = _LINES.split(content, maxsplit=1)[0].decode("iso-8859-1")
    separator, encoding = text[3:4], text[4:].split(text[3:4] or "|")[0]
    marks = separator + encoding
    if not text.startswith("MSH") or not 5 <= len(marks) <= 6 or len(set(marks)) < len(marks) or not _are_marks(marks):
        raise Malformed(
            "hl7-not-a-message", "This is no HL7 v2 message.", "Have the sender send HL7 v2 with MSH first."
        )
    return Header(("MSH", separator, *text[4:].split(separator)))


def _are_marks(text: str) -> bool:
    return text.isascii() and text.isprintable() and not any(char.isalnum() or char in ' "' for char in text)


class Message:
    """A message of which some segments can be read."""

    def __init__(self, content: bytes, default: str, segments: tuple[str, ...] = SEGMENTS) -> None:
        """``default`` is the character set where MSH-18 is empty. Raises Malformed, Unsupported, TooLarge."""
        self.header = header_of(content.lstrip(b"\r\n"))
        self.codec = _codec(self.header, default)
        encoding = self.header.raw(2)
        self._escape = encoding[2]
        self._escapes = {
            "F": self.header.raw(1),
            "S": encoding[0],
            "T": encoding[3],
            "R": encoding[1],
            "E": encoding[2],
            "H": "",
            "N": "",
        }
        self._sequence = re.compile(
            f"{re.escape(self._escape)}([^{re.escape(self._escape)}]*){re.escape(self._escape)}"
        )
        wanted = tuple(name.encode() for name in segments)
        every = _LINES.split(content.lstrip(b"\r\n"))
        lines = [line for line in every if line.startswith(wanted)]
        self._others = [line for line in every if not line.startswith(wanted)]
        if sum(map(len, lines)) > MOST_BYTES:
            raise TooLarge(
                "hl7-too-large", "The patient's segments are too long.", "Have the sender split the message."
            )
        self._segments: list[Any] = list(_parse("\r".join(map(self._decoded, lines)) + "\r"))

    def others(self, *names: str) -> Iterator[Line]:
        """Segments of these names that are not among SEGMENTS, in their order. Raises Malformed ``hl7-undecodable``."""
        wanted = tuple(name.encode() for name in names)
        return (Line(self, self._decoded(line)) for line in self._others if line[:3] in wanted)

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode(self.codec)
        except UnicodeDecodeError:
            raise Malformed(
                "hl7-undecodable",
                "The text is not of the character set that the message names.",
                "Have the sender fill MSH-18, or set [hl7] character_set.",
            ) from None

    def segments(self, *names: str) -> list[tuple[str, Any]]:
        """(name, segment) of these, in their order."""
        named = ((str(segment[0]), segment) for segment in self._segments)
        return [(name, segment) for name, segment in named if name in names]

    def repetitions(self, segment: Any, field: int) -> list[list[list[str]]]:
        """A field's repetitions, their components, their subcomponents; those that say nothing are left out."""
        if field >= len(segment):
            return []
        found = [self._components(one) for one in segment[field]]
        return [one for one in found if any(text for parts in one for text in parts)]

    def _components(self, repetition: Any) -> list[list[str]]:
        if isinstance(repetition, str):
            return [[self._plain(repetition)]]
        return [[self._plain(text) for text in component] for component in repetition]

    def value(self, segment: Any, field: int) -> str:
        """First component of the first repetition."""
        found = self.repetitions(segment, field)
        return found[0][0][0] if found else ""

    def lines(self, text: str) -> str:
        """A formatted text (FT, section 2.7.6): its line ends as ``\\n``, without other formatting."""
        if self._escape in text:
            text = self._sequence.sub(lambda found: self._formatted(found[1]), text)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(_CONTROL.sub(" ", line).rstrip() for line in lines)

    def plain(self, text: str) -> str:
        """A value without escapes, on one line."""
        return self._plain(text)

    def _plain(self, text: str) -> str:
        cut = text[:_LONGEST]
        if self._escape in cut:
            cut = self._sequence.sub(lambda found: self._unescaped(found[1]), cut)
        return " ".join(_CONTROL.sub(" ", cut).split())

    def _formatted(self, sequence: str) -> str:
        if _LINE_ENDS.fullmatch(sequence):
            return "\n"
        return "" if _FORMATS.fullmatch(sequence) else self._unescaped(sequence)

    def _unescaped(self, sequence: str) -> str:
        """What an escape sequence stands for (section 2.7); formatting and other character sets become a blank."""
        if sequence in self._escapes:
            return self._escapes[sequence]
        if re.fullmatch(r"X([0-9A-Fa-f]{2})+", sequence):
            return bytes.fromhex(sequence[1:]).decode(self.codec, "replace")
        return " "


class Line:
    """One segment as it came; values are read by their numbers in the standard."""

    __slots__ = ("_fields", "_message", "name")

    def __init__(self, message: Message, text: str) -> None:
        self._message = message
        self._fields = text.split(message.header.raw(1))
        self.name = self._fields[0]

    def raw(self, field: int) -> str:
        """A field with all its marks; empty where there is none."""
        return self._fields[field] if field < len(self._fields) else ""

    def repetitions(self, field: int) -> list[str]:
        """A field's repetitions, raw."""
        return self.raw(field).split(self._message.header.raw(2)[1])

    def components(self, repetition: str) -> list[str]:
        """Components of a repetition, raw."""
        return repetition.split(self._message.header.raw(2)[0])

    def value(self, field: int, component: int = 1, sub: int = 1) -> str:
        """A subcomponent of the first repetition, plain; the null value is empty."""
        components = self.components(self.repetitions(field)[0])
        subs = components[component - 1].split(self._message.header.raw(2)[3]) if component <= len(components) else []
        found = self._message.plain(subs[sub - 1]) if sub <= len(subs) else ""
        return "" if found == NULL else found


def part(components: list[list[str]], component: int, sub: int = 1) -> str:
    """A subcomponent by its numbers in the standard, empty where there is none."""
    parts = components[component - 1] if component <= len(components) else []
    return parts[sub - 1] if sub <= len(parts) else ""


def _codec(header: Header, default: str) -> str:
    named = header.value(18).upper()
    if not named or named == "ASCII":  # many that say so send more
        return default
    codec = _LOOSE.get(re.sub(r"[ _-]", "", named))
    if codec is None:
        raise Unsupported(
            "hl7-character-set", "The message's character set is not read here.", "Have the sender use UNICODE UTF-8."
        )
    return codec
