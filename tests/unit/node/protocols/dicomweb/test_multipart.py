"""A multipart body is what RFC 2046 says, and exactly as long as announced."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

from beeldbrug.node.protocols.dicomweb.multipart import Multipart, PartHead

BODIES = [b"one\r\n--not a boundary", b"", bytes(range(256)) * 40]
HEADS = [PartHead("image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90", len(body)) for body in BODIES]


def parse(content_type: str, body: bytes) -> list[bytes]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return [part.get_payload(decode=True) for part in message.iter_parts()]  # type: ignore[attr-defined, misc]  # email


def test_a_standard_parser_reads_the_parts_back() -> None:
    parts = Multipart("image/jp2", HEADS)
    assert parse(parts.content_type, parts.whole(BODIES)) == BODIES


def test_a_streamed_body_equals_a_whole_one_and_has_the_announced_length() -> None:
    parts = Multipart("image/jp2", HEADS)
    halves = (iter([body[: len(body) // 2], body[len(body) // 2 :]]) if body else iter([]) for body in BODIES)
    streamed = b"".join(parts.stream(halves))
    assert streamed == parts.whole(BODIES)
    assert len(streamed) == parts.length
