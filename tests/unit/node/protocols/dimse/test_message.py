"""Messages come through whatever the fragments, datasets without a copy, and arbitrary PDUs raise only our errors."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.message import MessageReader, command_pdus, data_header, fragment_room
from tests.unit.node.protocols.dimse.peers import CT, data_pdu, pdv

STORE = command.store_request(1, CT, "1.2.3")
ECHO = command.echo_request(1, "1.2.840.10008.1.1")


class Log:
    """Writes down what the reader hands on."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.fragments: list[memoryview] = []

    def command(self, context_id: int, request: command.Command) -> None:
        self.events.append((context_id, request.number(command.Element.COMMAND_FIELD)))

    def data(self, fragment: memoryview) -> None:
        self.fragments.append(fragment)

    def end(self) -> None:
        self.events.append(b"".join(self.fragments))
        self.fragments.clear()


def reader(limits: Limits | None = None) -> tuple[MessageReader, Log]:
    log = Log()
    return MessageReader(frozenset({1, 3}), log, limits or Limits()), log


def feed(to: MessageReader, *values: bytes) -> None:
    to.feed(memoryview(b"".join(values)))


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), min_size=1), st.booleans())
def test_a_message_comes_through_whatever_its_fragments(data: bytes, sizes: list[int], one_pdu: bool) -> None:
    values = []
    for kind, content in ((1, STORE), (0, data)):
        position, at = 0, 0
        while position < len(content) or not content:
            size = sizes[at % len(sizes)]
            last = position + size >= len(content)
            values.append(pdv(1, kind | (2 if last else 0), content[position : position + size]))
            position, at = position + size, at + 1
            if not content:
                break
    to, log = reader()
    if one_pdu:
        feed(to, *values)
    else:
        for value in values:
            feed(to, value)
    assert log.events == [(1, 1), data]
    assert not to.within_message


def test_dataset_fragments_are_slices_of_the_buffer() -> None:
    to, log = reader()
    buffer = bytearray(pdv(1, 3, STORE) + pdv(1, 0, b"abcd"))
    to.feed(memoryview(buffer))
    assert log.fragments[0].obj is buffer


def test_message_without_dataset_is_followed_by_the_next_on_another_context() -> None:
    to, log = reader()
    feed(to, pdv(1, 3, ECHO), pdv(3, 3, ECHO))
    assert log.events == [(1, 0x30), (3, 0x30)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((b"\0\0\0",), "pdv-length"),
        ((pdv(1, 3, ECHO)[:-1],), "pdv-length"),
        ((b"\0\0\0\1\1\3",), "pdv-length"),
        ((pdv(5, 3, ECHO),), "context-unknown"),
        ((pdv(1, 2, b"data"),), "pdv-unexpected"),
        ((pdv(1, 3, STORE), pdv(3, 2, b"data")), "pdv-unexpected"),
        ((pdv(1, 3, STORE), pdv(1, 3, ECHO)), "pdv-unexpected"),
        ((pdv(1, 1, ECHO[:8]), pdv(3, 3, ECHO[8:])), "pdv-unexpected"),
        ((pdv(1, 3, ECHO), pdv(1, 2, b"data")), "pdv-unexpected"),
        ((pdv(1, 3, b"nonsense"),), "command-set"),
    ],
)
def test_what_breaks_the_format_is_malformed(values: tuple[bytes, ...], code: str) -> None:
    to, _ = reader()
    with pytest.raises(Malformed) as caught:
        feed(to, *values)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("limits", "values"),
    [
        (Limits(command_bytes=20), (pdv(1, 3, ECHO),)),
        (Limits(dataset_bytes=5), (pdv(1, 3, STORE), pdv(1, 0, b"abcd"), pdv(1, 0, b"ef"))),
        (Limits(fragments_per_pdu=2), (pdv(1, 3, STORE), pdv(1, 0, b"a"), pdv(1, 0, b"b"))),
        (Limits(empty_fragments=2), (pdv(1, 3, STORE), *[pdv(1, 0, b"")] * 3)),
    ],
)
def test_limits_hold(limits: Limits, values: tuple[bytes, ...]) -> None:
    to, _ = reader(limits)
    with pytest.raises(TooLarge):
        feed(to, *values)


@given(st.lists(st.binary(max_size=80) | st.builds(pdv, st.just(1), st.integers(0, 3), st.binary(max_size=80))))
def test_arbitrary_pdus_raise_only_our_errors(bodies: list[bytes]) -> None:
    to, _ = reader()
    with contextlib.suppress(Malformed, TooLarge):
        for body in bodies:
            to.feed(memoryview(body))


@given(st.integers(1, 400), st.integers(0, 300).filter(lambda most: most == 0 or most >= 64))
def test_our_commands_keep_to_the_peers_limit(length: int, most: int) -> None:
    payload = bytes(range(256)) * 2
    sent = command_pdus(1, payload[:length], most)
    content, position = b"", 0
    while position < len(sent):
        size = int.from_bytes(sent[position + 2 : position + 6], "big")
        assert most == 0 or size <= most
        content += sent[position + 12 : position + 6 + size]
        position += 6 + size
    assert content == payload[:length]


def test_fragments_are_even_and_headers_those_of_the_standard() -> None:
    assert fragment_room(0, 1001) == 1000
    assert fragment_room(4096, 100_000) == 4090
    header = data_header(1, 4, is_command=True, last=True)
    assert header + b"abcd" == data_pdu(pdv(1, 3, b"abcd"))
