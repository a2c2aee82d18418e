"""HL7 v2 over MLLP from software that is not ours (HAPI), real messages, and what a hostile or broken sender does."""

from __future__ import annotations

import io
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.kit import log
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.identity import Patient
from beeldbrug.node.app.hl7 import server_tls
from beeldbrug.node.app.hl7_settings import Hl7
from beeldbrug.node.protocols.dimse.tls import server_context
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.listener import Listener, Rule
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.stores.schema.upgrade import upgrade
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.patients.take import TakePatients
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.peers.certificates import make_authority
from tests.peers.hapi import Hapi, hapi
from tests.shared_data import shared_files
from tests.unit.node.protocols.hl7.given import PID, READER, adt

__all__ = ["hapi"]

URA = "00000001"
SECONDS = 20.0
LIMITS = Limits(connections=3, message_bytes=100_000, idle_seconds=SECONDS, message_seconds=SECONDS)


@dataclass
class Port:
    """A running port; ``lines`` are what it logged."""

    listener: Listener
    vault: Vault
    lines: io.StringIO

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.listener.port), SECONDS)

    def say(self, *messages: bytes) -> list[str]:
        """Send them at once on one connection; MSA of each answer."""
        with self.connect() as connection:
            connection.sendall(b"".join(b"\x0b" + one + b"\x1c\r" for one in messages))
            connection.shutdown(socket.SHUT_WR)
            return [one.split("\r")[1] for one in received(connection).split("\x0b")[1:]]

    def counted(self, **expected: int) -> None:
        """Wait until the connections that ended have counted so."""
        self.until(lambda: dict(self.listener.counts) == {name.replace("_", " "): n for name, n in expected.items()})

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS
        while not done():
            assert time.monotonic() < end, dict(self.listener.counts)
            time.sleep(0.005)


def received(connection: socket.socket) -> str:
    """Everything until the port closes the connection."""
    content = b""
    while more := connection.recv(65536):
        content += more
    return content.decode()


def answered(sender: ssl.SSLContext, port: Port) -> bytes:
    """The answer to a message over TLS, empty where the port does not take the sender."""
    try:
        with sender.wrap_socket(port.connect(), server_hostname="127.0.0.1") as connection:
            connection.sendall(b"\x0b" + adt("A08", PID) + b"\x1c\r")
            return connection.recv(4096)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('hl7') / 'vault.sqlite'}")
    upgrade(engine)
    root = VaultRoot(new_root())
    opened = open_vault(engine, lambda _: root)
    yield opened
    opened.close()


@contextmanager
def opened(vault: Vault, rule: Rule, limits: Limits = LIMITS, tls: ssl.SSLContext | None = None) -> Iterator[Port]:
    lines = io.StringIO()
    log.configure("info", lines)
    listener = Listener("127.0.0.1", 0, rule, TakePatients(vault, URA).take, time.time, limits, tls)
    listener.start()
    try:
        yield Port(listener, vault, lines)
    finally:
        listener.stop()
        log.configure()
    for line in lines.getvalue().splitlines():
        said = json.loads(line)
        del said["time"]  # its digits may be any
        assert not {"event withheld", "library warned"} & {said["event"]}, line
        assert not any(word in json.dumps(said) for word in ("7001", "Vries", "999990019", "MSG-1")), line


@pytest.fixture
def port(vault: Vault) -> Iterator[Port]:
    with opened(vault, Rule(READER)) as running:
        yield running


def test_hapi_tells_of_patients_and_merges_them(hapi: Hapi, port: Port) -> None:
    told = hapi.send(
        port.listener.port,
        "change,H1,999990019,van den Berg-de Vriës^Els,19700201",
        "change,H2,-,de Vriës^Els,19700201",
        "merge,H2,H1",
        "load,50",
    )
    assert told[:3] == ["AA same -"] * 3 and told[3].startswith("load ")
    with port.vault.read() as tx:
        known = tx.own_patients.get(URA, "H1")
        assert known is not None and (known.name, known.bsn) == ("van den Berg-de Vriës^Els", "999990019")
        assert tx.own_patients.standing(URA, "H2") == "H1"
        found = tx.own_patients.find(URA, Patient("Vries^E.", "19700102"))
        assert [one.number for one in found] == ["H1"]
        assert tx.own_patients.get(URA, "L49") is not None


def test_hapi_reads_why_a_message_is_refused(hapi: Hapi, port: Port, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.hl7"
    wrong.write_bytes(adt("A08^ADT_A01", "PID|1||55^^^ELDERS^PI"))
    report = tmp_path / "report.hl7"
    report.write_bytes(adt("R01^ORU_R01", PID).replace(b"ADT^", b"ORU^"))
    told = hapi.send(port.listener.port, f"file,{wrong}", f"file,{report}")
    assert told == ["AR same 101", "AR same 200"]


def test_real_adt_messages_are_taken(vault: Vault) -> None:
    messages = [path.read_bytes() for path in shared_files("hl7v2/**/ADT-*.hl7")]
    reader = Reader(frozenset(), ZoneInfo("Europe/Amsterdam"))
    with opened(vault, Rule(reader, processing=frozenset("PDT"))) as port:
        answers = port.say(*messages)
        assert len(answers) == len(messages) >= 8
        assert {one.split("|")[1] for one in answers} <= {"AA", "AR"}
        assert sum(one.startswith("MSA|AA|") for one in answers) >= 8, answers


def test_several_messages_on_one_connection_are_answered_in_order(port: Port) -> None:
    numbered = [adt("A08", PID).replace(b"MSG-1", f"MSG-1{number}".encode()) for number in range(20)]
    assert port.say(*numbered) == [f"MSA|AA|MSG-1{number}" for number in range(20)]
    port.counted(taken=20)


def test_in_enhanced_mode_both_acknowledgements_come_and_none_where_none_is_asked(port: Port) -> None:
    asked = adt("A08", PID).replace(b"|P|2.5|||||", b"|P|2.5|||AL|AL|", 1)
    silent = adt("A08", PID).replace(b"|P|2.5|||||", b"|P|2.5|||NE|NE|", 1)
    assert port.say(asked) == ["MSA|CA|MSG-1", "MSA|AA|MSG-1"]
    assert port.say(silent, adt("A08", PID)) == ["MSA|AA|MSG-1"], "the silent one was taken before"
    port.counted(taken=3)


def test_an_event_that_changes_nobody_is_accepted_and_counted(port: Port) -> None:
    assert port.say(adt("A11", PID)) == ["MSA|AA|MSG-1"]
    port.counted(ignored=1)


def test_a_message_is_kept_before_it_is_accepted(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Unavailable("database-away", "The database does not answer.")

    monkeypatch.setattr(Vault, "run", away)
    assert port.say(adt("A08", PID)) == ["MSA|AE|MSG-1|database-away: The database does not answer."]
    monkeypatch.setattr(Vault, "run", lambda *_: 1 // 0)
    assert port.say(adt("A08", PID)) == ["MSA|AE|MSG-1"]
    port.counted(refused=1, failed=1)


def test_garbage_ends_its_connection_and_nothing_else(port: Port) -> None:
    for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", adt("A08", PID), b"\x00" * 100):
        with port.connect() as connection:
            connection.sendall(noise)
            assert received(connection) == ""
    assert port.say(b"nonsense", b"") == ["MSA|AR||hl7-not-a-message: This is no HL7 v2 message."] * 2
    assert port.say(adt("A08", PID)) == ["MSA|AA|MSG-1"]
    port.counted(noise=4, refused=2, taken=1)


def test_half_a_message_changes_nothing_and_is_counted(port: Port) -> None:
    other = adt("A08", PID.replace("7001", "70015"))
    with port.connect() as connection:
        connection.sendall(b"\x0b" + other[:-20])
    port.counted(half=1)
    with port.connect() as connection:
        connection.sendall(b"\x0b" + other[:-20] + b"\x0b" + adt("A08", PID) + b"\x1c\r")
        connection.shutdown(socket.SHUT_WR)
        assert "MSA|AA|MSG-1" in received(connection)
    port.counted(half=2, taken=1)
    with port.vault.read() as tx:
        assert tx.own_patients.get(URA, "70015") is None
    assert port.lines.getvalue().count("half message dropped") == 2


def test_ten_megabytes_are_refused_by_name_and_the_next_message_is_taken(port: Port) -> None:
    large = adt("A08", PID) + b"OBX|1|ED|||" + b"A" * 10_000_000
    refused, taken = port.say(large, adt("A08", PID))
    assert refused == "MSA|AR|MSG-1|hl7-too-large: The message is too long." and taken == "MSA|AA|MSG-1"


def test_a_slow_sender_is_taken_in_its_time_and_not_beyond(vault: Vault) -> None:
    hasty = Limits(connections=3, idle_seconds=SECONDS, message_seconds=0.3)
    with opened(vault, Rule(READER), hasty) as port:
        message = b"\x0b" + adt("A08", PID) + b"\x1c\r"
        with port.connect() as connection:
            for at in range(len(message)):
                connection.sendall(message[at : at + 1])
            assert b"MSA|AA|MSG-1" in connection.recv(4096)
        began = time.monotonic()
        with port.connect() as connection:
            connection.sendall(message[:50])
            assert received(connection) == "" and time.monotonic() - began < SECONDS / 2
        port.counted(taken=1, half=1)


def test_silence_between_messages_ends_with_the_time_for_it(vault: Vault) -> None:
    with opened(vault, Rule(READER), Limits(idle_seconds=0.1)) as port, port.connect() as connection:
        assert received(connection) == ""


def test_more_connections_than_allowed_and_other_addresses_are_turned_away(vault: Vault) -> None:
    with opened(vault, Rule(READER)) as port:
        held = [port.connect() for _ in range(LIMITS.connections)]
        port.until(lambda: len(port.listener._open) == LIMITS.connections)
        with port.connect() as one_more:
            assert received(one_more) == ""
        for connection in held:
            connection.close()
        port.until(lambda: not port.listener._open)
        assert port.say(adt("A08", PID)) == ["MSA|AA|MSG-1"]
    with opened(vault, Rule(READER, (ip_network("192.0.2.0/24"),))) as port:
        with port.connect() as connection:
            assert received(connection) == ""
        port.counted(turned_away=1)


def test_over_tls_a_sender_shows_its_certificate(vault: Vault, tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    certificate, key = authority.issue("node")
    section = Hl7(certificate=certificate, key=key, client_authorities=authority.certificate)
    sender = ssl.create_default_context(cafile=str(authority.certificate))
    with opened(vault, Rule(READER), tls=server_context(server_tls(section))) as port:
        assert answered(sender, port) == b"", "it showed no certificate"
        sender.load_cert_chain(*authority.issue("epd"))
        assert b"MSA|AA|MSG-1" in answered(sender, port)
        port.counted(taken=1)


def test_stopping_ends_open_connections(vault: Vault) -> None:
    with opened(vault, Rule(READER)) as port:
        connection = port.connect()
        connection.sendall(b"\x0b" + adt("A08", PID) + b"\x1c\r")
        assert b"MSA|AA" in connection.recv(4096)
    with connection:
        assert received(connection) == ""
    with pytest.raises(OSError, match="refused"):
        port.connect()


def test_a_port_that_is_taken_is_said_so(port: Port) -> None:
    other = Listener("127.0.0.1", port.listener.port, Rule(READER), lambda _: None, time.time, LIMITS)
    with pytest.raises(Unavailable) as refused:
        other.start()
    assert refused.value.code == "hl7-port-unusable"
    assert port.say(adt("A08", PID)) == ["MSA|AA|MSG-1"]
