"""Peers that break the protocol, by mistake or on purpose: the port stays up, memory bounded, the next is served."""

from __future__ import annotations

import contextlib
import random
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command, pdu
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener
from beeldbrug.node.protocols.dimse.message import data_header
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PDV_HEADER, PduType, ProposedContext
from beeldbrug.node.protocols.dimse.store_scu import echo
from tests.reception import AE, MemoryReception, listening

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
LIMITS = Limits(
    request_seconds=1.0, idle_seconds=2.0, pdu_seconds=1.0, close_seconds=0.5, dataset_bytes=4 * 1024 * 1024
)

ABORT, CLOSED = "abort", "closed"


@contextlib.contextmanager
def calling(listener: Listener) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", listener.port), 10.0) as peer:
        yield peer


def request(**changes: object) -> bytes:
    contexts = (ProposedContext(1, CT, (IMPLICIT,)),)
    fields = {"called": AE, "calling": "HOSTILE", "contexts": contexts, "user": pdu.own_information(16384), **changes}
    return pdu.encode_associate_rq(pdu.AssociateRq(**fields))  # type: ignore[arg-type]  # fields by name, from the tests


def read_pdu(peer: socket.socket) -> tuple[int, bytes]:
    """Type and content of what comes next; (0, b"") when the connection was closed."""
    head = receive(peer, 6)
    if len(head) < 6:
        return 0, b""
    kind, length = PDU_HEADER.unpack(head)
    return kind, receive(peer, length)


def receive(peer: socket.socket, length: int) -> bytes:
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while len(data) < length and (more := peer.recv(length - len(data))):
            data += more
    return data


def associated(peer: socket.socket) -> None:
    peer.sendall(request())
    assert read_pdu(peer)[0] == PduType.ASSOCIATE_AC


def pdv(context: int, control: int, content: bytes) -> bytes:
    return PDV_HEADER.pack(len(content) + 2, context, control) + content


def data_pdu(*values: bytes) -> bytes:
    body = b"".join(values)
    return PDU_HEADER.pack(PduType.DATA, len(body)) + body


STORE = command.store_request(1, CT, "1.2.3")


@pytest.fixture
def reception() -> MemoryReception:
    return MemoryReception(keep=False)


@pytest.fixture
def listener(reception: MemoryReception) -> Iterator[Listener]:
    """A listener that at the end of the test must still answer an echo, without growth of memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with listening(reception, LIMITS) as listener:
        yield listener
        assert echo(Application(AE, "127.0.0.1", listener.port, "NEXT", timeout=10.0)) < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024, "memory grew"


BEFORE_ASSOCIATION = {
    "garbage": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100,
    "zeros": bytes(100_000),
    "four gigabytes": PDU_HEADER.pack(PduType.ASSOCIATE_RQ, 0xFFFFFFFF) + bytes(70_000),
    "data first": data_pdu(pdv(1, 3, STORE)),
    "release first": pdu.RELEASE_RQ,
    "too short": PDU_HEADER.pack(PduType.ASSOCIATE_RQ, 10) + bytes(10),
    "item beyond the end": request()[:-11] + b"\xff\xff" + request()[-9:],
    "even context id": request(contexts=(ProposedContext(2, CT, (IMPLICIT,)),)),
    "same context id twice": request(contexts=(ProposedContext(1, CT, (IMPLICIT,)), ProposedContext(1, CT, ()))),
    "tiny maximum length": request(user=pdu.own_information(7)),
}


@pytest.mark.parametrize("name", BEFORE_ASSOCIATION)
def test_nonsense_instead_of_a_request_is_aborted(name: str, listener: Listener) -> None:
    with calling(listener) as peer:
        with contextlib.suppress(OSError):
            peer.sendall(BEFORE_ASSOCIATION[name])
        assert read_pdu(peer)[0] == PduType.ABORT


def test_other_protocol_version_or_application_context_is_rejected(listener: Listener) -> None:
    for changes, expected in (({"version": 2}, b"\0\1\2\2"), ({"application_context": "1.2.3"}, b"\0\1\1\2")):
        with calling(listener) as peer:
            peer.sendall(request(**changes))
            assert read_pdu(peer) == (PduType.ASSOCIATE_RJ, expected)


def test_unknown_items_are_skipped(listener: Listener) -> None:
    good = request()
    extra = b"\x77\x00\x00\x04what"
    body = good[6:] + extra
    with calling(listener) as peer:
        peer.sendall(PDU_HEADER.pack(PduType.ASSOCIATE_RQ, len(body)) + body)
        assert read_pdu(peer)[0] == PduType.ASSOCIATE_AC


WITHIN_ASSOCIATION = {
    "unknown pdu": (b"\x09\x00\x00\x00\x00\x04what", 1),
    "second request": (request(), 2),
    "four gigabytes of data": (PDU_HEADER.pack(PduType.DATA, 0xFFFFFFFF) + bytes(300_000), 6),
    "more than was offered": (PDU_HEADER.pack(PduType.DATA, LIMITS.pdu_bytes + 100) + bytes(LIMITS.pdu_bytes), 6),
    "release of another length": (PDU_HEADER.pack(PduType.RELEASE_RQ, 400) + bytes(400), 6),
    "pdv longer than its pdu": (PDU_HEADER.pack(PduType.DATA, 10) + PDV_HEADER.pack(400, 1, 3) + bytes(4), 6),
    "pdv shorter than its header": (PDU_HEADER.pack(PduType.DATA, 6) + PDV_HEADER.pack(1, 1, 3), 6),
    "pdv cut off": (PDU_HEADER.pack(PduType.DATA, 3) + bytes(3), 6),
    "dataset before command": (data_pdu(pdv(1, 2, bytes(100))), 5),
    "unknown context": (data_pdu(pdv(99, 3, STORE)), 6),
    "dataset on another context": (data_pdu(pdv(1, 3, STORE), pdv(3, 2, bytes(8))), 5),
    "command within a dataset": (data_pdu(pdv(1, 3, STORE), pdv(1, 3, STORE)), 5),
    "command that is none": (data_pdu(pdv(1, 3, b"what is this")), 6),
    "command of another group": (data_pdu(pdv(1, 3, struct.pack("<HHI", 8, 0x100, 2) + b"\1\0")), 6),
    "response without request": (data_pdu(pdv(1, 3, command.response(command.decode(STORE), 0))), 6),
    "endless command": (data_pdu(pdv(1, 1, bytes(15_000))) * 2, 6),
    "many small pdvs": (data_pdu(*[pdv(1, 1, b"\0") for _ in range(5000)]), 6),
    "empty pdvs": (data_pdu(*[pdv(1, 1, b"") for _ in range(100)]), 6),
}


@pytest.mark.parametrize("name", WITHIN_ASSOCIATION)
def test_breaking_the_protocol_is_aborted_with_a_reason(
    name: str, listener: Listener, reception: MemoryReception
) -> None:
    sent, reason = WITHIN_ASSOCIATION[name]
    with calling(listener) as peer:
        associated(peer)
        with contextlib.suppress(OSError):
            peer.sendall(sent)
        assert read_pdu(peer) == (PduType.ABORT, bytes((0, 0, 2, reason)))
    assert reception.await_ends(1) == [False]
    assert reception.kept == []


def test_too_many_contexts_are_aborted() -> None:
    with listening(MemoryReception(), Limits(contexts=4, close_seconds=0.5)) as listener:
        with calling(listener) as peer:
            peer.sendall(request(contexts=tuple(ProposedContext(2 * n + 1, CT, (IMPLICIT,)) for n in range(5))))
            assert read_pdu(peer)[0] == PduType.ABORT
        with calling(listener) as peer:
            associated(peer)


def test_endless_dataset_is_aborted_at_the_limit(listener: Listener, reception: MemoryReception) -> None:
    with calling(listener) as peer:
        associated(peer)
        peer.sendall(data_pdu(pdv(1, 3, STORE)))
        chunk = data_header(1, 65536, is_command=False, last=False) + bytes(65536)
        with contextlib.suppress(OSError):
            for _ in range(10_000):
                peer.sendall(chunk)
    assert reception.await_ends(1) == [False]
    assert reception.received <= LIMITS.dataset_bytes
    assert reception.aborted == 1


def test_refused_dataset_is_read_to_its_end_and_answered(reception: MemoryReception, listener: Listener) -> None:
    def refuse(length: int) -> BeeldbrugError:
        return Malformed("not-dicom", "It is no dataset.", "Send another.")

    reception.refuse_write = refuse
    with calling(listener) as peer:
        associated(peer)
        for _ in range(2):
            chunk = data_header(1, 65536, is_command=False, last=False) + bytes(65536)
            peer.sendall(data_pdu(pdv(1, 3, STORE)) + chunk * 20 + data_pdu(pdv(1, 2, bytes(10))))
            kind, body = read_pdu(peer)
            assert kind == PduType.DATA
            assert command.decode(body[6:]).number(command.Element.STATUS) == 0xC000
        peer.sendall(pdu.RELEASE_RQ)
        assert read_pdu(peer)[0] == PduType.RELEASE_RP
    assert reception.await_ends(1) == [True]
    assert reception.aborted == 2


@pytest.mark.parametrize("sent", [b"", b"\x01", request()[:50]])
def test_half_open_connection_is_closed_in_time(sent: bytes, listener: Listener) -> None:
    started = time.monotonic()
    with calling(listener) as peer:
        peer.sendall(sent)
        assert read_pdu(peer)[0] in (0, PduType.ABORT)
    assert time.monotonic() - started < 6


@pytest.mark.parametrize("established", [False, True])
def test_drip_of_single_bytes_is_ended_in_time(established: bool, listener: Listener) -> None:
    started = time.monotonic()
    with calling(listener) as peer:
        if established:
            associated(peer)
        drip = request() if not established else data_header(1, 4096, is_command=True, last=True) + bytes(4096)
        with contextlib.suppress(OSError):
            for byte in drip:
                peer.sendall(bytes((byte,)))
                time.sleep(0.05)
                if time.monotonic() - started > 8:
                    break
    assert time.monotonic() - started < 8


def test_silence_is_aborted_in_time(listener: Listener, reception: MemoryReception) -> None:
    with calling(listener) as peer:
        associated(peer)
        assert read_pdu(peer)[0] == PduType.ABORT
    assert reception.await_ends(1) == [False]


def test_vanishing_in_every_place_leaves_nothing_behind(listener: Listener, reception: MemoryReception) -> None:
    whole = request() + data_pdu(pdv(1, 3, STORE), pdv(1, 0, bytes(5000)))
    for length in range(1, len(whole), 97):
        with calling(listener) as peer:
            peer.sendall(whole[:length])
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    deadline = time.monotonic() + 10
    while listener.associations and time.monotonic() < deadline:
        time.sleep(0.05)
    assert listener.associations == 0
    assert not any(reception.ends)
    assert reception.kept == []


def test_random_bytes_never_stop_the_port(listener: Listener) -> None:
    dice = random.Random(7)
    good = request() + data_pdu(pdv(1, 3, STORE), pdv(1, 2, bytes(200))) + pdu.RELEASE_RQ
    for _ in range(150):
        broken = bytearray(good)
        for _ in range(dice.randrange(1, 8)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        with calling(listener) as peer, contextlib.suppress(OSError):
            peer.sendall(broken)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                continue


def test_connections_over_every_limit_are_closed_and_the_rest_served() -> None:
    limits = Limits(associations=3, associations_per_address=2, rejections=2, close_seconds=0.3)
    reception = MemoryReception()
    with listening(reception, limits) as listener, contextlib.ExitStack() as stack:
        held = [stack.enter_context(calling(listener)) for _ in range(2)]
        for peer in held:
            associated(peer)
        for _ in range(2):
            with calling(listener) as peer:
                peer.sendall(request())
                assert read_pdu(peer) == (PduType.ASSOCIATE_RJ, b"\0\2\3\2")
        for peer in held:
            peer.sendall(pdu.RELEASE_RQ)
            assert read_pdu(peer)[0] == PduType.RELEASE_RP
            peer.close()
        reception.await_ends(2)
        deadline = time.monotonic() + 5
        while listener.associations and time.monotonic() < deadline:
            time.sleep(0.02)
        with calling(listener) as peer:
            associated(peer)


def test_stop_ends_every_thread_even_with_silent_peers() -> None:
    before = threading.active_count()
    reception = MemoryReception()
    with listening(reception) as listener, contextlib.ExitStack() as stack:
        peers = [stack.enter_context(calling(listener)) for _ in range(8)]
        for peer in peers[:5]:
            associated(peer)
        started = time.monotonic()
        listener.stop(0.2)
        assert time.monotonic() - started < 10
    assert threading.active_count() <= before
    assert reception.ends == [False] * 5
