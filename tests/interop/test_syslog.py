"""The audit trail at rsyslog, over TLS: every event whole, in order, none left out when the collector goes away."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from beeldbrug.kit.ports import free_port
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.policy.audit_codes import CODES
from beeldbrug.node.protocols.dimse.tls import ServerTls, client_context, server_context
from beeldbrug.node.protocols.syslog.client import Address, SyslogCollector
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.trail.forward import GIVEN, ForwardStep
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node import given
from tests.contract.node.given import A
from tests.peers.certificates import Authority, make_authority
from tests.peers.processes import wait_until
from tests.peers.rsyslog import Collector, Message, collector
from tests.vaults import fresh_vault

SECONDS = 30.0
EVENTS = 1200
"""More than two batches."""


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    path = tmp_path / "vault.sqlite"
    fresh_vault(path).dispose()
    root = VaultRoot(new_root())
    opened = open_vault(open_engine(f"sqlite:///{path}"), lambda _: root)
    yield opened
    opened.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


def step_of(vault: Vault, authority: Authority, port: int, trust: Path | None = None) -> ForwardStep:
    """As the worker has it."""
    certificate, key = authority.issue("node")
    context = partial(client_context, str(trust or authority.certificate), str(certificate), str(key))
    taker = SyslogCollector(Address("localhost", port), context, "knooppunt-a")
    return ForwardStep(A, vault, taker, lambda: given.NOW)


def fill(vault: Vault, count: int) -> None:
    names = list(CODES)
    with vault.write() as tx:
        for number in range(count):
            tx.audit.append(given.event(event=names[number % len(names)], actor=f"gebruiker <{number}> & é"))


def numbers(messages: list[Message]) -> list[int]:
    return [one.number for one in messages]


def has(there: Collector, count: int) -> bool:
    return len(there.messages()) >= count


def parsed(message: Message) -> ElementTree.Element:
    return ElementTree.fromstring(message.content.lstrip(" \ufeff"))  # noqa: S314 - what this test sent itself


def test_rsyslog_reads_every_event_whole_and_in_order(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    fill(vault, EVENTS)
    with collector(tmp_path / "rsyslog", authority) as there:
        step = step_of(vault, authority, there.port)
        while step.step(A) == 0.0:
            pass
        wait_until(lambda: len(there.messages()) >= EVENTS, "rsyslog has not written all", SECONDS)
        messages = there.messages()
    assert numbers(messages) == list(range(1, EVENTS + 1))
    assert {(one.host, one.application, one.message_id, one.priority) for one in messages} == {
        ("knooppunt-a", "beeldbrug", "DICOM+RFC3881", 85)
    }
    for number, one in enumerate(messages):
        root = parsed(one)
        actor = root.find("ActiveParticipant")
        assert actor is not None and actor.get("UserID") == f"gebruiker <{number}> & é"
    disclosed = next(one for one in messages if '"disclose"' in one.content)
    root = parsed(disclosed)
    event = root.find("EventIdentification/EventID")
    assert event is not None and (event.get("csd-code"), event.get("codeSystemName")) == ("110106", "DCM")
    objects = [one.get("ParticipantObjectID") for one in root.iter("ParticipantObjectIdentification")]
    assert objects[:2] == ["999990019", given.STUDY]
    told = root.iter("ParticipantObjectDetail")
    details = {one.get("type"): base64.b64decode(one.get("value", "")).decode() for one in told}
    assert (details["ground"], details["purpose"], details["instances"]) == ("referral", "TREAT", "3")


def test_a_collector_that_was_away_gets_all_afterwards(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    fill(vault, 10)
    port = free_port()
    step = step_of(vault, authority, port)
    with pytest.raises(Unavailable) as away:
        step.step(A)
    assert away.value.code == "collector-unreachable"
    for total in (10, 20):
        with collector(tmp_path / "rsyslog", authority, port) as there:
            step.step(A)
            wait_until(partial(has, there, total), "rsyslog has not written all", SECONDS)
        fill(vault, 10)
    assert numbers(there.messages()) == list(range(1, 21))


def test_a_collector_of_another_authority_gets_nothing(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    fill(vault, 1)
    other = make_authority(tmp_path / "other", "Another")
    with collector(tmp_path / "rsyslog", authority) as there:
        with pytest.raises(Unavailable) as refused:
            step_of(vault, authority, there.port, other.certificate).step(A)
        assert refused.value.code == "collector-tls"
        assert there.messages() == []


def cut(connection: ssl.SSLSocket) -> None:
    """Reads a little, and is gone without a word."""
    connection.recv(100)
    socket.socket(fileno=connection.detach()).close()


def test_what_was_not_confirmed_is_given_again(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    fill(vault, 300)
    certificate, key = authority.issue("localhost")
    context = server_context(ServerTls(str(certificate), str(key), str(authority.certificate)))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            cut(context.wrap_socket(plain, server_side=True))

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        with pytest.raises(Unavailable) as broken:
            step_of(vault, authority, listener.getsockname()[1]).step(A)
        server.join(SECONDS)
    assert broken.value.code == "collector-broke-off"
    with vault.read() as tx:
        assert tx.facts.get(A, GIVEN) is None
    with collector(tmp_path / "rsyslog", authority) as there:
        step_of(vault, authority, there.port).step(A)
        wait_until(lambda: len(there.messages()) >= 300, "rsyslog has not written all", SECONDS)
        assert numbers(there.messages()) == list(range(1, 301))
