"""HL7 v2 to software that is not ours (the MLLP server of the package ``hl7``), and what a broken peer answers."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit import log
from beeldbrug.model.errors import Malformed, Unavailable
from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.ports.messages import Acknowledged, Mode, Peer
from beeldbrug.node.protocols.dimse.tls import ServerTls, server_context
from beeldbrug.node.protocols.hl7.write import message, msh, pid
from tests.peers.certificates import make_authority
from tests.peers.mllp import mllp_peer

SECONDS = 20.0
AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
PEER = Peer("ris", "127.0.0.1", 1, connect_seconds=SECONDS, answer_seconds=SECONDS, character_set="UNICODE UTF-8")
ACK = "MSH|^~\\&|RIS||BEELDBRUG||20261123||ACK|A1|P|2.5\rMSA|AA|MSG-1\r"


def content_for(peer: Peer, control_id: str = "MSG-1") -> bytes:
    kind = ("ORM", "O01", "ORM_O01")
    return message(
        peer, [msh(peer, kind, control_id, AT), pid("7001", "ZKH", "999990019", "Vries^Els", "19700201", "F")]
    )


def send(peer: Peer) -> Acknowledged:
    return make_outgoing().send(peer, content_for(peer))


@pytest.fixture(autouse=True)
def lines() -> Iterator[io.StringIO]:
    """What was logged names nobody and holds nothing of a message or an answer."""
    found = io.StringIO()
    log.configure("info", found)
    yield found
    log.configure()
    for line in found.getvalue().splitlines():
        said = json.loads(line)
        del said["time"]  # its digits may be any
        assert not {"event withheld", "library warned"} & {said["event"]}, line
        assert not any(word in json.dumps(said) for word in ("7001", "Vries", "999990019", "MSG-1", "secret")), line


@contextmanager
def raw_peer(converse: Callable[[socket.socket], Any]) -> Iterator[Peer]:
    """A peer that reads one message, and then does as ``converse`` does."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(SECONDS)

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(SECONDS)
            content = b""
            while not content.endswith(b"\x1c\r"):
                content += connection.recv(65536)
            converse(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield replace(PEER, port=listener.getsockname()[1])
    finally:
        thread.join(SECONDS)
        listener.close()
        assert not thread.is_alive()


def saying(*parts: bytes) -> Callable[[socket.socket], None]:
    def converse(connection: socket.socket) -> None:
        for one in parts:
            connection.sendall(one)
            time.sleep(0.02)

    return converse


def framed(text: str) -> bytes:
    return b"\x0b" + text.encode() + b"\x1c\r"


def why(peer: Peer) -> str:
    with pytest.raises(Unavailable) as raised:
        send(peer)
    return raised.value.code


def test_a_message_arrives_whole_and_its_acknowledgement_comes_back() -> None:
    with mllp_peer(encoding="utf-8") as peer:
        answered = send(replace(PEER, port=peer.port))
    assert answered.accepted and (answered.code, answered.reason) == ("AA", "")
    assert peer.value("PID", 3) == "7001^^^ZKH^PI~999990019^^^NLMINBIZA^NNNLD"
    assert peer.value("MSH", 10) == "MSG-1" and len(peer.received) == 1


@pytest.mark.parametrize(
    ("code", "rest", "reason"),
    [
        ("AE", "", "hl7-error"),
        ("AR", "", "hl7-rejected"),
        ("AE", "ERR|||207^secret words^HL70357|E\r", "hl7-error-207"),
        ("AR", "ERR|^^^204&Unknown key identifier&HL70357\r", "hl7-rejected-204"),
        ("AE", "ERR|||99999^secret^HL70357|E\r", "hl7-error"),
    ],
)
def test_a_refusal_is_a_stable_reason_without_the_peers_words(code: str, rest: str, reason: str) -> None:
    text = ACK.replace("AA|MSG-1", f"{code}|MSG-1|secret patient Vries") + rest
    with raw_peer(saying(framed(text))) as peer:
        answered = send(peer)
    assert not answered.accepted and (answered.code, answered.reason) == (code, reason)
    assert b"secret patient" in answered.content


def test_in_enhanced_mode_the_application_answers_after_the_accept_and_is_acknowledged() -> None:
    enhanced = replace(PEER, mode=Mode.ENHANCED)

    def answer(message: Any) -> list[str]:
        if str(message.segment("MSH")[9]) == "ACK":
            return []
        applied = ACK.replace("|P|2.5", "|P|2.5|||AL|NE").replace("|A1|", "|A2|")
        return [ACK.replace("AA|", "CA|"), applied]

    with mllp_peer(answer, encoding="utf-8") as peer:
        answered = send(replace(enhanced, port=peer.port))
        end = time.monotonic() + SECONDS
        while len(peer.received) < 2 and time.monotonic() < end:
            time.sleep(0.005)
    assert answered.code == "AA" and str(peer.received[1].segment("MSA")) == "MSA|CA|A2"


@pytest.mark.parametrize(("code", "reason"), [("CE", "hl7-error"), ("CR", "hl7-rejected")])
def test_in_enhanced_mode_a_refused_accept_is_the_last_word(code: str, reason: str) -> None:
    with raw_peer(saying(framed(ACK.replace("AA|", f"{code}|")))) as peer:
        answered = send(replace(peer, mode=Mode.ENHANCED))
    assert (answered.code, answered.reason) == (code, reason)


def test_an_accept_without_the_application_s_word_is_not_enough() -> None:
    with raw_peer(saying(framed(ACK.replace("AA|", "CA|")))) as peer:
        assert why(replace(peer, mode=Mode.ENHANCED)) == "hl7-peer-closed"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((), "hl7-peer-closed"),
        ((b"\x0bMSH|^~\\&|RIS||BEELD",), "hl7-peer-closed"),
        ((framed(ACK)[:-2],), "hl7-peer-closed"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "hl7-answer-unreadable"),
        ((framed("garbage"),), "hl7-answer-unreadable"),
        ((framed("MSH|^~\\&|RIS\r"),), "hl7-answer-unreadable"),
        ((framed(ACK + "MSA|AA|MSG-1\r"),), "hl7-answer-unreadable"),
        ((framed(ACK.replace("AA|", "XX|")),), "hl7-answer-unreadable"),
        ((framed(ACK.replace("AA|MSG-1", "AA")),), "hl7-answer-to-another"),
        ((framed(ACK.replace("MSG-1", "MSG-2")),), "hl7-answer-to-another"),
        ((framed(ACK + "ZZZ|" + "x" * 300_000),), "hl7-answer-too-large"),
        ((b"\x0b" + b"x" * 600_000,), "hl7-answer-too-large"),
        ((framed(ACK + "ERR|" + "x" * 70_000),), "hl7-answer-too-large"),
        ((b"\x0bMSH|^~\\&|\xff\xfe\rMSA|AA|\xff\r\x1c\r",), "hl7-answer-unreadable"),
    ],
)
def test_what_is_no_acknowledgement_is_never_taken_for_one(parts: tuple[bytes, ...], code: str) -> None:
    def converse(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the node hangs up on too long an answer
            saying(*parts)(connection)

    with raw_peer(converse) as peer:
        assert why(peer) == code


def test_an_answer_in_pieces_counts_once_it_is_whole() -> None:
    whole = framed(ACK)
    with raw_peer(saying(whole[:1], whole[1:30], whole[30:-1], whole[-1:])) as peer:
        assert send(peer).accepted


def test_silence_and_trickling_end_in_time() -> None:
    gone = threading.Event()

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"\x0b")
        while not gone.wait(0.05):
            try:
                connection.sendall(b"M")
            except OSError:
                return

    for converse in (lambda _: gone.wait(SECONDS), trickle):
        gone.clear()
        with raw_peer(converse) as peer:
            began = time.monotonic()
            assert why(replace(peer, answer_seconds=0.5)) == "hl7-peer-silent"
            gone.set()
        assert time.monotonic() - began < SECONDS


def test_a_port_where_nobody_listens_is_told_from_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert why(replace(PEER, port=port)) == "hl7-peer-unreachable"


def test_over_tls_both_ends_show_who_they_are(tmp_path: Path) -> None:
    own, other = make_authority(tmp_path / "own"), make_authority(tmp_path / "other")
    certificate, key = (str(one) for one in own.issue("ris.example"))
    ours = tuple(str(one) for one in own.issue("node.example"))
    foreign = tuple(str(one) for one in other.issue("node.example"))
    authority = str(own.certificate)
    with mllp_peer(tls=server_context(ServerTls(certificate, key, authority)), encoding="utf-8") as peer:
        good = replace(
            PEER, port=peer.port, tls_ca=authority, tls_certificate=ours[0], tls_key=ours[1], tls_name="ris.example"
        )
        assert send(good).accepted
        assert why(replace(good, tls_name="another.example")) == "hl7-peer-tls"
        assert why(replace(good, tls_ca=str(other.certificate))) == "hl7-peer-tls"
        # TLS 1.3 tells a client that its certificate is not taken only after the handshake
        assert why(replace(good, tls_certificate=foreign[0], tls_key=foreign[1])) in ("hl7-peer-tls", "hl7-peer-closed")
        with pytest.raises(Malformed):
            send(replace(good, tls_ca=key))
    assert len(peer.received) == 1


def test_a_plain_peer_is_not_spoken_to_when_tls_is_set(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hear() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(framed(ACK))

        heard: list[bytes] = []
        thread = threading.Thread(target=hear, daemon=True)
        thread.start()
        assert why(replace(PEER, port=listener.getsockname()[1], tls_ca=str(authority.certificate))) == "hl7-peer-tls"
        thread.join(SECONDS)
    assert heard and b"Vries" not in heard[0]
