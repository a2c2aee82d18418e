"""The written forms of one value that a search must know: encodings, cases, base64 and hexadecimal.

Base64 (RFC 4648) of a value depends on where in a text it stands, so there are three; only the characters that the
value alone decides are kept. Values inside compressed or sealed bytes are out of reach of any search.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

NATIONAL = ("iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "shift_jis", "euc_kr", "gb18030")
"""Encodings of the specific character sets (PS3.3 C.12.1.1.2) in which text beyond Latin-1 stands in headers."""

LEAST_BYTES = 6


def written_forms(value: str) -> dict[str, set[bytes]]:
    """Byte patterns of ``value`` by the name of the form; none is shorter than LEAST_BYTES."""
    found: dict[str, set[bytes]] = {}
    for name, pattern in _forms(value):
        if len(pattern) >= LEAST_BYTES:
            found.setdefault(name, set()).add(pattern)
    return found


def _forms(value: str) -> Iterator[tuple[str, bytes]]:
    for name, text in _cases(value):
        for encoding, coded in _encoded(text):
            yield encoding if name == "as it is" else name, coded
            yield "hexadecimal", coded.hex().encode()
            yield "hexadecimal", coded.hex().upper().encode()
        yield from (("utf-16", text.encode(encoding)) for encoding in ("utf-16-le", "utf-16-be"))
        yield "percent-encoded", quote(text).encode()
    for _, coded in _encoded(value):
        for offset in range(3):
            plain = _base64(coded, offset)
            yield "base64", plain
            yield "base64", plain.translate(bytes.maketrans(b"+/", b"-_"))


def _cases(value: str) -> Iterator[tuple[str, str]]:
    yield "as it is", value
    yield "upper case", value.upper()
    yield "lower case", value.lower()
    if not value.isascii():
        folded = unicodedata.normalize("NFKD", value)
        yield "decomposed", folded
        yield "without accents", "".join(one for one in folded if not unicodedata.combining(one))


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    yield "utf-8", text.encode("utf-8", "surrogatepass")
    if text.isascii():
        return
    try:
        yield "latin-1", text.encode("latin-1")
    except UnicodeEncodeError:
        for encoding in NATIONAL:
            try:
                yield "national", text.encode(encoding)
            except UnicodeEncodeError:
                continue


def _base64(coded: bytes, offset: int) -> bytes:
    """The characters that ``coded`` decides alone when ``offset`` bytes (modulo 3) stand before it."""
    whole = base64.b64encode(bytes(offset) + coded + bytes(3))
    return whole[-(-offset * 8 // 6) : (offset + len(coded)) * 8 // 6]
