"""Parts of files as a browser sealed them before they left its machine, and how they lie in a chunk (decision 0017).

A file is a row of parts, laid end to end; each part is one RFC 8188 message of at most 4 MiB under the key of its line.
Inside the seal every part says of which file and which part it is, so that chunks cannot change places; the first says
what the file is called and how long it is. A writer - one page of a browser - makes both keys, and seals them to the
upload by age. The sealing side is ``web/src/intake``, and its tests open with this.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Denied, Malformed, TooLarge
from beeldbrug.sealed import forms
from beeldbrug.sealed.opening.age import open_age
from beeldbrug.sealed.opening.message import open_message

PART_BYTES: Final = 4 * 2**20
CHUNK_BYTES: Final = 9 * 2**20
"""A chunk goes when it holds 4 MiB, so it is at most this."""

CHUNK_PARTS: Final = 20_000
WRITER_BYTES: Final = 4096
NAME_CHARACTERS: Final = 4096
PARTS: Final = 2**20
"""Of one file."""

_ENTRY: Final = struct.Struct(">16sII")
_INSIDE: Final = struct.Struct(">16sIB")
_LAST: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a chunk: of which file and part it is by what the browser said, and where it lies."""

    file: bytes
    part: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part, opened. ``last``: the file ends here."""

    content: memoryview = field(repr=False)
    last: bool


@dataclass(frozen=True, slots=True)
class WriterKeys:
    """Content keys of one writer, by line."""

    keys: dict[Line, bytes] = field(repr=False)


def split_chunk(body: bytes) -> tuple[bytes, memoryview]:
    """(contents, messages) of a chunk as it comes, the messages not copied. Raises Malformed ``chunk-malformed``."""
    if len(body) < 4:
        raise _malformed()
    count = int.from_bytes(body[:4], "big")
    end = 4 + count * _ENTRY.size
    if not 0 < count <= CHUNK_PARTS or len(body) < end:
        raise _malformed()
    contents, messages = body[4:end], memoryview(body)[end:]
    if sum(entry.length for entry in entries_of(contents)) != len(messages):
        raise _malformed()
    return contents, messages


def entries_of(contents: bytes) -> Iterator[Entry]:
    """What lies in a chunk, in order. Raises Malformed ``chunk-malformed``."""
    offset = 0
    for file, part, length in _ENTRY.iter_unpack(contents):
        if part >= PARTS or not 0 < length <= CHUNK_BYTES:
            raise _malformed()
        yield Entry(file, part, offset, length)
        offset += length


def open_writer(sealed: bytes, secret: str, upload: str, writer: str) -> WriterKeys:
    """The keys that a writer sealed to its upload. Raises Denied, Malformed ``writer-malformed``."""
    try:
        said: Any = json.loads(open_age(sealed, [secret]))
        keys = {line: base64.b64decode(said[line.value], validate=True) for line in Line}
        names = said["upload"], said["writer"]
    except (ValueError, KeyError, TypeError):
        raise Malformed(
            "writer-malformed", "The keys of an upload cannot be read.", "Choose the files again."
        ) from None
    if names != (upload, writer) or any(len(one) != 16 for one in keys.values()):
        raise Malformed("writer-malformed", "The keys of an upload cannot be read.", "Choose the files again.")
    return WriterKeys(keys)


def open_part(key: bytes, entry: Entry, message: bytes) -> Part:
    """One part, which must be what its chunk says. Raises Denied ``seal-broken``, ``part-differs``, Malformed."""
    plain = open_message(key, message)
    if len(plain) < _INSIDE.size:
        raise _malformed()
    file, part, flags = _INSIDE.unpack_from(plain)
    if (file, part) != (entry.file, entry.part):
        raise Denied("part-differs", "A part of an upload is not what its place says.", "Have it uploaded again.")
    return Part(memoryview(plain)[_INSIDE.size :], bool(flags & _LAST))


def split_head(content: memoryview) -> tuple[str, int, memoryview]:
    """(name, size in bytes, first bytes) of a file, from its part 0. Raises Malformed ``chunk-malformed``."""
    try:
        length = int.from_bytes(content[:4], "big")
        said: Any = json.loads(bytes(content[4 : 4 + length]))
        name, size = said["name"], said["size"]
    except (ValueError, KeyError, TypeError):
        raise _malformed() from None
    if not isinstance(name, str) or not isinstance(size, int) or len(name) > NAME_CHARACTERS or size < 0:
        raise _malformed()
    return name, size, content[4 + length :]


def check_chunk(body: bytes) -> None:
    """Raises TooLarge ``chunk-too-large``."""
    if len(body) > CHUNK_BYTES:
        raise TooLarge("chunk-too-large", "A part of an upload is larger than this takes.", "Reload the page.")


def check_name(writer: str) -> str:
    """A writer's id. Raises Malformed."""
    return forms.check(writer, forms.ID, "writer-malformed")


def _malformed() -> Malformed:
    return Malformed("chunk-malformed", "A part of an upload cannot be read.", "Reload the page and try again.")
