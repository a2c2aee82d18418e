"""DICOM JSON of many headers as text, attribute by attribute (PS3.18 annex F): quick where headers resemble each other.

Says what ``json_model.to_json`` says. The headers of a series differ in a dozen of a hundred attributes: what was
written once is found again by its bytes, as long as all else that its text depends on is the same too, and runs of
elements that stayed the same so far are taken at once. What holds a place (BulkDataURI) is written anew each time.
Holds a few megabytes at most; for one answer, from one thread.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from beeldbrug.dicom.charset import character_set
from beeldbrug.dicom.elements import element_at
from beeldbrug.dicom.json_model import (
    CHARSET_TAG,
    INLINE_BYTES,
    SIGNED_TAG,
    Path,
    Writer,
    creator_of,
    is_creator,
    is_left_out,
    is_signed,
    to_json,
)
from beeldbrug.dicom.part10 import dataset_start
from beeldbrug.dicom.syntax import LONG_VRS, SHORT_VRS, Encoding, layout, transfer_syntax
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.capsule import VALUE_INLINE_BYTES

KEPT_BYTES: Final = 4 * 1024 * 1024
"""What is kept to be found again; then it begins anew."""

Members = dict[int, bytes]
"""Attributes by tag, in ascending order: each the text of one member, ``"00080016":{"vr":"UI",...}``."""

_MARKS: Final = 0xFFFE0000

_Guess = tuple[bytes, bool]
"""Character set and sign: with the layout, and the creator of a private element, all that the text of equal bytes
depends on. Known when a header has been read to its end; taken to be that of the header before."""


def member(tag: int, attribute: object) -> bytes:
    """One member of the object."""
    return b'"%08X":%b' % (tag, msgspec.json.encode(attribute))


def object_text(members: Iterable[bytes]) -> bytes:
    """The object of these members."""
    return b"{%b}" % b",".join(members)


@dataclass(slots=True)
class _Single:
    """An element as it was read. ``member`` is None for what is left out; ``steady`` says that equal bytes would be
    read the same anywhere."""

    tag: int
    text: bytes
    member: bytes | None
    steady: bool


@dataclass(slots=True)
class _Run:
    """Elements that follow each other, their tags ascending. ``needs`` are creators that stand before it."""

    singles: list[_Single] = field(default_factory=list)
    needs: dict[int, bytes] = field(default_factory=dict)
    creators: dict[int, bytes] = field(default_factory=dict)
    members: Members = field(default_factory=dict)
    text: bytes = b""

    def fits(self, creators: dict[int, bytes]) -> bool:
        """Whether what stands before it means the same for it."""
        return not self.needs or all(creators.get(tag, b"") == text for tag, text in self.needs.items())

    def closed(self) -> _Run:
        self.text = b"".join(single.text for single in self.singles)
        self.members = {single.tag: single.member for single in self.singles if single.member is not None}
        return self


@dataclass(slots=True)
class _Kept:
    """What was learnt of headers of one layout, character set and sign. ``runs`` are by their first tag."""

    written: dict[bytes | tuple[bytes, bytes], bytes] = field(default_factory=dict)
    runs: dict[int, _Run] = field(default_factory=dict)
    varying: set[int] = field(default_factory=set)
    seen: dict[int, bytes] = field(default_factory=dict)

    def learn(self, steps: list[_Single | _Run]) -> None:
        """Makes runs of what has stayed the same in all headers so far."""
        singles = list(_flat(steps))
        now = {single.tag: single.text for single in singles}
        if self.seen:
            self.varying |= {tag for tag in now.keys() | self.seen.keys() if now.get(tag) != self.seen.get(tag)}
        self.seen = now
        self.runs = {run.singles[0].tag: run.closed() for run in self._cut(singles) if len(run.singles) > 1}

    def _cut(self, singles: list[_Single]) -> Iterator[_Run]:
        cuts = sorted(self.varying)
        creators: dict[int, bytes] = {}
        run, before = _Run(), -1
        for single in singles:
            tag = single.tag
            if not single.steady or tag in self.varying or tag <= before or bisect(cuts, before) != bisect(cuts, tag):
                yield run
                run = _Run()
            if is_creator(tag):
                creators[tag] = single.text
                run.creators[tag] = single.text
            elif tag & 0x10000 and creator_of(tag) not in run.creators:
                run.needs[creator_of(tag)] = creators.get(creator_of(tag), b"")
            if single.steady and tag not in self.varying:
                run.singles.append(single)
            else:
                run = _Run()
            before = tag
        yield run


def _flat(steps: list[_Single | _Run]) -> Iterator[_Single]:
    for step in steps:
        if isinstance(step, _Run):
            yield from step.singles
        else:
            yield step


class JsonTexts:
    """See the module."""

    def __init__(self, inline_bytes: int = INLINE_BYTES) -> None:
        self._inline = inline_bytes
        self._kept: dict[tuple[str, bytes, bool], _Kept] = {}
        self._parsed: dict[tuple[str, int], bytes] = {}
        self._guess: _Guess = (b"", False)
        self._held = 0

    def members(self, header: bytes, syntax_uid: str, part10: bool, bulk_uri: Callable[[Path], str]) -> Members:
        """As ``to_json`` of the same; never raises on what a header holds."""
        syntax = transfer_syntax(syntax_uid)
        if syntax.deflated:
            found = to_json(header, syntax_uid, part10, bulk_uri, self._inline)
            return {int(tag, 16): member(int(tag, 16), attribute) for tag, attribute in found.items()}
        if self._held > KEPT_BYTES:
            self._kept.clear()
            self._parsed.clear()
            self._held = 0
        start = dataset_start(header) if part10 else 0
        encoding = layout(syntax, header, start)
        members, guess = self._read(header, start, encoding, bulk_uri)
        if guess != self._guess:
            self._guess = guess
            members, _ = self._read(header, start, encoding, bulk_uri)
        return members

    def _read(
        self, data: bytes, start: int, encoding: Encoding, bulk_uri: Callable[[Path], str]
    ) -> tuple[Members, _Guess]:
        """The members, if the guess was right, and what would have been."""
        charset, signed = b"", False
        kept = self._kept.setdefault((encoding.uid, *self._guess), _Kept())
        reading = _Reading(self, kept, self._guess, data, encoding, bulk_uri, self._inline)
        runs = kept.runs
        creators, members = reading.creators, reading.members
        plain, little = encoding.plain, encoding.little
        position, last, before, ascending, failed = start, len(data) - 8, -1, True, not runs
        steps: list[_Single | _Run] = []
        while position <= last:
            key, _ = plain(data, position)
            tag = (key & 0xFFFF) << 16 | key >> 16 if little else key
            ascending = ascending and tag > before
            before = tag
            run = runs.get(tag)
            if run is not None:
                if data.startswith(run.text, position) and run.fits(creators):
                    members.update(run.members)
                    creators.update(run.creators)
                    steps.append(run)
                    before = run.singles[-1].tag
                    position += len(run.text)
                    continue
                failed = True
            single = reading.single(position, tag)
            if single is None:
                break
            steps.append(single)
            position += len(single.text)
            if tag == CHARSET_TAG:
                charset = reading.value(single)
            elif tag == SIGNED_TAG:
                signed = is_signed(reading.value(single))
        if failed:
            kept.learn(steps)
        return members if ascending else {tag: members[tag] for tag in sorted(members)}, (charset, signed)

    def end(self, data: bytes, position: int, encoding: Encoding, tag: int) -> tuple[int, bool]:
        """Where an element ends that is not plain, and whether by its bytes alone; -1 when it is broken."""
        known = self._parsed.get((encoding.uid, tag))
        if known is not None and data.startswith(known, position):
            return position + len(known), True
        parsed = element_at(data, position, encoding)
        if parsed is None:
            return -1, False
        # what ended with the header may have wanted its end
        alone = parsed.end < len(data) and parsed.end - position <= VALUE_INLINE_BYTES
        if alone:
            self._parsed[encoding.uid, tag] = data[position : parsed.end]
            self._held += parsed.end - position
        return parsed.end, alone

    def keep(self, kept: _Kept, key: bytes | tuple[bytes, bytes], text: bytes, written: bytes) -> None:
        """Keeps a member to be found again."""
        kept.written[key] = written
        self._held += len(text) + len(written)


class _Reading:
    """Reads elements of one header that stand in no known run. ``members`` and ``creators`` are those so far."""

    def __init__(
        self,
        texts: JsonTexts,
        kept: _Kept,
        guess: _Guess,
        data: bytes,
        encoding: Encoding,
        bulk_uri: Callable[[Path], str],
        inline_bytes: int,
    ) -> None:
        self._texts = texts
        self._kept = kept
        self._data = data
        self._encoding = encoding
        self._charset = character_set(guess[0])
        self._bulk_uri = bulk_uri
        self._writer = Writer(data, guess[1], self._place, inline_bytes)
        self._placed = False
        self.members: Members = {}
        self.creators: dict[int, bytes] = {}

    def single(self, position: int, tag: int) -> _Single | None:
        """The element at ``position``, its member noted; None when it is broken."""
        data, encoding = self._data, self._encoding
        end, short = self._plain_end(position)
        plain = 0 < end <= position + VALUE_INLINE_BYTES and tag < _MARKS and tag not in PIXEL_TAGS
        alone = plain
        if not plain:
            end, alone = self._texts.end(data, position, encoding, tag)
        if not 0 < end <= len(data):
            return None
        text = data[position:end]
        if is_left_out(tag) or tag >> 16 == 0xFFFE:
            return _Single(tag, text, None, plain)
        key: bytes | tuple[bytes, bytes] = text
        if tag & 0x10000:  # private: its meaning is its creator's
            if is_creator(tag):
                self.creators[tag] = text
            key = (self.creators.get(creator_of(tag), b""), text)
        found = self._kept.written.get(key)
        if found is None:
            self._placed = False
            found = self._short(tag, text) if short and plain and tag != CHARSET_TAG else self._member(position)
            if self._placed or len(text) > VALUE_INLINE_BYTES:
                alone = False
            else:
                self._texts.keep(self._kept, key, text, found)
        self.members[tag] = found
        return _Single(tag, text, found, alone and tag not in (CHARSET_TAG, SIGNED_TAG))

    def value(self, single: _Single) -> bytes:
        """Value of a top-level element; b"" when it stands elsewhere."""
        element = element_at(single.text, 0, self._encoding)
        return b"" if element is None or element.gap else single.text[element.value :]

    def _plain_end(self, position: int) -> tuple[int, bool]:
        """Where an element ends whose length says so, and whether that has 16 bits; -1 when it must be parsed."""
        data, encoding = self._data, self._encoding
        if not encoding.explicit:
            return position + 8 + encoding.plain(data, position)[1], False
        vr = data[position + 4 : position + 6]
        if vr in SHORT_VRS:
            return position + 8 + encoding.u16(data, position + 6)[0], True
        if vr in LONG_VRS and position + 12 <= len(data):
            return position + 12 + encoding.u32(data, position + 8)[0], False
        return -1, False

    def _short(self, tag: int, text: bytes) -> bytes:
        """The member of an element of a VR with a 16-bit length, which is never in pieces and never nested."""
        vr = text[4:6].decode("ascii")
        values = self._writer.values(text[8:], vr, self._encoding.order, self._charset) if len(text) > 8 else []
        if not values:
            return b'"%08X":{"vr":"%b"}' % (tag, text[4:6])
        return b'"%08X":{"vr":"%b","Value":%b}' % (tag, text[4:6], msgspec.json.encode(values))

    def _member(self, position: int) -> bytes:
        element = element_at(self._data, position, self._encoding)
        assert element is not None  # noqa: S101 - where it ends was told by the same bytes
        private = element.tag & 0x10000
        names = {tag: self._name(text) for tag, text in self.creators.items()} if private else {}
        vr = self._writer.vr(element, names)
        return member(element.tag, self._writer.attribute(element, vr, self._charset, (element.tag,)))

    def _name(self, text: bytes) -> str:
        element = element_at(text, 0, self._encoding)
        return "" if element is None else Writer(text, False, self._place, 0).creator(element, self._charset)

    def _place(self, path: Path) -> str:
        self._placed = True
        return self._bulk_uri(path)
