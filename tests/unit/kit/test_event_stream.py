"""Promises of kit.event_stream."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.kit.event_stream import Event, EventLimits, read_events
from beeldbrug.model.errors import TooLarge

STREAM = (
    "\ufeff: hello\nid: 7\r\nevent: part\r\ndata: één\rdata:  two\n\nignored\ndata\n\nid: 8\n\ndata: late\n\ndata: cut"
).encode()
EVENTS = [Event("7", "part", "één\n two"), Event("7", "message", ""), Event("8", "message", "late")]


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_piece_borders_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in itertools.pairwise(edges)]
    assert list(read_events(pieces, EventLimits())) == EVENTS


@pytest.mark.parametrize("piece", [b"x" * 50, b"data: 12345\n" * 5])
def test_endless_lines_and_events_are_refused(piece: bytes) -> None:
    with pytest.raises(TooLarge):
        list(read_events([piece] * 10, EventLimits(line=100, data=100)))
