"""A PACS that takes the association and then goes silent: every wait ends in Unavailable within its time-out."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command, pdu
from beeldbrug.node.protocols.dimse.message import command_pdus
from beeldbrug.node.protocols.dimse.pacs import DimsePacs
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, AnsweredContext, AssociateAc, PduType
from beeldbrug.node.protocols.dimse.query import STUDY_ROOT, QueryScu
from beeldbrug.node.protocols.dimse.store_scu import StoreScu, echo
from tests.peers.certificates import make_authority
from tests.reception import AE

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
TIMEOUT = 1.5
SPARE = 3.5
"""For a busy machine, and for the last word to a peer that reads nothing."""

LARGE = 64
MEGABYTE = bytes(1024 * 1024)

Behaviour = Callable[[socket.socket], None]


class Silent:
    """A PACS of our own making on one port; after the association it does as ``behave`` says, then nothing more."""

    def __init__(self, behave: Behaviour, accepts: bool = True, tls: ssl.SSLContext | None = None) -> None:
        self._behave = behave
        self._accepts = accepts
        self._tls = tls
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Silent:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                if self._accepts:
                    request = pdu.decode_associate_rq(read_pdu(connection)[1], 128)
                    answers = tuple(AnsweredContext(one.id, 0, one.transfer_syntaxes[0]) for one in request.contexts)
                    accepted = AssociateAc(request.called, request.calling, answers, pdu.own_information(131072))
                    connection.sendall(pdu.encode_associate_ac(accepted))
                    self._behave(connection)
            except OSError:
                return


def read_pdu(connection: socket.socket) -> tuple[int, bytes]:
    head = exactly(connection, 6)
    kind, length = PDU_HEADER.unpack(head)
    return kind, exactly(connection, length)


def exactly(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def reads_nothing(connection: socket.socket) -> None:
    """Not one byte after the association."""


def reads_a_little(connection: socket.socket) -> None:
    """The command and some of the dataset."""
    exactly(connection, 200_000)


def reads_all(connection: socket.socket) -> None:
    """Everything that comes, with never a word."""
    with contextlib.suppress(OSError):
        while connection.recv(1 << 20):
            continue


def begins_an_answer(connection: socket.socket) -> None:
    """Reads the C-STORE, and sends half a response."""
    while (one := read_pdu(connection))[0] != PduType.DATA or one[1][5] != 2:
        continue
    response = command.response(command.decode(command.store_request(1, CT, "1.2.3")), 0)
    connection.sendall(command_pdus(1, response, 0)[:20])


def within(deed: Callable[[], object], seconds: float = TIMEOUT) -> str:
    """Code of the Unavailable that it raises in time."""
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        deed()
    assert time.monotonic() - started < seconds + SPARE, "took longer than its time-out"
    assert caught.value.remedy
    return caught.value.code


def store(application: Application, megabytes: int) -> None:
    with StoreScu(application, [(CT, IMPLICIT)]) as scu:
        scu.store(CT, "1.2.3", IMPLICIT, (MEGABYTE for _ in range(megabytes)))


@pytest.fixture(params=["plain", "tls"])
def secured(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ssl.SSLContext | None, str]:
    """The server's context, and the authority that the client trusts."""
    if request.param == "plain":
        return None, ""
    authority = make_authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("localhost"))
    return context, str(authority.certificate)


@pytest.mark.parametrize(
    ("behave", "megabytes", "code"),
    [
        (reads_nothing, 0, "peer-silent"),
        (reads_nothing, LARGE, "connection-lost"),
        (reads_a_little, LARGE, "connection-lost"),
        (reads_all, 1, "peer-silent"),
        (begins_an_answer, 1, "peer-silent"),
    ],
)
def test_silence_in_the_middle_of_a_c_store_ends_within_its_time_out(
    secured: tuple[ssl.SSLContext | None, str], behave: Behaviour, megabytes: int, code: str
) -> None:
    context, authority = secured
    with Silent(behave, tls=context) as peer:
        application = Application("PACS", "localhost", peer.port, AE, tls_ca=authority, timeout=TIMEOUT)
        assert within(lambda: store(application, megabytes)) == code


def test_silence_instead_of_an_association_ends_within_its_time_out() -> None:
    with Silent(reads_nothing, accepts=False) as peer:
        application = Application("PACS", "127.0.0.1", peer.port, AE, timeout=TIMEOUT)
        assert within(lambda: echo(application)) == "peer-silent"
        assert within(lambda: store(application, 1)) == "peer-silent"


def test_silence_instead_of_a_release_is_not_waited_for_longer() -> None:
    with Silent(reads_all) as peer:
        application = Application("PACS", "127.0.0.1", peer.port, AE, timeout=TIMEOUT)
        started = time.monotonic()
        with StoreScu(application, [(CT, IMPLICIT)]):
            pass
        assert time.monotonic() - started < TIMEOUT + SPARE


@pytest.mark.parametrize("accepts", [True, False])
def test_silence_instead_of_an_answer_to_a_query_ends_within_its_time_out(accepts: bool) -> None:
    wanted = Patient("Proef^Jansje", "19700102", "F", PatientNumber("P1"), (PatientNumber("P2"),))
    with Silent(reads_all, accepts) as peer:
        application = Application("PACS", "127.0.0.1", peer.port, AE, timeout=TIMEOUT)
        within(lambda: list(DimsePacs(application).find_patients(wanted)), 2 * TIMEOUT)


def test_a_pacs_that_reads_slowly_is_not_silent() -> None:
    done = threading.Event()

    def slow(connection: socket.socket) -> None:
        end = time.monotonic() + 2 * TIMEOUT
        with contextlib.suppress(OSError):
            while time.monotonic() < end:
                exactly(connection, 128 * 1024)
                time.sleep(TIMEOUT / 3)
            done.set()
            while connection.recv(1 << 20):
                continue

    with Silent(slow) as peer:
        application = Application("PACS", "127.0.0.1", peer.port, AE, timeout=TIMEOUT)
        with pytest.raises(Unavailable) as caught:
            store(application, 16)
        assert caught.value.code == "peer-silent" and done.is_set()


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """No thread may be left waiting."""
    before = threading.active_count()
    yield
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_a_query_that_timed_out_leaves_no_thread_behind(nothing_left: None) -> None:
    identifier = Dataset()
    identifier.QueryRetrieveLevel, identifier.StudyInstanceUID = "STUDY", "2.25.1"
    with Silent(reads_all) as peer:
        application = Application("PACS", "127.0.0.1", peer.port, AE, timeout=TIMEOUT)
        within(lambda: list(QueryScu(application).find(STUDY_ROOT, identifier)))
