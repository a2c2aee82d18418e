"""Live state: whoever listens hears what changed within the session's reach, and no longer than the session lives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from beeldbrug.model.account import Role, SessionRow
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.protocols.portal import events
from beeldbrug.node.protocols.portal.events import Event
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.signing import Session
from tests.contract.node import given
from tests.contract.node.given import PARCEL, A, B
from tests.contract.node.portal.conftest import House

SECONDS = 10.0


def _session(house: House, login: str = "johanna", **limits: tuple[str, ...]) -> Session:
    browser = house.signed_in(login)
    hashed = hash_token(next(iter(browser.cookies.values())))
    with house.vault.read() as tx:
        row = tx.sessions.get(hashed)
    assert row is not None
    fields = {name: getattr(row, name) for name in SessionRow.__slots__}
    return Session(hashed, house.people[login], SessionRow(**{**fields, **limits}))


async def _next(stream: AsyncIterator[bytes]) -> tuple[str, Any]:
    while True:
        text = (await asyncio.wait_for(anext(stream), SECONDS)).decode()
        if text.startswith("event: "):
            name, _, data = text.removeprefix("event: ").strip().partition("\ndata: ")
            return name, json.loads(data)


def _run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), SECONDS * 3))


def _arrive(house: House, id: str = PARCEL, organisation: str = A) -> None:
    with house.vault.write() as tx:
        new = given.exchange(id=id, organisation=organisation, direction=Direction.IN, state=State.ARRIVING)
        tx.exchanges.add(new)
        tx.exchanges.update(id, house.clock.at, state=State.ARRIVING)


def test_an_arrival_and_its_progress_are_told(house: House) -> None:
    session = _session(house)

    async def work() -> None:
        stream = house.portal.events.listen(session)
        await anext(stream)  # the first line: the listener is there
        await asyncio.sleep(events.LOOK_SECONDS)
        _arrive(house)
        name, row = await _next(stream)
        assert (name, row["id"], row["state"], row["done"]) == ("exchange", PARCEL, "arriving", 0)
        with house.vault.write() as tx:
            tx.exchanges.bump(PARCEL, house.clock.at + 1, total=5, done=3)
        name, row = await _next(stream)
        assert (row["done"], row["total"]) == (3, 5)
        await stream.aclose()  # type: ignore[attr-defined]  # a generator

    _run(work)


def test_what_is_anothers_is_not_told(house: House) -> None:
    session = _session(house)
    limited = _session(house, exchanges=("c" * 32,))

    async def work() -> None:
        stream, narrow = house.portal.events.listen(session), house.portal.events.listen(limited)
        await anext(stream)
        await anext(narrow)
        await asyncio.sleep(events.LOOK_SECONDS)
        _arrive(house, "d" * 32, B)
        _arrive(house, PARCEL)
        assert (await _next(stream))[1]["id"] == PARCEL
        _arrive(house, "c" * 32)
        assert (await _next(narrow))[1]["id"] == "c" * 32
        await stream.aclose()  # type: ignore[attr-defined]  # a generator
        await narrow.aclose()  # type: ignore[attr-defined]  # a generator

    _run(work)


def test_an_event_goes_only_to_whoever_may_have_it(house: House) -> None:
    session = _session(house)

    async def work() -> None:
        stream = house.portal.events.listen(session)
        await anext(stream)
        house.portal.events.tell(Event("presence", b'{"n": 1}', lambda one: False))
        house.portal.events.tell(Event("presence", b'{"n": 2}', lambda one: one.account.login == "johanna"))
        assert await _next(stream) == ("presence", {"n": 2})
        await stream.aclose()  # type: ignore[attr-defined]  # a generator

    _run(work)


def test_a_session_that_ended_hears_no_more_and_listening_keeps_none_alive(house: House) -> None:
    session = _session(house)
    house.clock.at += 1300

    async def work() -> None:
        stream = house.portal.events.listen(session)
        await anext(stream)
        assert (await _next(stream))[0] == "signed-out"

    _run(work)


def test_an_administrator_hears_of_no_patient(house: House) -> None:
    house.engage("beheer", Role.ADMINISTRATOR)
    session = _session(house, "beheer")

    async def work() -> None:
        stream = house.portal.events.listen(session)
        await anext(stream)
        await asyncio.sleep(events.LOOK_SECONDS)
        with house.vault.write() as tx:
            tx.instances.add(given.instance(origin=PARCEL))
        _arrive(house)
        house.portal.events.tell(Event("last", b"{}", lambda one: True))
        heard = []
        while not heard or heard[-1][0] != "last":
            heard.append(await _next(stream))
        await asyncio.sleep(events.LOOK_SECONDS * 3)
        house.portal.events.tell(Event("last", b"{}", lambda one: True))
        heard.append(await _next(stream))
        assert "Vries" not in json.dumps(heard)
        await stream.aclose()  # type: ignore[attr-defined]  # a generator

    _run(work)
