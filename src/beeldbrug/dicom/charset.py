"""Specific Character Set: bytes to text and back (PS3.3 C.12.1.1.2, PS3.5 section 6.1 and annexes H to K).

Single-byte sets, code extensions by ISO 2022 escape sequences (G0 and G1 are kept apart), multi-byte sets, UTF-8,
GB18030 and GBK. Never raises on bad text: it decodes what it can and says that it could not decode all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ASCII: Final = "ascii"
_CODECS: Final = {
    **{"6": _ASCII, "13": "shift_jis", "58": "gb2312", "87": "iso2022_jp_2", "159": "iso2022_jp_2", "149": "euc_kr"},
    **{"100": "latin_1", "101": "iso8859_2", "109": "iso8859_3", "110": "iso8859_4", "144": "iso8859_5"},
    **{"127": "iso8859_6", "126": "iso8859_7", "138": "iso8859_8", "148": "iso8859_9", "203": "iso8859_15"},
    **{"166": "tis_620", "192": "utf_8"},
}
_NAMES: Final = {"GB18030": "gb18030", "GBK": "gbk", "ISO 2022 GBK": "gbk", "ISO 2022 58": "gb2312", "": _ASCII}
_TERM: Final = re.compile(r"ISO[ _-]*(?:2022[ _-]*)?IR[ _-]*(\d+)")

_G1: Final = {
    **{b")I": "shift_jis", b"-A": "latin_1", b"-B": "iso8859_2", b"-C": "iso8859_3", b"-D": "iso8859_4"},
    **{b"-L": "iso8859_5", b"-G": "iso8859_6", b"-F": "iso8859_7", b"-H": "iso8859_8", b"-M": "iso8859_9"},
    **{b"-T": "tis_620", b"-b": "iso8859_15", b"$)C": "euc_kr", b"$)A": "gb2312"},
}
_G0_SINGLE: Final = (b"(B", b"(J")
_G0_DOUBLE: Final = (b"$B", b"$@", b"$(D")
_ESCAPES: Final = re.compile(b"\x1b(" + b"|".join(re.escape(code) for code in (*_G1, *_G0_DOUBLE, *_G0_SINGLE)) + b")")
_DELIMITER: Final = re.compile(rb"[\\^=\r\n\t\f]")
_RUNS: Final = re.compile(rb"[\x80-\xff]+|[\x00-\x7f]+")
_G1_USED_AS_G0: Final = frozenset({"iso2022_jp_2"})
_SINGLE_BYTE: Final = frozenset(
    {_ASCII, "latin_1", *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 15)), "tis_620"}
)
_WHOLE: Final = frozenset({"utf_8", "gb18030", "gbk"})


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """One Specific Character Set value: its terms as written, and the codec that each stands for ("" if unknown)."""

    terms: tuple[str, ...]
    codecs: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether every term is a Defined Term of PS3.3 (or one of its common misspellings)."""
        return "" not in self.codecs

    def decode(self, raw: bytes) -> tuple[str, bool]:
        """Text of ``raw`` with padding kept, and whether all of it could be decoded as the set demands."""
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode(_ASCII), True
        first = self.codecs[0]
        if first in _WHOLE and len(self.codecs) == 1:
            return _strictly(raw, first)
        if not self.known or (self.codecs == (_ASCII,) and b"\x1b" not in raw):
            return _guess(raw), False
        return _decode_extended(raw, _ASCII if first in _G1_USED_AS_G0 else first)

    def encode(self, text: str) -> bytes | None:
        """Bytes of ``text``, without escape sequences; None when this set's first term cannot hold it."""
        codec = self.codecs[0]
        if codec not in _SINGLE_BYTE and codec not in _WHOLE:
            codec = _ASCII
        try:
            return text.encode(codec)
        except UnicodeEncodeError:
            return None


@lru_cache(maxsize=256)
def character_set(raw: bytes) -> CharacterSet:
    """The character set that a value of (0008,0005) names; an empty value is the default repertoire."""
    terms = tuple(term.strip(" \0") for term in raw[:1024].decode("latin_1").split("\\"))
    return CharacterSet(terms, tuple(_codec(term) for term in terms))


def _codec(term: str) -> str:
    upper = term.upper()
    if upper in _NAMES:
        return _NAMES[upper]
    if upper in ("UTF-8", "UTF8"):
        return "utf_8"
    match = _TERM.fullmatch(upper)
    return _CODECS.get(match.group(1), "") if match else ""


def _strictly(raw: bytes, codec: str) -> tuple[str, bool]:
    try:
        return raw.decode(codec), True
    except UnicodeDecodeError:
        return raw.decode(codec, "replace"), False


def _guess(raw: bytes) -> str:
    """Text outside the declared repertoire: UTF-8 when it is valid UTF-8, else Latin-1, as most such senders mean."""
    try:
        return raw.decode("utf_8")
    except UnicodeDecodeError:
        return raw.decode("latin_1")


def _decode_extended(raw: bytes, initial: str) -> tuple[str, bool]:
    """ISO 2022: escape sequences switch G0 or G1; delimiters switch back to the first term (PS3.5 6.1.2.5.3)."""
    parts: list[str] = []
    fine = True
    g0, g1 = b"(B", initial
    pieces = _ESCAPES.split(raw)
    for number, piece in enumerate(pieces):
        if number % 2:
            if piece in _G1:
                g1 = _G1[piece]
            else:
                g0 = piece
            continue
        if g0 in _G0_DOUBLE:
            text, good = _decode_double(piece, g0, g1)
        else:
            text, good, g1 = _decode_single(piece, g1, initial)
        parts.append(text)
        fine = fine and good
    return "".join(parts), fine


def _decode_single(piece: bytes, g1: str, initial: str) -> tuple[str, bool, str]:
    """A run with a single-byte G0; G1 falls back to the initial one behind the first delimiter."""
    if g1 == initial:
        return *_strictly(piece, g1), g1
    match = _DELIMITER.search(piece)
    if match is None:
        return *_strictly(piece, g1), g1
    before, good = _strictly(piece[: match.start()], g1)
    after, also = _strictly(piece[match.start() :], initial)
    return before + after, good and also, initial


def _decode_double(piece: bytes, g0: bytes, g1: str) -> tuple[str, bool]:
    """A run with a double-byte G0 (JIS X 0208 or 0212); bytes above 7F are G1."""
    texts: list[str] = []
    fine = True
    for run in _RUNS.findall(piece):
        text, good = _strictly(run, g1) if run[0] & 0x80 else _strictly(b"\x1b" + g0 + run, "iso2022_jp_2")
        texts.append(text)
        fine = fine and good
    return "".join(texts), fine
