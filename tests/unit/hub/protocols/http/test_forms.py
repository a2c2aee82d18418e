"""The wire's own rules: byte ranges, limits on rate, and a status for every kind of error."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from beeldbrug.hub.protocols.http.errors import STATUS_BY_KIND, error_response, status_of
from beeldbrug.hub.protocols.http.gate import Buckets
from beeldbrug.hub.protocols.http.segments import Span, asked_span
from beeldbrug.model.errors import Denied, Kind, Unavailable

ETAG = '"e"'


@pytest.mark.parametrize(
    ("headers", "span"),
    [
        ({}, Span(0, 100, whole=True)),
        ({"range": "bytes=0-0"}, Span(0, 1)),
        ({"range": "bytes=10-19"}, Span(10, 10)),
        ({"range": "bytes=90-1000"}, Span(90, 10)),
        ({"range": "bytes=99-"}, Span(99, 1)),
        ({"range": "bytes=-5"}, Span(95, 5)),
        ({"range": "bytes=-500"}, Span(0, 100)),
        ({"range": "bytes=100-"}, None),
        ({"range": "bytes=-0"}, None),
        ({"range": "bytes=20-10"}, Span(0, 100, whole=True)),
        ({"range": "bytes=0-1,5-6"}, Span(0, 100, whole=True)),
        ({"range": "lines=0-1"}, Span(0, 100, whole=True)),
        ({"range": "bytes=-"}, Span(0, 100, whole=True)),
        ({"range": "bytes=0-9", "if-range": ETAG}, Span(0, 10)),
        ({"range": "bytes=0-9", "if-range": '"other"'}, Span(0, 100, whole=True)),
    ],
)
def test_a_range_is_what_was_asked_or_the_whole(headers: dict[str, str], span: Span | None) -> None:
    assert asked_span(Headers(headers), 100, ETAG) == span


def test_every_kind_of_error_has_a_status() -> None:
    assert set(STATUS_BY_KIND) == set(Kind)
    assert status_of(Denied("access-expired", "")) == 401
    assert status_of(Denied("pack-not-granted", "")) == 403
    assert status_of(Unavailable("quota-exceeded", "")) == 507
    assert error_response(Unavailable("too-many-requests", "")).headers["retry-after"] == "1"


def test_a_bucket_lets_a_burst_through_and_then_the_rate() -> None:
    now = [0.0]
    buckets = Buckets(2.0, 5.0, lambda: now[0])
    assert [buckets.take("a") for _ in range(6)] == [True] * 5 + [False]
    assert buckets.take("b")
    now[0] = 1.0
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]


def test_very_many_addresses_do_not_grow_the_memory() -> None:
    buckets = Buckets(0.0, 5.0, lambda: 0.0)
    for number in range(20_000):
        buckets.take(str(number))
    assert len(buckets._levels) <= 4097
