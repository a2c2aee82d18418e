"""Promises of padded sizes."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.pack import SEGMENT_BYTES
from beeldbrug.sealed.padme import padme


def by_definition(length: int) -> int:
    exponent = math.floor(math.log2(length))
    kept = math.floor(math.log2(exponent)) + 1
    mask = (1 << (exponent - kept)) - 1
    return (length + mask) & ~mask


def test_padme_is_the_published_rule() -> None:
    assert [padme(length) for length in range(10)] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]
    for length in [*range(2, 5000), 2**20 + 1, 2**23 - 1, 10**9 + 7]:
        assert padme(length) == by_definition(length)


@given(st.integers(0, 2**50))
def test_padme_costs_at_most_12_percent_and_is_its_own_fixed_point(length: int) -> None:
    padded = padme(length)
    assert length <= padded <= length * 1.12
    assert padme(padded) == padded


def test_a_full_segment_is_not_padded_past_its_limit() -> None:
    assert padme(SEGMENT_BYTES) == SEGMENT_BYTES
