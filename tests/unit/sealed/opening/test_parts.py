"""Parts as a browser seals them: the vectors of web/tests/vectors open here as there, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed
from beeldbrug.sealed.keys import new_transport_key
from beeldbrug.sealed.opening.parts import entries_of, open_part, open_writer, split_chunk, split_head
from tests.browser_seal import BrowserWriter, file_id

VECTORS = Path(__file__).parents[4] / "web" / "tests" / "vectors" / "parts.json"
KEY = bytes(range(16))


def test_what_the_browser_sealed_opens_here() -> None:
    vectors = json.loads(VECTORS.read_text())
    keys = open_writer(bytes.fromhex(vectors["writer"]), vectors["secret"], vectors["upload"], vectors["name"])
    contents, messages = split_chunk(bytes.fromhex(vectors["chunk"]))
    entries = list(entries_of(contents))
    opened = [
        open_part(keys.keys[Line(line)], entry, messages[entry.offset : entry.offset + entry.length])
        for entry, line in zip(entries, vectors["lines"], strict=True)
    ]
    name, size, head = split_head(opened[0].content)
    assert (name, size) == (vectors["file"], vectors["size"])
    assert bytes(head) + bytes(opened[1].content) == bytes.fromhex(vectors["content"])
    assert [one.last for one in opened] == [False, True]


def test_keys_of_another_upload_or_writer_are_refused() -> None:
    key = new_transport_key()
    writer = BrowserWriter("a" * 32, key.recipient)
    sealed = writer.sealed_keys()
    assert open_writer(sealed, key.secret, "a" * 32, writer.id).keys == writer.keys
    for upload, name in (("b" * 32, writer.id), ("a" * 32, "c" * 32)):
        with pytest.raises(Malformed, match="writer-malformed"):
            open_writer(sealed, key.secret, upload, name)
    with pytest.raises(Denied):
        open_writer(sealed, new_transport_key().secret, "a" * 32, writer.id)


def test_a_part_opens_in_its_own_place_only() -> None:
    writer = BrowserWriter("a" * 32, "")
    message = writer.part(Line.PIXEL, "one", 3, b"pixels", True, 6)
    (entry,) = entries_of(file_id("one") + (3).to_bytes(4, "big") + len(message).to_bytes(4, "big"))
    part = open_part(writer.keys[Line.PIXEL], entry, message)
    assert (bytes(part.content), part.last) == (b"pixels", True)
    for other in (file_id("two") + (3).to_bytes(4, "big"), file_id("one") + (4).to_bytes(4, "big")):
        (moved,) = entries_of(other + len(message).to_bytes(4, "big"))
        with pytest.raises(Denied, match="part-differs"):
            open_part(writer.keys[Line.PIXEL], moved, message)
    with pytest.raises(Denied, match="seal-broken"):
        open_part(writer.keys[Line.IDENTITY], entry, message)


@pytest.mark.parametrize("body", [b"", b"\0\0\0\0", b"\0\0\0\1abc", b"\xff" * 40, b"\0\0\0\1" + b"a" * 24 + b"xx"])
def test_a_chunk_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(BeeldbrugError):
        split_chunk(body)


@pytest.mark.parametrize("content", [b"", b"\0\0\0\2{}", b"\0\0\0\x09not json!", b"\xff\xff\xff\xff"])
def test_a_head_that_says_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed):
        split_head(memoryview(content))
