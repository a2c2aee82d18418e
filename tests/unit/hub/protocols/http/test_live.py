"""The live relay: from one end of a parcel to the other, of one size, at a limited rate, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.requests import Request

from beeldbrug.hub.policy import access
from beeldbrug.hub.protocols.http import live as module
from beeldbrug.hub.protocols.http.live import MESSAGES_AT_ONCE, STREAMS, WAITING, Message, Relay
from beeldbrug.hub.protocols.http.requests import CALLER, Threads
from beeldbrug.model.errors import BeeldbrugError, Conflict, Denied, Malformed, TooLarge, Unavailable
from beeldbrug.sealed.live import LIVE_BYTES

PARCEL, A, B, C = "a" * 32, "00000001", "00000002", "00000003"
BODY = b"\x01" * LIVE_BYTES


@dataclass
class Caller:
    ura: str


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> dict[str, access.ParcelFacts]:
    known = {PARCEL: access.ParcelFacts(A, B, withdrawn=False)}
    monkeypatch.setattr(module, "ends_of", lambda hub, parcel: known[parcel])
    return known


@pytest.fixture
def relay(ends: dict[str, access.ParcelFacts]) -> Relay:
    return Relay(None, Threads(1), Clock())  # type: ignore[arg-type]  # the ends are given


def _run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return asyncio.run(work())


async def _post(relay: Relay, caller: str, body: bytes = BODY) -> int:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], CALLER: Caller(caller)}
    answer = await relay.post(Request({**scope, "path_params": {"parcel": PARCEL}}, receive))
    return answer.status_code


@pytest.mark.parametrize(("sender", "receiver"), [(A, B), (B, A)])
def test_a_message_goes_to_the_other_end_and_to_nobody_else(relay: Relay, sender: str, receiver: str) -> None:
    async def work() -> None:
        with relay.listener(A) as at_a, relay.listener(B) as at_b, relay.listener(C) as at_c:
            assert await _post(relay, sender) == 204
            queues = {A: at_a, B: at_b, C: at_c}
            assert {ura: queue.qsize() for ura, queue in queues.items()} == {A: 0, B: 0, C: 0} | {receiver: 1}
            assert queues[receiver].get_nowait() == Message(receiver, PARCEL, sender, BODY)

    _run(work)


@pytest.mark.parametrize(
    ("caller", "body", "error"),
    [
        (C, BODY, Denied),
        (A, BODY[:-1], Malformed),
        (A, b"", Malformed),
        (A, BODY + b"x", TooLarge),
    ],
)
def test_a_stranger_and_another_size_are_refused(
    relay: Relay, caller: str, body: bytes, error: type[BeeldbrugError]
) -> None:
    with pytest.raises(error):
        _run(lambda: _post(relay, caller, body))


def test_a_withdrawn_parcel_is_silent(relay: Relay, ends: dict[str, access.ParcelFacts]) -> None:
    ends[PARCEL] = access.ParcelFacts(A, B, withdrawn=True)
    with pytest.raises(Conflict):
        _run(lambda: _post(relay, A))


def test_more_than_the_rate_is_refused(relay: Relay) -> None:
    async def work() -> None:
        for _ in range(int(MESSAGES_AT_ONCE)):
            await _post(relay, A)
        with pytest.raises(Unavailable):
            await _post(relay, A)
        assert await _post(relay, B) == 204

    _run(work)


def test_a_listener_that_is_slow_has_the_newest_and_memory_stays(relay: Relay) -> None:
    async def work() -> None:
        with relay.listener(B) as queue:
            for number in range(WAITING * 2):
                relay.spread(Message(B, PARCEL, A, bytes([number]) * LIVE_BYTES))
            assert queue.qsize() == WAITING
            oldest = queue.get_nowait()
            assert oldest is not None and oldest.body[0] == WAITING

    _run(work)


def test_an_organisation_has_so_many_streams_and_what_ended_is_forgotten(relay: Relay) -> None:
    async def work() -> None:
        held = [relay.listener(B) for _ in range(STREAMS)]
        for one in held:
            one.__enter__()
        with pytest.raises(Unavailable), relay.listener(B):
            pass
        for one in held:
            one.__exit__(None, None, None)
        assert relay._listeners == {}

    _run(work)
