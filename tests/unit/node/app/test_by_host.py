"""One web port for several organisations: the Host header chooses, and whoever is not named is nobody."""

from __future__ import annotations

import asyncio

import pytest

from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.node.app.web import by_host


def named(name: str) -> Application:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": name.encode()})

    return application


def asked(application: Application, *hosts: str, path: str = "/") -> tuple[int, bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode("latin-1")) for host in hosts]
    asyncio.run(application({"type": "http", "path": path, "headers": headers}, receive, send))
    return sent[0]["status"], sent[1]["body"]


BOTH = {"noord.nl": named("noord"), "zuid.nl": named("zuid")}


@pytest.mark.parametrize("host", ["zuid.nl", "ZUID.nl", "zuid.nl:8450", "zuid.nl."])
def test_the_name_chooses(host: str) -> None:
    assert asked(by_host(BOTH), host) == (200, b"zuid")


@pytest.mark.parametrize("hosts", [(), ("",), ("oost.nl",), ("[::1",), ("zuid.nl", "noord.nl"), ("x@zuid.nl@noord",)])
def test_another_name_is_nobodys(hosts: tuple[str, ...]) -> None:
    status, body = asked(by_host(BOTH), *hosts)
    assert (status, b"host-unknown" in body) == (421, True)


def test_health_answers_to_any_name_and_one_alone_to_all() -> None:
    assert asked(by_host(BOTH), "10.0.0.1", path="/health")[0] == 200
    assert asked(by_host({"": named("noord")}), "whatever") == (200, b"noord")
